"""Read CIFAR-10, 60,000 colour pictures of ten kinds of things; fetch it.

Two forms are known: the official binary one (`cifar-10-binary.tar.gz`, packed or
unpacked) and a zip of JPEG files named `train/<class>/NNNN.jpg`. Both come out in
the same order, by class and within a class as numbered, so that a picture's number
says which picture it is.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
https://www.cs.toronto.edu/~kriz/cifar.html.
"""

import hashlib
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.request import urlopen

import numpy as np
import torch
from torch import Tensor

from engine.mnist import TIMEOUT, DownloadError

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
SIDE = 32  # pixels
RECORD = 1 + 3 * SIDE * SIDE  # bytes: the label, then red, green, blue
BATCHES = {  # split -> files of the official binary form
    "train": tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    "test": ("test_batch.bin",),
}
ARCHIVE = "cifar-10-binary.tar.gz"
ADDRESS = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"
CHECKSUM = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
CHUNK = 1 << 20  # bytes read at a time
DAMAGED = (EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error)

# Turns the bytes of a JPEG file into uint8 [32, 32, 3]; the engine has no decoder.
Decode = Callable[[bytes], np.ndarray]


@dataclass(frozen=True)
class Pictures:
    """`images` uint8 [N, 3, 32, 32], red, green, blue; `labels` int64 [N], 0 to 9."""

    images: Tensor
    labels: Tensor


def read(directory: str | Path, split: str, decode: Decode) -> Pictures:
    """Return the pictures and labels of one part of CIFAR-10, sorted by class.

    Args:
        directory: where the zip of JPEG files, the official archive or its unpacked
            files lie; the first found in this order is read.
        split: "train" (50,000) or "test" (10,000).
        decode: gives uint8 [32, 32, 3] for the bytes of a JPEG file; raises
            ValueError where it cannot.

    Returns:
        The pictures, class 0 first, within a class in the order of the files.

    Raises:
        FileNotFoundError: none of the forms is there.
        ValueError: the split is unknown, or a file is damaged or no CIFAR-10.
    """
    if split not in BATCHES:
        raise ValueError(f"split must be one of {tuple(BATCHES)}, got {split!r}")
    path = _find(Path(directory))
    if path is None:
        raise FileNotFoundError(
            f"neither a zip of JPEG files nor {ARCHIVE} lies in {directory}"
        )
    try:
        if path.suffix == ".zip":
            return _read_zip(path, split, decode)
        return _from_records(b"".join(_batches(path, split)))
    except DAMAGED as error:
        raise ValueError(f"{path.name} is damaged: {error}") from None


def present(directory: str | Path) -> bool:
    """Return whether CIFAR-10 lies in the directory in a known form (unread)."""
    return _find(Path(directory)) is not None


def download(directory: str | Path, address: str = ADDRESS) -> None:
    """Fetch the official archive (170 MB) and check every byte.

    It appears under its name only once its checksum was right.

    Args:
        directory: where to put it; made if missing.
        address: where it is.

    Raises:
        DownloadError: it could not be reached, or had other bytes.
    """
    target = Path(directory) / ARCHIVE
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{ARCHIVE}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with (
            urlopen(address, timeout=TIMEOUT) as answer,  # noqa: S310
            temporary.open("wb") as file,
        ):
            while chunk := answer.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != CHECKSUM:
            raise DownloadError(f"{address} has other content than expected")
        temporary.replace(target)
    except DownloadError:
        raise
    except OSError as error:
        raise DownloadError(f"{address} could not be fetched ({error})") from None
    finally:
        temporary.unlink(missing_ok=True)


def _find(directory: Path) -> Path | None:
    """Return the zip, the archive, or the folder with the unpacked files."""
    if not directory.is_dir():
        return None
    zips = sorted(path for path in directory.glob("*.zip") if _has_pictures(path))
    if zips:
        return zips[0]
    if (directory / ARCHIVE).is_file():
        return directory / ARCHIVE
    names = [name for files in BATCHES.values() for name in files]
    for folder in (directory, directory / "cifar-10-batches-bin"):
        if all((folder / name).is_file() for name in names):
            return folder
    return None


def _has_pictures(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as packed:
            return any(_place(name) for name in packed.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def _place(name: str) -> tuple[str, str, str] | None:
    """Return (split, class, file) of a packed picture; None for other files."""
    parts = PurePosixPath(name).parts[-3:]
    if len(parts) < 3 or parts[0] not in BATCHES or parts[1] not in CLASSES:
        return None
    return parts if parts[2].lower().endswith((".jpg", ".jpeg")) else None


def _read_zip(path: Path, split: str, decode: Decode) -> Pictures:
    images, labels = [], []
    with zipfile.ZipFile(path) as packed:
        places = {name: _place(name) for name in packed.namelist()}
        wanted = [(at, name) for name, at in places.items() if at and at[0] == split]
        for (_, kind, _), name in sorted(wanted):  # classes are in alphabetical order
            image = decode(packed.read(name))
            if image.shape != (SIDE, SIDE, 3) or image.dtype != np.uint8:
                raise ValueError(
                    f"{name} must be uint8 [{SIDE}, {SIDE}, 3], "
                    f"got {image.dtype} {list(image.shape)}"
                )
            images.append(image)
            labels.append(CLASSES.index(kind))
    if not images:
        raise ValueError(f"{path.name} has no pictures for {split!r}")
    stacked = torch.from_numpy(np.stack(images))  # [N, 32, 32, 3]
    return Pictures(stacked.permute(0, 3, 1, 2).contiguous(), torch.tensor(labels))


def _batches(path: Path, split: str) -> Iterator[bytes]:
    """Yield the contents of a split's binary files, packed or not."""
    if path.is_dir():
        yield from ((path / name).read_bytes() for name in BATCHES[split])
        return
    with tarfile.open(path) as packed:  # read only, nothing is unpacked to disk
        members = {PurePosixPath(member.name).name: member for member in packed}
        for name in BATCHES[split]:
            file = packed.extractfile(members[name]) if name in members else None
            if file is None:
                raise ValueError(f"{path.name} lacks {name}")
            yield file.read()


def _from_records(content: bytes) -> Pictures:
    if not content or len(content) % RECORD:
        raise ValueError(
            f"the binary files must hold records of {RECORD} bytes, "
            f"got {len(content)} bytes"
        )
    records = torch.frombuffer(bytearray(content), dtype=torch.uint8).view(-1, RECORD)
    labels = records[:, 0].long()
    if labels.max() >= len(CLASSES):
        raise ValueError(f"labels must be 0 to 9, got {labels.max().item()}")
    order = labels.sort(stable=True).indices
    images = records[order, 1:].view(-1, 3, SIDE, SIDE)
    return Pictures(images.contiguous(), labels[order])
