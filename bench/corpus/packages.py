"""Which packages are read, and what their builders are given."""

from __future__ import annotations

from typing import NamedTuple

BRICKS = (
    "keras-multi-head==0.29.0 keras-self-attention==0.51.0 keras-layer-normalization==0.16.0 "
    "keras-pos-embd==0.13.0 keras-position-wise-feed-forward==0.8.0 keras-embed-sim==0.10.0"
)
"""What keras-transformer and those that use it are made of."""

KERAS_2 = f"""
segmentation-models==1.0.1 image-classifiers==1.0.0 efficientnet==1.1.1 keras-applications==1.0.8
image-classifiers==1.0.0 keras-applications==1.0.8
efficientnet==1.1.1 keras-applications==1.0.8
keras-applications==1.0.8
keras-resnet==0.2.0
keras-unet==0.1.2
keras-unet-collection==0.1.13
keras-vggface==0.6 keras-applications==1.0.8
keras-facenet==0.3.2
keras-segmentation==0.3.0
keras-cv-attention-models==1.4.3
keras-efficientnet-v2==1.2.2
deepface==0.0.103
keras-wrn==0.2
keras-retinanet==1.0.0 keras-resnet==0.2.0
keras-ocr==0.9.3
keras-transformer==0.40.0 {BRICKS}
keras-bert==0.89.0 keras-transformer==0.40.0 {BRICKS}
keras-gpt-2==0.17.0 keras-transformer==0.40.0 {BRICKS}
deepctr==0.9.4
retina-face==0.0.19
keras-tcn==3.5.7
basic-pitch==0.4.0
csbdeep==0.8.2
larq-zoo==2.4.0 larq==0.13.3 zookeeper==1.3.4
mtcnn==1.0.0
n2v==0.3.3 csbdeep==0.8.2
sktime-dl==0.1.0
spektral==1.3.1
tf2-yolov4==0.1.0
kapre==0.4.1
keras-self-attention==0.51.0
keras-efficientnets==0.1.7 keras-applications==1.0.8
keras-octave-conv==0.11.0
nbeats-keras==1.8.0
keras-fsl==0.2.0
transformers-keras==0.5.1
efficientnet-3D==1.0.2
"""
"""A package on each line, of different authors and years; what it imports stands behind it."""

KERAS_3 = """
keras==3.15.1
keras-hub==0.32.0
classification-models-3D==1.1.0
vit-keras==0.2.0
keras-lmu==0.9.0
keras-mdn-layer==1.0.0
keras-cv==0.9.0
keras-nlp==0.14.4
autokeras==3.0.0 keras-tuner==1.4.7
"""

KERAS_1 = """
mhcflurry==0.0.8
"""
"""Packages of Keras 1's time, which Keras 1.2.2 builds on Theano."""

OLD = "1.1.0 1.1.1 1.1.2 1.2.0 1.2.1 1.2.2 2.0.9"
"""Releases of Keras itself whose `applications` are read; their own Keras builds them, on Theano."""


class Package(NamedTuple):
    """What to unpack, and the Keras that builds it: 2 and 3 on TensorFlow, the others on Theano."""

    pins: tuple[str, ...]
    keras: str

    @property
    def is_release(self) -> bool:
        """Whether it is a release of Keras itself."""
        return self.pins[0].startswith("Keras==")

    @property
    def is_todays_keras(self) -> bool:
        """Whether it is Keras itself as it is today."""
        return self.pins[0].startswith("keras==")

    @property
    def is_old(self) -> bool:
        """Whether a Keras of Theano's time builds it."""
        return self.keras not in ("2", "3")

    @property
    def era(self) -> str:
        """The Keras that the package is written for."""
        return {"3": "Keras 3", "2": "Keras 2"}.get(self.keras, f"Keras {self.keras[0]} on Theano")


PACKAGES = (
    {
        line.partition("==")[0]: Package(tuple(line.split()), keras)
        for keras, listed in (("2", KERAS_2), ("3", KERAS_3))
        for line in listed.strip().splitlines()
    }
    | {f"keras-{version}": Package((f"Keras=={version}",), version) for version in OLD.split()}
    | {
        f"{line.partition('==')[0]} (Keras 1)": Package(tuple(line.split()), "1.2.2")
        for line in KERAS_1.strip().splitlines()
    }
)


VALUES = {
    "input_shape": (224, 224, 3), "image_shape": (224, 224, 3), "img_shape": (224, 224, 3),
    "input_size": (224, 224, 3), "classes": 10, "num_classes": 10, "n_classes": 10, "nb_classes": 10,
    "n_labels": 3, "num_class": 10, "filter_num": (16, 32, 64, 128), "nb_class": 10, "output_dim": 10,
    "token_num": 100, "n_vocab": 100, "embed_dim": 16, "hidden_dim": 32, "head_num": 4,
    "encoder_num": 2, "decoder_num": 2, "last_activation": "linear", "vocabulary_size": 100,
    "num_layers": 2, "num_heads": 4, "intermediate_dim": 64, "max_sequence_length": 32,
    "channels": 3, "num_filters": 16, "filters": 16, "height": 64, "width": 64, "depth": 3,
    "bucket_size": 8, "dropout": 0.1, "nb_filter": 16, "n_class": 4, "img_height": 96, "img_width": 96,
    "in_shape": (64, 64, 3), "weights": None, "patch_size": 16, "image_size": 224, "mlp_dim": 64, "name": "n",
    "hidden_size": 32, "kernel_size": 3, "n_outputs": 3, "output_size": 3, "nb_outputs": 3, "num_outputs": 3,
    "head_size": 8, "num_query_heads": 4, "num_key_value_heads": 2, "hidden_activation": "relu",
    "vocab_size": 100, "max_length": 16, "units": 8, "input_dim": 20, "activation": "relu", "strides": 1,
    "nb_filters": 8, "out_channels": 4, "n_channels": 3, "n_filters": 8, "units_per_layer": 8,
    "embedding_dim": 16, "head_dim": 8, "num_experts": 2, "num_attention_heads": 4, "top_k": 1,
    "moe_intermediate_dim": 32, "shared_expert_intermediate_dim": 32, "shared_expert_intermediate_size": 32,
    "stackwise_num_repeats": (1, 2, 1), "stackwise_num_filters": (8, 16, 32), "depths": (1, 1),
    "window_size": 4, "filter_dim": 24, "num_layers_enc": 2, "num_layers_dec": 2,
    "encoder_num_layers": 2, "decoder_num_layers": 2, "encoder_num_heads": 4, "decoder_num_heads": 4,
    "feat_dim": 64,
}  # fmt: skip
"""Arguments that builders of many packages want, where they have no default."""

DRAWN = {
    "include_top": (False, True), "pooling": ("avg", "max"), "classes": (7, 1000), "num_classes": (3, 12),
    "n_classes": (2, 5), "nb_classes": (4,), "input_shape": ((96, 96, 3), (160, 160, 3)), "alpha": (0.5, 1.0),
    "depth_multiplier": (2, 1), "dropout": (0.2, 0.5), "dropout_rate": (0.1,), "filters": (8, 24),
    "num_filters": (8, 24), "units": (5, 17), "hidden_dim": (24, 48), "num_layers": (1, 3),
    "use_bias": (True, False), "activation": ("relu", "selu"), "classifier_activation": (None, "softmax"),
    "batch_norm": (True, False), "use_batch_norm": (True, False), "stack_num_down": (1, 3),
    "stack_num_up": (1, 3), "output_activation": (None, "Softmax"), "pool": (False, "max"),
    "unpool": (False, "nearest"), "width_coefficient": (0.75,), "num_blocks": (2,), "growth_rate": (12,),
    "vocabulary_size": (50, 200), "intermediate_dim": (32, 96), "head_num": (2, 4), "encoder_num": (1, 3),
    "decoder_num": (1, 3), "encoder_level": (1,), "input_height": (96,), "input_width": (160,),
}  # fmt: skip
"""Values that are drawn for arguments with defaults."""
