"""What people do with `keras.applications`: fine-tuning, features, skips; as Keras does it."""

from __future__ import annotations

import keras
import pytest

from readers.keras_truth import assert_reads_as_keras, read_text
from sizeup.analyses.count import count
from sizeup.network import rows

HEAD = (
    "import keras\nfrom keras import layers\nfrom keras.models import Model, Sequential\n"
    "from keras.layers import Dense, Dropout, Flatten, GlobalAveragePooling2D, Input\n"
)

SNIPPETS = {
    "VGG16 with a new top, the first fifteen layers frozen": """
        from keras.applications.vgg16 import VGG16
        base = VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
        for layer in base.layers[:15]:
            layer.trainable = False
        x = Flatten()(base.output)
        x = Dense(32, activation="relu")(x)
        model = Model(inputs=base.input, outputs=Dense(5, activation="softmax")(Dropout(0.5)(x)))
    """,
    "VGG16 inside a Sequential, all but the last block frozen by name": """
        base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(48, 48, 3))
        base.trainable = True
        set_trainable = False
        for layer in base.layers:
            if layer.name == "block5_conv1":
                set_trainable = True
            layer.trainable = set_trainable
        model = Sequential()
        model.add(base)
        model.add(Flatten())
        model.add(Dense(1, activation="sigmoid"))
    """,
    "VGG16's layers one by one in a Sequential": """
        vgg = keras.applications.VGG16(weights=None, classes=11, input_shape=(32, 32, 3))
        model = Sequential()
        for layer in vgg.layers[:-1]:
            model.add(layer)
        for layer in model.layers:
            layer.trainable = False
        model.add(Dense(2, activation="softmax"))
    """,
    "ResNet50 pooled": """
        from keras.applications.resnet50 import ResNet50, preprocess_input
        base = ResNet50(include_top=False, pooling="avg", weights=None)
        model = Sequential([base, Dense(4, activation="softmax")])
        model.layers[0].trainable = False
    """,
    "ResNet50 on other sizes, all normalizations frozen": """
        base = keras.applications.resnet.ResNet50(weights=None, include_top=False,
                                                  input_tensor=Input(shape=(64, 96, 3)))
        for layer in base.layers:
            if isinstance(layer, layers.BatchNormalization):
                layer.trainable = False
        head = Flatten(name="flatten")(layers.AveragePooling2D(pool_size=(2, 2))(base.output))
        model = Model(base.input, Dense(2)(head))
    """,
    "MobileNetV2 called in inference mode": """
        base = keras.applications.MobileNetV2(input_shape=(64, 64, 3), include_top=False, weights=None)
        base.trainable = False
        inputs = keras.Input(shape=(64, 64, 3))
        x = keras.applications.mobilenet_v2.preprocess_input(inputs)
        x = base(x, training=False)
        outputs = Dense(1)(Dropout(0.2)(GlobalAveragePooling2D()(x)))
        model = keras.Model(inputs, outputs)
    """,
    "MobileNetV2 by its own name inside a network, fine-tuned from a layer on": """
        base = keras.applications.MobileNetV2(input_shape=(96, 96, 3), include_top=False, weights=None)
        inputs = keras.Input((96, 96, 3))
        model = keras.Model(inputs, Dense(3)(GlobalAveragePooling2D()(base(inputs))))
        inner = model.get_layer("mobilenetv2_1.00_96")
        fine_tune_at = 100
        for layer in inner.layers[:fine_tune_at]:
            layer.trainable = False
    """,
    "MobileNet without its last layers": """
        mobile = keras.applications.mobilenet.MobileNet(weights=None)
        x = mobile.layers[-5].output
        model = Model(inputs=mobile.input, outputs=Dense(10)(layers.Flatten()(x)))
        for layer in model.layers[:-23]:
            layer.trainable = False
    """,
    "InceptionV3 cut at mixed7": """
        from keras.applications.inception_v3 import InceptionV3
        base = InceptionV3(input_shape=(150, 150, 3), include_top=False, weights=None)
        for layer in base.layers:
            layer.trainable = False
        last = base.get_layer("mixed7").output
        model = Model(base.input, Dense(1)(Dense(16)(Flatten()(last))))
    """,
    "InceptionV3 trained from mixed8 on": """
        base = keras.applications.InceptionV3(weights=None, include_top=False)
        x = Dense(8, activation="relu")(GlobalAveragePooling2D()(base.output))
        model = Model(inputs=base.input, outputs=Dense(2, activation="softmax")(x))
        for layer in model.layers[:249]:
            layer.trainable = False
        for layer in model.layers[249:]:
            layer.trainable = True
    """,
    "DenseNet on a tensor of the source": """
        inputs = Input(shape=(64, 64, 3), name="image")
        base = keras.applications.DenseNet121(include_top=False, weights=None, input_tensor=inputs)
        x = GlobalAveragePooling2D(name="avg_pool")(base.layers[-1].output)
        model = Model(inputs=inputs, outputs=Dense(14, activation="sigmoid")(x))
    """,
    "ResNet50 behind layers of its own": """
        inputs = Input((64, 64, 1))
        x = layers.Conv2D(3, 1, name="to_color")(inputs)
        base = keras.applications.ResNet50(include_top=False, weights=None, input_tensor=x)
        model = Model(base.inputs, Dense(3)(GlobalAveragePooling2D()(base.output)))
    """,
    "EfficientNetB0 behind augmentation": """
        augmentation = Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])
        inputs = Input(shape=(64, 64, 3))
        base = keras.applications.EfficientNetB0(include_top=False, weights=None)
        base.trainable = True
        x = base(augmentation(inputs), training=False)
        x = layers.BatchNormalization()(GlobalAveragePooling2D(name="avg_pool")(x))
        model = Model(inputs, Dense(3, activation="softmax", name="pred")(Dropout(0.2)(x)))
        for layer in base.layers[:-20]:
            layer.trainable = False
        for layer in base.layers[-20:]:
            layer.trainable = not isinstance(layer, layers.BatchNormalization)
    """,
    "EfficientNetB0's input is the source's": """
        inputs = layers.Input(shape=(96, 96, 3))
        base = keras.applications.EfficientNetB0(include_top=False, input_tensor=inputs, weights=None)
        base.trainable = False
        x = GlobalAveragePooling2D(name="avg_pool")(base.output)
        model = keras.Model(inputs, Dense(4)(x), name="EfficientNet")
        for layer in model.layers[-20:]:
            if not isinstance(layer, layers.BatchNormalization):
                layer.trainable = True
    """,
    "a U-Net on VGG16": """
        vgg = keras.applications.VGG16(include_top=False, weights=None, input_tensor=Input((64, 64, 3)))
        skips = [vgg.get_layer(f"block{i}_conv{j}").output for i, j in ((1, 2), (2, 2), (3, 3), (4, 3))]
        x = vgg.get_layer("block5_conv3").output
        for skip in skips[::-1]:
            x = layers.Conv2DTranspose(skip.shape[-1], 2, strides=2, padding="same")(x)
            x = layers.Concatenate()([x, skip])
            x = layers.Conv2D(skip.shape[-1], 3, padding="same", activation="relu")(x)
        model = Model(vgg.input, layers.Conv2D(1, 1, activation="sigmoid")(x))
    """,
    "DeepLab's encoder": """
        inputs = Input((128, 128, 3))
        resnet50 = keras.applications.ResNet50(weights=None, include_top=False, input_tensor=inputs)
        x = resnet50.get_layer("conv4_block6_2_relu").output
        x = layers.UpSampling2D(size=(32 // x.shape[1], 32 // x.shape[2]), interpolation="bilinear")(x)
        low = resnet50.get_layer("conv2_block3_2_relu").output
        x = layers.Concatenate(axis=-1)([x, layers.Conv2D(48, 1, use_bias=False)(low)])
        model = Model(inputs, layers.Conv2D(21, 1)(x))
    """,
    "twins that share a network": """
        base = keras.applications.MobileNetV2(include_top=False, weights=None, pooling="avg",
                                              input_shape=(64, 64, 3))
        embedding = Model(base.input, Dense(16)(base.output), name="Embedding")
        a, b, c = Input((64, 64, 3)), Input((64, 64, 3)), Input((64, 64, 3))
        model = Model([a, b, c], [embedding(a), embedding(b), embedding(c)])
    """,
    "the kind of network by a condition": """
        scratch, kind = True, "mobile"
        if kind == "vgg":
            base = keras.applications.VGG16(include_top=False, weights=None if scratch else "imagenet")
        elif kind == "mobile":
            base = keras.applications.MobileNet(include_top=False, weights=None if scratch else "imagenet")
        else:
            raise ValueError(kind)
        model = Model(base.input, Dense(2)(GlobalAveragePooling2D()(base.output)))
    """,
    "MobileNetV3, one frozen, as features": """
        inputs = Input((64, 64, 3))
        one = keras.applications.MobileNetV3Large(include_top=False, weights=None, pooling="avg")
        two = keras.applications.MobileNetV3Small(include_top=False, weights=None, pooling="avg")
        two.trainable = False
        model = Model(inputs, layers.Concatenate()([one(inputs), two(inputs)]))
    """,
    "U-Net on the skips of MobileNetV2": """
        base = keras.applications.MobileNetV2(input_shape=[64, 64, 3], include_top=False, weights=None)
        layer_names = ["block_1_expand_relu", "block_3_expand_relu", "block_6_expand_relu",
                       "block_13_expand_relu", "block_16_project"]
        outputs = [base.get_layer(name).output for name in layer_names]
        down_stack = keras.Model(inputs=base.input, outputs=outputs)
        down_stack.trainable = False
        inputs = Input(shape=[64, 64, 3])
        *skips, x = down_stack(inputs)
        for filters, skip in zip((64, 32, 16, 8), reversed(skips)):
            x = layers.Conv2DTranspose(filters, 3, strides=2, padding="same", use_bias=False)(x)
            x = layers.Concatenate()([layers.ReLU()(layers.BatchNormalization()(x)), skip])
        model = Model(inputs, layers.Conv2DTranspose(3, 3, strides=2, padding="same")(x))
    """,
    "features of an inner layer": """
        base_model = keras.applications.VGG19(weights=None, input_shape=(32, 32, 3), classes=5)
        model = Model(inputs=base_model.input, outputs=base_model.get_layer("block4_conv2").output)
    """,
    "style transfer": """
        content_layers = ["block5_conv2"]
        style_layers = ["block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"]
        def vgg_layers(layer_names):
            vgg = keras.applications.VGG19(include_top=False, weights=None)
            vgg.trainable = False
            return Model([vgg.input], [vgg.get_layer(name).output for name in layer_names])
        model = vgg_layers(style_layers + content_layers)
    """,
    "features by a dictionary of all layers": """
        base = keras.applications.VGG19(weights=None, include_top=False)
        outputs_dict = dict([(layer.name, layer.output) for layer in base.layers])
        model = Model(inputs=base.inputs, outputs=outputs_dict)
    """,
    "a pyramid on ResNet50": """
        backbone = keras.applications.ResNet50(include_top=False, input_shape=[None, None, 3], weights=None)
        c3, c4, c5 = [backbone.get_layer(name).output
                      for name in ["conv3_block4_out", "conv4_block6_out", "conv5_block3_out"]]
        body = Model(inputs=[backbone.inputs], outputs=[c3, c4, c5])
        image = Input((128, 128, 3))
        c3, c4, c5 = body(image)
        p3, p4, p5 = [layers.Conv2D(16, 1, 1, "same")(c) for c in (c3, c4, c5)]
        p4 = p4 + layers.UpSampling2D(2)(p5)
        p3 = p3 + layers.UpSampling2D(2)(p4)
        p6 = layers.Conv2D(16, 3, 2, "same")(c5)
        model = Model(image, [layers.Conv2D(16, 3, 1, "same")(p) for p in (p3, p4, p5)] + [p6])
    """,
    "two networks side by side": """
        inputs = Input((96, 96, 3))
        one = keras.applications.MobileNet(include_top=False, weights=None, pooling="avg", alpha=0.25)
        two = keras.applications.Xception(include_top=False, weights=None, pooling="max")
        model = Model(inputs, Dense(2)(layers.concatenate([one(inputs), two(inputs)])))
    """,
    "by name": """
        def build(name, **kwargs):
            return getattr(keras.applications, name)(weights=None, include_top=False, **kwargs)
        nets = [build(name, input_shape=(75, 75, 3)) for name in ("MobileNet", "VGG16")]
        inputs = Input((75, 75, 3))
        model = Model(inputs, [net(inputs) for net in nets])
    """,
    "from a table of functions": """
        from keras.applications import *
        MODELS = {"resnet": ResNet50V2, "mobile": MobileNetV2}
        Network = MODELS["resnet"]
        model = Network(weights=None, classes=3)
    """,
    "from a module under another name": """
        from keras.applications import resnet_v2, vgg16 as backbone
        first = backbone.VGG16(weights=None, include_top=False, pooling="max")
        model = Sequential([Input((64, 64, 3)), first, Dense(2)])
    """,
    "in a class that builds": """
        class Classifier:
            def __init__(self, classes, backbone=keras.applications.MobileNet):
                self.classes, self.backbone = classes, backbone
            def build(self):
                base = self.backbone(include_top=False, weights=None, pooling="avg")
                return Model(base.input, Dense(self.classes)(base.output))
        model = Classifier(7).build()
    """,
    "a copy of the layers' names": """
        base = keras.applications.ResNet50(weights=None, include_top=False)
        for layer in base.layers:
            layer.trainable = layer.name.startswith("conv5")
        model = Model(base.input, Dense(2)(layers.GlobalMaxPooling2D()(base.output)))
    """,
}


@pytest.fixture(scope="module", autouse=True)
def _quick_keras():
    patch = pytest.MonkeyPatch()
    patch.setattr(
        keras.initializers.GlorotUniform,
        "__call__",
        lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype),
    )
    yield
    patch.undo()


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_snippet(text):
    assert_reads_as_keras(HEAD + "\n".join(line[8:] for line in text.splitlines()))


AUTOMATIC = """
base = keras.applications.InceptionV3(weights=None, include_top=False)
model = keras.Model(base.input, base.get_layer("conv2d_10").output)
"""


def test_automatic_names_are_those_of_the_version():
    assert_reads_as_keras("import keras" + AUTOMATIC)
    # up to 2.3 the first is conv2d_1; what is imported here, is in all versions
    older = read_text("import keras\nfrom keras.layers import Dense" + AUTOMATIC)["model"]
    assert count(older).total < count(read_text("import keras" + AUTOMATIC)["model"]).total
    assert any("conv2d_10" in note.text for note in older.notes)


SPELLINGS = [
    "from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2\nm = MobileNetV2({})",
    "from tensorflow.keras.applications import MobileNetV2\nm = MobileNetV2({})",
    "import tensorflow as tf\nm = tf.keras.applications.MobileNetV2({})",
    "import tensorflow as tf\nm = tf.keras.applications.mobilenet_v2.MobileNetV2({})",
    "from tensorflow.python.keras.applications.mobilenet_v2 import MobileNetV2 as Net\nm = Net({})",
    "import keras_applications\nm = keras_applications.mobilenet_v2.MobileNetV2({}, backend=K)",
    "from keras import applications\nm = applications.MobileNetV2({})",
    "m = applications.MobileNetV2({})",
    "m = MobileNetV2({})",
    "from keras.applications import *\nm = MobileNetV2({})",
    "import keras\nm = getattr(keras.applications, 'Mobile' + 'NetV2')({})",
]


@pytest.mark.parametrize("text", SPELLINGS)
def test_spelling(text):
    network = read_text(text.format("weights='imagenet', input_shape=(224, 224, 3)"))["m"]
    assert count(network).total == 3_538_984  # as Keras documents it, 3.5 million


def test_layers_carry_the_line_of_the_call():
    text = "import keras\n\nbase = keras.applications.ResNet50(\n    weights=None)\n"
    assert {row.layer.line for row in rows(read_text(text)["base"])} == {3}


def test_only_the_networks_of_the_text_are_listed():
    text = """
    import keras
    base = keras.applications.ResNet50(include_top=False)
    model = keras.Model(base.input, keras.layers.Dense(2)(base.output))
    """
    assert [network.name for network in read_text(text)] == ["base", "model"]


@pytest.mark.parametrize("weights", ["weights", "args.weights", "None if scratch else 'imagenet'"])
def test_weights_that_the_text_leaves_open_change_no_count(weights):
    found = [
        count(network) for network in read_text(f"m = keras.applications.VGG16(weights={weights})")
    ]
    assert {each.total for each in found} == {138_357_544}


RESIZED = {
    "with weights of a layer of its own": """
        class Scale(layers.Layer):
            def build(self, input_shape):
                self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="f")
            def call(self, x):
                return x * self.factor
        a = Input((None, None, 3))
        inner = Model(a, layers.Conv2D(4, 3, strides=2)(Scale()(a)), name="inner")
        image = Input((20, 21, 3))
        model = Model(image, Dense(2)(Flatten()(inner(image))))
    """,
    "twice, and then taken apart": """
        base = keras.applications.MobileNet(include_top=False, weights=None, alpha=0.25)
        image, other = Input((64, 64, 3)), Input((80, 96, 3))
        one, two = base(image), base(other)
        inside = Model(base.input, base.get_layer("conv_pw_3").output)
        model = Model([image, other], [Dense(1)(Flatten()(t)) for t in (one, two)])
    """,
}


@pytest.mark.parametrize("text", RESIZED.values(), ids=RESIZED)
def test_a_network_is_called_on_other_shapes(text):
    assert_reads_as_keras(HEAD + "\n".join(line[8:] for line in text.splitlines()))


@pytest.mark.parametrize("name", ["ConvNeXtTiny", "InceptionResNetV2"])
def test_networks_with_layers_of_their_own_are_called_on_other_shapes(name):
    text = """
    base = keras.applications.{}(include_top=False, pooling="avg")
    image = keras.Input((96, 96, 3))
    model = keras.Model(image, base(image))
    """
    network = read_text(text.format(name))["model"]
    plain = read_text(f"m = keras.applications.{name}(include_top=False)")["m"]
    assert network.error is None
    assert count(network).total == count(plain).total


def test_a_network_that_is_called_on_too_small_an_image_is_invalid():
    text = """
    base = keras.applications.VGG16(include_top=False)
    image = keras.Input((16, 16, 3))
    model = keras.Model(image, base(image))
    """
    found = read_text(text)
    assert found["base"].error is None
    assert "MaxPooling2D" in found["model"].error
    assert found["model"].error_line == 4


def test_conditions_that_are_not_decided_are_followed():
    text = """
    if backbone == "vgg":
        base = keras.applications.VGG16(include_top=False)
    elif backbone == "resnet":
        base = keras.applications.ResNet50(include_top=False)
    else:
        raise ValueError(backbone)
    model = keras.Model(base.input, keras.layers.GlobalAveragePooling2D()(base.output))
    """
    totals = {count(n).total for n in read_text(text) if "model" in n.name}
    assert totals == {14_714_688, 23_587_712}


def test_an_open_shape_stays_a_formula():
    text = "m = keras.applications.VGG16(weights=None, input_shape=(rows, cols, 3), classes=k)"
    found = count(read_text(text)["m"])
    top = "(rows // 32) * (cols // 32) * 512 * 4096 + 4096 + 4097 * 4096 + 4097 * k"
    for values in ({"rows": 224, "cols": 224, "k": 1000}, {"rows": 64, "cols": 97, "k": 7}):
        assert eval(found.formula, {}, values) == 14_714_688 + eval(top, {}, values)


def test_a_shape_from_data_has_three_channels_with_imagenet():
    text = "m = keras.applications.ResNet50(include_top=False, input_shape=x_train.shape[1:])"
    assert count(read_text(text)["m"]).parameters == 23_587_712


def test_preprocessing_keeps_the_shape_of_data():
    text = """
    from keras.applications.vgg16 import preprocess_input
    x_train = preprocess_input(x_train)
    model = keras.Sequential([keras.Input((x_train.shape[1],)), keras.layers.Dense(2)])
    """
    assert count(read_text(text, **{"x_train.shape[1]": 5})["model"]).total == 12


OLD_NAMES = {
    # the names of Keras up to 2.2, and what today's ResNet50 has at the same place
    "activation_1": "conv1_relu", "activation_10": "conv2_block3_out", "activation_22": "conv3_block4_out",
    "activation_40": "conv4_block6_out", "activation_49": "conv5_block3_out", "add_16": "conv5_block3_add",
    "res2a_branch1": "conv2_block1_0_conv", "bn3d_branch2a": "conv3_block4_1_bn",
    "res4f_branch2b": "conv4_block6_2_conv", "bn5c_branch2c": "conv5_block3_3_bn",
    "conv1": "conv1_conv", "bn_conv1": "conv1_bn",
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD_NAMES.items())
def test_old_names_of_resnet50_find_its_layers(old, new):
    text = "base = keras.applications.ResNet50(include_top=False)\nm = keras.Model(base.input, base.get_layer({!r}).output)"
    older, newer = (read_text(text.format(name))["m"] for name in (old, new))
    assert older.graph.layers[-1].name == new
    assert count(older).total == count(newer).total
    assert any(old in note.text and new in note.text for note in older.notes)


def test_old_names_are_no_names_of_other_networks():
    text = "base = keras.applications.VGG16()\nm = keras.Model(base.input, base.get_layer('conv1').output)"
    assert [network.name for network in read_text(text)] == ["base"]


KERAS_1 = "from keras.layers import Convolution2D\nConvolution2D(3, 3, 3, border_mode='same')\n"


def test_resnet50_of_keras_1_ends_in_a_pooling():
    text = (
        KERAS_1
        + "base = keras.applications.resnet50.ResNet50(include_top=False, input_tensor=keras.Input((224, 224, 3)))"
    )
    found = read_text(text)["base"]
    assert count(found).total == 23_587_712
    last = found.graph.layers[-1]
    assert (last.name, last.calls[0].output_shapes) == ("avg_pool", ((None, 1, 1, 2048),))
    assert {"res5c_branch2c", "bn2a_branch1"} <= {layer.name for layer in found.graph.layers}
    whole = read_text(KERAS_1 + "m = keras.applications.ResNet50()")["m"]
    assert count(whole).total == 25_636_712
    assert whole.graph.layers[-1].name == "fc1000"


def test_the_early_resnet50_is_keras_code():
    from sizeup.zoo.applications.resnet_early import ResNet50

    keras.utils.clear_session()
    model = ResNet50(weights=None, include_top=False, input_shape=(224, 224, 3))
    assert model.count_params() == 23_587_712
    assert model.output_shape == (None, 1, 1, 2048)


UNSEEN = [
    KERAS_1 + "base = keras.applications.InceptionV3(include_top=False)",
    "base = keras.applications.RegNetX002(include_top=False)",
    "base = keras.applications.VGG16(**options)",
    "base = load_model('features.h5')",
    "import efficientnet.keras as efn\nbase = efn.EfficientNetB0(include_top=False)",
]


@pytest.mark.parametrize("outputs", [
    "base.output", "base.outputs[0]", "base.layers[-3].output", "base.get_layer('features').output",
])  # fmt: skip
@pytest.mark.parametrize("base", UNSEEN)
def test_what_cannot_be_seen_of_a_network_makes_a_lower_bound(base, outputs):
    text = f"{base}\nx = keras.layers.GlobalAveragePooling2D()({outputs})\n"
    text += "m = keras.Model(base.input, keras.layers.Dense(10)(x))"
    found = count(read_text(text)["m"])
    assert found.parameters is None
    assert found.formula is None
