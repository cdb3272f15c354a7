import hashlib
import io
import tarfile
import zipfile

import numpy as np
import pytest
import torch

from engine import cifar
from engine.mnist import DownloadError

CONTENT = 3 * 32 * 32


def decode(content):
    """Stands for a JPEG decoder: the picture is all of one level, the first byte."""
    return np.full((32, 32, 3), content[0], dtype=np.uint8)


def record(label, *levels):
    return bytes([label]) + bytes(levels) * (CONTENT // len(levels))


def zipped(folder, files):
    with zipfile.ZipFile(folder / "pictures.zip", "w") as packed:
        for name, level in files.items():
            packed.writestr(name, bytes([level]))
    return folder


def unpacked(folder):
    """The official form, with a picture or two per file; levels tell them apart."""
    folder.mkdir(exist_ok=True)
    for number in range(1, 6):
        content = record(7, number) + record(2, 10 * number)
        (folder / f"data_batch_{number}.bin").write_bytes(content)
    (folder / "test_batch.bin").write_bytes(record(9, 1) + record(0, 2) + record(9, 3))
    return folder


def packed(folder):
    source = unpacked(folder / "source")
    target = folder / "packed"
    target.mkdir()
    with tarfile.open(target / cifar.ARCHIVE, "w:gz") as archive:
        archive.add(source, "cifar-10-batches-bin")
    return target


def levels(pictures):
    return pictures.images[:, 0, 0, 0].tolist()


def test_classes_are_in_alphabetical_order_as_the_labels_are():
    assert list(cifar.CLASSES) == sorted(cifar.CLASSES)
    assert len(cifar.CLASSES) == 10


def test_read_sorts_the_zip_by_class_and_number(tmp_path):
    files = {
        "top/test/truck/0001.jpg": 5,
        "top/test/truck/0000.JPEG": 4,
        "top/test/airplane/0000.jpg": 3,
        "top/train/bird/0000.jpg": 2,
        "top/train/bird/notes.txt": 1,
        "top/train/dragon/0000.jpg": 1,
        "top/README.md": 0,
    }
    found = cifar.read(zipped(tmp_path, files), "test", decode)
    assert found.labels.tolist() == [0, 9, 9]
    assert levels(found) == [3, 4, 5]
    assert found.images.shape == (3, 3, 32, 32)
    assert (found.images.dtype, found.labels.dtype) == (torch.uint8, torch.int64)
    assert levels(cifar.read(str(tmp_path), "train", decode)) == [2]


def test_read_puts_the_channels_of_a_zipped_picture_first(tmp_path):
    def coloured(_content):
        return np.arange(CONTENT, dtype=np.uint8).reshape(32, 32, 3)

    folder = zipped(tmp_path, {"test/cat/0000.jpg": 0})
    image = cifar.read(folder, "test", coloured).images[0]
    assert image[:, 0, 1].tolist() == [3, 4, 5]  # red, green, blue of one pixel


@pytest.mark.parametrize("form", ["inner", "folder", "archive"])
def test_read_knows_every_official_form_and_sorts_by_class(tmp_path, form):
    forms = {
        "folder": lambda: unpacked(tmp_path),
        "inner": lambda: unpacked(tmp_path / "cifar-10-batches-bin").parent,
        "archive": lambda: packed(tmp_path),
    }
    folder = forms[form]()
    test = cifar.read(folder, "test", decode)
    assert (test.labels.tolist(), levels(test)) == ([0, 9, 9], [2, 1, 3])
    train = cifar.read(folder, "train", decode)
    assert train.labels.tolist() == [2] * 5 + [7] * 5
    assert levels(train) == [10, 20, 30, 40, 50, 1, 2, 3, 4, 5]
    assert cifar.present(folder)


def test_read_finds_red_green_and_blue_one_after_the_other(tmp_path):
    folder = unpacked(tmp_path)
    planes = bytes([200]) * 1024 + bytes([100]) * 1024 + bytes([50]) * 1024
    (folder / "test_batch.bin").write_bytes(bytes([3]) + planes)
    image = cifar.read(folder, "test", decode).images[0]
    assert image.flatten(1).float().mean(dim=1).tolist() == [200, 100, 50]


def test_read_refuses_an_unknown_split(tmp_path):
    with pytest.raises(ValueError, match=r"split must be one of .*got 'valid'"):
        cifar.read(unpacked(tmp_path), "valid", decode)


@pytest.mark.parametrize("folder", [".", "nowhere"])
def test_read_says_what_it_looked_for(tmp_path, folder):
    (tmp_path / "notes.zip").write_bytes(b"no zip")
    zipped(tmp_path, {"words.txt": 0})
    with pytest.raises(FileNotFoundError, match=r"zip of JPEG.*binary"):
        cifar.read(tmp_path / folder, "test", decode)
    assert not cifar.present(tmp_path / folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "records of 3073 bytes, got 0", id="empty"),
        pytest.param(record(1, 1)[:-1], "got 3072 bytes", id="cut"),
        pytest.param(record(10, 1), "labels must be 0 to 9, got 10", id="label"),
    ],
)
def test_read_refuses_corrupt_records(tmp_path, content, message):
    (unpacked(tmp_path) / "test_batch.bin").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        cifar.read(tmp_path, "test", decode)


def test_read_refuses_damaged_and_incomplete_archives(tmp_path):
    archive = packed(tmp_path) / cifar.ARCHIVE
    content = archive.read_bytes()
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=r"tar\.gz is damaged"):
        cifar.read(archive.parent, "train", decode)
    with tarfile.open(archive, "w:gz") as fresh:
        fresh.addfile(tarfile.TarInfo("notes.txt"), io.BytesIO())
    with pytest.raises(ValueError, match=r"lacks test_batch\.bin"):
        cifar.read(archive.parent, "test", decode)


def test_read_refuses_zips_without_the_split_and_pictures_of_another_size(tmp_path):
    zipped(tmp_path, {"test/cat/0000.jpg": 0})
    with pytest.raises(ValueError, match="no pictures for 'train'"):
        cifar.read(tmp_path, "train", decode)
    with pytest.raises(ValueError, match=r"0000.jpg must be uint8 .*\[28, 28, 3\]"):
        cifar.read(tmp_path, "test", lambda _: np.zeros((28, 28, 3), np.uint8))


def test_read_refuses_a_zip_whose_pictures_are_damaged(tmp_path):
    path = zipped(tmp_path, {"test/cat/0000.jpg": 77}) / "pictures.zip"
    path.write_bytes(path.read_bytes().replace(bytes([77]), b"?", 1))
    with pytest.raises(ValueError, match=r"pictures\.zip is damaged: Bad CRC"):
        cifar.read(tmp_path, "test", decode)


def test_download_keeps_only_what_has_the_right_checksum(tmp_path, monkeypatch):
    source, target = packed(tmp_path) / cifar.ARCHIVE, tmp_path / "deep" / "target"
    with pytest.raises(DownloadError, match="other content"):
        cifar.download(target, source.as_uri())
    assert list(target.iterdir()) == []
    checksum = hashlib.sha256(source.read_bytes()).hexdigest()
    monkeypatch.setattr(cifar, "CHECKSUM", checksum)
    cifar.download(target, source.as_uri())
    assert [path.name for path in target.iterdir()] == [cifar.ARCHIVE]
    assert len(cifar.read(target, "test", decode).labels) == 3


def test_download_error_is_one_line(tmp_path):
    with pytest.raises(DownloadError, match="could not be fetched") as caught:
        cifar.download(tmp_path, (tmp_path / "nowhere").as_uri())
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_address_is_encrypted():
    assert cifar.ADDRESS.startswith("https://")
