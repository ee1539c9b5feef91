"""Data by name and by path are what they say, and what is wrong with them is said."""

import os
from pathlib import Path

import numpy as np
import pytest

from sizeup.errors import UsageError
from sizeup.training.data import load
from sizeup.training.data.named import DEBIAN

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")
Image = pytest.importorskip("PIL.Image")


def test_digits_are_those_of_scikit_learn():
    from sklearn.datasets import load_digits

    truth, found = load_digits(), load("digits")
    assert found.train[0].shape == (1797, 8, 8, 1)
    assert (found.train[1] == truth.target).all()
    assert np.abs(found.train[0][..., 0] / 255 - truth.images / 16).max() < 0.003


def test_characters_are_35_balanced_classes_of_28_by_28_drawn_alike_each_time():
    one, other = load("characters", 700), load("characters", 700)
    assert len(one.classes) == 35
    assert "O" not in one.classes
    assert one.train[0].shape == (700, 28, 28, 1)
    assert (np.bincount(one.train[1]) == 20).all()
    assert (one.train[0] == other.train[0]).all()
    assert not (one.test[0][:700] == one.train[0]).all()


def test_characters_can_be_told_apart():
    """A nearest neighbour among 7,000 does far better than chance: labels belong to images."""
    from sklearn.neighbors import KNeighborsClassifier

    data = load("characters", 7000)
    x, y = data.train
    judge = KNeighborsClassifier(1).fit(x.reshape(len(x), -1) / 255.0, y)
    assert judge.score(data.test[0][:500].reshape(500, -1) / 255.0, data.test[1][:500]) > 0.5


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="dataset-fashion-mnist is not installed")
def test_fashion_mnist_comes_from_the_files_of_debian():
    found = load("fashion-mnist")
    assert found.train[0].shape == (60000, 28, 28, 1)
    assert found.test[0].shape == (10000, 28, 28, 1)
    assert (np.bincount(found.train[1]) == 6000).all()
    assert found.classes[found.train[1][0]] == "Ankle boot"  # the first image of the data set


def test_mnist_comes_from_the_cache_of_keras(tmp_path, monkeypatch):
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setattr(
        "keras.src.datasets.mnist.get_file", lambda *_, **__: str(tmp_path / "m.npz")
    )
    arrays = {"x_train": np.ones((6, 28, 28), np.uint8), "y_train": np.arange(6, dtype=np.uint8),
              "x_test": np.zeros((2, 28, 28), np.uint8), "y_test": np.zeros(2, np.uint8)}  # fmt: skip
    np.savez(tmp_path / "m.npz", **arrays)
    found = load("mnist")
    assert found.train[0].shape == (6, 28, 28, 1)
    assert found.train[1].tolist() == [0, 1, 2, 3, 4, 5]
    assert found.test[0].shape == (2, 28, 28, 1)


def test_what_cannot_be_fetched_says_where_to_put_it(monkeypatch):
    def refused(*_, **__):
        raise Exception("URL fetch failure on https://…")  # noqa: TRY002  (as Keras does)

    monkeypatch.setattr("keras.src.datasets.cifar.load_batch", refused)
    monkeypatch.setattr("keras.src.datasets.cifar10.get_file", refused)
    with pytest.raises(UsageError, match=r"put Keras' own file into .*datasets"):
        load("cifar10")


def folder(home, sizes):
    for name, pictures in sizes.items():
        (home / name).mkdir(parents=True)
        for number, (mode, size) in enumerate(pictures):
            Image.new(mode, size, 7 if mode == "L" else (1, 2, 3)).save(
                home / name / f"{number}.png"
            )


def test_a_folder_has_a_class_per_sub_folder(tmp_path):
    folder(tmp_path, {"dog": [("L", (5, 4))] * 2, "cat": [("L", (5, 4))]})
    (tmp_path / "dog" / "notes.txt").write_text("no picture")
    found = load(str(tmp_path))
    assert found.classes == ("cat", "dog")
    assert found.train[0].shape == (3, 4, 5, 1)
    assert found.train[1].tolist() == [0, 1, 1]


def test_images_of_several_sizes_are_scaled_to_the_commonest_where_asked(tmp_path):
    sizes = {"a": [("L", (5, 4))] * 2 + [("L", (9, 9))], "b": [("RGB", (5, 4)), ("RGB", (2, 3))]}
    folder(tmp_path, sizes)
    with pytest.raises(UsageError, match="--resize scales them"):
        load(str(tmp_path))
    x = load(str(tmp_path), resize=True).train[0]
    assert x.shape == (5, 4, 5, 3)
    assert (x[:3] == 7).all()
    assert (x[3:] == [1, 2, 3]).all()


def test_colours_are_kept_where_any_image_has_some(tmp_path):
    folder(tmp_path, {"a": [("L", (3, 3))], "b": [("RGB", (3, 3))]})
    x = load(str(tmp_path)).train[0]
    assert x.shape == (2, 3, 3, 3)
    assert x[0, 0, 0].tolist() == [7, 7, 7]
    assert x[1, 0, 0].tolist() == [1, 2, 3]


@pytest.mark.parametrize("kind", ["U1", "S1"])
def test_an_archive_holds_samples_and_labels(tmp_path, kind):
    names = np.array(["b", "a", "b"], kind)
    np.savez(tmp_path / "d.npz", x=np.zeros((3, 4, 4), np.uint8), y=names, x_test=np.ones((1, 4, 4), np.uint8),
             y_test=np.array(["a"], kind))  # fmt: skip
    found = load(str(tmp_path / "d.npz"))
    assert found.classes == ("a", "b")
    assert found.train[1].tolist() == [1, 0, 1]
    assert found.test[1].tolist() == [0]
    assert found.shape == (4, 4, 1)


def broken(home, case):
    path = home / "d.npz"
    zeros = np.zeros((3, 4), np.float32)
    match case:
        case "no archive":
            path.write_bytes(b"PK\x03\x04 nothing")
        case "no x":
            np.savez(path, a=zeros, y=np.arange(3))
        case "floats":
            np.savez(path, x=zeros, y=np.zeros(3))
        case "lengths":
            np.savez(path, x=zeros, y=np.arange(4))
        case "pickle":
            np.savez(path, x=np.array([{}, {}, {}], object), y=np.arange(3), allow_pickle=True)
        case "class":
            np.savez(path, x=zeros, y=np.arange(3), x_test=zeros, y_test=np.arange(1, 4))
        case "no numbers":
            np.savez(path, x=np.full((3, 4), np.nan), y=np.arange(3))
        case "empty folder":
            path.mkdir()
        case "sizes":
            folder(path, {"a": [("L", (3, 3)), ("L", (4, 4))]})
        case "image":
            folder(path, {"a": [("L", (3, 3))]})
            (path / "a" / "1.png").write_bytes(b"no image")
    return str(path)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("no archive", "holds no arrays"), ("no x", "no array x, but a, y"),
        ("floats", "are no classes"), ("lengths", "3 samples and 4 labels"),
        ("no numbers", "NaN or infinite"), ("pickle", "holds no arrays"), ("class", "class 3 in y_test"),
        ("empty folder", "no sub-folders"), ("sizes", "the first is 3×3"),
        ("image", r"1\.png is no image"),
    ],
)  # fmt: skip
def test_damaged_data_end_in_one_line(tmp_path, case, said):
    with pytest.raises(UsageError, match=said):
        load(broken(tmp_path, case))


def test_a_name_that_is_none_lists_those_that_are():
    with pytest.raises(UsageError, match="digits, characters, fashion-mnist"):
        load("imagenet")


def test_fewer_samples_are_drawn_evenly():
    data = load("digits", 500)
    assert len(data.train[0]) == 500
    assert np.bincount(data.train[1]).min() > 30


def test_pickles_are_never_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    np.savez(tmp_path / "d.npz", x=np.array([Bomb()], object), y=np.arange(1), allow_pickle=True)
    with pytest.raises(UsageError):
        load(str(tmp_path / "d.npz"))
    assert not Path(tmp_path / "ran").exists()
