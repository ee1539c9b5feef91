"""`keras.applications`: every network of it, in files of our own writing.

The functions take the arguments of Keras' own and build the same networks: the same layers
under the same names in the same order. Source that calls them is read through these files.
"""

from __future__ import annotations

HOMES = {
    name: file
    for file, names in {
        "vgg": "VGG16 VGG19",
        "resnet": "ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2",
        "inception": "InceptionV3 InceptionResNetV2",
        "xception": "Xception",
        "mobilenet": "MobileNet MobileNetV2",
        "mobilenet_v3": "MobileNetV3Small MobileNetV3Large",
        "densenet": "DenseNet121 DenseNet169 DenseNet201",
        "nasnet": "NASNetMobile NASNetLarge",
        "efficientnet": "EfficientNetB0 EfficientNetB1 EfficientNetB2 EfficientNetB3 "
        "EfficientNetB4 EfficientNetB5 EfficientNetB6 EfficientNetB7",
        "efficientnet_v2": "EfficientNetV2B0 EfficientNetV2B1 EfficientNetV2B2 "
        "EfficientNetV2B3 EfficientNetV2S EfficientNetV2M EfficientNetV2L",
        "convnext": "ConvNeXtTiny ConvNeXtSmall ConvNeXtBase ConvNeXtLarge ConvNeXtXLarge",
    }.items()
    for name in names.split()
}
"""The file beside this one that each network is in."""

EARLY: dict[str, str | None] = {"ResNet50": "resnet_early", "InceptionV3": None}
"""What was another network in Keras 1, and the file that has it; None where none does."""
