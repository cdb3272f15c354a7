"""Choose where tensors live: an NVIDIA card, an Apple GPU, or the processor."""

import os

import torch

VARIABLE = "PLAYGROUND_DEVICE"  # environment variable that overrules the choice


def available() -> tuple[str, ...]:
    """Return the kinds of device this machine has, fastest first; "cpu" is last."""
    found = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    return tuple(kind for kind, usable in found.items() if usable)


def pick(preferred: str | None = None) -> torch.device:
    """Return the fastest device, or the one asked for.

    Args:
        preferred: "cuda", "mps" or "cpu"; None or "" leaves the choice to the
            environment variable PLAYGROUND_DEVICE, then to this function.

    Returns:
        The device.

    Raises:
        ValueError: the device asked for is unknown or this machine lacks it.
    """
    kinds = available()
    asked = preferred or os.environ.get(VARIABLE) or kinds[0]
    if asked not in kinds:
        raise ValueError(f"device must be one of {', '.join(kinds)} here, got {asked}")
    return torch.device(asked)


def describe(device: torch.device) -> str:
    """Return a name for people: "NVIDIA H200", "Apple GPU" or "CPU".

    Args:
        device: as returned by `pick`.

    Returns:
        A short name.
    """
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return {"mps": "Apple GPU", "cpu": "CPU"}.get(device.type, device.type)
