"""Networks of attention, preprocessing and other special layers, read as Keras builds them."""

from __future__ import annotations

import math
import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text, run
from sizeup.analyses.count import count
from sizeup.errors import UsageError
from sizeup.network import rows
from sizeup.rules.graphs import bind

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers, ops\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)

SNIPPETS = {
    "a transformer block, functional": """
        def block(x, heads, width, rate=0.1):
            a = layers.MultiHeadAttention(num_heads=heads, key_dim=x.shape[-1])(x, x)
            x = layers.LayerNormalization(epsilon=1e-6)(x + layers.Dropout(rate)(a))
            f = layers.Dense(x.shape[-1])(layers.Dense(width, activation="relu")(x))
            return layers.LayerNormalization(epsilon=1e-6)(layers.add([x, layers.Dropout(rate)(f)]))
        inputs = keras.Input((20,))
        x = layers.Embedding(200, 16, mask_zero=True)(inputs)
        for _ in range(2):
            x = block(x, 2, 24)
        model = Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))
    """,
    "text classification with transformer": """
        class TransformerBlock(layers.Layer):
            def __init__(self, embed_dim, num_heads, ff_dim, rate=0.1):
                super().__init__()
                self.att = layers.MultiHeadAttention(num_heads=num_heads, key_dim=embed_dim)
                self.ffn = keras.Sequential(
                    [layers.Dense(ff_dim, activation="relu"), layers.Dense(embed_dim)])
                self.layernorm1 = layers.LayerNormalization(epsilon=1e-6)
                self.layernorm2 = layers.LayerNormalization(epsilon=1e-6)
                self.dropout1 = layers.Dropout(rate)
                self.dropout2 = layers.Dropout(rate)
            def call(self, inputs):
                attn_output = self.att(inputs, inputs)
                attn_output = self.dropout1(attn_output)
                out1 = self.layernorm1(inputs + attn_output)
                ffn_output = self.ffn(out1)
                ffn_output = self.dropout2(ffn_output)
                return self.layernorm2(out1 + ffn_output)
        class TokenAndPositionEmbedding(layers.Layer):
            def __init__(self, maxlen, vocab_size, embed_dim):
                super().__init__()
                self.vocab_size = vocab_size
                self.token_emb = layers.Embedding(input_dim=vocab_size, output_dim=embed_dim)
                self.positions = self.add_weight(shape=(maxlen, embed_dim), name="positions")
            def call(self, x):
                return self.token_emb(ops.clip(x, 0, self.vocab_size - 1)) + self.positions
        vocab_size, maxlen, embed_dim = 20000, 200, 32
        inputs = layers.Input(shape=(maxlen,), dtype="int32")
        x = TokenAndPositionEmbedding(maxlen, vocab_size, embed_dim)(inputs)
        x = TransformerBlock(embed_dim, 2, 32)(x)
        x = layers.GlobalAveragePooling1D()(x)
        x = layers.Dropout(0.1)(x)
        x = layers.Dense(20, activation="relu")(x)
        outputs = layers.Dense(2, activation="softmax")(layers.Dropout(0.1)(x))
        model = keras.Model(inputs=inputs, outputs=outputs)
    """,
    "a vision transformer": """
        def mlp(x, hidden_units, dropout_rate):
            for units in hidden_units:
                x = layers.Dense(units, activation=keras.activations.gelu)(x)
                x = layers.Dropout(dropout_rate)(x)
            return x
        image_size, patch_size, projection_dim, num_heads = 24, 6, 16, 4
        num_patches = (image_size // patch_size) ** 2
        class Patches(layers.Layer):
            def __init__(self, patch_size):
                super().__init__()
                self.patch_size = patch_size
            def call(self, images):
                input_shape = ops.shape(images)
                batch_size, height, width, channels = input_shape
                patches = ops.reshape(images, (batch_size, (height // self.patch_size)
                    * (width // self.patch_size), self.patch_size * self.patch_size * channels))
                return patches
        class PatchEncoder(layers.Layer):
            def __init__(self, num_patches, projection_dim):
                super().__init__()
                self.projection = layers.Dense(units=projection_dim)
                self.positions = self.add_weight(shape=(1, num_patches, projection_dim))
            def call(self, patch):
                return self.projection(patch) + self.positions
        inputs = keras.Input(shape=(image_size, image_size, 3))
        encoded = PatchEncoder(num_patches, projection_dim)(Patches(patch_size)(inputs))
        for _ in range(2):
            x1 = layers.LayerNormalization(epsilon=1e-6)(encoded)
            attention_output = layers.MultiHeadAttention(
                num_heads=num_heads, key_dim=projection_dim, dropout=0.1)(x1, x1)
            x2 = layers.Add()([attention_output, encoded])
            x3 = layers.LayerNormalization(epsilon=1e-6)(x2)
            x3 = mlp(x3, hidden_units=[projection_dim * 2, projection_dim], dropout_rate=0.1)
            encoded = layers.Add()([x3, x2])
        representation = layers.Flatten()(layers.LayerNormalization(epsilon=1e-6)(encoded))
        features = mlp(layers.Dropout(0.5)(representation), [64, 32], 0.5)
        model = keras.Model(inputs=inputs, outputs=layers.Dense(10)(features))
    """,
    "cross attention by keywords, its scores and a mask of an input": """
        q, v, k = keras.Input((4, 6)), keras.Input((7, 5)), keras.Input((7, 3))
        mask = keras.Input((4, 7))
        out, scores = layers.MultiHeadAttention(2, 3, value_dim=5, output_shape=9)(
            key=k, value=v, query=q, attention_mask=mask, return_attention_scores=True,
            use_causal_mask=True)
        model = Model([q, v, k, mask], [layers.Dense(2)(out), layers.Dense(3)(scores)])
    """,
    "a mask that layers make belongs to the network": """
        q, raw = keras.Input((4, 6)), keras.Input((4, 3))
        gate = layers.Dense(4, activation="sigmoid", name="gate")(raw)
        model = Model([q, raw], layers.MultiHeadAttention(2, 3)(q, q, attention_mask=gate))
    """,
    "attention that is shared": """
        a, b = keras.Input((4, 8)), keras.Input((6, 8))
        attend = layers.MultiHeadAttention(2, 4)
        model = Model([a, b], [attend(a, b), attend(b, a), attend(a, a, a, training=True)])
    """,
    "attention without heads": """
        q, v = keras.Input((4, 6)), keras.Input((7, 6))
        out, scores = layers.Attention(use_scale=True, score_mode="concat")(
            [q, v], return_attention_scores=True)
        y = layers.AdditiveAttention()([q, v, v])
        model = Model([q, v], layers.Concatenate()([out, y, layers.Dense(2)(scores)]))
    """,
    "grouped queries": """
        q = keras.Input((4, 8))
        x = layers.GroupQueryAttention(4, num_query_heads=4, num_key_value_heads=2, use_gate=True)(q, q)
        model = Model(q, layers.Dense(2)(x))
    """,
    "tied embeddings": """
        inputs = keras.Input((5,), dtype="int32")
        tokens = layers.ReversibleEmbedding(50, 8)
        model = Model(inputs, tokens(layers.Dense(8)(tokens(inputs)), reverse=True))
    """,
    "an MLP mixer of einsums": """
        inputs = keras.Input((16, 12))
        x = layers.LayerNormalization()(inputs)
        y = layers.EinsumDense("abc,bd->adc", output_shape=(32, 12), bias_axes="d", activation="gelu")(x)
        y = layers.EinsumDense("adc,db->abc", output_shape=(16, 12), bias_axes="b")(y)
        x = x + y
        y = layers.EinsumDense("...c,cd->...d", 24, bias_axes="d")(x)
        y = layers.EinsumDense("...d,dc->...c", output_shape=12, bias_axes="c", lora_rank=3)(y)
        model = Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling1D()(layers.Add()([x, y]))))
    """,
    "normalization that is adapted": """
        normalizer = layers.Normalization(axis=-1)
        normalizer.adapt(np.ones((10, 5)))
        model = Sequential([keras.Input((5,)), normalizer, layers.Dense(64), layers.Dense(1)])
    """,
    "statistics that are given": """
        inputs = keras.Input((5,))
        x = layers.Normalization(mean=[1.0, 2, 3, 4, 5], variance=np.ones(5))(inputs)
        model = Model(inputs, layers.Dense(2)(layers.Normalization(axis=None)(x)))
    """,
    "augmentation in front": """
        augment = Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1),
                              layers.RandomZoom(0.2), layers.RandomTranslation(0.1, 0.1)], name="augment")
        inputs = keras.Input((None, None, 3))
        x = layers.Resizing(32, 32)(augment(inputs))
        x = layers.Conv2D(4, 3)(layers.Rescaling(1.0 / 255)(x))
        model = Model(inputs, layers.Dense(2)(layers.Flatten()(x)))
    """,
    "preprocessing inside a Sequential": """
        model = Sequential([
            keras.Input((32, 32, 3)), layers.Rescaling(1.0 / 127.5, offset=-1),
            layers.RandomCrop(28, 28, name="crop"), layers.CenterCrop(24, 20),
            layers.RandomContrast(0.2, seed=1), layers.RandAugment(), layers.Flatten(),
            layers.Dense(3)])
    """,
    "a pipeline of layers": """
        pipeline = layers.Pipeline([layers.RandomFlip(), layers.CenterCrop(20, 20), layers.Dense(4)])
        inputs = keras.Input((32, 32, 3))
        model = Model(inputs, layers.Dense(2)(layers.Flatten()(pipeline(inputs))))
    """,
    "categories and bins": """
        i, j = keras.Input((1,), dtype="int32"), keras.Input((1,))
        a = layers.CategoryEncoding(num_tokens=7, output_mode="one_hot")(i)
        b = layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0], output_mode="one_hot")(j)
        model = Model([i, j], layers.Dense(2)(layers.concatenate([a, b])))
    """,
    "sound as pictures": """
        inputs = keras.Input((1000, 2))
        x = layers.STFTSpectrogram("log", 64, 32, expand_dims=True)(inputs)
        model = Model(inputs, layers.Dense(3)(layers.Flatten()(layers.Conv2D(2, 3)(x))))
    """,
    "low-rank adapters after building": """
        inputs = keras.Input((6,))
        first, second = layers.Dense(5), layers.EinsumDense("ab,bc->ac", 4, bias_axes="c")
        x = layers.Dense(2)(second(first(inputs)))
        first.enable_lora(2)
        second.enable_lora(rank=3)
        table = layers.Embedding(9, 4, lora_rank=2)
        tokens = keras.Input((3,), dtype="int32")
        model = Model([inputs, tokens], [x, table(tokens)])
    """,
    "low-rank convolutions": """
        conv = layers.Conv2D(8, 3, lora_rank=2)
        model = Sequential([keras.Input((8, 8, 3)), conv, layers.Conv2D(4, 3)])
        model.layers[1].enable_lora(4)
    """,
    "quantized weights": """
        inputs = keras.Input((5,), dtype="int32")
        x = layers.Embedding(30, 8, dtype="int8_from_float32")(inputs)
        x = layers.Dense(6, dtype="float8_from_float32")(x)
        model = Model(inputs, layers.Dense(3, dtype="int4_from_float32")(layers.Flatten()(x)))
    """,
    "a model that is quantized": """
        import warnings
        warnings.simplefilter("ignore")  # Keras says of each other layer that it stays as it is
        inputs = keras.Input((5,), dtype="int32")
        x = layers.GlobalAveragePooling1D()(layers.Embedding(30, 8)(inputs))
        model = Model(inputs, layers.Dense(3)(layers.Dense(9, use_bias=False)(x)))
        model.quantize("int8")
    """,
    "a name given to a layer that names it among its own arguments": """
        model = Sequential([keras.Input((4, 8)), layers.SpatialDropout1D(0.2, name="gone"),
                            layers.Flatten(), layers.Dense(2)])
    """,
}


@pytest.mark.parametrize("idiom", SNIPPETS)
def test_reads_what_keras_builds(idiom):

    assert_reads_as_keras(HEAD + textwrap.dedent(SNIPPETS[idiom]))


TENSORFLOW = (
    "import tensorflow as tf\nfrom tensorflow.keras.layers.experimental import preprocessing\n"
)
STAND_IN = (
    "import keras\nfrom types import SimpleNamespace\npreprocessing = keras.layers\n"
    "tf = SimpleNamespace(keras=keras)\n"
)


def test_keras_inside_tensorflow_is_keras():
    """By `tf.keras` and by the module where preprocessing layers once were."""
    text = """
model = tf.keras.Sequential([
    tf.keras.Input((24, 24, 3)), preprocessing.RandomFlip("horizontal"),
    preprocessing.Rescaling(1.0 / 255), preprocessing.Normalization(),
    tf.keras.layers.Conv2D(16, 3, padding="same"), tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(5)])
"""
    answer = count(read_text(TENSORFLOW + text)["model"])
    model = run(STAND_IN + text)
    assert answer.total == model.count_params()
    assert answer.trainable == sum(math.prod(w.shape) for w in model.trainable_weights)


def test_a_text_classifier_without_an_input_starts_at_its_words():
    text = (
        TENSORFLOW
        + """
encoder = tf.keras.layers.TextVectorization(max_tokens=1000)
encoder.adapt(train_dataset.map(lambda text, label: text))
model = tf.keras.Sequential([
    encoder, tf.keras.layers.Embedding(len(encoder.get_vocabulary()), 64, mask_zero=True),
    tf.keras.layers.GlobalAveragePooling1D(), tf.keras.layers.Dense(64), tf.keras.layers.Dense(1)])
"""
    )
    answer = count(read_text(text)["model"])
    assert answer.formula == "64*len_encoder_get_vocabulary + 4225"
    assert [f.name for f in answer.free] == ["len_encoder_get_vocabulary"]


def found(text: str, name: str = "model", **given: object):
    return count(read_text(HEAD + text, **given)[name])


VECTORS = """
v = layers.TextVectorization(max_tokens=20000, output_mode={mode!r})
v.adapt(texts)
i = keras.Input((1,), dtype="string")
"""


def test_a_learned_vocabulary_is_one_symbol_however_the_source_asks_for_it():
    text = VECTORS.format(mode="multi_hot") + (
        "x = layers.Dense(3)(layers.Flatten()(v(i)))\n"
        "y = layers.Embedding(len(v.get_vocabulary()), 4)(i)\n"
        "z = layers.Embedding(v.vocabulary_size(), 2)(i)\n"
        "model = Model(i, [x, y, z])\n"
    )
    answer = found(text)
    assert [(f.name, f.expression) for f in answer.free] == [
        ("v_vocabulary_size", "v.vocabulary_size()")
    ]
    assert eval(answer.formula, {}, {"v_vocabulary_size": 10}) == 10 * (3 + 4 + 2) + 3
    assert found(text, v_vocabulary_size=10).total == 93


def test_numbers_of_words_are_looked_up_in_a_table_of_the_vocabularys_size():
    text = VECTORS.format(mode="int") + (
        "x = layers.Embedding(v.vocabulary_size(), 16)(v(i))\n"
        "model = Model(i, layers.Dense(1)(layers.GlobalAveragePooling1D()(x)))\n"
    )
    assert found(text).formula == "16*v_vocabulary_size + 17"
    fixed = text.replace("v.vocabulary_size()", "20000")
    assert found(fixed).total == 16 * 20000 + 17


@pytest.mark.parametrize(
    ("layer", "total"),
    [
        ("StringLookup(vocabulary=['a', 'b', 'c'], output_mode='one_hot')", 4 * 3 + 3),
        (
            "StringLookup(vocabulary=['a', 'b', 'c'], num_oov_indices=2, output_mode='count')",
            5 * 3 + 3,
        ),
        ("IntegerLookup(vocabulary=[1, 2], output_mode='multi_hot')", 3 * 3 + 3),
        ("StringLookup(max_tokens=9, pad_to_max_tokens=True, output_mode='count')", 9 * 3 + 3),
        ("Hashing(num_bins=6, output_mode='one_hot')", 6 * 3 + 3),
    ],
)
def test_a_vocabulary_that_is_written_out_is_counted(layer, total):
    text = f"i = keras.Input((1,), dtype='string')\nmodel = Model(i, layers.Dense(3)({layer}(i)))\n"
    assert found(text).total == total


@pytest.mark.parametrize("vocabulary", ["words", "'words.txt'", "load('words')", "None"])
def test_a_vocabulary_that_is_not_in_the_text_is_never_guessed(vocabulary):
    text = (
        f"look = layers.StringLookup(vocabulary={vocabulary}, output_mode='multi_hot')\n"
        "i = keras.Input((1,), dtype='string')\nmodel = Model(i, layers.Dense(3)(look(i)))\n"
    )
    answer = found(text)
    assert answer.formula == "3*string_lookup_vocabulary_size + 3"
    assert [f.why for f in answer.free] == ["the vocabulary is not in the text"]


def test_a_vocabulary_is_asked_for_as_it_is_at_the_end():
    text = (
        "look = layers.IntegerLookup()\nlook.set_vocabulary([1, 2, 3])\n"
        "tokens = look.get_vocabulary(include_special_tokens=False)\n"
        "model = Sequential([keras.Input((5,)), layers.Embedding(look.vocabulary_size(), len(tokens))])\n"
    )
    assert found(text).total == 4 * 3


def test_an_encoder_of_categories_is_as_wide_as_the_index_that_it_closes_over():
    text = """
def encoder_of(dataset, dtype, max_tokens=None):
    if dtype == "string":
        index = layers.StringLookup(max_tokens=max_tokens)
    else:
        index = layers.IntegerLookup(max_tokens=max_tokens)
    index.adapt(dataset.map(lambda x, y: x[name]))
    encode = layers.CategoryEncoding(num_tokens=index.vocabulary_size())
    return lambda feature: encode(index(feature))

age = keras.Input((1,), dtype="int64")
model = Model(age, layers.Dense(3)(encoder_of(train, "int64", 5)(age)))
"""
    assert found(text).formula == "3*index_vocabulary_size + 3"


def test_bins_of_an_open_list_are_as_many_as_it_is_long():
    text = (
        "model = Sequential([keras.Input((7,)),"
        " layers.Discretization(bin_boundaries=edges, output_mode='multi_hot'), layers.Dense(3)])\n"
    )
    answer = found(text)
    assert answer.formula == "3*len_edges + 6"
    assert found(text, **{"len(edges)": 4}).total == found(text, len_edges=4).total == 18
    with pytest.raises(UsageError, match="no name len_corners"):
        found(text, len_corners=4)


@pytest.mark.parametrize("kind", ["TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"])
def test_a_model_of_another_program_is_unknown_and_says_so(kind):
    text = f"model = Sequential([keras.Input((3,)), layers.{kind}(thing), layers.Dense(2)])\n"
    answer = found(text)
    assert answer.total is None
    assert any(f"{kind} holds a model of another program" in n.text for n in answer.notes)


def test_what_is_quantized_is_unknown_and_the_rest_is_not():
    text = (
        "model = Sequential([keras.Input((8, 8, 3)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])\n"
        "model.quantize('int4')\n"
    )
    answer = found(text)
    assert answer.total is None
    assert answer.at_least == 3 * 3 * 3 * 2 + 2
    assert any("Dense is quantized" in n.text for n in answer.notes)


@pytest.mark.parametrize(
    "layer",
    ["MultiHeadAttention(2, 4)", "EinsumDense('ab,bc->ac', 3)", "Normalization()", "STFTSpectrogram()",
     "ReversibleEmbedding(9, 4)"],
)  # fmt: skip
def test_layers_that_own_something_are_unknown_where_their_input_is(layer):
    call = "(x, x)" if layer[0] == "M" else "(x)"
    text = f"i = keras.Input((4, 8))\nx = unseen(i)\nmodel = Model(i, layers.{layer}{call})\n"
    answer = found(text)
    assert answer.total is None
    assert any(layer.partition("(")[0] == row.layer.kind and row.layer.unknown
               for row in rows(answer.network))  # fmt: skip


def test_layers_that_own_nothing_are_no_unknowns_of_their_own():
    text = (
        "i = keras.Input((8, 8, 3))\nx = unseen(i)\n"
        "model = Model(i, layers.RandomFlip()(layers.Rescaling(2.0)(layers.Resizing(4, 4)(x))))\n"
    )
    assert [row.layer.kind for row in rows(found(text).network) if row.layer.unknown] == ["unseen"]


def test_an_open_input_of_pictures_has_four_dimensions():
    text = (
        "model = Sequential([keras.Input(image_shape), layers.RandomFlip(), layers.Rescaling(0.1),"
        " layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(2)])\n"
    )
    assert found(text).formula == "36*image_shape_2 + 14"


def test_quantized_projections_of_attention_are_unknown():
    text = (
        "i = keras.Input((4, 8))\n"
        "model = Model(i, layers.MultiHeadAttention(2, 4, dtype='int8_from_float32')(i, i))\n"
    )
    answer = found(text)
    assert (answer.total, answer.at_least) == (None, 0)
    assert any("MultiHeadAttention is quantized" in n.text for n in answer.notes)


@pytest.mark.parametrize(
    "inner", ["unseen()", "Sequential([layers.Dense(3)])", "Own()", "used", "layers.TFSMLayer('x')"]
)
def test_a_pipeline_of_what_cannot_be_seen_is_unknown(inner):
    text = (
        "class Own(layers.Layer):\n    def call(self, x):\n        return x\n"
        "i = keras.Input((4,))\nused = layers.Dense(4)\nx = used(i)\n"
        f"model = Model(i, layers.Pipeline([layers.Dense(2), {inner}])(x))\n"
    )
    answer = found(text)
    assert (answer.total, answer.at_least) == (None, 20)


def test_a_layer_of_a_pipeline_that_is_used_beside_it_is_never_counted_twice():
    text = (
        "i = keras.Input((4,))\ndense = layers.Dense(4)\np = layers.Pipeline([dense])\n"
        "model = Model(i, dense(p(i)))\n"
    )
    answer = found(text)
    assert (answer.total, answer.at_least) == (None, 20)


def test_masks_and_flags_are_no_inputs_of_a_layer():
    text = (
        "a, m = keras.Input((4, 8)), keras.Input((4,), dtype='bool')\n"
        "x = layers.Softmax()(layers.Dense(4)(a), mask=m)\n"
        "x = layers.Dropout(0.5)(x, training=training)\n"
        "x = layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=causal)\n"
        "model = Model([a, m], layers.BatchNormalization()(x, training=False))\n"
    )
    network = read_text(HEAD + text)["model"]
    assert network.error is None
    assert count(network).total == 36 + 16 + (3 * (4 * 6 + 6) + 6 * 4 + 4)
    assert all(row.layer.unknown is None for row in rows(network))


VIT_B_16 = """
class Tokens(layers.Layer):
    def build(self, input_shape):
        _, count, width = input_shape
        self.cls = self.add_weight(shape=(1, 1, width), name="cls")
        self.positions = self.add_weight(shape=(1, count + 1, width), name="positions")
    def call(self, x):
        return ops.pad(x, [[0, 0], [1, 0], [0, 0]]) + self.cls + self.positions

inputs = keras.Input((224, 224, 3))
x = layers.Conv2D(768, 16, strides=16)(inputs)
x = Tokens()(layers.Reshape((-1, 768))(x))
for _ in range(12):
    y = layers.LayerNormalization()(x)
    x = layers.Add()([x, layers.MultiHeadAttention(12, 64)(y, y)])
    y = layers.Dense(3072, activation="gelu")(layers.LayerNormalization()(x))
    x = layers.Add()([x, layers.Dense(768)(y)])
model = Model(inputs, layers.Dense(1000)(layers.LayerNormalization()(x)[:, 0]))
"""


def test_a_vision_transformer_has_the_published_parameters_and_macs():
    """torchvision's documentation: ViT-B/16 has 86,567,656 parameters and 17.56 GFLOPS."""
    answer = found(VIT_B_16)
    assert answer.total == 86_567_656
    assert round(answer.macs / 10**7) == 1756


def test_binding_symbols_gives_what_reading_with_their_values_gives():
    text = """
q, v, k = keras.Input((4, 6)), keras.Input((7, n)), keras.Input((7, 3))
mask, i = keras.Input((4, 7)), keras.Input((5,))
out, scores = layers.MultiHeadAttention(h, 3, value_dim=5, output_shape=n)(
    key=k, value=v, query=q, attention_mask=mask, return_attention_scores=True)
e = layers.ReversibleEmbedding(50, n, tie_weights=False)
model = Model([q, v, k, mask, i], [layers.Dense(2)(out), layers.Dense(3)(scores), e(e(i), reverse=True)])
"""
    values = {"n": 9, "h": 2}
    assert (
        bind(read_text(HEAD + text)["model"], values) == read_text(HEAD + text, **values)["model"]
    )
