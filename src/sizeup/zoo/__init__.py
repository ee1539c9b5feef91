"""The zoo: named architectures as plain Keras 3 files, each with its paper's own figure.

This index is data and imports no framework. A person can open the files, copy and run them;
sizeup reads them like any other source. Those beside it are written as the papers have them and
stand alone. Those in `applications` are the networks of `keras.applications`, which differ from
their papers: `zoo:resnet50` is the paper's, `zoo:keras/resnet50` is Keras'.
"""

from __future__ import annotations

from dataclasses import dataclass

from sizeup.zoo.applications import HOMES


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


SZEGEDY = "Szegedy et al. 2015, arXiv 1512.00567"
SZEGEDY_2016 = "Szegedy et al. 2016, arXiv 1602.07261"
HE_2016 = "He et al. 2016, arXiv 1603.05027"
HUANG = "Huang et al. 2016, arXiv 1608.06993"
CHOLLET = "Chollet 2016, arXiv 1610.02357"
HOWARD = "Howard et al. 2017, arXiv 1704.04861"
ZOPH = "Zoph et al. 2017, arXiv 1707.07012"
SANDLER = "Sandler et al. 2018, arXiv 1801.04381"
HOWARD_2019 = "Howard et al. 2019, arXiv 1905.02244"
TAN = "Tan and Le 2019, arXiv 1905.11946"
TAN_2021 = "Tan and Le 2021, arXiv 2104.00298"
LIU = "Liu et al. 2022, arXiv 2201.03545"

APPLICATIONS: tuple[Architecture, ...] = tuple(
    Architecture(
        f"keras/{builder.lower()}",
        f"applications/{HOMES[builder]}.py",
        builder,
        f"https://keras.io/api/applications, after {reference}",
        published,
    )
    for builder, reference, published in (
        ("VGG16", SIMONYAN, "138.4 million"),
        ("VGG19", SIMONYAN, "143.7 million"),
        ("ResNet50", HE, "25.6 million"),
        ("ResNet101", HE, "44.7 million"),
        ("ResNet152", HE, "60.4 million"),
        ("InceptionV3", SZEGEDY, "23.9 million"),
        ("InceptionResNetV2", SZEGEDY_2016, "55.9 million"),
        ("ResNet50V2", HE_2016, "25.6 million"),
        ("ResNet101V2", HE_2016, "44.7 million"),
        ("ResNet152V2", HE_2016, "60.4 million"),
        ("DenseNet121", HUANG, "8.1 million"),
        ("DenseNet169", HUANG, "14.3 million"),
        ("DenseNet201", HUANG, "20.2 million"),
        ("Xception", CHOLLET, "22.9 million"),
        ("MobileNet", HOWARD, "4.3 million"),
        ("NASNetMobile", ZOPH, "5.3 million"),
        ("NASNetLarge", ZOPH, "88.9 million"),
        ("MobileNetV2", SANDLER, "3.5 million"),
        ("MobileNetV3Small", HOWARD_2019, "2.5 million in the paper's Table 3"),
        ("MobileNetV3Large", HOWARD_2019, "5.4 million in the paper's Table 3"),
        ("EfficientNetB0", TAN, "5.3 million"),
        ("EfficientNetB1", TAN, "7.9 million"),
        ("EfficientNetB2", TAN, "9.2 million"),
        ("EfficientNetB3", TAN, "12.3 million"),
        ("EfficientNetB4", TAN, "19.5 million"),
        ("EfficientNetB5", TAN, "30.6 million"),
        ("EfficientNetB6", TAN, "43.3 million"),
        ("EfficientNetB7", TAN, "66.7 million"),
        ("EfficientNetV2B0", TAN_2021, "7.2 million"),
        ("EfficientNetV2B1", TAN_2021, "8.2 million"),
        ("EfficientNetV2B2", TAN_2021, "10.2 million"),
        ("EfficientNetV2B3", TAN_2021, "14.5 million"),
        ("EfficientNetV2S", TAN_2021, "21.6 million"),
        ("EfficientNetV2M", TAN_2021, "54.4 million"),
        ("EfficientNetV2L", TAN_2021, "119.0 million"),
        ("ConvNeXtTiny", LIU, "28.6 million"),
        ("ConvNeXtSmall", LIU, "50.2 million"),
        ("ConvNeXtBase", LIU, "88.5 million"),
        ("ConvNeXtLarge", LIU, "197.7 million"),
        ("ConvNeXtXLarge", LIU, "350.1 million"),
    )
)
"""Those of `keras.applications`, which differ from their papers in more or less.

The figures are those of Keras' documentation, as it lists them in 2025; it has none for MobileNetV3.
"""


def find(name: str) -> Architecture | None:
    """The architecture called `name`, by any of its names; case is ignored and `_` is `-`.

    A name that no paper's network has is one of Keras': `densenet121` is `keras/densenet121`.
    """
    wanted = name.lower().replace("_", "-")
    for architecture in (*ARCHITECTURES, *APPLICATIONS):
        if wanted in (architecture.name, *architecture.aliases):
            return architecture
    return next((a for a in APPLICATIONS if a.name == f"keras/{wanted.replace('-', '')}"), None)


def path(architecture: Architecture) -> str:
    """Where the architecture's file lies inside the installed package."""
    return f"{__path__[0]}/{architecture.file}"
