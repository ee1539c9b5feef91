# mypy: ignore-errors
"""ConvNeXt as `keras.applications` has it: Liu et al. 2022, arXiv 2201.03545, Section 3."""

from functools import partial

import keras
from keras import layers

from sizeup.zoo.applications.common import check_activation, image, image_shape, network, pooled

MEANS = (0.485 * 255, 0.456 * 255, 0.406 * 255)
VARIANCES = ((0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2)


class LayerScale(layers.Layer):
    """One learned factor for each of `projection_dim` channels."""

    def __init__(self, init_values, projection_dim, **kwargs):
        super().__init__(**kwargs)
        self.init_values = init_values
        self.projection_dim = projection_dim

    def build(self, _input_shape):
        """Owns the factors."""
        self.gamma = self.add_weight(
            name="gamma", shape=(self.projection_dim,),
            initializer=keras.initializers.Constant(self.init_values), trainable=True,
        )  # fmt: skip

    def call(self, x):
        """The shape stays."""
        return x * self.gamma

    def get_config(self):
        """What makes it again."""
        own = {"init_values": self.init_values, "projection_dim": self.projection_dim}
        return {**super().get_config(), **own}


def norm(name=None):
    """A layer normalization."""
    return layers.LayerNormalization(epsilon=1e-6, name=name)


def block(x, width, name):
    """7x7 on each channel by itself, four times as many channels, and as many as before."""
    inputs = x
    x = layers.Conv2D(width, 7, padding="same", groups=width, name=f"{name}_depthwise_conv")(x)
    x = norm(f"{name}_layernorm")(x)
    x = layers.Dense(4 * width, name=f"{name}_pointwise_conv_1")(x)
    x = layers.Activation("gelu", name=f"{name}_gelu")(x)
    x = layers.Dense(width, name=f"{name}_pointwise_conv_2")(x)
    x = LayerScale(1e-6, width, name=f"{name}_layer_scale")(x)
    return inputs + layers.Activation("linear", name=f"{name}_identity")(x)


def convnext(depths, widths, include_top=True, include_preprocessing=True, weights="imagenet",
             input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name=None):  # fmt: skip
    """Four stages of blocks, each behind a convolution that shrinks the map."""
    if keras.config.image_data_format() == "channels_first":
        raise ValueError("ConvNeXt does not support the channels_first image data format")
    shape = image_shape(include_top, weights, input_shape, classes)
    x = start = image(input_tensor, shape)
    if include_preprocessing and shape[2] == 3:
        x = layers.Normalization(
            mean=MEANS, variance=VARIANCES, name=f"{name}_prestem_normalization"
        )(x)
    shrinking = [keras.Sequential(
        [layers.Conv2D(widths[0], 4, strides=4, name=f"{name}_stem_conv"),
         norm(f"{name}_stem_layernorm")], name=f"{name}_stem",
    )]  # fmt: skip
    for i, width in enumerate(widths[1:]):
        shrinking.append(keras.Sequential(
            [norm(f"{name}_downsampling_layernorm_{i}"),
             layers.Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{i}")],
            name=f"{name}_downsampling_block_{i}",
        ))  # fmt: skip
    for stage, (depth, width) in enumerate(zip(depths, widths, strict=True)):
        x = shrinking[stage](x)
        for i in range(depth):
            x = block(x, width, f"{name}_stage_{stage}_block_{i}")
    if include_top:
        check_activation(classifier_activation, weights)
        x = layers.GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
        x = norm(f"{name}_head_layernorm")(x)
        x = layers.Dense(classes, activation=classifier_activation, name=f"{name}_head_dense")(x)
    else:
        x = norm()(pooled(x, pooling, average=None, maximum=None))
    return network(input_tensor, start, x, name)


DEEP = (3, 3, 27, 3)
ConvNeXtTiny = partial(convnext, (3, 3, 9, 3), (96, 192, 384, 768), name="convnext_tiny")
ConvNeXtSmall = partial(convnext, DEEP, (96, 192, 384, 768), name="convnext_small")
ConvNeXtBase = partial(convnext, DEEP, (128, 256, 512, 1024), name="convnext_base")
ConvNeXtLarge = partial(convnext, DEEP, (192, 384, 768, 1536), name="convnext_large")
ConvNeXtXLarge = partial(convnext, DEEP, (256, 512, 1024, 2048), name="convnext_xlarge")
