"""What model code in packages on PyPI does with Python and NumPy before it builds a network."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text, run
from sizeup.analyses.count import count

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own

HEAD = """
import keras
import numpy as np
from keras import Input, Model, layers
"""

PROGRAMS = {
    "rates of dropout for each stage": """
        def split_rates(blocks, end):
            ends = [sum(blocks[: i + 1]) for i, _ in enumerate(blocks[:-1])]
            return [rates.tolist() for rates in np.split(np.linspace(0, end, sum(blocks)), ends)]

        x = image = Input((8,))
        for blocks, rates in zip([1, 3], split_rates([1, 3], 0.3)):
            for i in range(blocks):
                x = layers.Dense(3)(x)
                if rates[i] > 0.15:
                    x = layers.Dense(5)(layers.Dropout(rates[i])(x))
        model = Model(image, x)
        """,
    "the same with a running sum": """
        parts = np.split(np.linspace(0, 0.3, 4), np.cumsum([1, 2]))
        x = image = Input((8,))
        for part in parts:
            for rate in part:
                x = layers.Dense(3 if rate > 0.15 else 4)(x)
        model = Model(image, x)
        """,
    "positions on a grid": """
        rows, columns = np.arange(4, dtype="float32"), np.arange(6, dtype="float32")
        rates = 1.0 / 10.0 ** (np.arange(0, 8, 2).astype("float32") / 8)
        of_rows = np.repeat((rows / 4 * 3)[:, None] * rates[None, :], 2, axis=-1)
        of_columns = np.repeat(columns[:, None] * rates[None, :], 2, axis=-1)
        y, x = np.meshgrid(np.arange(4), np.arange(6), indexing="ij")
        grid = np.concatenate([of_rows[y], of_columns[x]], axis=-1)
        places = np.tile(np.sin(grid.reshape([1, 4 * 6, -1])), [1, 1, 3])
        across, down = np.meshgrid(np.arange(3), np.arange(5))
        steps = np.arange(9, step=2), np.arange(start=2, stop=9), np.arange(step=3, stop=9, start=0)
        picked = rows[[0, 2, 2]], rows[[True, False, True, True]], grid[[[0, 1]]]
        model = keras.Sequential([Input((places.shape[-1],)), layers.Dense(len(across)),
                                  layers.Dense(sum(len(s) for s in steps)), layers.Dense(y.shape[1]),
                                  layers.Dense(len(picked[0]) + len(picked[2].shape))])
        """,
    "running sums": """
        widths = np.cumsum([2, 3, 4])
        along = np.cumsum(np.array([[1, 2], [3, 4]]))
        columns = np.ones((2, 3)).cumsum(axis=1)
        model = keras.Sequential([Input((along.shape[0],)), layers.Dense(int(widths[-1])),
                                  layers.Dense(columns.shape[1]), layers.Dense(int(along[2]))])
        """,
    "a named tuple with defaults of its own": """
        from collections import namedtuple

        class Feature(namedtuple("Feature", ["name", "size", "width"])):
            __slots__ = ()

            def __new__(cls, name, size=10, width=4):
                width = 6 if width == "auto" else width
                return super(Feature, cls).__new__(cls, name, size, width)

            def __hash__(self):
                return self.name.__hash__()

        features = [Feature("a", 20), Feature("b", width="auto"), Feature("c")]
        inputs = {f.name: Input((1,), name=f.name) for f in features}
        parts = [layers.Flatten()(layers.Embedding(f.size, f.width)(inputs[f.name]))
                 for f in features]
        model = Model(list(inputs.values()), layers.Dense(1)(layers.Concatenate()(parts)))
        """,
    "layers that are built one after the other, asked what leaves them": """
        import inspect

        class Block(layers.Layer):
            def __init__(self, width):
                super().__init__()
                self.width, self.steps = width, []

            def add(self, layer):
                self.steps.append(layer)
                layer.build(self.shape)
                self.shape = layer.compute_output_shape(self.shape)

            def build(self, shape):
                self.shape = shape
                self.add(layers.Conv1D(self.width, 3, padding="causal"))
                self.add(layers.Activation("relu"))
                self.add(layers.Lambda(lambda y: y, output_shape=lambda shape: shape))
                self.add(layers.Dropout(0.1))
                self.add(layers.Conv1D(self.width, 3, padding="causal"))
                self.matching = layers.Dense(self.width) if self.shape[-1] != shape[-1] else None
                if self.matching is not None:
                    self.matching.build(shape)

            def call(self, x, training=None):
                y = x
                for step in self.steps:
                    trains = not isinstance(step, layers.Lambda) and "training" in dict(inspect.signature(step.call).parameters)
                    y = step(y, training=training) if trains else step(y)
                return y + (x if self.matching is None else self.matching(x))

        def head(x, width=3, *, bias=True):
            return layers.Dense(width, use_bias=bias)(x)

        x = series = Input((20, 4))
        for width in (6, 6):
            x = Block(width)(x)
        model = Model(series, head(x, width=len(inspect.signature(head).parameters)))
        """,
    "types of tensors": """
        from keras import ops
        image = Input((7,))
        x = layers.Dense(3 if ops.cast(image, "int32").dtype == "int32" else 5)(image)
        x = layers.Dense(4 if ops.cast(x, dtype="float16").dtype == "float32" else 6)(x)
        x = layers.Dense(3 if ops.argmax(x, axis=-1).dtype == "int32" else 5)(x)
        model = Model(image, x)
        """,
    "a layer of Keras with its call around": """
        class Doubled(layers.Dense):
            def call(self, x):
                return super().call(x) * 2

        class Shifted(layers.Embedding):
            def call(self, x):
                return super().call(x) + 0.5

        class Frozen(layers.BatchNormalization):
            def __init__(self, freeze, **options):
                super().__init__(**options)
                self.trainable = not freeze

            def call(self, x, training=None, mask=None):
                return super().call(x, training=training, mask=mask)

        words = Input((7,), dtype="int32")
        x = Frozen(True)(layers.TimeDistributed(Frozen(False))(Shifted(10, 4)(words)))
        model = Model(words, Doubled(2)(x))
        """,
}


def test_what_super_calls_is_no_mistake():
    (network,) = read_text(
        HEAD + textwrap.dedent(PROGRAMS["a layer of Keras with its call around"])
    )
    assert [note for note in count(network).notes if note.level == "warning"] == []


def test_an_old_name_of_an_argument_that_says_nothing_changes_nothing():
    text = """
        import tensorflow as tf
        from tensorflow.keras import Input, Model, layers

        def reduce_sum(x, axis=None, keep_dims=False, reduction_indices=None):
            return tf.reduce_sum(x, axis=axis, keep_dims=keep_dims,
                                 reduction_indices=reduction_indices)

        image = Input((4, 3))
        x = layers.Lambda(lambda x: reduce_sum(x, 1))(image)
        model = Model(image, layers.Dense(2)(x))
        """
    assert [count(network).total for network in read_text(text)] == [3 * 2 + 2]


def test_layers_of_one_function_are_not_taken_for_those_of_another():
    text = HEAD + textwrap.dedent("""
        class Doubled(layers.Dense):
            def call(self, x):
                return super().call(x) * 2

        def first():
            image = Input((5, 4))
            x = image
            for _ in range(6):
                x = layers.TimeDistributed(layers.Activation("relu"))(x)
            return Model(image, x)

        def second():
            image = Input((5, 4))
            return Model(image, layers.TimeDistributed(Doubled(3))(Doubled(4)(image)))
        """)
    totals = {name: run(text, name).count_params() for name in ("first", "second")}
    assert {network.name: count(network).total for network in read_text(text)} == totals


SUBCLASSES = """
    class Wide(keras.Model):
        def __init__(self, units, width=4, **kwargs):
            image = Input((3,))
            super().__init__(image, layers.Dense(units)(layers.Dense(width)(image)), **kwargs)

    class Deep(keras.Model):
        def __init__(self, units, width=4, **kwargs):
            super().__init__(**kwargs)
            self.hidden, self.out = layers.Dense(width), layers.Dense(units)
            self(keras.ops.zeros((1, 3)))

        def call(self, x):
            return self.out(self.hidden(x))
    """


@pytest.mark.parametrize("name", ["Wide", "Deep"])
@pytest.mark.parametrize("made", ["", "made = {name}(units=3, width=5)"])
def test_arguments_of_a_models_class_can_be_set(name, made):
    text = HEAD + textwrap.dedent(SUBCLASSES)
    built = run(text + f"model = {name}(units=2, width=9)\n")
    network = read_text(text + made.format(name=name), units=2, width=9)[name]
    assert count(network).total == built.count_params()


def test_the_type_of_a_tensor_of_keras_2_is_known():
    text = """
        from tensorflow.keras import Input, Model, backend as K, layers
        import tensorflow as tf

        words = Input((7,), dtype="int32")
        x = words if K.dtype(words) == "int32" else layers.Dense(9)(words)
        x = layers.Embedding(10, 4)(x)
        x = layers.Dense(3 if tf.cast(x, tf.int32).dtype == "int32" else 5)(x)
        model = Model(words, x)
        """
    assert [count(network).total for network in read_text(text)] == [10 * 4 + 4 * 3 + 3]


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_is_read_as_keras_builds_it(program):
    assert_reads_as_keras(HEAD + textwrap.dedent(PROGRAMS[program]))
