"""How `keras.ops`, `keras.backend`, TensorFlow and NumPy spell their operations on tensors.

A line reads `world.name|name|…(spelled:meant=default, …) -> kind setting=value`: the names of
the arguments in order, what each means in the rule of the kind (the same where nothing else
is said), and what the rule is told beside. `x`, `y`, `z` are tensors and `xs` a list of them;
an argument that the rule does not know has no say in shapes. A kind with an `@` is a function
of the reader's own. What is indented goes on with the line before.
"""

from __future__ import annotations

TABLE = """
ops.relu|relu6|sigmoid|softplus|softsign|silu|swish|log_sigmoid|leaky_relu|hard_sigmoid|hard_silu|
    hard_swish|hard_tanh|hard_shrink|soft_shrink|tanh_shrink|elu|selu|gelu|celu|threshold|
    squareplus|sparse_plus|sparse_sigmoid|mish|linear|exponential(x) -> ops.along
ops.softmax|log_softmax|sparsemax|normalize(x, axis=-1) -> ops.along
ops.batch_normalization|layer_normalization|rms_normalization|dropout|stop_gradient|copy|nan_to_num|
    clip|round|cast|saturate_cast|convert_to_tensor|convert_to_numpy(x) -> ops.along
ops.sort|argsort|flip(x, axis=None) -> ops.along
ops.roll(x, shift, axis=None) -> ops.along
ops.tril|triu|cholesky|inv|zeros_like|ones_like|full_like|empty_like(x) -> ops.along
ops.cumsum|cumprod|nancumsum|nancumprod(x, axis=None) -> ops.cumulate
ops.mean|sum|max|min|prod|std|var|all|any|amax|amin|median|count_nonzero|logsumexp|argmax|argmin|
    nanmean|nansum|nanmax|nanmin|nanprod|nanstd|nanvar|ptp(x, axis=None, keepdims=False)
    -> ops.reduce
ops.average(x, axis=None) -> ops.reduce
ops.norm(x, ord, axis=None, keepdims=False) -> ops.reduce
ops.moments(x, axes, keepdims=False) -> ops.moments
ops.top_k(x, k) -> ops.top_k
ops.in_top_k(targets:x, predictions, k) -> ops.along
ops.reshape(x, newshape) -> @reshape
ops.ravel(x) -> ops.flatten
ops.transpose(x, axes=None) -> ops.transpose
ops.moveaxis(x, source, destination) -> ops.moveaxis
ops.swapaxes(x, axis1, axis2) -> ops.swapaxes
ops.expand_dims(x, axis=-1) -> ops.expand_dims
ops.squeeze(x, axis=None) -> ops.squeeze
ops.concatenate(xs, axis=-1) -> @concatenate
ops.vstack(xs) -> ops.vstack
ops.hstack(xs) -> ops.hstack
ops.stack(x:xs, axis=0) -> @stack
ops.unstack(x, num=None, axis=0) -> @unstack
ops.append(x1:x, x2:y, axis=None) -> @append
ops.split(x, indices_or_sections, axis=0) -> ops.split
ops.tile(x, repeats) -> ops.tile
ops.repeat(x, repeats, axis=None) -> ops.repeat
ops.broadcast_to(x, shape) -> ops.broadcast_to
ops.meshgrid(*xs, indexing='xy') -> ops.meshgrid
ops.pad(x, pad_width) -> ops.pad
ops.slice(inputs:x, start_indices, shape) -> ops.slice
ops.slice_update|scatter_update(inputs:x) -> ops.along
ops.take(x, indices:y, axis=None) -> ops.take
ops.segment_sum|segment_max(data:x, segment_ids:y, num_segments=None) -> ops.segment
ops.take_along_axis(x, indices:y, axis=-1) -> ops.take_along_axis
ops.one_hot(x, num_classes, axis=-1) -> ops.one_hot
ops.diagonal(x, offset=0, axis1=0, axis2=1) -> ops.diagonal
ops.matmul(x1:x, x2:y) -> ops.matmul
ops.dot(x1:x, x2:y) -> ops.dot
ops.inner(x1:x, x2:y) -> ops.inner
ops.outer(x1:x, x2:y) -> ops.outer
ops.tensordot(x1:x, x2:y, axes=2) -> ops.tensordot
ops.einsum(subscripts, *xs) -> ops.einsum
ops.dot_product_attention(query:x, key:y, value:z) -> @attention
ops.conv(inputs:x, kernel:y, strides=1, padding='valid', data_format=None, dilation_rate=1)
    -> ops.conv
ops.depthwise_conv(inputs:x, kernel:y, strides=1, padding='valid', data_format=None,
    dilation_rate=1) -> ops.depthwise_conv
ops.separable_conv(inputs:x, depthwise_kernel:y, pointwise_kernel:z, strides=1, padding='valid',
    data_format=None, dilation_rate=1) -> ops.separable_conv
ops.conv_transpose(inputs:x, kernel:y, strides=1, padding='valid', output_padding=None,
    data_format=None, dilation_rate=1) -> ops.conv_transpose
ops.max_pool(inputs:x, pool_size, strides=None, padding='valid', data_format=None) -> ops.max_pool
ops.average_pool(inputs:x, pool_size, strides=None, padding='valid', data_format=None)
    -> ops.average_pool
ops.resize(images:x, size, interpolation, antialias, crop_to_aspect_ratio, pad_to_aspect_ratio,
    fill_mode, fill_value, data_format=None) -> ops.resize
ops.extract_patches(images:x, size, strides=None, dilation_rate=1, padding='valid',
    data_format=None) -> ops.extract_patches
ops.depth_to_space|space_to_depth(x, block_size, data_format=None) -> ops.{name}
ops.rgb_to_grayscale(images:x, data_format=None) -> ops.channels channels=1
ops.hsv_to_rgb|rgb_to_hsv|gaussian_blur|affine_transform|elastic_transform|
    perspective_transform(images:x) -> ops.along
ops.extract_sequences(x, sequence_length:frame_length, sequence_stride:frame_step) -> ops.frame
ops.fft|fft2|ifft2(x:xs) -> ops.fft_parts
ops.rfft(x, fft_length=None) -> ops.rfft_parts
ops.irfft(x:xs, fft_length=None) -> ops.irfft_parts
ops.stft(x, sequence_length:frame_length, sequence_stride:frame_step, fft_length, window,
    center=True) -> ops.stft_parts
ops.shape(x) -> @shape
ops.ndim(x) -> @ndim
ops.size(x) -> @size
ops.arange(start, stop=None, step=1) -> @arange
ops.zeros|ones|empty(shape) -> @filled
ops.full(shape, fill_value) -> @filled
ops.eye(N:rows, M:columns=None) -> @eye
ops.identity(n:rows) -> @eye
ops.tri(N:rows, M:columns=None) -> @eye
ops.linspace|logspace|geomspace(start, stop, num=50) -> @linspace
ops.normal|uniform|truncated_normal(shape, mean, stddev) -> @filled
ops.randint(shape, minval, maxval) -> @filled
ops.gamma|beta|binomial(shape) -> @filled
ops.shuffle(x) -> ops.along
ops.cond(pred, true_fn, false_fn) -> @cond
ops.map|vectorized_map(f:fn, xs) -> @map
ops.while_loop(cond, body, loop_vars) -> @while_loop
ops.scan(f:fn, init, xs=None) -> @scan

K.relu|elu|softplus|softsign|sigmoid|hard_sigmoid|batch_normalization|bias_add|dropout|
    stop_gradient|cast|cast_to_floatx|clip|identity|zeros_like|ones_like|to_dense|round|update|
    update_add|update_sub|moving_average_update|print_tensor(x) -> ops.along
K.softmax|log_softmax|l2_normalize|normalize(x, axis=-1) -> ops.along
K.reverse(x, axes:axis) -> ops.along
K.cumsum|cumprod(x, axis=0) -> ops.cumulate
K.mean|sum|max|min|prod|std|var|all|any|logsumexp(x, axis=None, keepdims=False) -> ops.reduce
K.argmax|argmin(x, axis=-1) -> ops.reduce
K.reshape(x, shape:newshape) -> @reshape
K.flatten(x) -> ops.flatten
K.batch_flatten(x) -> ops.flatten from_axis=1
K.permute_dimensions(x, pattern:axes) -> ops.transpose
K.transpose(x) -> ops.transpose
K.expand_dims(x, axis=-1) -> ops.expand_dims
K.squeeze(x, axis) -> ops.squeeze
K.concatenate(tensors:xs, axis=-1) -> @concatenate
K.stack|pack(x:xs, axis=0) -> @stack
K.tile(x, n:repeats) -> ops.tile
K.repeat(x, n) -> ops.repeat_vector
K.repeat_elements(x, rep:repeats, axis) -> ops.repeat
K.slice(x, start:start_indices, size:shape) -> ops.slice
K.gather(reference:x, indices:y) -> ops.take axis=0
K.one_hot(indices:x, num_classes, nb_classes) -> ops.one_hot
K.dot(x, y) -> ops.dot
K.batch_dot(x, y, axes=None) -> ops.batch_dot
K.conv1d|conv2d|conv3d|convolution(x, kernel:y, strides=1, padding='valid', data_format=None,
    dilation_rate=1) -> ops.conv
K.depthwise_conv2d(x, depthwise_kernel:y, strides=1, padding='valid', data_format=None,
    dilation_rate=1) -> ops.depthwise_conv
K.separable_conv1d|separable_conv2d(x, depthwise_kernel:y, pointwise_kernel:z, strides=1,
    padding='valid', data_format=None, dilation_rate=1) -> ops.separable_conv
K.conv2d_transpose|deconv2d|conv3d_transpose(x, kernel:y, output_shape, strides=1, padding='valid',
    data_format=None) -> ops.conv_transpose
K.pool2d|pool3d(x, pool_size, strides=1, padding='valid', data_format=None) -> ops.max_pool
K.resize_images(x, height_factor, width_factor, data_format=None) -> @resize_images
K.resize_volumes(x, depth_factor, height_factor, width_factor, data_format=None) -> @resize_images
K.spatial_2d_padding(x, padding=((1, 1), (1, 1)), data_format=None) -> ops.pad_spatial
K.spatial_3d_padding(x, padding=((1, 1), (1, 1), (1, 1)), data_format=None) -> ops.pad_spatial
K.temporal_padding(x, padding=(1, 1)) -> @temporal_padding
K.in_top_k(predictions, targets:x, k) -> ops.along
K.int_shape(x) -> @int_shape
K.shape(x) -> @shape
K.ndim(x) -> @ndim
K.dtype(x) -> @dtype
K.count_params(x) -> @size
K.arange(start, stop=None, step=1) -> @arange
K.zeros|ones(shape) -> @filled
K.eye(size:rows) -> @eye
K.constant(value, dtype, shape=None) -> @constant
K.variable(value) -> @variable
K.random_normal|random_uniform|truncated_normal|random_binomial|random_bernoulli(shape) -> @filled
K.random_normal_variable|random_uniform_variable(shape) -> @filled
K.switch(condition:pred, then_expression:true_fn, else_expression:false_fn) -> @cond
K.in_train_phase(x:true_fn, alt:false_fn, training) -> @phase
K.in_test_phase(x:true_fn, alt:false_fn, training) -> @phase
K.map_fn(fn, elems:xs) -> @map
K.foldl|foldr(fn, elems:xs, initializer:init=None) -> @fold

tf.add_n(inputs:xs) -> ops.elementwise
tf.relu|relu6|elu|selu|softplus|softsign|sigmoid|leaky_relu|silu|swish|gelu|bias_add|
    batch_normalization|dropout|lrn|local_response_normalization|stop_gradient|cast|to_float|
    to_int32|to_int64|to_double|identity|convert_to_tensor|clip_by_value|clip_by_norm|zeros_like|
    ones_like|round|ensure_shape|check_numerics|matrix_band_part|band_part|Print|random_shuffle|
    random_flip_left_right|flip_left_right|flip_up_down|adjust_brightness|adjust_contrast|
    adjust_hue|adjust_saturation|random_brightness|random_contrast|per_image_standardization|
    scatter_nd_update|tensor_scatter_nd_update|tensor_scatter_nd_add|expm|logm|sqrtm|cholesky|
    inv(x) -> ops.along
tf.softmax|log_softmax(logits:x, axis=-1) -> ops.along
tf.l2_normalize(x, axis) -> ops.along
tf.sort|argsort(values:x, axis=-1) -> ops.along
tf.reverse(tensor:x, axis) -> ops.along
tf.roll(input:x, shift, axis=None) -> ops.along
tf.cumsum|cumprod(x, axis=0) -> ops.cumulate
tf.reduce_mean|reduce_sum|reduce_max|reduce_min|reduce_prod|reduce_std|reduce_variance|reduce_all|
    reduce_any|reduce_logsumexp|reduce_euclidean_norm|count_nonzero(input_tensor:x, axis=None,
    keepdims=False) -> ops.reduce
tf.argmax|argmin|arg_max|arg_min(input:x, axis=0) -> ops.reduce
tf.norm(tensor:x, ord, axis=None, keepdims=False) -> ops.reduce
tf.moments(x, axes, shift, keepdims=False) -> ops.moments
tf.top_k(input:x, k=1) -> ops.top_k
tf.reshape(tensor:x, shape:newshape) -> @reshape
tf.transpose(a:x, perm:axes=None) -> ops.transpose
tf.matrix_transpose(a:x) -> ops.swapaxes axis1=-1 axis2=-2
tf.expand_dims(input:x, axis) -> ops.expand_dims
tf.squeeze(input:x, axis=None) -> ops.squeeze
tf.concat(values:xs, axis) -> @concatenate
tf.stack|pack(values:xs, axis=0) -> @stack
tf.unstack|unpack(value:x, num=None, axis=0) -> @unstack
tf.split(value:x, num_or_size_splits:sizes, axis=0, num) -> @split_sizes
tf.tile(input:x, multiples:repeats) -> ops.tile
tf.repeat(input:x, repeats, axis=None) -> ops.repeat
tf.broadcast_to(input:x, shape) -> ops.broadcast_to
tf.meshgrid(*xs, indexing='xy') -> ops.meshgrid
tf.pad(tensor:x, paddings:pad_width) -> ops.pad
tf.slice(input_:x, begin:start_indices, size:shape) -> ops.slice
tf.strided_slice(input_:x, begin, end, strides=None) -> @strided_slice
tf.gather(params:x, indices:y, validate_indices, axis=None, batch_dims=0) -> @gather
tf.unsorted_segment_sum|unsorted_segment_mean|unsorted_segment_max|unsorted_segment_min|
    unsorted_segment_prod|unsorted_segment_sqrt_n(data:x, segment_ids:y, num_segments=None)
    -> ops.segment
tf.segment_sum|segment_mean|segment_max|segment_min|segment_prod(data:x, segment_ids:y)
    -> ops.segment
tf.gather_nd(params:x, indices:y, batch_dims=0) -> ops.gather_nd
tf.batch_gather(params:x, indices:y) -> @gather batch_dims=1 axis=1
tf.embedding_lookup(params:x, ids:y) -> ops.take axis=0
tf.one_hot(indices:x, depth:num_classes, on_value, off_value, axis=-1) -> ops.one_hot
tf.diag_part|tensor_diag_part(input:x) -> ops.diagonal
tf.matrix_diag_part(input:x) -> ops.diagonal axis1=-2 axis2=-1
tf.matmul|batch_matmul(a:x, b:y, transpose_a=False, transpose_b=False, adjoint_a, adjoint_b)
    -> ops.matmul
tf.sparse_dense_matmul|sparse_tensor_dense_matmul(sp_a:x, b:y, adjoint_a:transpose_a=False,
    adjoint_b:transpose_b=False) -> ops.matmul
tf.to_dense|from_dense|reorder|sparse_tensor_to_dense(sp_input:x) -> ops.along
tf.matvec(a:x, b:y) -> @matvec
tf.tensordot(a:x, b:y, axes) -> ops.tensordot
tf.einsum(equation:subscripts, *xs) -> ops.einsum
tf.conv1d|conv2d|conv3d|convolution(input:x, filters:y, strides=1, padding='VALID',
    data_format=None, dilations:dilation_rate=1) -> ops.conv
tf.depthwise_conv2d(input:x, filter:y, strides=1, padding='VALID', data_format=None,
    dilations:dilation_rate=1) -> ops.depthwise_conv
tf.separable_conv2d(input:x, depthwise_filter:y, pointwise_filter:z, strides=1, padding='VALID',
    data_format=None, dilations:dilation_rate=1) -> ops.separable_conv
tf.conv1d_transpose|conv2d_transpose|conv3d_transpose(input:x, filters:y, output_shape, strides=1,
    padding='SAME', data_format=None, dilations:dilation_rate=1) -> ops.conv_transpose
tf.max_pool|max_pool1d|max_pool2d|max_pool3d(input:x, ksize:pool_size, strides=None,
    padding='VALID', data_format=None) -> ops.max_pool
tf.avg_pool|avg_pool1d|avg_pool2d|avg_pool3d(input:x, ksize:pool_size, strides=None,
    padding='VALID', data_format=None) -> ops.average_pool
tf.resize|resize_images|resize_bilinear|resize_nearest_neighbor|resize_bicubic|
    resize_area(images:x, size) -> ops.resize
tf.resize_with_crop_or_pad|resize_image_with_crop_or_pad|resize_with_pad(image:x,
    target_height:height, target_width:width) -> ops.crop_or_pad
tf.crop_to_bounding_box|pad_to_bounding_box(image:x, offset_height, offset_width,
    target_height:height, target_width:width) -> ops.crop_or_pad
tf.depth_to_space|space_to_depth(input:x, block_size) -> ops.{name}
tf.extract_patches|extract_image_patches(images:x, sizes:size, strides, rates:dilation_rate=1,
    padding='VALID') -> ops.extract_patches
tf.rgb_to_grayscale(images:x) -> ops.channels channels=1
tf.grayscale_to_rgb(images:x) -> ops.channels channels=3
tf.frame(signal:x, frame_length, frame_step) -> ops.frame
tf.rfft(input_tensor:x, fft_length=None) -> ops.rfft
tf.irfft(input_tensor:x, fft_length=None) -> ops.irfft
tf.fft|ifft(input:x) -> ops.along
tf.stft(signals:x, frame_length, frame_step, fft_length=None, window_fn, pad_end=False) -> ops.stft
tf.shape(input:x) -> @shape
tf.rank(input:x) -> @ndim
tf.size(input:x) -> @size
tf.range(start, limit:stop=None, delta:step=1) -> @arange
tf.zeros|ones|fill(shape) -> @filled
tf.random_normal|random_uniform|truncated_normal|normal|uniform|stateless_normal|
    stateless_uniform(shape) -> @filled
tf.eye(num_rows:rows, num_columns:columns=None) -> @eye
tf.linspace|lin_space(start, stop, num) -> @linspace
tf.constant(value, dtype, shape=None) -> @constant
tf.cond(pred, true_fn, false_fn) -> @cond
tf.map_fn|vectorized_map(fn, elems:xs) -> @map
tf.scan(fn, elems:xs, initializer:init=None) -> @scan_tf
tf.foldl|foldr(fn, elems:xs, initializer:init=None) -> @fold
tf.while_loop(cond, body, loop_vars) -> @while_loop

tf.random_crop(value:x, size:shape) -> ops.slice start_indices=0

np.concatenate(xs, axis=0) -> @concatenate
np.array|float32|int32(x) -> ops.along
np.zeros|ones|empty(shape) -> @filled
np.full(shape, fill_value) -> @filled
np.eye|identity(N:rows, M:columns=None) -> @eye
np.rand|randn(*shape) -> @filled
np.random_sample|random(size:shape=()) -> @filled
np.standard_normal(size:shape=()) -> @filled
np.normal|uniform|randint(low, high, size:shape=()) -> @filled
"""
"""In the order of the worlds: `keras.ops`, `keras.backend`, TensorFlow, NumPy."""

ELEMENTWISE = frozenset("""
abs absolute add subtract multiply divide true_divide floor_divide floordiv truediv div realdiv
divide_no_nan div_no_nan multiply_no_nan maximum minimum mod fmod floormod pow power sqrt rsqrt square
exp exp2 expm1 log log1p log2 log10 sin cos tan arcsin arccos arctan arctan2 atan2 asin acos atan
sinh cosh tanh arcsinh arccosh arctanh asinh acosh atanh sign ceil floor trunc rint negative neg
reciprocal cbrt erf erfc erfinv logaddexp hypot where select equal not_equal greater greater_equal
less less_equal logical_and logical_or logical_not logical_xor bitwise_and bitwise_or bitwise_not
bitwise_xor squared_difference isnan isinf isfinite isclose heaviside real imag conj conjugate angle
complex lgamma digamma xlogy sub mul sigmoid_cross_entropy_with_logits huber deg2rad rad2deg
""".split())  # fmt: skip
"""Functions of single elements that every world has: of one tensor or of several that broadcast."""

ALIASES = {
    "keep_dims": "keepdims", "reduction_indices": "axis", "dim": "axis", "dimension": "axis",
    "squeeze_dims": "axis", "ksizes": "size", "filter": "y", "value": "x", "features": "x",
    "border_mode": "padding", "dim_ordering": "data_format", "nb_classes": "num_classes",
    "inputs": "x", "tensor": "x", "input": "x", "a": "x", "b": "y", "x1": "x", "x2": "y",
}  # fmt: skip
"""Further spellings of arguments, in whatever function takes what they mean."""
