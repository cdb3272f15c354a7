"""Programs as a reader runs them: in a folder of their own, in another process."""

import subprocess
import sys

LINTER = (sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache")
# Each program has a namespace of its own; torch loads once for all of them.
RUNNER = """
import contextlib, io, json, pathlib, runpy, sys, warnings
warnings.simplefilter("error")
printed = {}
for path in sorted(pathlib.Path("programs").iterdir()):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        runpy.run_path(str(path), run_name="__main__")
    printed[path.stem] = output.getvalue()
ours = [name for name in sys.modules if name.split(".")[0] in {"engine", "playground"}]
print(json.dumps([printed, ours]))
"""


def write(folder, programs):
    """Write programs, name -> text, where `run` looks for them."""
    (folder / "programs").mkdir()
    for name, text in programs.items():
        (folder / "programs" / f"{name}.py").write_text(text, "utf-8")


def run(folder, *options, **more):
    """Run what stands in the folder; its JSON: name -> printed, our modules loaded."""
    return subprocess.run(
        [sys.executable, *options, "-c", RUNNER],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **more,
    )
