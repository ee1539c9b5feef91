# mypy: ignore-errors
"""What the networks of `keras.applications` have in common: how they begin and how they end."""

import keras
from keras import layers

IMAGENET_CLASSES = 1000


def channel_axis():
    """Where the channels are, in Keras' order of channels."""
    return 1 if keras.config.image_data_format() == "channels_first" else -1


def image_shape(
    include_top, weights, input_shape, classes, sizes=(224,), least=32, data_format=None
):
    """The shape of an image, without the batch, in Keras' order of channels or that of `data_format`.

    The side is the last of `sizes` where the caller says none and there is a top, any where
    there is no top; it is at least `least`. With the weights of ImageNet a top needs one of
    `sizes`, three channels and 1,000 classes. Raises ValueError where no network exists.
    """
    first = (data_format or keras.config.image_data_format()) == "channels_first"
    trained = weights == "imagenet"
    if trained and include_top and classes != IMAGENET_CLASSES:
        raise ValueError("with weights='imagenet' and include_top=True, classes should be 1000")
    if not input_shape:
        height = width = sizes[-1] if include_top else None
        channels = 3
    elif len(input_shape) != 3:
        raise ValueError("input_shape must be a tuple of three integers")
    elif first:
        channels, height, width = input_shape
    else:
        height, width, channels = input_shape
    if trained:
        if channels != 3:
            raise ValueError("with weights='imagenet', the input must have 3 channels")
        channels = 3
        if include_top:
            if height != width or height not in sizes:
                raise ValueError("with weights='imagenet' and include_top=True, "
                                 "input_shape should be the one of the weights")  # fmt: skip
            height = width = sizes[0] if len(sizes) == 1 else height
    for side in (height, width):
        if side is None and include_top:
            raise ValueError("with include_top=True, input_shape must be static")
        if side is not None and side < least:
            raise ValueError(f"Input size must be at least {least}x{least}; "
                             f"Received: input_shape={input_shape}")  # fmt: skip
    return (channels, height, width) if first else (height, width, channels)


def obtain_input_shape(
    input_shape, default_size, min_size, data_format, require_flatten=None, weights=None,
    include_top=None,
):  # fmt: skip
    """`image_shape` as Keras calls it inside; `require_flatten` was `include_top` up to 2.0.8."""
    top = include_top if require_flatten is None else require_flatten
    sizes = (default_size,)
    return image_shape(top, weights, input_shape, IMAGENET_CLASSES, sizes, min_size, data_format)


def image(input_tensor, shape):
    """The tensor that enters: the caller's, or a new one of `shape`."""
    if input_tensor is None:
        return keras.Input(shape)
    if not keras.utils.is_keras_tensor(input_tensor):
        return keras.Input(shape, tensor=input_tensor)
    return input_tensor


def correct_pad(inputs, kernel_size):
    """The padding that makes a stride of two over a whole window begin where `same` would."""
    height, width = inputs.shape[2:] if channel_axis() == 1 else inputs.shape[1:3]
    half = kernel_size // 2
    if height is None:
        return ((half - 1, half), (half - 1, half))
    return ((half - 1 + height % 2, half), (half - 1 + width % 2, half))


def make_divisible(filters, divisor=8):
    """`filters` as the nearest multiple of `divisor` that is not a tenth smaller."""
    rounded = max(divisor, int(filters + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * filters else rounded


def predictions(x, classes, activation, weights):
    """The dense layer that classifies."""
    check_activation(activation, weights)
    return layers.Dense(classes, activation=activation, name="predictions")(x)


def check_activation(activation, weights):
    """Weights that were trained were trained before a softmax."""
    plain = not isinstance(activation, str) or activation in ("softmax", "linear")
    if weights is not None and not plain:
        raise ValueError("pretrained weights allow only softmax and None as classifier_activation")


def pooled(x, pooling, average="avg_pool", maximum="max_pool"):
    """What stands in the place of a top that is left out; the layers' names."""
    if pooling == "avg":
        return layers.GlobalAveragePooling2D(name=average)(x)
    if pooling == "max":
        return layers.GlobalMaxPooling2D(name=maximum)(x)
    return x


def network(input_tensor, image, x, name):
    """The model from the inputs that `input_tensor` goes back to, or from `image`, to `x`."""
    given = keras.utils.is_keras_tensor(input_tensor)
    inputs = keras.utils.get_source_inputs(input_tensor) if given else image
    return keras.Model(inputs, x, name=name)
