"""Sound as pictures: spectra, and those of windows over a signal."""

from __future__ import annotations

from sizeup.dims import Expr, ceil_div, floor_div
from sizeup.errors import SizingError
from sizeup.network import Parameter, add_known
from sizeup.rules.checks import (
    channels_first,
    flag,
    known_product,
    least_rank,
    positive,
    rank,
    text,
)
from sizeup.rules.registry import Sizing, rule
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.dims import Dim
    from sizeup.network import Shape
    from sizeup.rules.registry import Config

MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


@rule(
    "STFTSpectrogram",
    signature="mode='log', frame_length=256, frame_step=None, fft_length=None, window='hann', "
    "periodic=False, scaling='density', padding='valid', expand_dims=False, data_format=None",
)
def stft_spectrogram(config: Config, x: Shape) -> Sizing:
    """A convolution with waves: (batch, time, channels) becomes (batch, frames, bands).

    The waves are weights that training changes, one kernel for the cosines and one for the
    sines; `expand_dims` keeps the channels apart: (batch, frames, bands, channels).
    """
    kind = "STFTSpectrogram"
    rank(kind, x, 3)
    first = channels_first(kind, config)
    mode, padding = config["mode"], config["padding"]
    if mode not in MODES or padding not in ("valid", "same"):
        raise SizingError(say("rules.spectrogram", kind=kind, value=text((mode, padding))))
    frame = positive(kind, config, "frame_length")
    step = frame // 2 if config["frame_step"] is None else positive(kind, config, "frame_step")
    length = _fft_length(kind, config, frame)
    bands = floor_div(length, 2) + 1
    kernels = [name for name in ("real_kernel", "imag_kernel")
               if mode not in {"real", "imag"} or name.startswith(mode)]  # fmt: skip
    owned = tuple(Parameter(name, (frame, 1, bands)) for name in kernels)
    channels, time = (x[1], x[2]) if first else (x[2], x[1])
    if channels is None:
        raise SizingError(say("rules.open_axis", kind=kind, axis=1 if first else 2, shape=text(x)))
    frames = None if time is None else _frames(kind, time, frame, step, padding, x)
    rows = bands * 2 if mode == "stft" else bands
    if flag(kind, config, "expand_dims"):
        picture: Shape = (channels, frames, rows) if first else (frames, rows, channels)
    else:
        picture = (rows * channels, frames) if first else (frames, rows * channels)
    macs = add_known(known_product((frames, channels, *each.shape)) for each in owned)
    return Sizing(((x[0], *picture),), owned, macs)


def _fft_length(kind: str, config: Config, frame: Dim) -> Dim:
    """The length of the transform: the next power of two where none is given."""
    given = None if config["fft_length"] is None else positive(kind, config, "fft_length")
    step = config["frame_step"]
    pairs = [(frame, given), (step, frame)]
    if any(isinstance(a, int) and isinstance(b, int) and a > b for a, b in pairs):
        raise SizingError(say("rules.frame", kind=kind, frame=text(frame), step=text(step)))
    if given is not None:
        return given
    if isinstance(frame, Expr):
        raise SizingError(say("rules.fft_length", kind=kind, frame=text(frame)))
    return int(1 << (frame - 1).bit_length())


def _frames(kind: str, time: Dim, frame: Dim, step: Dim, padding: str, x: Shape) -> Dim:
    if padding == "same":
        return ceil_div(time, step)
    frames = floor_div(time - frame, step) + 1
    if isinstance(frames, int) and frames <= 0:
        raise SizingError(say("rules.window", kind=kind, size=text((frame,)), shape=text(x)))
    return frames


@rule(
    "MelSpectrogram",
    signature="fft_length=2048, sequence_stride=512, sequence_length=None, window='hann', "
    "sampling_rate=16000, num_mel_bins=128, min_freq=20.0, max_freq=None, power_to_db=True, "
    "top_db=80.0, mag_exp=2.0, min_power=1e-10, ref_power=1.0",
)
def mel_spectrogram(config: Config, x: Shape) -> Sizing:
    """(batch, time) becomes (batch, num_mel_bins, frames); it owns nothing.

    The MACs are those of gathering the bands of the transform into the mel scale's.
    """
    least_rank("MelSpectrogram", x, 1)
    length, bins, stride = (
        positive("MelSpectrogram", config, name)
        for name in ("fft_length", "num_mel_bins", "sequence_stride")
    )
    window = length if config["sequence_length"] in (None, 0) else config["sequence_length"]
    if isinstance(window, int) and isinstance(length, int) and length < window:
        raise SizingError(
            say("rules.frame", kind="MelSpectrogram", frame=text(window), step=text(stride))
        )
    time = x[0] if len(x) == 1 else x[1]
    frames = None if time is None else floor_div(time + stride + 1, stride)
    return Sizing(
        outputs=((*x[: len(x) > 1], bins, frames),),
        macs=known_product((frames, floor_div(length, 2) + 1, bins)),
    )


@rule("ops.fft_parts", signature="")
def fft_parts(_config: Config, real: Shape, imaginary: Shape) -> Sizing:
    """A spectrum of complex numbers in two parts: as many as there were."""
    _demand_alike(real, imaginary)
    return Sizing((real, imaginary))


@rule("ops.rfft", signature="fft_length=None")
def rfft(config: Config, x: Shape) -> Sizing:
    """The spectrum of the last axis: (..., samples) becomes (..., bands), as complex numbers."""
    return Sizing((_spectrum("ops.rfft", config, x),))


@rule("ops.rfft_parts", signature="fft_length=None")
def rfft_parts(config: Config, x: Shape) -> Sizing:
    """The same, the real and the imaginary part apart."""
    return Sizing((_spectrum("ops.rfft", config, x),) * 2)


def _spectrum(kind: str, config: Config, x: Shape) -> Shape:
    least_rank(kind, x, 1)
    length = _one_length(config, x[-1])
    return (*x[:-1], None if length is None else floor_div(length, 2) + 1)


def _one_length(config: Config, otherwise: Dim | None) -> Dim | None:
    """The length of a transform over one axis, which TensorFlow has in a list."""
    given = config["fft_length"]
    if isinstance(given, tuple | list):
        given = given[-1] if given else None
    if given is None:
        return otherwise
    return positive("ops.rfft", {"fft_length": given}, "fft_length")


@rule("ops.irfft", signature="fft_length=None")
def irfft(config: Config, x: Shape) -> Sizing:
    """Back from a spectrum: (..., bands) becomes (..., samples)."""
    least_rank("ops.irfft", x, 1)
    bands = x[-1]
    length = _one_length(config, None if bands is None else 2 * (bands - 1))
    return Sizing(((*x[:-1], length),))


@rule("ops.irfft_parts", signature="fft_length=None")
def irfft_parts(config: Config, real: Shape, imaginary: Shape) -> Sizing:
    """The same of a real and an imaginary part."""
    _demand_alike(real, imaginary)
    return irfft(config, real)


def _demand_alike(real: Shape, imaginary: Shape) -> None:
    if real != imaginary:
        raise SizingError(say("rules.ops_broadcast", first=text(real), second=text(imaginary)))


@rule("ops.stft", signature="frame_length, frame_step, fft_length=None, pad_end=False")
def stft(config: Config, x: Shape) -> Sizing:
    """Spectra of windows: (..., samples) becomes (..., frames, bands), as complex numbers.

    The transform is as long as the next power of two where its length is not given.
    """
    kind = "ops.stft"
    least_rank(kind, x, 1)
    frame, step = positive(kind, config, "frame_length"), positive(kind, config, "frame_step")
    if config["fft_length"] is not None:
        length = positive(kind, config, "fft_length")
    elif isinstance(frame, Expr):
        raise SizingError(say("rules.fft_length", kind=kind, frame=text(frame)))
    else:
        length = 1 << (frame - 1).bit_length()
    padding = "same" if flag(kind, config, "pad_end") else "valid"
    frames = None if x[-1] is None else _frames(kind, x[-1], frame, step, padding, x)
    return Sizing(((*x[:-1], frames, floor_div(length, 2) + 1),))


@rule("ops.stft_parts", signature="frame_length, frame_step, fft_length, center=True")
def stft_parts(config: Config, x: Shape) -> Sizing:
    """The same in two parts, of windows that are padded to the transform's length.

    A signal in the `center` is padded by half a transform at both ends.
    """
    kind = "ops.stft"
    least_rank(kind, x, 1)
    length, step = positive(kind, config, "fft_length"), positive(kind, config, "frame_step")
    padded = 2 * floor_div(length, 2) if flag(kind, config, "center") else 0
    samples = None if x[-1] is None else x[-1] + padded
    frames = None if samples is None else _frames(kind, samples, length, step, "valid", x)
    return Sizing(((*x[:-1], frames, floor_div(length, 2) + 1),) * 2)
