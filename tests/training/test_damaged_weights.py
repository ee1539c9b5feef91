"""Files of weights that are damaged, or point elsewhere, end in one line and read nothing else."""

import random
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest

import sizeup
from sizeup.errors import ReadError, SizeupError, UsageError
from sizeup.training.loading import loader

FIXTURES = Path(__file__).parents[1] / "fixtures" / "trained"
pytestmark = pytest.mark.filterwarnings("ignore:.*__array__ implementation")  # Keras' NumPy backend
NETWORKS = {
    2: (FIXTURES / "networks_2.py").read_text(),
    1: (FIXTURES / "networks_1.py").read_text(),
}


def network(name, keras_version=2):
    text = NETWORKS[keras_version]
    return sizeup.read("-", text=text, keras=keras_version, tf_keras=keras_version == 2)[name]


def load(one, path):
    loader(one, str(path))(one.to_keras())


@pytest.fixture
def old(tmp_path):
    return Path(shutil.copy(FIXTURES / "tf_keras_2.21_images.h5", tmp_path / "w.h5"))


def first_kernel(file):
    name = next(n for n in file.attrs["layer_names"] if len(file[n].attrs["weight_names"]))
    return file[name], file[name].attrs["weight_names"][0]


def external(file, home):
    group, kernel = first_kernel(file)
    with h5py.File(home / "secret.h5", "w") as other:
        other["secret"] = group[kernel][()]
    del group[kernel]
    group[kernel] = h5py.ExternalLink(str(home / "secret.h5"), "/secret")


def soft(file, _):
    group, kernel = first_kernel(file)
    file["hidden"] = group[kernel][()]
    del group[kernel]
    group[kernel] = h5py.SoftLink("/hidden")


def raw(file, home):
    group, kernel = first_kernel(file)
    shape = group[kernel].shape
    (home / "raw").write_bytes(b"s" * 4 * int(np.prod(shape)))
    del group[kernel]
    group.create_dataset(kernel, shape, "f4", external=[(str(home / "raw"), 0, h5py.h5f.UNLIMITED)])


def virtual(file, home):
    group, kernel = first_kernel(file)
    with h5py.File(home / "secret.h5", "w") as other:
        other["secret"] = group[kernel][()]
    layout = h5py.VirtualLayout(group[kernel].shape, "f4")
    layout[...] = h5py.VirtualSource(str(home / "secret.h5"), "secret", layout.shape)
    del group[kernel]
    group.create_virtual_dataset(kernel, layout)


def group_elsewhere(file, home):
    name = next(iter(file))
    with h5py.File(home / "secret.h5", "w") as other:
        other.create_group("g")
    del file[name]
    file[name] = h5py.ExternalLink(str(home / "secret.h5"), "/g")


@pytest.mark.parametrize("change", [external, soft, raw, virtual, group_elsewhere])
def test_what_points_elsewhere_is_not_followed(old, tmp_path, change):
    with h5py.File(old, "r+") as file:
        change(file, tmp_path)
    with pytest.raises(ReadError, match="is a link to what is kept elsewhere"):
        load(network("images"), old)


@pytest.mark.parametrize("name", ["m.keras", "w.weights.h5"])
def test_nor_where_today_s_keras_would_follow_it(tmp_path, name):
    one = network("images")
    model, path = one.to_keras(), tmp_path / name
    (model.save if name.endswith("keras") else model.save_weights)(path)
    held = tmp_path / "held.h5"
    if name.endswith("keras"):
        with zipfile.ZipFile(path) as archive:
            held.write_bytes(archive.read("model.weights.h5"))
    else:
        shutil.move(path, held)
    with h5py.File(held, "r+") as file, h5py.File(tmp_path / "secret.h5", "w") as other:
        kernel = file["layers/conv2d/vars/0"][()]
        other["secret"] = kernel
        del file["layers/conv2d/vars/0"]
        file["layers/conv2d/vars/0"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "/secret")
    if name.endswith("keras"):
        with zipfile.ZipFile(path) as archive:
            parts = {n: archive.read(n) for n in archive.namelist()} | {
                "model.weights.h5": held.read_bytes()
            }
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
    else:
        shutil.move(held, path)
    with pytest.raises(ReadError, match="is a link to what is kept elsewhere"):
        load(one, path)


def other_shape(file):
    group, kernel = first_kernel(file)
    del group[kernel]
    group[kernel] = np.zeros((3, 3, 2, 7), "f4")


def text(file):
    group, kernel = first_kernel(file)
    del group[kernel]
    group[kernel] = np.full((3, 3, 2, 4), b"abc")


def hollow(file):
    group, kernel = first_kernel(file)
    del group[kernel]
    group.create_dataset(kernel, (3, 3, 2, 1 << 40), "f4", chunks=(1, 1, 1, 1024))


def no_weight(file):
    group, kernel = first_kernel(file)
    del group[kernel]


def no_layer(file):
    del file[next(iter(file))]


def numbered(file):
    del file.attrs["layer_names"]
    file.create_group("layer_x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (other_shape, "do not belong to images"), (text, "holds no numbers"),
        (hollow, "never written"), (no_weight, "no HDF5 file that can be read"),
        (no_layer, "no HDF5 file that can be read"), (numbered, "no HDF5 file that can be read"),
    ],
)  # fmt: skip
def test_what_is_missing_or_other_is_said(old, change, said):
    with h5py.File(old, "r+") as file:
        change(file)
    with pytest.raises(SizeupError, match=said):
        load(network("images"), old)


@pytest.mark.parametrize(
    "case", ["tf_keras_2.21_images", "keras_1.2.2_gates", "keras_0.3.3_images", "3_images"]
)
def test_no_damage_ends_in_a_traceback(tmp_path, case):
    version, name = case.rsplit("_", 1)
    one = network(name, 1 if version.startswith("keras") else 2)
    path = tmp_path / "w.weights.h5"
    if version == "3":
        one.to_keras().save_weights(path)
    else:
        shutil.copy(FIXTURES / f"{case}.h5", path)
    whole = path.read_bytes()
    drawn = random.Random(0)
    for number in range(60):
        damaged = bytearray(whole)
        if number % 3:
            for _ in range(number):
                damaged[drawn.randrange(len(whole) // 4)] = drawn.randrange(256)
        else:
            del damaged[drawn.randrange(len(whole)) :]
        path.write_bytes(damaged)
        with suppress(ReadError, UsageError):
            load(one, path)


def test_kernels_for_each_place_are_never_turned_round():
    from sizeup.training.loading import _windows

    model = network("places").to_keras()
    assert not any(_windows(layer) for layer in model.layers)
