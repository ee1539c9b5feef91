"""Layers that Keras had before version 3, written for Keras 3.

`sizeup port` prints them beside the networks that need them, so that each stands by itself:
it may use `keras`, `layers` and `ops`, and nothing else of this file.
"""

from __future__ import annotations

import keras
from keras import layers, ops


class SteepHardSigmoid:
    """max(0, min(1, 0.2 x + 0.5)), the hard_sigmoid of Keras before version 3."""

    def __call__(self, x):
        return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


class TimeDistributedMerge(layers.Layer):
    """The sum, mean or product over time, as Keras 0 had it."""

    def __init__(self, mode="sum", **kwargs):
        super().__init__(**kwargs)
        self.mode = mode

    def call(self, x):
        merge = {"sum": ops.sum, "ave": ops.mean, "mul": ops.prod}[self.mode]
        return merge(x, axis=1)


class ThresholdedLinear(layers.Layer):
    """Zero in a band around zero, as Keras 0 had it."""

    def __init__(self, theta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.theta = theta

    def call(self, x):
        return ops.where(ops.abs(x) < self.theta, 0.0, x)


class ThresholdedReLU(layers.Layer):
    """Zero up to a threshold (Konda et al., 2015), as Keras 2 had it."""

    def __init__(self, theta=1.0, **kwargs):
        super().__init__(**kwargs)
        self.theta = theta

    def call(self, x):
        return ops.where(x > self.theta, x, 0.0)


class ParametricSoftplus(layers.Layer):
    """alpha * softplus(beta * x), both learned, as Keras 1 had it."""

    def __init__(
        self, alpha_initializer=0.2, beta_initializer=5.0, shared_axes=None, **kwargs
    ):
        super().__init__(**kwargs)
        self.starts = {"alpha": alpha_initializer, "beta": beta_initializer}
        self.shared_axes = shared_axes or ()

    def build(self, input_shape):
        shape = list(input_shape[1:])
        for axis in self.shared_axes:
            shape[axis - 1] = 1
        for name, start in self.starts.items():
            initializer = keras.initializers.Constant(start)
            setattr(self, name, self.add_weight(shape, initializer, name=name))

    def call(self, x):
        return self.alpha * ops.softplus(self.beta * x)


class SReLU(layers.Layer):
    """Two thresholds and two slopes (Jin et al., 2015), as Keras 1 had it."""

    def __init__(
        self,
        t_left_initializer="zeros",
        a_left_initializer="glorot_uniform",
        t_right_initializer="glorot_uniform",
        a_right_initializer="ones",
        shared_axes=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.starts = {
            "t_left": t_left_initializer,
            "a_left": a_left_initializer,
            "t_right": t_right_initializer,
            "a_right": a_right_initializer,
        }
        self.shared_axes = shared_axes or ()

    def build(self, input_shape):
        shape = list(input_shape[1:])
        for axis in self.shared_axes:
            shape[axis - 1] = 1
        for name, start in self.starts.items():
            setattr(self, name, self.add_weight(shape, start, name=name))

    def call(self, x):
        right = self.t_left + ops.abs(self.t_right)
        low = self.t_left + self.a_left * (x - self.t_left)
        high = right + self.a_right * (x - right)
        return ops.where(x < self.t_left, low, ops.where(x > right, high, x))


class MaxoutDense(layers.Layer):
    """The largest of several linear maps (Goodfellow et al., 2013), as Keras 1 had it."""

    def __init__(
        self,
        units,
        nb_feature=4,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = units
        self.nb_feature = nb_feature
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer

    def build(self, input_shape):
        shape = (self.nb_feature, input_shape[-1], self.units)
        self.kernel = self.add_weight(shape, self.kernel_initializer, name="kernel")
        if self.use_bias:
            shape = (self.nb_feature, self.units)
            self.bias = self.add_weight(shape, self.bias_initializer, name="bias")

    def call(self, x):
        y = ops.tensordot(x, self.kernel, axes=[[1], [1]])
        if self.use_bias:
            y = y + self.bias
        return ops.max(y, axis=1)


class Highway(layers.Layer):
    """A dense layer and a gate past it (Srivastava et al., 2015), as Keras 1 had it."""

    def __init__(
        self,
        activation="linear",
        transform_bias=-2,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)
        self.transform_bias = transform_bias
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer

    def build(self, input_shape):
        width = input_shape[-1]
        initializer = self.kernel_initializer
        self.kernel = self.add_weight((width, width), initializer, name="kernel")
        self.carry_kernel = self.add_weight(
            (width, width), initializer, name="carry_kernel"
        )
        if self.use_bias:
            self.bias = self.add_weight((width,), self.bias_initializer, name="bias")
            initializer = keras.initializers.Constant(self.transform_bias)
            self.carry_bias = self.add_weight((width,), initializer, name="carry_bias")

    def call(self, x):
        y, gate = ops.matmul(x, self.kernel), ops.matmul(x, self.carry_kernel)
        if self.use_bias:
            y, gate = y + self.bias, gate + self.carry_bias
        gate = ops.sigmoid(gate)
        return self.activation(y) * gate + x * (1 - gate)


@keras.saving.register_keras_serializable()
class CuDNNLSTM(layers.LSTM):
    """An LSTM with a second bias, as Keras 2 had it for CuDNN."""

    def build(self, input_shape):
        super().build(input_shape)
        shape = (4 * self.units,)
        self.recurrent_bias = self.add_weight(shape, "zeros", name="recurrent_bias")

    def call(self, sequences, **kwargs):
        bias = self.cell.bias
        self.cell.bias = bias + self.recurrent_bias
        outputs = super().call(sequences, **kwargs)
        self.cell.bias = bias
        return outputs


class LocallyConnected1D(layers.Layer):
    """A convolution with a kernel of its own at every position, as Keras 2 had it."""

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.strides = strides
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer

    def build(self, input_shape):
        length = (input_shape[1] - self.kernel_size) // self.strides + 1
        shape = (length, self.kernel_size * input_shape[2], self.filters)
        self.kernel = self.add_weight(shape, self.kernel_initializer, name="kernel")
        if self.use_bias:
            shape = (length, self.filters)
            self.bias = self.add_weight(shape, self.bias_initializer, name="bias")

    def call(self, x):
        windows = ops.image.extract_patches(
            ops.expand_dims(x, 2), (self.kernel_size, 1), strides=(self.strides, 1)
        )
        x = ops.einsum("bpi,pif->bpf", ops.squeeze(windows, 2), self.kernel)
        if self.use_bias:
            x = x + self.bias
        return self.activation(x)


class LocallyConnected2D(layers.Layer):
    """A convolution with a kernel of its own at every position, as Keras 2 had it."""

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        data_format="channels_last",
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        **kwargs,
    ):
        super().__init__(**kwargs)
        pairs = [(n, n) if isinstance(n, int) else n for n in (kernel_size, strides)]
        self.filters = filters
        self.kernel_size, self.strides = pairs
        self.data_format = data_format
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer

    def build(self, input_shape):
        channels, *sides = input_shape[1:]
        if self.data_format == "channels_last":
            *sides, channels = input_shape[1:]
        steps = zip(sides, self.kernel_size, self.strides)
        rows, columns = [(side - size) // stride + 1 for side, size, stride in steps]
        inputs = self.kernel_size[0] * self.kernel_size[1] * channels
        shape = (rows * columns, inputs, self.filters)
        self.kernel = self.add_weight(shape, self.kernel_initializer, name="kernel")
        self.positions = (rows, columns)
        if self.use_bias:
            shape = (rows, columns, self.filters)
            self.bias = self.add_weight(shape, self.bias_initializer, name="bias")

    def call(self, x):
        if self.data_format == "channels_first":
            x = ops.transpose(x, (0, 2, 3, 1))
        x = ops.image.extract_patches(x, self.kernel_size, strides=self.strides)
        x = ops.reshape(x, (-1, self.kernel.shape[0], self.kernel.shape[1]))
        x = ops.einsum("bpi,pif->bpf", x, self.kernel)
        x = ops.reshape(x, (-1, *self.positions, self.filters))
        if self.use_bias:
            x = x + self.bias
        x = self.activation(x)
        if self.data_format == "channels_first":
            x = ops.transpose(x, (0, 3, 1, 2))
        return x
