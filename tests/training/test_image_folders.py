"""Folders of images as people have them: with hidden ones, empty ones, and files that are damaged."""

import numpy as np
import pytest
from PIL import Image

from sizeup.errors import UsageError
from sizeup.training.data import load


@pytest.fixture
def home(tmp_path):
    for label, name in enumerate(("cat", "dog")):
        (tmp_path / name).mkdir()
        for number in range(2):
            image = Image.fromarray(np.full((4, 4), 50 * label + number, np.uint8))
            image.save(tmp_path / name / f"{number}.png")
    return tmp_path


def test_what_is_hidden_is_no_class_and_no_image(home):
    for name in (".git", ".ipynb_checkpoints"):
        (home / name).mkdir()
        (home / name / "0.png").write_bytes((home / "cat" / "0.png").read_bytes())
    (home / "cat" / "._0.png").write_bytes(b"what a Mac leaves on foreign disks")
    found = load(str(home))
    assert found.classes == ("cat", "dog")
    assert found.train[1].tolist() == [0, 0, 1, 1]


def test_a_class_without_images_is_named(home):
    (home / "empty").mkdir()
    (home / "notes").mkdir()
    (home / "notes" / "readme.txt").touch()
    with pytest.raises(UsageError, match="without images, empty, notes:"):
        load(str(home))


def test_a_folder_of_folders_of_classes_says_which_to_take(home, tmp_path_factory):
    above = tmp_path_factory.mktemp("above")
    home.rename(above / "train")
    with pytest.raises(UsageError, match=r"--data .*train"):
        load(str(above))


def test_all_images_that_are_damaged_are_named(home):
    whole = (home / "cat" / "0.png").read_bytes()
    (home / "cat" / "0.png").write_bytes(whole[:40])
    (home / "dog" / "1.png").write_bytes(b"no image")
    with pytest.raises(UsageError) as raised:
        load(str(home))
    said = str(raised.value)
    assert "2 images cannot be read" in said
    assert "cat/0.png" in said
    assert "dog/1.png" in said
    for number in range(9):
        (home / "dog" / f"bad{number}.png").write_bytes(b"no image")
    with pytest.raises(UsageError, match=r"11 images cannot be read: .*and 6 more"):
        load(str(home))
