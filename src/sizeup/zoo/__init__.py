"""The zoo: named architectures as plain Keras 3 files, each with its paper's own figure.

This index is data and imports no framework. Every file beside it stands alone, so that a
person can open it, copy it and run it; sizeup reads it like any other source.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Architecture:
    """A named network: the function `builder` of `file`, and what its source says of its size.

    `published` is the figure as text, and says what it counts where that is not Keras' total.
    `aliases` are further names, such as the letters of a paper's table.
    """

    name: str
    file: str
    builder: str
    reference: str
    published: str
    aliases: tuple[str, ...] = ()


LECUN = "LeCun et al. 1998, Gradient-based learning applied to document recognition"
KRIZHEVSKY = "Krizhevsky et al. 2012, ImageNet classification with deep convolutional networks"
SIMONYAN = "Simonyan and Zisserman 2014, arXiv 1409.1556"
HE = "He et al. 2015, arXiv 1512.03385"
QUESTION = "the question that sizeup began with"
ANSWER = "an answer to the question that sizeup began with"

ARCHITECTURES: tuple[Architecture, ...] = (
    Architecture("lenet5", "lenet.py", "lenet5", LECUN,
                 "none: the paper's C3 is not fully connected (see lenet5-1998)"),
    Architecture("lenet5-1998", "lenet.py", "lenet5_1998", LECUN,
                 "60,000 trainable, 340,908 connections, Section II.B"),
    Architecture("alexnet", "alexnet.py", "alexnet", KRIZHEVSKY,
                 "60 million, Abstract"),
    Architecture("vgg11", "vgg.py", "vgg11", SIMONYAN,
                 "133 million, Table 2", ("vgg-a",)),
    Architecture("vgg11-lrn", "vgg.py", "vgg11_lrn", SIMONYAN,
                 "133 million, Table 2", ("vgg-a-lrn",)),
    Architecture("vgg13", "vgg.py", "vgg13", SIMONYAN,
                 "133 million, Table 2", ("vgg-b",)),
    Architecture("vgg16-1x1", "vgg.py", "vgg16_1x1", SIMONYAN,
                 "134 million, Table 2", ("vgg-c",)),
    Architecture("vgg16", "vgg.py", "vgg16", SIMONYAN,
                 "138 million, Table 2", ("vgg-d",)),
    Architecture("vgg19", "vgg.py", "vgg19", SIMONYAN,
                 "144 million, Table 2", ("vgg-e",)),
    Architecture("resnet18", "resnet.py", "resnet18", HE,
                 "1.8 G multiply-adds, Table 1"),
    Architecture("resnet34", "resnet.py", "resnet34", HE,
                 "3.6 G multiply-adds, Table 1"),
    Architecture("resnet50", "resnet.py", "resnet50", HE,
                 "3.8 G multiply-adds, Table 1"),
    Architecture("resnet101", "resnet.py", "resnet101", HE,
                 "7.6 G multiply-adds, Table 1"),
    Architecture("resnet152", "resnet.py", "resnet152", HE,
                 "11.3 G multiply-adds, Table 1"),
    Architecture("resnet20", "resnet_cifar.py", "resnet20", HE,
                 "0.27 million trainable, Table 6"),
    Architecture("resnet32", "resnet_cifar.py", "resnet32", HE,
                 "0.46 million trainable, Table 6"),
    Architecture("resnet44", "resnet_cifar.py", "resnet44", HE,
                 "0.66 million trainable, Table 6"),
    Architecture("resnet56", "resnet_cifar.py", "resnet56", HE,
                 "0.85 million trainable, Table 6"),
    Architecture("resnet110", "resnet_cifar.py", "resnet110", HE,
                 "1.7 million trainable, Table 6"),
    Architecture("resnet1202", "resnet_cifar.py", "resnet1202", HE,
                 "19.4 million trainable, Table 6"),
    Architecture("vgg1", "question.py", "vgg1", QUESTION,
                 "604,035"),
    Architecture("vgg2", "question.py", "vgg2", QUESTION,
                 "336,387"),
    Architecture("mlp-2000-2000", "question.py", "mlp_2000_2000", ANSWER,
                 "no total; the narrow layer of mlp-2000-50-2000 leaves 32 % of it"),
    Architecture("mlp-2000-50-2000", "question.py", "mlp_2000_50_2000", ANSWER,
                 "32 % of mlp-2000-2000"),
)  # fmt: skip
"""In the order in which they were published; the question's come last."""


def find(name: str) -> Architecture | None:
    """The architecture called `name`, by any of its names; case is ignored and `_` is `-`."""
    wanted = name.lower().replace("_", "-")
    for architecture in ARCHITECTURES:
        if wanted in (architecture.name, *architecture.aliases):
            return architecture
    return None


def path(architecture: Architecture) -> str:
    """Where the architecture's file lies inside the installed package."""
    return f"{__path__[0]}/{architecture.file}"
