"""Which Keras a source speaks: weighed from all evidence, or said."""

from __future__ import annotations

import ast

import pytest

from sizeup.analyses.count import count
from sizeup.cli import main
from sizeup.readers import read
from sizeup.readers.source import read_source
from sizeup.readers.source.dialect import Spoken, infer

SPEAKS = {
    "Dense by both widths": (0, False, """
        from keras.layers.core import Dense, Activation
        model.add(Dense(784, 128))
        model.add(Activation('relu'))
    """),
    "a convolution told its stack": (0, False, "model.add(Convolution2D(32, 3, 3, 3))"),
    "class_mode outweighs border_mode": (0, False, """
        model.add(Convolution2D(32, 3, 3, border_mode='same', input_shape=(3, 32, 32)))
        model.compile(loss='mse', optimizer='sgd', class_mode='categorical')
    """),
    "containers": (0, False, "from keras.layers import containers\nimport keras.layers.containers"),
    "the spellings of Keras 1": (1, False, """
        from keras.layers import Convolution2D
        model.add(Convolution2D(32, 3, 3, border_mode='same', W_regularizer=l2(0.1)))
    """),
    "Keras 1 beside TensorFlow as its backend": (1, False, """
        import tensorflow as tf
        from keras.layers.core import Dense
        model.add(Dense(output_dim=10, init='uniform', W_regularizer=None, bias=True))
        model.fit(x, y, nb_epoch=3)
    """),
    "modules that Keras 3 has not": (2, False, """
        from keras.layers.core import Dense
        from keras.layers.merge import concatenate
    """),
    "one old name in a program of Keras 2": (2, False, """
        from keras.layers import Conv2D, Convolution2D
        from keras.engine.topology import Layer
        x = Conv2D(filters=3, kernel_size=3, kernel_initializer='he_normal')(x)
        x = Convolution2D(filters=3, kernel_size=3, use_bias=False)(x)
        model.fit(x, y, epochs=3, steps_per_epoch=4)
    """),
    "tf.keras": (3, True, "from tensorflow.keras.layers import Dense"),
    "tf.keras of TensorFlow 1": (1, True, """
        from tensorflow.contrib.keras import layers
        x = tf.placeholder(tf.float32)
    """),
    "no sign at all": (3, False, "model = Sequential([Dense(3)])"),
    "Keras 3": (3, False, "import keras\nfrom keras import ops\nimport keras.ops"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPEAKS)
def test_all_evidence_is_weighed(name):
    version, tensorflow, text = SPEAKS[name]
    tree = ast.parse("if True:\n    pass\n" + "\n".join(line.strip() for line in text.split("\n")))
    dialect = infer(ast.walk(tree), python2=False)
    assert (dialect.version, dialect.tensorflow) == (version, tensorflow)


@pytest.mark.parametrize(
    ("keras", "tf_keras", "version", "reset_after"),
    [(0, False, 0, False), (2, False, 2, False), (3, False, 3, True), (1, True, 1, False),
     (2, True, 2, True), (None, True, 2, True)],
)  # fmt: skip
def test_what_is_said_counts_before_any_sign(keras, tf_keras, version, reset_after):
    tree = ast.parse("model.add(Convolution2D(32, 3, 3, border_mode='same'))")
    dialect = infer(ast.walk(tree), python2=False, spoken=Spoken(keras, tf_keras))
    assert (dialect.version, dialect.tensorflow, dialect.said) == (version, tf_keras, True)
    assert dialect.reset_after is reset_after


SIDES = "model = Sequential()\nmodel.add(Conv2D(4, 3, 3, input_shape=(9, 9, 2)))"


@pytest.mark.parametrize(
    ("spoken", "output"),
    [({"keras": 2}, [None, 7, 7, 4]), ({"keras": 1}, [None, 7, 7, 4]),
     ({"keras": 3}, [None, 3, 3, 4]), ({"keras": 2, "tf_keras": True}, [None, 3, 3, 4])],
)  # fmt: skip
def test_two_numbers_after_the_filters_are_sides_or_a_stride(spoken, output):
    found = count(read("-", stdin=SIDES, **spoken)["model"])
    assert found.as_dict()["layers"][0]["output_shape"] == output


def test_the_assumption_is_noted_unless_it_was_said():
    text = "from keras.layers import Conv2D\nfrom keras.models import Sequential\n" + SIDES
    inferred, said = read("-", stdin=text), read("-", stdin=text, keras=2)
    assert any("Keras 2" in note.text for note in inferred["model"].notes)
    assert not any("Keras 2" in note.text for note in said["model"].notes)


def test_the_command_line_says_the_version(tmp_path, capsys):
    file = tmp_path / "net.py"
    file.write_text(SIDES)
    for options, shape in ((["--keras", "2"], "7×7×4"), (["--keras", "2", "--tf-keras"], "3×3×4")):
        assert main(["count", str(file), *options]) == 0
        assert shape in capsys.readouterr().out.replace(" ", "").replace("x", "×")
    assert main(["count", str(file), "--keras", "4"]) == 2


NORMALIZED = """
from keras.models import Sequential
from keras.layers.core import Dense
from keras.layers.normalization import BatchNormalization
model = Sequential()
model.add(Dense(10, input_dim=4, init='uniform', W_regularizer='l2'))
model.add(BatchNormalization(mode=0))
"""


def test_the_figure_without_statistics_is_said_for_old_keras_alone():
    old, new = read("-", stdin=NORMALIZED)["model"], read("-", stdin=NORMALIZED, keras=2)["model"]
    assert count(old).total == 90
    assert any("says 70" in note.text for note in old.notes)
    assert not any("says" in note.text for note in new.notes)
    names = [weight.name for row in old.graph.layers for weight in row.parameters]
    assert names[2:] == ["gamma", "beta", "running_mean", "running_std"]


def test_an_order_that_the_version_does_not_have_by_default_is_said_to_be_unset():
    today = (
        "import keras\nm = keras.Sequential([keras.Input((1, 28, 28)), keras.layers.Conv2D(8, 3)])"
    )
    older = "from keras.layers import *\nm = Sequential()\nm.add(Convolution2D(8, 3, 3, input_shape=(1, 28, 28)))"
    for text, said in ((today, True), (older, False)):
        (network,), _ = read_source(text, "-", {})
        (note,) = (n for n in network.notes if "channels_first" in n.text)
        assert ("keras.json" in note.text) is said
