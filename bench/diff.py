"""Times `sizeup diff` as whole processes: VGG19 against ResNet152, and two networks of 1,000 layers.

Medians of alternating runs, beside a bare interpreter. Usage: python bench/diff.py [ROUNDS]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from timing import processes, table

DEEP = """
from keras import Sequential, layers

def deep(width, kinds):
    model = Sequential([layers.Input((64,))])
    for number in range(1000):
        model.add(layers.Dense(width + (number % kinds)))
    return model

def residual(width, blocks):
    x = image = keras.Input((32, 32, 3))
    x = layers.Conv2D(width, 3, padding="same")(x)
    for number in range(blocks):
        y = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        y = layers.BatchNormalization()(y)
        y = layers.Activation("relu")(y)
        y = layers.Conv2D(width, 3, padding="same", use_bias=False)(y)
        y = layers.BatchNormalization()(y)
        x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10, activation="softmax")(x))

few = deep(64, 7)
many = deep(96, 9)
shallow = residual(16, 160)
wide = residual(24, 168)
"""


def main(rounds: int = 5) -> None:
    """Print a table of medians."""
    with tempfile.TemporaryDirectory() as folder:
        deep = Path(folder) / "deep.py"
        deep.write_text("import keras\n" + DEEP, encoding="utf-8")
        diff = ("-m", "sizeup", "diff")
        commands = {
            "diff zoo:vgg19 zoo:resnet152": (*diff, "zoo:vgg19", "zoo:resnet152"),
            "diff zoo:resnet50 zoo:resnet152": (*diff, "zoo:resnet50", "zoo:resnet152"),
            "diff of two chains of 1,000": (*diff, f"{deep}:few", f"{deep}:many"),
            "diff of two residual of 1,000": (*diff, f"{deep}:shallow", f"{deep}:wide"),
        }
        table(processes(commands, rounds))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
