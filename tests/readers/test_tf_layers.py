"""`tf.layers` of TensorFlow 1: the graph that a function or a program puts together."""

from __future__ import annotations

import pytest

from sizeup.analyses.count import count
from sizeup.readers import read

MNIST = """
import tensorflow as tf

def cnn_model_fn(features, labels, mode):
    x = tf.placeholder(tf.float32, [None, 784])
    input_layer = tf.reshape(x, [-1, 28, 28, 1])
    conv1 = tf.layers.conv2d(inputs=input_layer, filters=32, kernel_size=[5, 5], padding="same",
                             activation=tf.nn.relu)
    pool1 = tf.layers.max_pooling2d(inputs=conv1, pool_size=[2, 2], strides=2)
    conv2 = tf.layers.conv2d(inputs=pool1, filters=64, kernel_size=[5, 5], padding="SAME",
                             activation=tf.nn.relu)
    pool2 = tf.layers.max_pooling2d(inputs=conv2, pool_size=[2, 2], strides=2)
    pool2_flat = tf.reshape(pool2, [-1, 7 * 7 * 64])
    dense = tf.layers.dense(inputs=pool2_flat, units=1024, activation=tf.nn.relu)
    dropout = tf.layers.dropout(inputs=dense, rate=0.4, training=True)
    logits = tf.layers.dense(inputs=dropout, units=10)
    return logits
"""

PLACEHOLDER = """
import tensorflow.compat.v1 as tf

x = tf.placeholder(tf.float32, [None, 20], name='x')
h = tf.layers.dense(x, 16, activation=tf.nn.relu)
h = tf.layers.batch_normalization(h, training=True)
a = tf.layers.dense(h, 4, use_bias=False, name='policy')
v = tf.layers.Dense(1)(h)
b = tf.layers.dense(h, 1)
"""


def test_the_graph_of_a_function_is_named_after_it():
    """The tutorial's network: 3,274,634 parameters."""
    found = count(read("-", stdin=MNIST)["cnn_model_fn"])
    assert found.total == 832 + 51264 + 3212288 + 10250


def test_what_two_heads_share_is_counted_once():
    found = count(read("-", stdin=PLACEHOLDER)["graph"])
    assert (found.total, found.trainable) == (336 + 64 + 64 + 34, 336 + 32 + 64 + 34)


@pytest.mark.parametrize("reuse", ["reuse=True", "reuse=tf.AUTO_REUSE"])
def test_weights_that_are_reused_by_name_leave_a_lower_bound(reuse):
    text = PLACEHOLDER + f"c = tf.layers.dense(x, 16, name='again', {reuse})\n"
    assert count(read("-", stdin=text)["graph"]).total is None
    text = PLACEHOLDER.replace("h = ", f"tf.variable_scope('a', {reuse})\nh = ")
    assert count(read("-", stdin=text)["graph"]).total is None
