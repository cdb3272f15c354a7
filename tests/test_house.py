"""The rules of the house: who may import whom, what is listed, what must not exist."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from playground.catalog import CHAPTERS, LESSONS

ROOT = Path(__file__).parents[1]
OURS = ("engine", "playground", "pages")
PYTHON = sorted(
    path
    for folder in (*OURS, "tests", "benchmarks")
    for path in (ROOT / folder).rglob("*.py")
)
SHIPPED = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in OURS]

SHELL = {"playground", "engine", "plotly", "torch", "numpy", "babel", "PIL", "pandas"}
SCREEN = SHELL | {"streamlit"}
# Folder or file -> packages allowed besides the standard library; the longest name
# that fits decides. Streamlit is in few places, so that the rest can be tested alone.
MAY_IMPORT = {
    "engine": {"engine", "torch", "numpy"},
    "pages": {"playground", "engine", "streamlit", "torch", "numpy"},
    "playground": SHELL,
    "playground/figures": {"playground", "engine", "plotly", "torch", "numpy"},
    "playground/snippets": {"playground", "engine", "torch"},
    "playground/app.py": SCREEN | {"pages"},
    "playground/canvas.py": SCREEN | {"streamlit_drawable_canvas"},
    "playground/cli.py": SCREEN,
    "playground/panels": SCREEN,
    "playground/dial.py": SCREEN,
    "playground/downloads.py": SCREEN,
    "playground/i18n.py": SCREEN,
    "playground/layout.py": SCREEN,
    "playground/link.py": SCREEN,
    "playground/player": SCREEN,
    "playground/player/scene.py": {"playground"},
    "playground/player/answers.py": {"playground", "streamlit", "starlette", "anyio"},
    "playground/player/tape.py": {"streamlit", "starlette", "anyio"},
    "playground/state.py": SCREEN,
    "playground/widgets.py": SCREEN,
}
# The command line sets the environment before it imports torch.
MAY_IMPORT_LATE = {"playground/cli.py"}
SEEDS = {"manual_seed", "manual_seed_all", "seed", "seed_all"}
RANDOM_MODULES = {"random", "np.random", "numpy.random"}
GENERATORS = {"Random", "default_rng", "Generator"}
DRAWS = {"rand", "randn", "randint", "randperm", "bernoulli", "multinomial", "normal"}
# The entry script is the last net: it logs the error and says so in one sentence.
MAY_CATCH_ALL = {"playground/app.py"}
CATCH_ALL = {"Exception", "BaseException"}
FORBIDDEN_FILES = {"utils.py", "helpers.py", "common.py"}
# The settings that the measurements asked for: README, "Decisions".
SETTINGS = {
    "runner.fastReruns": False,
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "browser.gatherUsageStats": False,
}
LIMITS = {"server.maxUploadSize": 20, "server.maxMessageSize": 20}  # MB at most
THEME = {"primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor"}
PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
DATA = {".gz", ".zip", ".tar", ".npz", ".npy", ".pkl", ".parquet", ".idx", ".bin"}
LARGEST_WEIGHTS = 2_000_000  # bytes


def name(path):
    return path.relative_to(ROOT).as_posix()


def nodes(paths, *kinds):
    """Yield (place, node) for every node of these kinds in these files."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, kinds):
                yield f"{name(path)}:{node.lineno}", node


def packages(node):
    """Return the top packages that an import statement names; "" if relative."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {"" if node.level else node.module.split(".")[0]}


def dotted(node):
    """Return "torch.cuda" for the expression torch.cuda, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and dotted(node.value):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def allowed(path):
    fitting = [
        key for key in MAY_IMPORT if f"{name(path)}/".startswith(key.rstrip("/") + "/")
    ]
    return MAY_IMPORT[max(fitting, key=len)] | set(sys.stdlib_module_names)


def complain(found):
    assert not found, "\n" + "\n".join(found)


def test_imports_obey_the_dependency_rule():
    complain(
        [
            f"{place}: must not import {package or 'relatively'}"
            for path in SHIPPED
            for place, node in nodes([path], ast.Import, ast.ImportFrom)
            for package in packages(node) - allowed(path)
        ]
    )


def test_imports_stand_at_the_top_of_the_file():
    inner = [
        f"{name(path)}:{node.lineno}: import inside a function or block"
        for path in PYTHON
        if name(path) not in MAY_IMPORT_LATE
        for parent in ast.walk(ast.parse(path.read_text("utf-8")))
        if not isinstance(parent, ast.Module)
        for node in ast.iter_child_nodes(parent)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    complain(inner)


def test_engine_figures_and_snippets_never_load_streamlit():
    quiet = ("engine/", "playground/figures/", "playground/snippets/")
    alone = ("playground/theme.py", "playground/player/scene.py")
    files = [p for p in SHIPPED if name(p).startswith((*quiet, *alone))]
    modules = [
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for p in files
    ]
    program = f"import sys, {', '.join(modules)}; print('streamlit' in sys.modules)"
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"


def test_every_page_is_in_the_catalog_and_the_catalog_lists_only_pages():
    files = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert files - {"__init__", "home"} == {lesson.slug for lesson in LESSONS}
    assert len({lesson.slug for lesson in LESSONS}) == len(LESSONS)
    assert {lesson.chapter for lesson in LESSONS} <= set(CHAPTERS)


def test_files_stay_short():
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in PYTHON}
    limits = {path: 150 if name(path).startswith("pages/") else 300 for path in PYTHON}
    complain(
        [
            f"{name(path)}: {lengths[path]} lines, at most {limits[path]} allowed"
            for path in PYTHON
            if lengths[path] > limits[path]
        ]
    )


def test_no_file_has_a_name_that_forbids_nothing():
    complain([name(path) for path in PYTHON if path.name in FORBIDDEN_FILES])


def test_nobody_touches_the_random_numbers_all_visitors_share():
    """Generators are seeded and passed on; the process has no seed of its own."""
    found = []
    for place, call in nodes(PYTHON, ast.Call):
        root, _dot, function = dotted(call.func).rpartition(".")
        given = {keyword.arg for keyword in call.keywords}
        if function in SEEDS and root.split(".")[0] in {"", "torch", *RANDOM_MODULES}:
            found.append(f"{place}: {function} seeds the whole process")
        elif root in RANDOM_MODULES and function not in GENERATORS:
            found.append(f"{place}: {root}.{function} draws from the shared generator")
        elif root == "torch" and function in DRAWS and "generator" not in given:
            found.append(f"{place}: torch.{function} needs generator=")
    complain(found)


def test_no_global_no_catch_all_no_raw_html():
    found = [f"{place}: global" for place, _node in nodes(PYTHON, ast.Global)]
    strict = [path for path in PYTHON if name(path) not in MAY_CATCH_ALL]
    for place, handler in nodes(strict, ast.ExceptHandler):
        caught = ast.walk(handler.type) if handler.type else [ast.Name("Exception")]
        if CATCH_ALL & {dotted(node) for node in caught} and not raises_again(handler):
            found.append(f"{place}: catches every exception")
    for place, keyword in nodes(PYTHON, ast.keyword):
        if keyword.arg == "unsafe_allow_html":
            found.append(f"{place}: unsafe_allow_html")
    complain(found)


def raises_again(handler):
    """Cleaning up and passing the exception on hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def test_the_settings_that_matter_are_set():
    text = (ROOT / ".streamlit/config.toml").read_text("utf-8")
    config = tomllib.loads(text)

    def value(option):
        section, key = option.split(".")
        return config.get(section, {}).get(key)

    complain([o for o, wanted in SETTINGS.items() if value(o) != wanted])
    complain([o for o, most in LIMITS.items() if not 0 < (value(o) or 0) <= most])
    for theme in ("light", "dark"):
        assert set(config["theme"][theme]) >= THEME, theme


def test_no_picture_or_file_of_a_data_set_is_committed():
    """Pictures are screenshots in docs/; data stays outside; weights stay small."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    found = []
    for path in map(Path, filter(None, listed)):
        suffix = path.suffix.lower()
        if suffix in PICTURES and path.parts[0] != "docs":
            found.append(f"{path}: a picture outside docs/")
        if suffix in DATA or "ubyte" in path.name or path.parts[0] == "data":
            found.append(f"{path}: data")
        if suffix == ".pt" and (ROOT / path).stat().st_size > LARGEST_WEIGHTS:
            found.append(f"{path}: more than {LARGEST_WEIGHTS} bytes")
    complain(found)
