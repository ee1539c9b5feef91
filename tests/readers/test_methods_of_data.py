"""What a method does with data has no say in the network that its object was made with."""

from __future__ import annotations

import textwrap

from readers.keras_truth import read_text, run
from sizeup.analyses.count import count

TEXT = """
    import os
    import keras
    from keras import Input, layers

    def load_model(width=4):
        model = keras.Sequential([Input((3,)), layers.Dense(width)])
        if os.path.isfile("weights.h5"):
            model.load_weights("weights.h5")
        return model

    class Client:
        def __init__(self):
            self.model = load_model()

        def forward(self, image):
            if image.ndim == 3:
                image = image[None]
            for size in (2, 4, 8, 16, 32, 64):
                if image.shape[1] > size:
                    image = image / size
                elif image.min() < -size:
                    image = image * size
            {further}
            return self.model(image)
    """


def text(further: str = "") -> str:
    return textwrap.dedent(TEXT.format(further=further))


def test_the_network_of_an_object_is_known_whatever_a_method_asks_of_data():
    built = run(text() + "model = load_model()\n")
    totals = {network.name: count(network).total for network in read_text(text())}
    assert totals == {"load_model": built.count_params()}


def test_what_the_method_builds_itself_is_not_left_out():
    found = [count(network) for network in read_text(text("self.model = load_model(7)"))]
    assert [each.total for each in found] == [3 * 4 + 4, None]
    assert found[1].at_least == 3 * 7 + 7
