"""Where Keras lived: the same network by every path that led to it."""

from __future__ import annotations

import pytest

from sizeup.analyses.count import count
from sizeup.readers import read

HOMES = {
    "tf.keras": "import tensorflow as tf\nk = tf.keras",
    "its name in full": "import tensorflow\nk = tensorflow.keras",
    "compat.v1": "import tensorflow as tf\nk = tf.compat.v1.keras",
    "compat.v1 as tf": "import tensorflow.compat.v1 as tf\nk = tf.keras",
    "contrib": "import tensorflow as tf\nk = tf.contrib.keras",
    "python": "from tensorflow.python import keras as k",
    "tf_keras": "import tf_keras as k",
    "tensorflow.keras": "from tensorflow import keras as k",
    "keras": "import keras as k",
    "keras.api": "import keras.api as k",
}  # fmt: skip

NETWORK = """
model = k.Sequential([
    k.layers.Conv2D(4, 3, input_shape=(9, 9, 3)),
    k.layers.BatchNormalization(),
    k.layers.Flatten(),
    k.layers.Dense(2),
])
"""


@pytest.mark.parametrize("home", HOMES)
def test_keras_is_found_wherever_it_lived(home):
    found = count(read("-", stdin=HOMES[home] + NETWORK)["model"])
    assert found.total == 112 + 16 + 7 * 7 * 4 * 2 + 2


def test_experimental_preprocessing_is_where_the_layers_were_before_they_moved():
    text = """
import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.layers.experimental import preprocessing

model = tf.keras.Sequential([
    layers.experimental.preprocessing.Rescaling(1. / 255, input_shape=(20, 20, 3)),
    preprocessing.RandomFlip('horizontal'),
    preprocessing.Resizing(8, 8),
    layers.experimental.SyncBatchNormalization(),
    layers.Flatten(),
    layers.Dense(5),
])
"""
    found = count(read("-", stdin=text)["model"])
    assert found.total == 12 + 8 * 8 * 3 * 5 + 5


OBSTACLES = """
from __future__ import absolute_import, print_function
from keras.preprocessing import sequence
from keras.utils import np_utils, generic_utils
from keras.utils.visualize_util import plot, to_graph
from keras.utils.dot_utils import Grapher
from keras.utils.layer_utils import layer_from_config
from keras.regularizers import l2, WeightRegularizer
from keras.constraints import maxnorm
from keras.engine import Layer, InputSpec, merge, Input
from keras.engine.topology import Container
from keras.engine.training import Model
from keras.layers.extra import *
from keras.layers.local import LocallyConnected1D
from keras.legacy import interfaces
from keras.legacy.layers import Highway
from keras.wrappers.scikit_learn import KerasClassifier
import keras.layers.core as core
import keras

model = keras.models.Sequential()
model.add(keras.layers.noise.GaussianNoise(0.1, input_shape=(784,)))
model.add(Highway(activation='relu', W_regularizer=l2(0.01)))
model.add(core.Dense(64, W_constraint=maxnorm(2), init='he_normal'))
model.add(keras.layers.advanced_activations.PReLU())
model.add(keras.layers.normalization.BatchNormalization())
model.add(core.Dense(output_dim=10, activation='softmax'))
plot(model, to_file='model.png')
Grapher().plot(model, 'm.png')
bar = generic_utils.Progbar(4)
model.fit(x, y, nb_epoch=12, show_accuracy=True)
"""


def test_modules_that_are_gone_are_no_obstacle():
    found = count(read("-", stdin=OBSTACLES)["model"])
    assert found.total == 2 * (784 * 784 + 784) + (784 * 64 + 64) + 64 + 4 * 64 + (64 * 10 + 10)
