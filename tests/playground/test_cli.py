"""The command `playground`: options go where they should, errors are one line."""

import os
import socket
import subprocess
import sys

import pytest

import engine
from playground import cli
from tests.browser import BIN, free_port

THREADS = """
import sys, threading
from playground import cli

def count(arguments):
    import torch
    thread = threading.Thread(target=lambda: print(torch.get_num_threads()))
    thread.start()
    thread.join()
    return 0

cli.serve = count
cli.main()
"""
SETTINGS = """
from streamlit import config
from streamlit.web import bootstrap
from playground.cli import server_options

bootstrap.load_config_options(server_options("localhost", 1234))
for option in ("runner.postScriptGC", "server.port", "theme.dark.textColor"):
    print(config.get_option(option))
"""


def command(*arguments, **environment):
    """Run the console script to its end."""
    return subprocess.run(
        [str(BIN / "playground"), *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_one_line_error(done, *words):
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("playground: ")
    assert [word for word in words if word not in line] == []


def python(program, folder):
    """Run a program elsewhere, in an environment that does not set the threads."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={key: os.environ[key] for key in os.environ if key != "OMP_NUM_THREADS"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_help_names_the_options_and_the_training_command():
    done = command("--help")
    assert done.returncode == 0
    for word in ("--port", "--host", "--lang", "--device", "train"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("network", "option"), [("lenet", "--variant"), ("cifar", "--precision")]
)
def test_train_knows_its_networks_and_their_options(network, option):
    done = command("train", network, "--help")
    assert done.returncode == 0
    assert option in done.stdout


def test_port_in_use_is_one_line_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = command("--port", str(port))
    assert_one_line_error(done, f"localhost:{port}", "in use", "--port")


def test_impossible_port_is_one_line_without_an_impossible_suggestion():
    done = command("--port", "65536")
    assert_one_line_error(done, "65536")
    assert "65537" not in done.stderr


def test_missing_device_is_one_line_that_lists_the_devices():
    done = command("--device", "abacus", "--port", str(free_port()))
    assert_one_line_error(done, "abacus", "cpu")


def test_missing_device_of_the_environment_is_one_line_too():
    done = command("--port", str(free_port()), PLAYGROUND_DEVICE="abacus")
    assert_one_line_error(done, "abacus", "cpu")


def test_missing_weights_are_one_line_that_names_the_file(
    monkeypatch, capsys, tmp_path
):
    monkeypatch.setattr(engine, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(sys, "argv", ["playground", "--port", str(free_port())])
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("playground: lenet_relu.pt is missing")
    assert "playground train lenet" in line


def test_unknown_language_is_refused():
    done = command("--lang", "xx")
    assert done.returncode == 2
    assert "'en', 'es'" in done.stderr


def test_server_options_flatten_the_settings_file():
    options = cli.server_options("0.0.0.0", 80)
    assert options["server.address"] == "0.0.0.0"
    assert options["server.port"] == 80
    assert options["runner.postScriptGC"] is False
    assert options["theme.dark.textColor"].startswith("#")
    assert not [name for name, value in options.items() if isinstance(value, dict)]


def test_settings_reach_streamlit_from_any_folder(tmp_path):
    collected, port, colour = python(SETTINGS, tmp_path)
    assert (collected, port) == ("False", "1234")
    assert colour == cli.server_options("", 0)["theme.dark.textColor"]


def test_every_new_thread_computes_on_one_core(tmp_path):
    assert python(THREADS, tmp_path) == ["1"]
