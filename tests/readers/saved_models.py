"""Models of the real Keras 3 that have, each, something that a configuration may hold."""

from __future__ import annotations

import keras
from hypothesis import strategies as st
from keras import layers, ops


def chain():
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(),
        layers.BatchNormalization(), layers.Flatten(), layers.Dropout(0.5), layers.Dense(10),
    ])  # fmt: skip


def frozen_parts():
    base = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.BatchNormalization()]
    )
    base.trainable = False
    entering = keras.Input((8, 8, 3))
    frozen = layers.Dense(5, trainable=False)
    head = layers.Dense(3)(frozen(layers.GlobalAveragePooling2D()(base(entering))))
    return keras.Model(entering, head)


def shared_and_nested():
    encoder = keras.Sequential(
        [keras.Input((6, 4)), layers.LSTM(5), layers.Dense(3)], name="encoder"
    )
    left, right = keras.Input((6, 4)), keras.Input((6, 4), name="right")
    inner = keras.Model(left, [encoder(left), layers.Flatten()(left)], name="inner")
    one, two = inner(right)
    twice = layers.Dense(3, name="twice")
    both = layers.concatenate([twice(one), twice(encoder(left)), two])
    return keras.Model([left, right], [both, one])


def wrappers():
    entering = keras.Input((5, 6))
    x = layers.Bidirectional(layers.GRU(3, return_sequences=True), merge_mode="sum")(entering)
    x = layers.TimeDistributed(layers.Dense(4, use_bias=False))(x)
    x = layers.Bidirectional(
        layers.LSTM(2, return_sequences=True),
        backward_layer=layers.LSTM(2, return_sequences=True, go_backwards=True, use_bias=False),
    )(x)
    x = layers.RNN(
        [layers.GRUCell(3, reset_after=False), layers.LSTMCell(2)], return_sequences=True
    )(x)
    x = layers.SpectralNormalization(layers.Conv1D(3, 2))(x)
    return keras.Model(entering, layers.RNN(layers.SimpleRNNCell(4), return_state=True)(x))


def states_and_masks():
    words, goal = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    told, *state = layers.LSTM(4, return_state=True)(layers.Embedding(20, 6, mask_zero=True)(words))
    x = layers.LSTM(4, return_sequences=True)(layers.Embedding(30, 4)(goal), initial_state=state)
    x = layers.Attention()([x, layers.Reshape((1, 4))(told)])
    return keras.Model([words, goal], layers.Dense(30, activation="softmax")(x))


def attention():
    q, v = keras.Input((4, 6)), keras.Input((7, 8))
    out, scores = layers.MultiHeadAttention(2, 3, value_dim=5, output_shape=9)(
        q, v, return_attention_scores=True)  # fmt: skip
    y = layers.GroupQueryAttention(2, 4, 2)(query=q, value=q)
    return keras.Model([q, v], [layers.LayerNormalization()(out), layers.Dense(2)(scores), y])


def operations():
    image = keras.Input((8, 6, 3))
    x = layers.Conv2D(4, 3, padding="same")(image) * 2 + 1
    y = ops.mean(x, axis=(1, 2), keepdims=True)
    x = ops.concatenate([x - y, ops.relu(x)], axis=-1)
    first, second = ops.split(ops.reshape(x, (-1, 48, 8)), 2, axis=1)
    x = ops.matmul(first, ops.transpose(second, (0, 2, 1)))[:, 1:, ::2]
    x = ops.expand_dims(ops.max(x, axis=-1), 1) / ops.sqrt(ops.cast(3.0, "float32"))
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(ops.squeeze(x, 1))))


def lambdas():
    entering = keras.Input((4,))
    x = layers.Lambda(lambda t: ops.concatenate([t, t]), output_shape=(8,))(entering)
    return keras.Model(entering, layers.Dense(3)(x))


def lambda_in_a_chain():
    return keras.Sequential([
        keras.Input((4,)), layers.Lambda(lambda t: ops.concatenate([t, t]), output_shape=(8,)),
        layers.Dense(3),
    ])  # fmt: skip


def options():
    entering = keras.Input((9, 9, 4))
    x = layers.Conv2D(8, 3, groups=2, dilation_rate=2, kernel_regularizer="l2")(entering)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.SeparableConv2D(6, 2, depth_multiplier=2, activation=layers.LeakyReLU())(x)
    x = layers.Conv2DTranspose(5, 2, strides=2, use_bias=False)(x)
    x = layers.GroupNormalization(5)(layers.BatchNormalization(scale=False)(x))
    x = layers.Dense(7, kernel_constraint="non_neg", dtype="mixed_float16")(x)
    return keras.Model(entering, layers.EinsumDense("...c,cd->...d", 24, bias_axes="d")(x))


def adapted():
    model = keras.Sequential([keras.Input((12,)), layers.Dense(16), layers.Dense(4)])
    model.layers[0].enable_lora(2)
    return model


def half_precision():
    return keras.Sequential([keras.Input((3,)), layers.Dense(2, dtype="float16"), layers.Dense(2)])


def open_sides():
    image = keras.Input((None, None, 3))
    x = layers.Conv2DTranspose(4, 3, strides=2)(layers.Conv2D(2, 3)(image))
    return keras.Model(image, layers.GlobalMaxPooling2D()(layers.UpSampling2D()(x)))


def dictionaries():
    inputs = {"a": keras.Input((3,), name="a"), "b": keras.Input((4,), name="b")}
    merged = layers.Concatenate()([inputs["a"], inputs["b"]])
    return keras.Model(inputs, {"x": layers.Dense(2)(merged), "y": layers.Dense(3)(inputs["a"])})


MODELS = {
    function.__name__.replace("_", " "): function
    for function in (chain, frozen_parts, shared_and_nested, wrappers, states_and_masks, attention,
                     operations, lambdas, lambda_in_a_chain, options, adapted, half_precision,
                     open_sides, dictionaries)
}  # fmt: skip


def drawn(data):
    """A network of layers on images: chains that part and meet, layers and models used twice."""
    draw, small, flag = data.draw, st.integers(1, 5), st.booleans()
    image = keras.Input((draw(st.integers(6, 9)), 8, draw(small)))

    def step(x, kind):
        if kind == "conv":
            made = layers.Conv2D(draw(small), draw(st.integers(1, 3)), padding="same",
                                 use_bias=draw(flag), trainable=draw(flag))  # fmt: skip
        elif kind == "norm":
            made = layers.BatchNormalization(scale=draw(flag), center=draw(flag))
        elif kind == "dense":
            made = layers.Dense(draw(small))
        elif kind == "depthwise":
            made = layers.DepthwiseConv2D(3, padding="same", depth_multiplier=draw(small))
        else:
            inside = keras.Input(x.shape[1:])
            made = keras.Model(inside, layers.Dense(draw(small))(layers.ReLU()(inside)))
            made.trainable = draw(flag)
        twice = draw(flag) and kind != "norm"
        return layers.add([made(x), made(x * 2)]) if twice else made(x)

    kinds = st.lists(st.sampled_from(["conv", "norm", "dense", "depthwise", "model"]), max_size=3)
    branches = []
    for chosen in draw(st.lists(kinds, min_size=1, max_size=3)):
        x = image
        for kind in chosen:
            x = step(x, kind)
        branches.append(x)
    x = layers.concatenate(branches) if len(branches) > 1 else branches[0]
    model = keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))
    model.trainable = draw(st.sampled_from([True, True, True, False]))
    return model
