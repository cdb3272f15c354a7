import pytest
import torch

from engine.device import VARIABLE, available, describe, pick


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def test_available_ends_with_the_processor():
    assert available()[-1] == "cpu"


def test_pick_takes_the_fastest_device():
    assert pick().type == available()[0]


def test_pick_obeys_the_caller_before_the_environment(monkeypatch):
    monkeypatch.setenv(VARIABLE, "abacus")
    assert pick("cpu") == torch.device("cpu")
    with pytest.raises(ValueError, match=r"one of .*cpu here, got abacus"):
        pick()


def test_pick_obeys_the_environment(monkeypatch):
    monkeypatch.setenv(VARIABLE, "cpu")
    assert pick() == torch.device("cpu")


@pytest.mark.parametrize("kind", sorted({"cuda", "mps", "tpu"} - set(available())))
def test_pick_refuses_what_the_machine_lacks(kind):
    with pytest.raises(ValueError, match=f"got {kind}"):
        pick(kind)


@pytest.mark.parametrize(("kind", "name"), [("cpu", "CPU"), ("mps", "Apple GPU")])
def test_describe_names_devices_for_people(kind, name):
    assert describe(torch.device(kind)) == name


def test_describe_asks_the_driver_for_a_card_s_name(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA H200")
    assert describe(torch.device("cuda")) == "NVIDIA H200"
