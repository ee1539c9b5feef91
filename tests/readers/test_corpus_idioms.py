"""What code of packages says that no other test does, against the real Keras."""

from __future__ import annotations

import pytest

from readers.keras_truth import assert_is_keras, assert_reads_as_keras, read_text, run
from sizeup.analyses.count import count

IDIOMS = {
    "a mask beside what a softmax is of": """
        import keras
        scores, mask = keras.Input((4, 6, 6)), keras.Input((1, 1, 6), dtype="bool")
        kept = keras.layers.Dropout(0.1)(keras.layers.Softmax()(scores, mask))
        model = keras.Model([scores, mask], keras.layers.Dense(3)(kept))
        """,
    "an equation put together of letters": """
        import string
        import keras

        def equation(free, bound, out):
            letters = string.ascii_lowercase
            one, two = letters[: free + bound], letters[free : free + bound + out]
            result = letters[:free] + letters[free + bound : free + bound + out]
            return "%s,%s->%s" % (one, two, result), letters[free + bound : free + bound + out]

        image = keras.Input((5, 8))
        spelled, bias = equation(2, 1, 2)
        dense = keras.layers.EinsumDense(spelled, output_shape=[None, 2, 4], bias_axes=bias)
        model = keras.Model(image, dense(image))
        """,
}


@pytest.mark.parametrize("text", IDIOMS.values(), ids=IDIOMS)
def test_idioms_of_packages_read_as_keras(text: str) -> None:
    assert_reads_as_keras(text)


MASKS = """
import keras
from keras import Input, Model, layers, ops

class Asks(layers.Layer):
    def build(self, shape):
        self.small, self.large = layers.Dense(3), layers.Dense(5)
        self.small.build(shape)
        self.large.build(shape)

    def call(self, x, mask=None):
        return self.small(x) if mask is None else self.large(x)

class Makes(layers.Layer):
    def __init__(self, zero=None):
        super().__init__()
        self.zero = zero

    def compute_mask(self, inputs, mask=None):
        return mask if self.zero is None else ops.not_equal(inputs[..., 0], self.zero)

    def call(self, x):
        return x * 2

class Returns(layers.Embedding):
    def compute_mask(self, inputs, mask=None):
        return [super().compute_mask(inputs, mask), None]

    def compute_output_shape(self, shape):
        return [(*shape, self.output_dim), (*shape, self.output_dim)]

    def compute_output_spec(self, inputs):
        return [keras.KerasTensor((*inputs.shape, self.output_dim))] * 2

    def call(self, inputs):
        return [super().call(inputs), ops.take(self.embeddings, ops.cast(inputs, "int32"), 0)]

class First(layers.Layer):
    def compute_mask(self, inputs, mask=None):
        return mask[0] if isinstance(mask, list) else None

    def call(self, inputs):
        return inputs[0] + inputs[1]

class Around(layers.Layer):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def build(self, shape):
        self.layer.build(shape)

    def compute_mask(self, inputs, mask=None):
        return self.layer.compute_mask(inputs, mask)

    def call(self, inputs):
        return inputs + 1

class Flat(layers.Layer):
    def compute_mask(self, inputs, mask=None):
        return None if mask is None else ops.any(mask, axis=-1)

    def call(self, inputs):
        return ops.reshape(inputs, (-1, 24))

class Ranked(Asks):
    def call(self, x, mask=None):
        return self.small(x) if mask is not None and len(mask.shape) == 1 else self.large(x)

words, numbers = Input((6,)), Input((6, 4))
embedded = layers.Embedding(10, 4, mask_zero=True)(words)
"""

MASKED = {
    "as it enters": "Asks()(Makes()(embedded))",
    "none that enters": "Asks()(Makes()(numbers))",
    "one of its own": "Asks()(Makes(0)(numbers))",
    "what Keras says of one of two": "Asks()(Returns(10, 4, mask_zero=True)(words)[0])",
    "none of the other": "Asks()(Returns(10, 4, mask_zero=True)(words)[1])",
    "what Keras says without zeros": "Asks()(Returns(10, 4)(words)[0])",
    "the first of two": "Asks()(First()([embedded, numbers]))",
    "the first, which has none": "Asks()(First()([numbers, embedded]))",
    "what a layer says": "Asks()(Around(layers.Activation('relu'))(embedded))",
    "what one of the source's own says": "Asks()(Around(Makes(0))(embedded))",
    "of another rank": "Ranked()(Flat()(embedded))",
}


@pytest.mark.filterwarnings("ignore:Layer .* does not support masking")
@pytest.mark.parametrize("chain", MASKED)
def test_a_mask_is_what_the_source_computes(chain: str) -> None:
    assert_reads_as_keras(MASKS + f"model = Model([words, numbers], {MASKED[chain]})\n")


def test_what_keras_2_and_3_may_differ_in_is_told_of_open_sizes_too() -> None:
    """Keras 2 has a mask for a sum where one part has, Keras 3 where all have."""
    end = "model = Model([words, numbers], layers.Dense(units)(Asks()(embedded + numbers)))\n"
    network = read_text(
        MASKS + end.replace("embedded + numbers", "layers.Add()([embedded, numbers])")
    )
    [found] = network
    assert f"{count(found).formula}" == "4*units + 80"


def test_the_modules_that_keras_applications_was_given_are_those_of_keras() -> None:
    """Builders take them as arguments, and these where nobody gives any."""
    text = """
        import keras_applications as ka

        def build(**kwargs):
            layers = kwargs.get("layers", ka._KERAS_LAYERS)
            backend, models = kwargs.get("backend", ka._KERAS_BACKEND), ka._KERAS_MODELS
            axis = 3 if backend.image_data_format() == "channels_last" else 1
            image = layers.Input((8, 8, 3))
            return models.Model(image, layers.BatchNormalization(axis=axis)(image))
        """
    [found] = read_text(text)
    assert count(found).total == 12


ATTENTION = """
import keras
from keras import Input, Model, layers, ops

class Cached(layers.MultiHeadAttention):
    def call(self, query, value, key=None, attention_mask=None, cache=None):
        key = value if key is None else key
        query, key, value = self._query_dense(query), self._key_dense(key), self._value_dense(value)
        if cache is not None:
            key = ops.slice_update(cache, [0, 0, 0, 0], key)
        found, scores = self._compute_attention(query=query, key=key, value=value,
                                                attention_mask=attention_mask)
        return self._output_dense(found)

words, others = Input((6, 8)), Input((5, 12))
"""

ATTENDED = {
    "to itself": "Cached(2, 4)(query=words, value=words)",
    "to others, by position": "Cached(2, 4, value_dim=3)(words, others)",
    "with keys of their own": "Cached(2, 4, use_bias=False)(words, others, key=layers.Dense(7)(others))",
    "of another width": "Cached(2, 4, output_shape=5)(words, words)",
}


@pytest.mark.parametrize("call", ATTENDED)
def test_attention_that_a_class_puts_together_owns_what_keras_gives_it(call: str) -> None:
    end = f"model = Model([words, others], layers.Dense(2)({ATTENDED[call]}))\n"
    assert_reads_as_keras(ATTENTION + end)


def test_a_key_that_is_a_list_with_slices_is_one_of_several_axes() -> None:
    """As TensorFlow takes it: NumPy, which runs Keras here, wants a tuple."""
    text = """
        import keras
        from keras import layers

        class Aligned(layers.Layer):
            def call(self, x):
                indices = [slice(None)] * 3
                indices[1:1] = [None]
                return x[indices]

        image = keras.Input((6, 8))
        model = keras.Model(image, layers.Dense(3)(layers.Flatten()(Aligned()(image))))
        """
    assert_is_keras(read_text(text)["model"], run(text.replace("x[indices]", "x[tuple(indices)]")))


def test_keras_3_does_not_trace_a_call_whose_output_the_class_declares() -> None:
    """What does not fit in it is no error of the network; how much it owns is not certain."""
    text = """
        import keras
        from keras import layers

        class Adds(layers.Layer):
            def build(self, shape):
                self.dense = layers.Dense(5)
                self.dense.build(shape)

            def compute_output_shape(self, shape):
                return shape

            def call(self, x):
                return x + self.dense(x)

        image = keras.Input((8,))
        model = keras.Model(image, layers.Dense(3)(Adds()(image)))
        """
    total = run(text).count_params()
    found = count(read_text(text)["model"])
    assert read_text(text)["model"].error is None
    assert found.total in (None, total)
    assert found.at_least <= total
