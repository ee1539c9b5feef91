"""Fourier transforms and spectra of windows, against `keras.ops`, and TensorFlow's recorded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import ops

from readers.keras_truth import assert_reads_as_keras, read_text
from rules.operations_truth import assert_same_operation
from sizeup.rules.registry import size

LENGTH = st.one_of(st.none(), st.integers(2, 20))


@given(st.integers(2, 20), LENGTH)
def test_transforms_of_one_axis(samples, length):
    config = {"fft_length": length}
    assert_same_operation(
        "ops.rfft_parts", config, [(None, samples)], lambda x: ops.rfft(x, length)
    )
    parts = [(None, 3, samples)] * 2
    assert_same_operation("ops.irfft_parts", config, parts, lambda x, y: ops.irfft((x, y), length))


@pytest.mark.parametrize("name", ["fft", "fft2", "ifft2"])
def test_transforms_of_complex_numbers_leave_as_many(name):
    run = lambda x, y: getattr(ops, name)((x, y))  # noqa: E731
    assert_same_operation("ops.fft_parts", {}, [(None, 5, 7)] * 2, run)
    assert_same_operation("ops.fft_parts", {}, [(None, 5, 7), (None, 5, 8)], run)


@given(st.integers(1, 12), st.integers(1, 8), st.integers(0, 6), st.integers(0, 40), st.booleans())
def test_windows_of_keras(frame, step, more, samples, center):
    length = frame + more
    config = {"frame_length": frame, "frame_step": step, "fft_length": length, "center": center}
    run = lambda x: ops.stft(x, frame, step, length, center=center)  # noqa: E731
    assert_same_operation("ops.stft_parts", config, [(None, length + samples)], run)


TENSORFLOW = [  # of TensorFlow 2.21: samples, (frame, step, transform, end padded), what leaves
    ((100,), (16, 4, None, False), (22, 9)),
    ((100,), (16, 7, 32, True), (15, 17)),
    ((99,), (20, 5, None, False), (16, 17)),
    ((3, 64), (64, 64, None, False), (3, 1, 33)),
    ((2, 50), (10, 50, 24, True), (2, 1, 13)),
]


@pytest.mark.parametrize(("samples", "settings", "found"), TENSORFLOW)
def test_windows_of_tensorflow(samples, settings, found):
    config = dict(
        zip(("frame_length", "frame_step", "fft_length", "pad_end"), settings, strict=True)
    )
    assert size("ops.stft", config, [(None, *samples)]).outputs == ((None, *found),)


def test_functions_of_keras_are_read():
    assert_reads_as_keras("""
        import keras
        from keras import ops

        class Bands(keras.layers.Layer):
            def call(self, x):
                real, imaginary = ops.stft(x, 16, 8, 16)
                again = ops.irfft(ops.rfft(x))
                spectrum = ops.sqrt(real * real + imaginary * imaginary)
                return ops.concatenate([ops.mean(spectrum, axis=1), again], axis=-1)

        wave = keras.Input((64,))
        model = keras.Model(wave, keras.layers.Dense(3)(Bands()(wave)))
        """)


def test_the_real_part_of_a_transform_mixes_tokens():
    assert_reads_as_keras("""
        import keras
        from keras import layers, ops

        class Mixing(layers.Layer):
            def __init__(self, width):
                super().__init__()
                self.dense, self.norm = layers.Dense(width), layers.LayerNormalization()

            def call(self, x):
                mixed = ops.fft2((x, ops.zeros_like(x)))[0]
                return self.norm(x + self.dense(mixed))

        tokens = keras.Input((16, 8))
        model = keras.Model(tokens, layers.Dense(3)(Mixing(8)(tokens)))
        """)


def test_functions_of_tensorflow_are_read():
    (network,) = read_text("""
        import tensorflow as tf
        wave = tf.keras.Input((64, 2))
        heard = tf.keras.layers.Lambda(lambda x: tf.abs(tf.signal.stft(
            signals=tf.transpose(x, (0, 2, 1)), frame_length=16, frame_step=4, fft_length=32,
            window_fn=tf.signal.hann_window, name="waves")))(wave)
        turned = tf.keras.layers.Lambda(lambda x: tf.signal.irfft(
            tf.signal.rfft(x, fft_length=[20]), fft_length=[12]))(heard)
        model = tf.keras.Model(wave, tf.keras.layers.Dense(1)(turned))
        """)
    heard, turned = network.graph.layers[1:3]
    assert heard.calls[0].output_shapes[0] == (None, 2, 13, 17)
    assert turned.calls[0].output_shapes[0] == (None, 2, 13, 12)
