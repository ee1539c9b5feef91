"""Spectrograms beside the real Keras: the waves of a transform are weights."""

import warnings

import pytest
from drawing import KNOWN_OR_OPEN, SIZES, left_open
from hypothesis import given
from hypothesis import strategies as st
from truth import assert_same

from sizeup.rules.registry import size


@given(st.data(), st.sampled_from([30, 64, None]), KNOWN_OR_OPEN)
def test_stft_spectrogram_is_sized_as_by_keras(data, time, channels):
    values = {}
    data_format = data.draw(st.sampled_from(["channels_last", "channels_first"]))
    shape = (None, time, channels) if data_format == "channels_last" else (None, channels, time)
    config = {
        "mode": data.draw(
            st.sampled_from(["log", "magnitude", "psd", "real", "imag", "angle", "stft", "power"])
        ),
        "frame_length": data.draw(st.sampled_from([8, 9, 32])),
        "frame_step": data.draw(st.sampled_from([None, 1, 5, 20])),
        "fft_length": data.draw(st.sampled_from([None, None, 16, 64])),
        "padding": data.draw(st.sampled_from(["valid", "same", "causal"])),
        "expand_dims": data.draw(st.booleans()),
        "data_format": data_format,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_same("STFTSpectrogram", config, [data.draw(left_open(shape, values))], values)


@given(st.data(), st.sampled_from([(None, 4000), (None, None), (4000,)]), SIZES)
def test_mel_spectrogram_is_sized_as_by_keras(data, shape, bins):
    values = {}
    config = {
        "num_mel_bins": data.draw(left_open(bins, values)),
        "fft_length": data.draw(st.sampled_from([256, 300])),
        "sequence_length": data.draw(st.sampled_from([None, 200, 400])),
        "sequence_stride": data.draw(st.sampled_from([1, 64, 100])),
    }
    sizing = assert_same("MelSpectrogram", config, [data.draw(left_open(shape, values))], values)
    assert sizing is None or sizing.parameters == ()


@pytest.mark.parametrize(("mode", "kernels"), [("log", 2), ("real", 1), ("imag", 1), ("stft", 2)])
def test_macs_of_the_transform_are_those_of_its_convolutions(mode, kernels):
    sizing = size("STFTSpectrogram", {"mode": mode, "frame_length": 16}, [(None, 64, 2)])
    assert sizing.macs == 7 * 2 * 16 * 9 * kernels
