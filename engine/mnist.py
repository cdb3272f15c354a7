"""Read MNIST, 70,000 handwritten digits in IDX files, plain or gzipped; fetch it.

Source: LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist/.
"""

import gzip
import hashlib
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import torch
from torch import Tensor

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
STEMS = {"train": "train", "test": "t10k"}  # split -> how its files begin
# uncompressed file -> SHA-256, as published for the original files
CHECKSUMS = {
    "train-images-idx3-ubyte": (
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte": (
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte": (
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte": (
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}
UNREADABLE = (EOFError, gzip.BadGzipFile, zlib.error)
TIMEOUT = 30  # seconds without a byte


class DownloadError(OSError):
    """No mirror delivered a file."""


def read(directory: str | Path, split: str) -> tuple[Tensor, Tensor]:
    """Return the pictures and labels of one part of MNIST.

    Args:
        directory: where the IDX files lie, plain or ending in .gz, named as on the
            original page or with a dot ("train-images.idx3-ubyte").
        split: "train" (60,000) or "test" (10,000).

    Returns:
        uint8 [N, 28, 28], 0 = background, 255 = ink, and int64 [N], 0 to 9.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: the split is unknown, or a file is corrupt.
    """
    if split not in STEMS:
        raise ValueError(f"split must be one of {tuple(STEMS)}, got {split!r}")
    images = _read_idx(_find(directory, f"{STEMS[split]}-images-idx3-ubyte"), 3)
    labels = _read_idx(_find(directory, f"{STEMS[split]}-labels-idx1-ubyte"), 1)
    if images.shape[1:] != (28, 28):
        raise ValueError(f"images must be 28 x 28, got {list(images.shape[1:])}")
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images do not match {len(labels)} labels")
    if len(labels) and labels.max() > 9:
        raise ValueError(f"labels must be 0 to 9, got {labels.max().item()}")
    return images, labels.long()


def present(directory: str | Path) -> bool:
    """Return whether all four files of MNIST lie in the directory (unread)."""
    try:
        return all(_find(directory, name) for name in CHECKSUMS)
    except FileNotFoundError:
        return False


def download(directory: str | Path, mirrors: Sequence[str] = MIRRORS) -> None:
    """Fetch the files of MNIST that the directory lacks, and check every byte.

    A file appears under its name only once its checksum was right.

    Args:
        directory: where to put the .gz files; made if missing.
        mirrors: addresses to try in turn, each ending in "/".

    Raises:
        DownloadError: no mirror could be reached, or none had the right bytes.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for name, checksum in CHECKSUMS.items():
        try:
            _find(directory, name)
        except FileNotFoundError:
            packed = _fetch(f"{name}.gz", checksum, mirrors)
            _write_atomically(directory / f"{name}.gz", packed)


def _find(directory: str | Path, name: str) -> Path:
    dotted = name.replace("-idx", ".idx")
    for candidate in (name, f"{name}.gz", dotted, f"{dotted}.gz"):
        path = Path(directory) / candidate
        if path.is_file():
            return path
    raise FileNotFoundError(f"{name} (or {name}.gz) is missing in {directory}")


def _read_idx(path: Path, dimensions: int) -> Tensor:
    """Return the bytes of an IDX file as uint8 with that many dimensions.

    Big-endian: two zeros, type 8 (bytes), the number of dimensions, each size as
    32 bits, then the values.
    """
    content = path.read_bytes()
    if path.suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except UNREADABLE as error:
            raise ValueError(f"{path.name} is not a whole gzip file: {error}") from None
    start = 4 + 4 * dimensions
    magic = bytes([0, 0, 8, dimensions])
    if len(content) < start or content[:4] != magic:
        raise ValueError(
            f"{path.name} must begin with {magic.hex()}, got {content[:4].hex()}"
        )
    shape = np.frombuffer(content[4:start], dtype=">u4").tolist()
    if len(content) - start != int(np.prod(shape, dtype=object)):
        raise ValueError(
            f"{path.name} must hold {shape} values, got {len(content) - start}"
        )
    values = np.frombuffer(content, dtype=np.uint8, offset=start)
    return torch.from_numpy(values.reshape(shape).copy())


def _fetch(file: str, checksum: str, mirrors: Sequence[str]) -> bytes:
    """Return the packed file from the first mirror that has the right content."""
    reasons = []
    for mirror in mirrors:
        try:
            with urlopen(mirror + file, timeout=TIMEOUT) as answer:  # noqa: S310
                packed = answer.read()
            if hashlib.sha256(gzip.decompress(packed)).hexdigest() == checksum:
                return packed
            reasons.append(f"{mirror}: wrong content")
        except (OSError, *UNREADABLE) as error:  # unreachable or damaged
            reasons.append(f"{mirror}: {error}")
    raise DownloadError(f"{file} could not be fetched ({'; '.join(reasons)})")


def _write_atomically(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)  # readers see the whole file or none
    finally:
        temporary.unlink(missing_ok=True)
