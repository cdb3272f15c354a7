import gzip
import hashlib
import struct

import pytest
import torch

from engine import mnist


def idx(values, *shape):
    header = struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape)
    return header + bytes(values)


IMAGES = idx([index % 251 for index in range(3 * 784)], 3, 28, 28)
LABELS = idx([7, 0, 9], 3)


@pytest.fixture
def directory(tmp_path):
    for stem in ("train", "t10k"):
        (tmp_path / f"{stem}-images-idx3-ubyte").write_bytes(IMAGES)
        (tmp_path / f"{stem}-labels-idx1-ubyte").write_bytes(LABELS)
    return tmp_path


@pytest.mark.parametrize("split", ["train", "test"])
def test_read_returns_images_and_labels(directory, split):
    images, labels = mnist.read(directory, split)
    assert images.dtype == torch.uint8
    assert images.shape == (3, 28, 28)
    assert images.flatten().tolist() == [index % 251 for index in range(3 * 784)]
    assert labels.dtype == torch.int64
    assert labels.tolist() == [7, 0, 9]


@pytest.mark.parametrize("name", ["{}-idx", "{}.idx"], ids=["dash", "dot"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_read_knows_every_usual_file_name(tmp_path, name, packed):
    for what, content in (("images", IMAGES), ("labels", LABELS)):
        stem = name.format(f"train-{what}")
        file = f"{stem}{3 if what == 'images' else 1}-ubyte"
        if packed:
            (tmp_path / f"{file}.gz").write_bytes(gzip.compress(content))
        else:
            (tmp_path / file).write_bytes(content)
    assert mnist.read(str(tmp_path), "train")[1].tolist() == [7, 0, 9]


def test_read_refuses_an_unknown_split(directory):
    with pytest.raises(ValueError, match=r"split must be one of .*got 'valid'"):
        mnist.read(directory, "valid")


def test_read_says_which_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="train-images-idx3-ubyte"):
        mnist.read(tmp_path, "train")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        pytest.param("images", b"", "must begin with", id="empty"),
        pytest.param("images", IMAGES[:9], "must begin with", id="half a header"),
        pytest.param("images", IMAGES[:-1], "must hold", id="truncated"),
        pytest.param("images", IMAGES + b"x", "must hold", id="too long"),
        pytest.param("images", LABELS + bytes(9), "must begin with", id="swapped"),
        pytest.param("images", idx([1] * 12, 3, 2, 2), "28 x 28", id="wrong size"),
        pytest.param("images", idx([], 4294967295, 28, 28), "must hold", id="huge"),
        pytest.param("labels", idx([1, 2], 2), "3 images .* 2 labels", id="counts"),
        pytest.param("labels", idx([1, 2, 10], 3), "0 to 9, got 10", id="label 10"),
    ],
)
def test_read_refuses_corrupt_files(directory, file, content, message):
    name = {"images": "train-images-idx3-ubyte", "labels": "train-labels-idx1-ubyte"}
    (directory / name[file]).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        mnist.read(directory, "train")


@pytest.mark.parametrize(
    "damage",
    [lambda b: b"no gzip" + b, lambda b: b[:40], lambda b: b[:30] + b"??" + b[32:]],
    ids=["no gzip", "cut", "flipped"],
)
def test_read_refuses_damaged_gzip(directory, damage):
    (directory / "train-images-idx3-ubyte").unlink()
    packed = damage(gzip.compress(IMAGES))
    (directory / "train-images-idx3-ubyte.gz").write_bytes(packed)
    with pytest.raises(ValueError, match="not a whole gzip file"):
        mnist.read(directory, "train")


def test_present_needs_all_four_files(directory):
    assert mnist.present(directory)
    (directory / "t10k-labels-idx1-ubyte").unlink()
    assert not mnist.present(directory)
    assert not mnist.present(directory / "nowhere")


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    folder = tmp_path / "mirror"
    folder.mkdir()
    sums = {}
    for name in mnist.CHECKSUMS:
        content = IMAGES if "images" in name else LABELS
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        sums[name] = hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(mnist, "CHECKSUMS", sums)
    return folder


def test_download_tries_mirrors_in_turn(tmp_path, mirror):
    target = tmp_path / "deep" / "target"
    mirrors = [(tmp_path / "nowhere").as_uri() + "/", mirror.as_uri() + "/"]
    mnist.download(target, mirrors)
    assert mnist.read(target, "test")[1].tolist() == [7, 0, 9]
    assert sorted(f.name for f in target.iterdir()) == sorted(
        f"{name}.gz" for name in mnist.CHECKSUMS
    )


def test_download_fetches_only_what_is_missing(directory):
    mnist.download(directory, mirrors=[])  # would fail if it needed a mirror


@pytest.mark.parametrize(
    "content", [gzip.compress(b"other"), b"no gzip"], ids=["wrong sum", "no gzip"]
)
def test_download_keeps_no_file_with_a_wrong_checksum(tmp_path, mirror, content):
    (mirror / "train-images-idx3-ubyte.gz").write_bytes(content)
    target = tmp_path / "target"
    with pytest.raises(mnist.DownloadError, match="train-images-idx3-ubyte"):
        mnist.download(target, [mirror.as_uri() + "/"])
    assert list(target.iterdir()) == []


def test_download_error_is_an_os_error_in_one_line(tmp_path):
    nowhere = (tmp_path / "nowhere").as_uri() + "/"
    with pytest.raises(OSError, match="could not be fetched") as caught:
        mnist.download(tmp_path, [nowhere])
    assert "\n" not in str(caught.value)


def test_mirrors_are_encrypted():
    assert all(mirror.startswith("https://") for mirror in mnist.MIRRORS)
