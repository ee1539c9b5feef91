"""What code of packages asks of tensors, and takes from Keras' own classes, against Keras."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text
from sizeup.analyses.count import count
from sizeup.readers.source import session

IDIOMS = {
    "a property that takes only symbolic tensors": """
        import keras

        class Pyramid(keras.Model):
            def __init__(self, width):
                image = keras.Input((8,), name="images")
                x = keras.layers.Dense(width)(image)
                super().__init__(inputs={"images": image}, outputs=keras.layers.Dense(2)(x))
                self.levels = {"P1": x}

            @property
            def levels(self):
                return self._levels

            @levels.setter
            def levels(self, value):
                for level in value.values():
                    if not isinstance(level, keras.KerasTensor):
                        raise TypeError("no tensor")
                self._levels = value

        model = Pyramid(5)
        """,
    "symbolic outside of a layer, not inside": """
        import keras

        class Asks(keras.layers.Layer):
            def build(self, shape):
                self.small, self.large = keras.layers.Dense(3), keras.layers.Dense(5)
                self.small.build(shape)
                self.large.build(shape)

            def call(self, x):
                inner = keras.ops.relu(x)
                return (self.small if isinstance(inner, keras.KerasTensor) else self.large)(inner)

        image = keras.Input((4,))
        x = Asks()(image)
        units = 7 if isinstance(x, keras.KerasTensor) else 9
        model = keras.Model(image, keras.layers.Dense(units)(x))
        """,
    "functions that only Keras 3's own legacy backend still has": """
        import keras
        from keras.src.legacy.backend import int_shape
        from keras.src.legacy import backend as K

        image = keras.Input((6, 6, 8))
        x = keras.layers.Conv2D(int(int_shape(image)[-1] // 2), 3)(image)
        model = keras.Model(image, keras.layers.Dense(K.int_shape(x)[-1] * 2)(x))
        """,
    "what is in structures": """
        import keras
        from keras import tree

        def widths(structure):
            return tree.flatten(tree.map_structure(lambda n: n + 1, structure))

        sizes = widths({"b": [2, (4, 6)], "a": 8})
        image = keras.Input((3,))
        pair = keras.tree.map_structure(
            lambda width, factor: keras.layers.Dense(width * factor)(image),
            (sizes[0], [sizes[1]]), (1, [2]))
        x = keras.layers.Concatenate()(tree.flatten(pair) if tree.is_nested(pair) else pair)
        model = keras.Model(image, keras.layers.Dense(sum(sizes))(x))
        """,
    "the sizes that cells say": """
        import keras
        from keras import layers

        class Steps(layers.Layer):
            def __init__(self, cell):
                super().__init__()
                self.cell = cell
                self.sizes = keras.tree.flatten(cell.state_size)
                self.width = cell.output_size if hasattr(cell, "state_size") else 1
                self.out = layers.Dense(self.width + sum(self.sizes))

            def build(self, shape):
                self.cell.build((shape[0], shape[-1]))
                self.out.build((shape[0], self.width))

            def call(self, x):
                if not hasattr(self.cell, "state_size"):
                    return self.cell(x)
                states = [keras.ops.zeros_like(x[:, 0, :1]) + keras.ops.zeros((1, size))
                          for size in self.sizes]
                return self.out(self.cell(x[:, 0], states)[0])

        steps = keras.Input((7, 3))
        found = [Steps(cell)(steps) for cell in (
            layers.SimpleRNNCell(4), layers.GRUCell(5), layers.LSTMCell(6))]
        stack = layers.StackedRNNCells([layers.LSTMCell(2), layers.GRUCell(3)])
        found.append(layers.Dense(sum(keras.tree.flatten(stack.state_size)) + stack.output_size)(found[0]))
        model = keras.Model(steps, layers.Concatenate()(found))
        """,
    "layers built for a number of features alone": """
        import keras
        from keras import layers

        class Projects(layers.Layer):
            def __init__(self, width):
                super().__init__()
                self.dense, self.norm = layers.Dense(width * 3), layers.LayerNormalization()
                self.words, self.batch = layers.Embedding(9, 4), layers.BatchNormalization()

            def build(self, shape):
                self.dense.build([shape[-1]])
                self.norm.build((shape[-1],))
                self.batch.build([shape[-1] * 2])
                self.words.build([None])

            def call(self, x):
                return self.dense(self.norm(x))

        image = keras.Input((5, 8))
        model = keras.Model(image, Projects(4)(image))
        """,
    "docstrings and methods, and what a class itself holds": """
        import keras

        def described(**given):
            def decorate(function):
                "Fills {{the}} text in."
                function.__doc__ = function.__doc__.format(**given)
                return function
            return decorate

        class Base(keras.Model):
            def __init_subclass__(cls, **kwargs):
                super().__init_subclass__(**kwargs)
                if "named" not in cls.__dict__:
                    def named(calling, width):
                        return calling(width * 2)
                    cls.named = classmethod(named)
                if cls.named.__doc__ is None:
                    cls.named.__func__.__doc__ = Base.named.__doc__
                    described(name=cls.__name__)(cls.named.__func__)

            @classmethod
            def named(cls, width):
                "Makes a {name}."

        class Small(Base):
            def __init__(self, width):
                image = keras.Input((3,))
                x = keras.layers.Dense(width + len(Small.named.__doc__))(image)
                super().__init__(image, x)

        class Own(Base):
            def __init__(self, width):
                image = keras.Input((3,))
                super().__init__(image, keras.layers.Dense(width)(image))

            @classmethod
            def named(cls, width):
                return cls(width)

        image = keras.Input((3,))
        both = [Small.named(2)(image), Own.named(4)(image)]
        model = keras.Model(image, keras.layers.Concatenate()(both))
        """,
    "functions of Keras 3's own backends": """
        import keras
        from keras.src import backend
        from keras.src.backend.numpy import nn
        from keras.src.backend.numpy.numpy import transpose
        from keras.src.backend.numpy.numpy import *

        class Turns(keras.layers.Layer):
            def call(self, x):
                x = transpose(nn.relu(x), [0, 2, 1])
                x = backend.numpy.concatenate([x, backend.numpy.transpose(x, (0, 1, 2))], axis=1)
                return backend.nn.softmax(tile(x, [1, 1, 2]))

        image = keras.Input((4, 6))
        units = 3 if hasattr(keras, "version") and keras.version().startswith("3.") else 5
        model = keras.Model(image, keras.layers.Dense(units)(Turns()(image)))
        """,
    "what leaves a model is nested as its outputs are": """
        import keras
        from keras import layers

        image = keras.Input((8, 8, 3))
        one = layers.Conv2D(4, 3, name="one")(image)
        two = layers.Conv2D(5, 3, name="two")(one)
        names = [t._keras_history.operation.name for t in (two, one)]
        whole = keras.Model(image, two)
        levels = keras.Model(image, {name: whole.get_layer(name).output for name in names})
        found = list(levels(image).values())
        (alone,) = keras.Model(image, [layers.Conv2D(7, 3)(image)])(image)
        one = layers.Conv2D(8, 3)(image)
        two = layers.Conv2D(9, 3)(one)
        first, (second, third) = keras.Model(image, (two, [one, two]))(image)
        outs = [layers.Dense(6)(x) for x in (*found, alone, first, second, third)]
        height = found[0].shape[1]
        outs = [layers.Resizing(height, height)(x) for x in outs]
        model = keras.Model(image, layers.Conv2D(2, 1)(layers.Concatenate()(outs)))
        """,
    "attention put together of the parts of Keras' own": """
        import keras
        from keras import ops

        class Cached(keras.layers.MultiHeadAttention):
            def call(self, query, value, key=None, attention_mask=None, training=None):
                key = value if key is None else key
                query = ops.multiply(self._query_dense(query), 1.0 / self._key_dim)
                key, value = self._key_dense(key), self._value_dense(value)
                scores = ops.einsum(self._dot_product_equation, key, query)
                scores = self._masked_softmax(scores, attention_mask)
                scores = self._dropout_layer(scores, training=training)
                return self._output_dense(ops.einsum(self._combine_equation, scores, value))

        words = keras.Input((7, 12))
        x = Cached(num_heads=3, key_dim=4, dropout=0.1)(words, words)
        model = keras.Model(words, keras.layers.Dense(5)(keras.layers.Flatten()(x)))
        """,
    "attention that builds its own projections": """
        import collections
        import keras

        class Biased(keras.layers.MultiHeadAttention):
            def build(self, query_shape, value_shape, key_shape=None):
                common = self._get_common_kwargs_for_sublayer()
                self._query_dense = keras.layers.EinsumDense(
                    "abc,cde->abde", output_shape=[None, self._num_heads, self._key_dim],
                    bias_axes="de" if self._use_bias else None, name="query", **common)
                self._query_dense.build(query_shape)
                self._value_dense = keras.layers.EinsumDense(
                    "abc,cde->abde", output_shape=[None, self._num_heads, self._value_dim],
                    bias_axes=None, name="value", **common)
                self._value_dense.build(value_shape)
                self._key_dense = self._query_dense
                self._build_attention(4)
                if self._output_shape:
                    sized = isinstance(self._output_shape, collections.abc.Sized)
                    out = self._output_shape if sized else [self._output_shape]
                else:
                    out = [query_shape[-1]]
                self._output_dense = keras.layers.EinsumDense(
                    "abcd,cde->abe", output_shape=[None, *out],
                    bias_axes="e" if self._use_bias else None, name="attention_output", **common)
                inner = list(self._query_dense.compute_output_shape(query_shape))
                inner[-1] = self._value_dim
                self._output_dense.build(tuple(inner))
                self.built = True

        words = keras.Input((7, 12))
        x = Biased(num_heads=3, key_dim=4)(words, words)
        y = Biased(2, 4, value_dim=5, use_bias=False, output_shape=9)(words, words)
        model = keras.Model(words, keras.layers.Concatenate()([x, y]))
        """,
    "methods that are made into managers, or cached": """
        import contextlib
        import functools
        import keras

        class Choices:
            def __init__(self):
                self.scopes, self.asked = [], 0

            @contextlib.contextmanager
            def scope(self, name):
                self.scopes.append(name)
                try:
                    yield len(self.scopes)
                finally:
                    self.scopes.pop()

            @functools.lru_cache(maxsize=None)
            def units(self, factor):
                self.asked += 1
                return 4 * factor + self.asked

        choices = Choices()
        model = keras.Sequential([keras.Input((3,))])
        for factor in (1, 2, 1):
            with choices.scope("layer") as depth:
                model.add(keras.layers.Dense(choices.units(factor) + depth))
        """,
    "windows are kept with a number for each axis": """
        import keras
        from keras import layers

        image = keras.Input((12, 12, 3))
        conv, pool = layers.Conv2D(4, 3, strides=2, dilation_rate=1), layers.MaxPooling2D(2, strides=1)
        deep, line = layers.Conv3D(2, 3, strides=(1, 2, 1)), layers.Conv1D(2, 5)
        units = sum([*conv.kernel_size, *conv.strides, *conv.dilation_rate, *pool.pool_size,
                     *pool.strides, *deep.kernel_size, *deep.strides, *line.kernel_size])
        model = keras.Model(image, layers.Dense(units)(pool(conv(image))))
        """,
    "arguments of Keras' own class that a layer sets for itself": """
        import keras
        from keras import ops

        class Each(keras.layers.Conv2D):
            def __init__(self, multiplier, kernel_size, groups=None, **kwargs):
                super().__init__(filters=1, kernel_size=kernel_size, **kwargs)
                self.multiplier, self.filters = multiplier, 17

            def build(self, shape):
                self.filters = shape[-1] * self.multiplier
                self.own = self.add_weight(shape=(*self.kernel_size, shape[-1], self.multiplier))
                self.bias = self.add_weight(shape=(self.filters,)) if self.use_bias else None
                self.built = True

            def call(self, x):
                return ops.depthwise_conv(x, self.own, padding="same") + self.bias

        image = keras.Input((6, 6, 3))
        model = keras.Model(image, keras.layers.Dense(2)(Each(4, 3, use_bias=True)(image)))
        """,
}


@pytest.mark.parametrize("text", IDIOMS.values(), ids=IDIOMS)
def test_idioms_of_packages_read_as_keras(text: str) -> None:
    assert_reads_as_keras(text)


def test_a_builder_that_is_too_long_to_follow_is_unknown_and_not_invalid(monkeypatch):
    text = """
        import keras

        def build():
            model = keras.Sequential([keras.Input((4,))])
            for width in range(100):
                model.add(keras.layers.Dense(width + 1))
            return model
        """
    monkeypatch.setattr(session, "FUNCTION_STEPS", 100)
    (network,) = read_text(text)
    assert network.error is None
    assert network.unknown
    assert count(network).total is None


def test_what_only_keras_2_can_run_is_read_by_its_rules():
    """tf_keras 2.21 counts 531; Keras 3 hands a list of masks on, `[None, None]`, and fails."""
    (network,) = read_text("""
        import tensorflow as tf
        from tensorflow.keras import Input, Model
        from tensorflow.keras.layers import Dense, Layer

        class Mixes(Layer):
            def __init__(self, width):
                super().__init__()
                self.width = width

            def build(self, shapes):
                self.kernel = self.add_weight(shape=(shapes[0][-1], self.width), name="kernel")
                self.built = True

            def call(self, inputs, mask=None):
                x, edges = inputs
                x = tf.sparse.sparse_dense_matmul(edges, tf.matmul(x, self.kernel))
                if mask is not None:
                    x *= mask[0]
                return x

        nodes, edges = Input((30,)), Input((None,), sparse=True)
        model = Model([nodes, edges], Dense(3)(Mixes(16)([nodes, edges])))
        """)
    assert count(network).total == 531
    assert any("rules of Keras 2" in note.text for note in network.notes)


def test_arguments_set_later_are_unknown_where_keras_own_class_uses_them():
    (network,) = read_text("""
        import keras

        class Wider(keras.layers.Conv2D):
            def __init__(self, filters):
                super().__init__(filters, 3)
                self.filters = filters * 2

            def build(self, shape):
                super().build(shape)

            def call(self, x):
                return super().call(x)

        image = keras.Input((6, 6, 3))
        model = keras.Model(image, Wider(4)(image))
        """)
    assert count(network).total is None
