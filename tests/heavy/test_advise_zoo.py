"""What is advised of the zoo and of Keras' own architectures, built by the real Keras."""

import sys

import keras
import pytest

import sizeup
from analyses.test_advise import assert_keras_agrees
from heavy.test_port_applications import DEEP

NAMES = (
    "lenet5", "vgg11", "resnet18", "resnet20", "keras/inceptionv3", "keras/xception",
    "keras/densenet121", "keras/mobilenet", "keras/mobilenetv2", "keras/mobilenetv3small",
    "keras/nasnetmobile", "keras/efficientnetb0", "keras/efficientnetv2b0", "keras/resnet50v2",
)  # fmt: skip
"""One of each family."""


@pytest.mark.parametrize("name", NAMES)
def test_keras_builds_what_is_advised(name):
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEP)
    try:
        assert_keras_agrees(sizeup.read(f"zoo:{name}").networks[0])
    finally:
        sys.setrecursionlimit(before)


def test_half_the_width_of_mobilenet_is_its_alpha_of_a_half():
    """Howard et al. 2017, section 3.3 and table 6; Keras' own MobileNet takes alpha as an argument."""
    keras.utils.clear_session()
    half = keras.applications.MobileNet(alpha=0.5, weights=None)
    found = sizeup.advise("zoo:keras/mobilenet")
    assert half.count_params() in [each.parameters[1] for each in found.advice]
