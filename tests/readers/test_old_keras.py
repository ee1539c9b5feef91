"""Old programs: what sizeup reads is what the Keras of their time built."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from readers.old_programs import PROGRAMS
from sizeup.analyses.count import count
from sizeup.readers import read

TRUTH = json.loads(Path(__file__).with_name("old_keras.json").read_text())


NORMALIZED = "a normalization of images"
"""A program of Keras 0.2, which is read as the next version has it."""


@pytest.mark.parametrize("name", sorted(PROGRAMS.keys() - {NORMALIZED}))
def test_program_counts_as_in_the_keras_of_its_time(name):
    version, text = PROGRAMS[name]
    truth = TRUTH[name]
    assert truth["keras"] == version
    for spoken in (None, int(version[0])):
        found = count(read("-", stdin=text, keras=spoken)["model"])
        assert found.total == truth["total"]
        assert found.trainable == truth["trainable"]
        if "popped" not in name:  # the output is that of a layer which is not listed any more
            assert found.as_dict()["layers"][-1]["output_shape"] == truth["output_shape"]


def test_what_an_image_is_normalized_with_in_keras_0_2_is_noted():
    found = count(read("-", stdin=PROGRAMS[NORMALIZED][1], keras=0)["model"])
    assert found.total == TRUTH["a normalization of images along an axis"]["total"]
    (note,) = [note.text for note in found.notes if "Keras 0.2" in note.text]
    assert f"{TRUTH[NORMALIZED]['total']} parameters in all" in note


def test_vectors_are_normalized_alike_in_all_of_keras_0():
    text = "model = Sequential([Dense(4, input_dim=3), BatchNormalization()])"
    notes = count(read("-", stdin=text, keras=0)["model"]).notes
    assert not [note for note in notes if "Keras 0.2" in note.text]


def test_layers_that_are_popped_off_stay_where_the_list_is_a_copy():
    text = """
        import tensorflow as tf
        from tensorflow.keras import Model, Input
        from tensorflow.keras.layers import Dense
        inputs = Input((5,))
        base = Model(inputs, Dense(4)(Dense(8)(inputs)))
        base.layers.pop()
        model = Model(base.input, Dense(3)(base.layers[-1].output))
    """
    network = read("-", stdin=textwrap.dedent(text))["model"]
    assert count(network).total == (5 * 8 + 8) + (8 * 4 + 4) + (4 * 3 + 3)


OLDEST = {
    "otto: dense, PReLU, normalization": """
        from keras.models import Sequential
        from keras.layers.core import Dense, Dropout, Activation
        from keras.layers.normalization import BatchNormalization
        from keras.layers.advanced_activations import PReLU

        dims, nb_classes = X.shape[1], 9
        model = Sequential()
        model.add(Dense(93, 512, init='glorot_uniform'))
        model.add(PReLU((512,)))
        model.add(BatchNormalization((512,)))
        model.add(Dropout(0.5))
        for i in range(2):
            model.add(Dense(512, 512, init='glorot_uniform'))
            model.add(PReLU((512,)))
            model.add(BatchNormalization((512,)))
            model.add(Dropout(0.5))
        model.add(Dense(512, nb_classes, init='glorot_uniform'))
        model.add(Activation('softmax'))
        model.compile(loss='categorical_crossentropy', optimizer='adam')
    """,
    "mnist with theano's order": """
        from keras.models import Sequential
        from keras.layers.core import Dense, Dropout, Activation, Flatten
        from keras.layers.convolutional import Convolution2D, MaxPooling2D

        model = Sequential()
        model.add(Convolution2D(32, 1, 3, 3, border_mode='full'))
        model.add(Activation('relu'))
        model.add(Convolution2D(32, 32, 3, 3))
        model.add(Activation('relu'))
        model.add(MaxPooling2D(poolsize=(2, 2)))
        model.add(Dropout(0.25))
        model.add(Flatten())
        model.add(Dense(32 * 14 * 14, 128))
        model.add(Activation('relu'))
        model.add(Dropout(0.5))
        model.add(Dense(128, 10))
        model.add(Activation('softmax'))
    """,
    "two branches": """
        from keras.models import Sequential
        from keras.layers.core import Dense, Merge, Activation

        left = Sequential()
        left.add(Dense(784, 50))
        left.add(Activation('relu'))
        right = Sequential()
        right.add(Dense(100, 30))
        model = Sequential()
        model.add(Merge([left, right], mode='concat'))
        model.add(Dense(80, 10))
        model.add(Activation('softmax'))
    """,
    "maxout": """
        from keras.models import Sequential
        from keras.layers.core import Dense, Dropout, MaxoutDense

        model = Sequential()
        model.add(MaxoutDense(20, 100, nb_feature=8))
        model.add(Dropout(0.3))
        model.add(MaxoutDense(100, 50))
        model.add(Dense(50, 1))
    """,
    "a graph of named nodes": """
        from keras.models import Graph
        from keras.layers.core import Dense, Dropout, Flatten
        from keras.layers.convolutional import Convolution1D, MaxPooling1D

        model = Graph()
        model.add_input(name='input', ndim=3)
        for size in (3, 4):
            model.add_node(Convolution1D(150, 20, size), name='conv-%d' % size, input='input')
            model.add_node(MaxPooling1D(pool_length=2), name='maxpool-%d' % size,
                           input='conv-%d' % size)
            model.add_node(Flatten(), name='flatten-%d' % size, input='maxpool-%d' % size)
        model.add_node(Dense(7950, 150), name='dense', inputs=['flatten-3', 'flatten-4'])
        model.add_node(Dense(150, 1), name='sigmoid', input='dense')
        model.add_output(name='output', input='sigmoid')
    """,
    "an autoencoder": """
        from keras.models import Sequential
        from keras.layers import containers
        from keras.layers.core import Dense, AutoEncoder

        encoder = containers.Sequential([Dense(784, 64), Dense(64, 32)])
        decoder = containers.Sequential([Dense(32, 64), Dense(64, 784)])
        model = Sequential()
        model.add(AutoEncoder(encoder=encoder, decoder=decoder))
    """,
}


@pytest.mark.parametrize("name", OLDEST)
def test_sizes_that_layers_were_told_say_what_shapes_say_in_the_next_version(name):
    """Keras 0.1 does not run any more: its layers were told what enters, those of 0.2 see it."""
    found = count(read("-", stdin=textwrap.dedent(OLDEST[name]))["model"])
    assert found.total == TRUTH[name]["total"]
    assert found.trainable == TRUTH[name]["trainable"]


def test_a_size_that_does_not_fit_is_said():
    text = """
        from keras.layers.core import Dense
        model = Sequential()
        model.add(Dense(784, 128))
        model.add(Dense(64, 10))
    """
    network = read("-", stdin=textwrap.dedent(text))["model"]
    assert network.error is not None
    assert "64" in network.error
    assert network.error_line == 5


def test_a_node_that_nothing_reads_is_owned():
    text = """
        from keras.models import Graph
        model = Graph()
        model.add_input(name='x', input_shape=(3,))
        model.add_node(Dense(4), name='a', input='x')
        model.add_node(Dense(5), name='unread', input='a')
        model.add_node(Dense(6), name='b', input='a')
        model.add_output(name='y', input='b')
    """
    assert count(read("-", stdin=textwrap.dedent(text))["model"]).total == 16 + 25 + 30


def test_a_branch_that_comes_from_elsewhere_leaves_a_lower_bound():
    text = """
        left = Sequential([Dense(4, input_dim=3)])
        model = Sequential()
        model.add(Merge([left, load_branch('x')], mode='concat'))
        model.add(Dense(2))
    """
    network = read("-", stdin=textwrap.dedent(text), keras=1)["model"]
    found = count(network)
    assert found.total is None
    assert found.as_dict()["parameters"]["at_least"] in (0, 16)


def test_a_mode_of_merging_that_is_not_in_the_text_is_unknown():
    text = """
        left = Sequential([Dense(4, input_dim=3)])
        right = Sequential([Dense(4, input_dim=3)])
        model = Sequential([Merge([left, right], mode=modes[k]), Dense(2)])
    """
    assert count(read("-", stdin=textwrap.dedent(text), keras=1)["model"]).total is None


def test_weights_of_an_inner_layer_that_a_layer_lists_are_counted_once():
    """Keras 2.0 knows of them by the list alone, today's by the attribute: once, either way."""
    text = """
        from keras.engine.topology import Layer
        from keras.layers import Dense
        from keras.models import Sequential

        class Twin(Layer):
            def __init__(self, units, **kwargs):
                self.dense = Dense(units)
                super(Twin, self).__init__(**kwargs)

            def build(self, input_shape):
                self.dense.build(input_shape)
                self.scale = self.add_weight(shape=(1,), initializer='one', name='scale')
                self._trainable_weights = self._trainable_weights + self.dense.trainable_weights
                super(Twin, self).build(input_shape)

            def call(self, x):
                return self.dense.call(x) * self.scale

        model = Sequential([Dense(8, input_dim=5), Twin(6), Dense(2)])
    """
    found = count(read("-", stdin=textwrap.dedent(text))["model"])
    assert found.total == (5 * 8 + 8) + (8 * 6 + 6 + 1) + (6 * 2 + 2)
