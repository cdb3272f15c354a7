"""The wheel, built and installed away from the checkout, serves the same app."""

import os
import shutil
import subprocess
import sys
import sysconfig
from itertools import cycle
from pathlib import Path
from zipfile import ZipFile

import pytest

from playground.catalog import LESSONS
from playground.i18n import LANGUAGES
from tests.browser import FAILED, served, settle, visitor
from tests.messages import ROOT, translated

ORIGIN = """
import engine, pages, playground
for package in (engine, pages, playground):
    print(package.__file__)
"""


def run(*command, folder=ROOT):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory):
    """A new environment with the wheel; other packages come from the tests' own.

    They come by a .pth file, and Python does not read the .pth files it finds there:
    the checkout, installed in the tests' environment by such a file, stays out.
    """
    folder = tmp_path_factory.mktemp("clean") / "env"
    python = folder / "bin" / "python"
    offline = ("--no-deps", "--no-index", wheel)
    if uv := os.environ.get("UV") or shutil.which("uv"):
        run(uv, "venv", "--quiet", "--python", sys.executable, folder)
        run(uv, "pip", "install", "--quiet", "--python", python, *offline)
    else:
        run(sys.executable, "-m", "venv", folder)
        run(python, "-m", "pip", "install", "--quiet", *offline)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def test_wheel_holds_pages_lessons_translations_weights_and_settings(wheel):
    files = set(ZipFile(wheel).namelist())
    wanted = {f"pages/{entry.slug}.py" for entry in LESSONS}
    for code in LANGUAGES:
        wanted |= {f"playground/lessons/{code}/{entry.slug}.md" for entry in LESSONS}
    wanted |= {
        f"playground/locale/{code}/LC_MESSAGES/playground.po"
        for code in LANGUAGES
        if code != "en"
    }
    weights = {path.name for path in (ROOT / "engine" / "weights").glob("*.pt")}
    assert weights >= {"lenet_relu.pt", "lenet_tanh.pt", "colour_net.pt", "yolo.pt"}
    wanted |= {f"engine/weights/{name}" for name in weights}
    wanted |= {"pages/home.py", "playground/.streamlit/config.toml"}
    assert wanted - files == set()
    assert {Path(name).parts[0] for name in files if "dist-info" not in name} == {
        "engine",
        "pages",
        "playground",
    }


def test_clean_environment_does_not_see_the_checkout(clean):
    origins = run(clean / "bin" / "python", "-c", ORIGIN, folder=clean).splitlines()
    assert [path for path in origins if not path.startswith(str(clean))] == []


def test_installed_app_shows_home_and_every_lesson(clean, browser):
    """In one language each, by turns: which files are there is asserted above."""
    log = clean / "server.log"
    command = [str(clean / "bin" / "playground"), "--port", "{port}"]
    places = [("Deep Learning Playground", "")]
    for entry, code in zip(LESSONS, cycle(LANGUAGES), strict=False):
        places.append((translated(entry.title, code), f"{entry.slug}?lang={code}"))
    with served(command, log) as url:
        page = visitor(browser).new_page()
        for title, path in places:
            page.goto(f"{url}/{path}")
            settle(page)
            page.get_by_role("heading", name=title, exact=True).wait_for()
            assert page.locator(FAILED).count() == 0
        page.context.close()
    assert "Traceback" not in log.read_text()
