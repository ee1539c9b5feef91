"""Programs that use packages whose builders want more than arguments: each function is a builder."""

from __future__ import annotations

USES = {
    "keras-applications": """
        import keras
        from keras_applications import densenet, inception_resnet_v2, inception_v3, mobilenet
        from keras_applications import mobilenet_v2, nasnet, resnet, resnet_v2, resnext, vgg16, xception
        parts = dict(
            backend=keras.backend, layers=keras.layers, models=keras.models, utils=keras.utils
        )
        def vgg(): return vgg16.VGG16(weights=None, **parts)
        def dense(): return densenet.DenseNet121(weights=None, include_top=False, input_shape=(64, 64, 3),
                                               **parts)
        def mobile(): return mobilenet.MobileNet(weights=None, alpha=0.5, **parts)
        def mobile2(): return mobilenet_v2.MobileNetV2(weights=None, alpha=1.4, **parts)
        def residual(): return resnet.ResNet101(weights=None, classes=10, **parts)
        def residual2(): return resnet_v2.ResNet50V2(weights=None, include_top=False, pooling="max", **parts)
        def grouped(): return resnext.ResNeXt50(weights=None, **parts)
        def inception(): return inception_v3.InceptionV3(weights=None, **parts)
        def both(): return inception_resnet_v2.InceptionResNetV2(weights=None, **parts)
        def separable(): return xception.Xception(weights=None, **parts)
        def searched(): return nasnet.NASNetMobile(weights=None, **parts)
        """,
    "image-classifiers": """
        from classification_models.keras import Classifiers
        ResNet18, _ = Classifiers.get("resnet18")
        def resnet18(): return ResNet18((224, 224, 3), weights=None)
        def resnet34(): return Classifiers.get("resnet34")[0]((224, 224, 3), weights=None, include_top=False)
        def seresnet18(): return Classifiers.get("seresnet18")[0]((128, 128, 3), weights=None, classes=5)
        def seresnext50(): return Classifiers.get("seresnext50")[0]((224, 224, 3), weights=None)
        def senet154(): return Classifiers.get("senet154")[0]((224, 224, 3), weights=None)
        def resnext50(): return Classifiers.get("resnext50")[0]((224, 224, 3), weights=None)
        """,
    "keras-resnet": """
        import keras
        import keras_resnet.models
        image = keras.layers.Input((224, 224, 3))
        volume = keras.layers.Input((32, 32, 32, 1))
        def resnet50(): return keras_resnet.models.ResNet50(image, classes=10)
        def resnet18(): return keras_resnet.models.ResNet18(image, include_top=False, freeze_bn=True)
        def resnet34(): return keras_resnet.models.ResNet2D34(image)
        def solid18(): return keras_resnet.models.ResNet3D18(volume, classes=2)
        def distributed18(): return keras_resnet.models.TimeDistributedResNet18(
            keras.layers.Input((5, 64, 64, 3)), classes=3)
        def fpn50(): return keras_resnet.models.FPN2D50(keras.layers.Input((256, 256, 3)))
        """,
    "segmentation-models": """
        import segmentation_models as sm
        def unet(): return sm.Unet("resnet34", encoder_weights=None)
        def frozen(): return sm.Unet("mobilenet", encoder_weights=None, encoder_freeze=True, classes=4)
        def upsampled(): return sm.Unet("seresnet18", encoder_weights=None, decoder_block_type="transpose")
        def fpn(): return sm.FPN("efficientnetb0", classes=3, encoder_weights=None)
        def linknet(): return sm.Linknet("vgg16", encoder_weights=None, input_shape=(128, 128, 3))
        def pspnet(): return sm.PSPNet("resnet50", input_shape=(240, 240, 3), encoder_weights=None)
        """,
    "keras-wrn": """
        import keras_wrn
        def wide(): return keras_wrn.build_model((32, 32, 3), 10, n=16, k=2)
        def dropped(): return keras_wrn.build_model((32, 32, 1), 5, 10, 4, dropout=0.3)
        """,
    "keras-tcn": """
        from tensorflow.keras import Input, Model, Sequential, layers
        from tcn import TCN, compiled_tcn
        def series(): return Sequential([Input((24, 3)), TCN(16, dilations=(1, 2, 4)), layers.Dense(1)])
        steps = Input((None, 8))
        def tagged(): return Model(steps, layers.Dense(4)(TCN(8, nb_stacks=2, return_sequences=True)(steps)))
        def compiled(): return compiled_tcn(3, 10, 20, 2, [1, 2, 4], 1, 50, use_skip_connections=True)
        """,
    "deepctr": """
        from deepctr.feature_column import DenseFeat, SparseFeat, VarLenSparseFeat
        from deepctr.models import DCN, AutoInt, DeepFM, NFM, PNN, WDL, xDeepFM
        user = SparseFeat("user", vocabulary_size=100, embedding_dim=8)
        genres = VarLenSparseFeat(SparseFeat("genres", 20, embedding_dim=8), maxlen=4)
        columns = [user, SparseFeat("item", 50, embedding_dim=8), DenseFeat("price", 1), genres]
        def deepfm(): return DeepFM(columns, columns)
        def wide_deep(): return WDL(columns, columns, dnn_hidden_units=(32, 16))
        def crossed(): return DCN(columns, columns, cross_num=3)
        def compressed(): return xDeepFM(columns, columns)
        def interacting(): return AutoInt(columns, columns)
        def factorized(): return NFM(columns, columns)
        def product(): return PNN(columns)
        """,
    "efficientnet": """
        import efficientnet.keras as efn
        def b0(): return efn.EfficientNetB0(weights=None)
        def b1(): return efn.EfficientNetB1(weights=None, pooling="avg", include_top=False)
        def b3(): return efn.EfficientNetB3(weights=None, include_top=False, input_shape=(300, 300, 3))
        def b7(): return efn.EfficientNetB7(weights=None, classes=17)
        """,
    "csbdeep": """
        from csbdeep.internals.nets import common_unet, custom_unet
        flat = dict(kernel_size=(3, 3), pool_size=(2, 2))
        def planes(): return custom_unet((64, 64, 1), "linear", **flat)
        def deep(): return custom_unet((64, 64, 2), "linear", n_depth=3, batch_norm=True, **flat)
        def likely(): return custom_unet((64, 64, 1), "linear", prob_out=True, **flat)
        def solid(): return custom_unet((32, 32, 32, 1), "linear", n_filter_base=8)
        def common(): return common_unet(2, 1, 1)((None, None, 1))
        """,
}
