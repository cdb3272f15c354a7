"""The command `playground`: serve the app, or train the networks it ships."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before newer syntax is imported
    sys.exit("playground: Python 3.11 or newer is needed, this is " + sys.version[:6])

import argparse
import contextlib
import gc
import os
import signal
import socket
import tomllib
from pathlib import Path

PACKAGE = Path(__file__).parent


def main() -> None:
    """Run the command line. Exit status 2 and one line where something is wrong."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch reads it once, on import
    arguments = _parser().parse_args()
    if arguments.device:
        os.environ["PLAYGROUND_DEVICE"] = arguments.device
    sys.exit(arguments.run(arguments))


# Imports below stand inside functions on purpose: torch must not be imported before
# the environment is set.


def _parser() -> argparse.ArgumentParser:
    from playground import train, train_colour, train_yolo

    parser = argparse.ArgumentParser(prog="playground", description=__doc__)
    parser.set_defaults(run=serve)
    parser.add_argument("--device", help="cuda, mps or cpu; the fastest if not given")
    parser.add_argument("--port", type=int, default=8501, help="default: 8501")
    parser.add_argument(
        "--host", default="localhost", help="0.0.0.0 lets a whole classroom in"
    )
    parser.add_argument("--lang", choices=("en", "es"), help="default: the browser's")
    commands = parser.add_subparsers(title="commands")
    networks = commands.add_parser("train", help="train a network the app ships")
    kinds = networks.add_subparsers(required=True)
    lenet = kinds.add_parser("lenet", help="LeNet-5 on MNIST")
    train.add_arguments(lenet)
    lenet.set_defaults(run=train.run)
    colour = kinds.add_parser("cifar", help="the colour network on CIFAR-10")
    train_colour.add_arguments(colour)
    colour.set_defaults(run=train_colour.run)
    yolo = kinds.add_parser("yolo", help="the detector on scenes of MNIST")
    train_yolo.add_arguments(yolo)
    yolo.set_defaults(run=train_yolo.run)
    return parser


def serve(arguments: argparse.Namespace) -> int:
    """Serve the app until it is stopped; return the exit status."""
    problem = (
        _port_problem(arguments.host, arguments.port)
        or _missing_weights()
        or _device_problem()
    )
    if problem:
        sys.stderr.write(f"playground: {problem}\n")
        return 2
    if arguments.lang:
        os.environ["PLAYGROUND_LANG"] = arguments.lang
    _warm_up()
    import streamlit as st
    from streamlit.web import bootstrap

    from playground.player.answers import answer_route
    from playground.player.tape import tape_route

    options = server_options(arguments.host, arguments.port)
    bootstrap.load_config_options(options)
    base = st.get_option("server.baseUrlPath")
    sys.argv[1:] = []  # our options are not the script's
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):  # stopped on purpose: status 0
        routes = [tape_route(base), answer_route(base)]
        st.App(PACKAGE / "app.py", routes=routes).run(config=options)
    return 0


def server_options(host: str, port: int) -> dict[str, object]:
    """Return Streamlit's options: the settings file, wherever the reader stands.

    Args:
        host: address to listen on.
        port: TCP port.

    Returns:
        Option -> value, with Streamlit's names ("server.port").
    """
    folders = (PACKAGE, PACKAGE.parent)  # in a wheel, in a checkout
    files = [folder / ".streamlit" / "config.toml" for folder in folders]
    settings = tomllib.loads(next(f for f in files if f.exists()).read_text("utf-8"))
    return _flat(settings) | {"server.port": port, "server.address": host}


def _flat(settings: dict, prefix: str = "") -> dict[str, object]:
    flat = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat


def _port_problem(host: str, port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            other = f"; try --port {port + 1}" if port < 65535 else ""
            return f"cannot listen on {host}:{port}: {reason}{other}"
    return None


def _missing_weights() -> str | None:
    import engine

    for variant in ("relu", "tanh"):
        path = Path(engine.__file__).parent / "weights" / f"lenet_{variant}.pt"
        if not path.exists():
            return (
                f"{path.name} is missing; make it with: "
                f"playground train lenet --variant {variant}"
            )
    return None


def _device_problem() -> str | None:
    from engine import device

    try:
        device.pick()
    except ValueError as error:
        return str(error)
    return None


def _warm_up() -> None:
    """Import what every page needs before the first visitor waits for it."""
    import plotly.graph_objects  # noqa: F401
    import torch
    import torch.fx.experimental.symbolic_shapes

    from engine import lenet  # noqa: F401

    torch.set_num_threads(1)
    gc.collect()
    gc.freeze()  # with postScriptGC off: later collections skip what never changes
