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
        from deepctr.models import AFM, CCPM, DCN, DIFM, FLEN, FNN, IFM, MLR, NFM, ONN, PNN, WDL
        from deepctr.models import AutoInt, DCNMix, DeepFEFM, DeepFM, EDCN, FGCNN, FiBiNET, FwFM, MMOE, PLE
        from deepctr.models import SharedBottom, xDeepFM
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
        def attended(): return AFM(columns, columns)
        def convolved(): return CCPM(columns, columns)
        def mixed(): return DCNMix(columns, columns)
        def field_embedded(): return DeepFEFM(columns, columns)
        def dual(): return DIFM(columns, columns)
        def input_aware(): return IFM(columns, columns)
        def generated(): return FGCNN(columns, columns)
        def bilinear(): return FiBiNET(columns, columns)
        def first(): return FNN(columns, columns)
        def weighted(): return FwFM(columns, columns)
        def piecewise(): return MLR(columns)
        def operations(): return ONN(columns, columns)
        def bridged(): return EDCN([user, SparseFeat("item", 50, embedding_dim=8)],
                                   [user, SparseFeat("item", 50, embedding_dim=8)])
        def experts(): return MMOE(columns, task_types=("binary", "binary"), task_names=("a", "b"))
        def layered(): return PLE(columns, task_types=("binary", "binary"), task_names=("a", "b"))
        def shared(): return SharedBottom(columns, task_types=("binary", "regression"), task_names=("a", "b"))
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
    "classification-models-3D": """
        from classification_models_3D.kkeras import Classifiers
        bare = dict(input_shape=(64, 64, 64, 3), weights=None, include_top=False)
        def resnet18(): return Classifiers.get("resnet18")[0]((64, 64, 64, 2), weights=None, classes=3)
        def seresnet18(): return Classifiers.get("seresnet18")[0]((64, 64, 64, 1), weights=None)
        def mobile(): return Classifiers.get("mobilenet")[0](**bare)
        def mobile2(): return Classifiers.get("mobilenetv2")[0](**bare)
        def vgg(): return Classifiers.get("vgg16")[0](pooling="avg", **bare)
        def convnext(): return Classifiers.get("convnext_tiny")[0](**bare)
        """,
    "efficientnet-3D": """
        import efficientnet_3D.tfkeras as efn
        def b0(): return efn.EfficientNetB0((64, 64, 64, 3), weights=None)
        def b1(): return efn.EfficientNetB1(input_shape=(64, 64, 64, 1), weights=None, classes=4)
        def b2(): return efn.EfficientNetB2(input_shape=(64, 64, 64, 3), weights=None, include_top=False)
        """,
    "n2v": """
        from n2v.models import N2VConfig
        from n2v.nets.unet import build_single_unet_per_channel, build_unet
        flat = dict(kernel_size=(3, 3), pool_size=(2, 2))
        def planes(): return build_unet((64, 64, 1), "linear", residual=True, **flat)
        def blurred(): return build_unet((64, 64, 3), "linear", blurpool=True, skip_skipone=True, **flat)
        def each(): return build_single_unet_per_channel((64, 64, 2), "linear", batch_norm=True, **flat)
        def likely(): return build_unet((64, 64, 1), "linear", prob_out=True, n_depth=3, **flat)
        def solid(): return build_unet((32, 32, 32, 1), "linear", n_filter_base=8)
        """,
    "mtcnn": """
        from mtcnn.network.onet import ONet
        from mtcnn.network.pnet import PNet
        from mtcnn.network.rnet import RNet
        def built(network, *shape):
            network.build(*shape)
            return network
        def proposed(): return built(PNet())
        def refined(): return built(RNet())
        def output(): return built(ONet())
        def sized(): return built(RNet(), (None, 24, 24, 3))
        """,
    "tf2-yolov4": """
        from tf2_yolov4.anchors import YOLOV4_ANCHORS
        from tf2_yolov4.backbones.csp_darknet53 import csp_darknet53
        from tf2_yolov4.model import YOLOv4
        from tf2_yolov4.necks.yolov4_neck import yolov4_neck
        def backbone(): return csp_darknet53((416, 416, 3))
        def neck(): return yolov4_neck([(None, 52, 52, 256), (None, 26, 26, 512), (None, 13, 13, 1024)])
        def detector(): return YOLOv4((416, 416, 3), 80, YOLOV4_ANCHORS, training=True)
        def small(): return YOLOv4((256, 320, 3), 3, YOLOV4_ANCHORS, training=True)
        """,
    "vit-keras": """
        from vit_keras import vit
        bare = dict(pretrained=False, pretrained_top=False)
        def b16(): return vit.vit_b16(**bare)
        def b32(): return vit.vit_b32(image_size=384, classes=7, **bare)
        def l16(): return vit.vit_l16(include_top=False, **bare)
        def small(): return vit.build_model(
            image_size=(64, 96), patch_size=8, num_layers=3, hidden_size=64, num_heads=4, name="small",
            mlp_dim=96, classes=5)
        def represented(): return vit.build_model(
            64, 16, 2, 48, 3, "n", 80, 5, representation_size=24, include_top=True)
        """,
    "spektral": """
        from tensorflow.keras import Input, Model
        from tensorflow.keras.layers import Dense, Dropout
        from spektral import layers
        from spektral.models import GCN, GeneralGNN
        nodes, edges, features = Input((30,)), Input((None,), sparse=True), Input((4,))
        def graph(*made, **more):
            x = nodes
            for layer in made:
                x = layer([x, edges])
            return Model([nodes, edges], Dense(3, **more)(x))
        def convolved(): return graph(layers.GCNConv(16), layers.GCNConv(8, use_bias=False))
        def attended(): return graph(layers.GATConv(8, attn_heads=4), layers.GATConv(6, concat_heads=False))
        def polynomial(): return graph(layers.ChebConv(16, K=3))
        def averaged(): return graph(layers.ARMAConv(8, order=2, iterations=3, share_weights=True))
        def propagated(): return graph(layers.APPNPConv(12, mlp_hidden=[20, 10]))
        def isomorphic(): return graph(layers.GINConv(12, mlp_hidden=[24], mlp_batchnorm=True))
        def sampled(): return graph(layers.GraphSageConv(16))
        def skipped(): return graph(layers.GCSConv(16), layers.TAGConv(5, K=2))
        def general(): return graph(layers.GeneralConv(24, prelu=True), layers.GeneralConv(8, batch_norm=False))
        def gated(): return graph(layers.GatedGraphConv(40, n_layers=2))
        def diffused(): return graph(layers.DiffusionConv(7, K=4))
        def conditioned():
            x = layers.ECCConv(8, kernel_network=[16])([nodes, edges, features])
            return Model([nodes, edges, features], layers.GlobalAttentionPool(6)(x))
        def crystal():
            x = layers.CrystalConv()([nodes, edges, features])
            return Model([nodes, edges, features], layers.GlobalSumPool()(x))
        def pooled():
            x, a = layers.MinCutPool(5, mlp_hidden=[9])([layers.GCSConv(16)([nodes, edges]), edges])
            return Model([nodes, edges], Dense(2)(x))
        """,
    "sktime-dl": """
        from sktime_dl.classifiers.deeplearning import CNNClassifier, EncoderClassifier, FCNClassifier
        from sktime_dl.classifiers.deeplearning import MCDCNNClassifier, MLPClassifier, ResNetClassifier
        from sktime_dl.classifiers.deeplearning import TLENETClassifier
        def cnn(): return CNNClassifier().build_model((100, 1), 4)
        def short_cnn(): return CNNClassifier(nb_conv_layers=3).build_model((50, 3), 2)
        def fcn(): return FCNClassifier().build_model((80, 2), 5)
        def mlp(): return MLPClassifier().build_model((60, 1), 3)
        def resnet(): return ResNetClassifier().build_model((64, 2), 3)
        def encoder(): return EncoderClassifier().build_model((128, 1), 6)
        def channels(): return MCDCNNClassifier().build_model((96, 3), 4)
        def tlenet(): return TLENETClassifier().build_model((100, 1), 4)
        """,
    "kapre": """
        import tensorflow as tf
        from kapre.composed import get_frequency_aware_conv2d, get_log_frequency_spectrogram_layer
        from kapre.composed import get_melspectrogram_layer, get_stft_magnitude_layer
        wave = (8000, 1)
        def classified(front):
            return tf.keras.Sequential([front, tf.keras.layers.Conv2D(8, 3), tf.keras.layers.Flatten(),
                                        tf.keras.layers.Dense(5)])
        def spectrum(): return classified(get_stft_magnitude_layer(wave, n_fft=256))
        def mel(): return classified(get_melspectrogram_layer(wave, n_fft=512, n_mels=40, return_decibel=True))
        def logarithmic(): return classified(get_log_frequency_spectrogram_layer(wave, n_fft=512))
        def aware(): return tf.keras.Sequential([
            get_stft_magnitude_layer(wave, n_fft=256), get_frequency_aware_conv2d(filters=4, kernel_size=3)])
        """,
    "keras-self-attention": """
        import keras
        from keras_self_attention import ScaledDotProductAttention, SeqSelfAttention, SeqWeightedAttention
        words = keras.layers.Input((None,))
        embedded = keras.layers.Embedding(100, 16, mask_zero=True)(words)
        def over(layer): return keras.models.Model(words, keras.layers.Dense(3)(layer(embedded)))
        def additive(): return over(SeqSelfAttention(units=12))
        def multiplicative(): return over(SeqSelfAttention(attention_type="multiplicative"))
        def local(): return over(SeqSelfAttention(units=8, attention_width=15, use_additive_bias=False))
        def scaled(): return over(ScaledDotProductAttention())
        def weighted(): return over(SeqWeightedAttention())
        """,
    "keras-octave-conv": """
        import keras
        from keras_octave_conv import OctaveConv2D, octave_conv_2d, octave_dual
        image = keras.layers.Input((32, 32, 3))
        def halves():
            high, low = OctaveConv2D(8, 3)(image)
            high, low = OctaveConv2D(6, 3, ratio_out=0.25)([high, low])
            x = OctaveConv2D(5, 3, ratio_out=0.0)([high, low])
            return keras.models.Model(image, keras.layers.Dense(4)(keras.layers.Flatten()(x)))
        def function():
            high, low = octave_conv_2d(image, 8, 3)
            high, low = octave_dual([high, low], lambda: keras.layers.BatchNormalization())
            return keras.models.Model(image, octave_conv_2d([high, low], 4, 3, ratio_out=0.0))
        """,
    "keras-mdn-layer": """
        import keras
        import keras_mdn_layer as mdn
        def mixture(): return keras.Sequential([
            keras.Input((2,)), keras.layers.Dense(15, activation="relu"), mdn.MDN(3, 10)])
        def sequence(): return keras.Sequential([
            keras.Input((7, 4)), keras.layers.LSTM(12), mdn.MDN(4, 5)])
        """,
    "keras-lmu": """
        import tensorflow as tf
        from keras_lmu import LMU, LMUFeedforward
        steps = tf.keras.Input((50, 3))
        def remembered(): return tf.keras.Model(steps, tf.keras.layers.Dense(2)(LMU(
            memory_d=2, order=16, theta=50, hidden_cell=tf.keras.layers.SimpleRNNCell(20))(steps)))
        def connected(): return tf.keras.Model(steps, LMU(
            memory_d=1, order=8, theta=20, hidden_cell=None, hidden_to_memory=False,
            return_sequences=True)(steps))
        def forward(): return tf.keras.Model(steps, LMUFeedforward(
            memory_d=3, order=6, theta=50, hidden_cell=tf.keras.layers.Dense(9))(steps))
        """,
    "keras-cv": """
        from keras_cv.src.models.backbones.csp_darknet.csp_darknet_backbone import CSPDarkNetBackbone
        from keras_cv.src.models.backbones.densenet.densenet_backbone import DenseNetBackbone
        from keras_cv.src.models.backbones.mix_transformer.mix_transformer_backbone import MiTBackbone
        from keras_cv.src.models.backbones.resnet_v1.resnet_v1_backbone import ResNetBackbone
        from keras_cv.src.models.backbones.resnet_v2.resnet_v2_backbone import ResNetV2Backbone
        from keras_cv.src.models.backbones.vgg16.vgg16_backbone import VGG16Backbone
        from keras_cv.src.models.backbones.vit_det.vit_det_backbone import ViTDetBackbone
        from keras_cv.src.models.classification.image_classifier import ImageClassifier
        from keras_cv.src.models.segmentation.segformer.segformer import SegFormer
        plain = dict(include_rescaling=True, input_shape=(64, 64, 3))
        stages = dict(stackwise_filters=[64, 96, 128], stackwise_blocks=[2, 1, 2], stackwise_strides=[1, 2, 2])
        def darknet(): return CSPDarkNetBackbone(
            stackwise_channels=[32, 64, 128, 256], stackwise_depth=[1, 2, 2, 1], **plain)
        def thin(): return CSPDarkNetBackbone(
            stackwise_channels=[24, 48], stackwise_depth=[1, 1], use_depthwise=True, **plain)
        def dense(): return DenseNetBackbone(stackwise_num_repeats=[3, 6, 4], growth_rate=16, **plain)
        def transformer(): return MiTBackbone(depths=[1, 2, 1, 1], embedding_dims=[16, 32, 80, 64], **plain)
        def residual(): return ResNetBackbone(block_type="basic_block", **stages, **plain)
        def bottleneck(): return ResNetBackbone(block_type="block", **stages, **plain)
        def residual2(): return ResNetV2Backbone(block_type="basic_block", **stages, **plain)
        def vgg(): return VGG16Backbone(include_top=False, pooling="avg", **plain)
        def topped(): return VGG16Backbone(include_top=True, num_classes=9, **plain)
        def vit(): return ViTDetBackbone(
            embed_dim=48, depth=3, mlp_dim=96, num_heads=4, out_chans=24, window_size=2,
            global_attention_indices=[1], **plain)
        def classified(): return ImageClassifier(
            backbone=ResNetBackbone(block_type="basic_block", **stages, **plain), num_classes=7)
        def segformer(): return SegFormer(num_classes=5, projection_filters=32, backbone=MiTBackbone(
            depths=[1, 1, 1, 1], embedding_dims=[16, 32, 80, 64], **plain))
        """,
    "keras-nlp": """
        from keras_nlp.src.models.albert.albert_backbone import AlbertBackbone
        from keras_nlp.src.models.bart.bart_backbone import BartBackbone
        from keras_nlp.src.models.bert.bert_backbone import BertBackbone
        from keras_nlp.src.models.deberta_v3.deberta_v3_backbone import DebertaV3Backbone
        from keras_nlp.src.models.distil_bert.distil_bert_backbone import DistilBertBackbone
        from keras_nlp.src.models.f_net.f_net_backbone import FNetBackbone
        from keras_nlp.src.models.gpt2.gpt2_backbone import GPT2Backbone
        from keras_nlp.src.models.gpt_neo_x.gpt_neo_x_backbone import GPTNeoXBackbone
        from keras_nlp.src.models.opt.opt_backbone import OPTBackbone
        from keras_nlp.src.models.roberta.roberta_backbone import RobertaBackbone
        from keras_nlp.src.models.t5.t5_backbone import T5Backbone
        from keras_nlp.src.models.whisper.whisper_backbone import WhisperBackbone
        from keras_nlp.src.models.xlm_roberta.xlm_roberta_backbone import XLMRobertaBackbone
        small = dict(vocabulary_size=100, num_layers=2, num_heads=4, hidden_dim=32, intermediate_dim=64)
        def bert(): return BertBackbone(**small)
        def albert(): return AlbertBackbone(embedding_dim=16, max_sequence_length=32, **small)
        def bart(): return BartBackbone(max_sequence_length=64, **small)
        def deberta(): return DebertaV3Backbone(bucket_size=8, **small)
        def distilled(): return DistilBertBackbone(max_sequence_length=64, **small)
        def fourier(): return FNetBackbone(
            vocabulary_size=100, num_layers=2, hidden_dim=32, intermediate_dim=64)
        def gpt2(): return GPT2Backbone(max_sequence_length=48, **small)
        def neox(): return GPTNeoXBackbone(**small)
        def opt(): return OPTBackbone(max_sequence_length=64, **small)
        def roberta(): return RobertaBackbone(**small)
        def t5(): return T5Backbone(activation="gelu", tie_embedding_weights=True, **small)
        def whisper(): return WhisperBackbone(**small)
        def multilingual(): return XLMRobertaBackbone(max_sequence_length=40, **small)
        """,
    "autokeras": """
        import autokeras as ak
        import keras
        import keras_tuner
        image, row, text = keras.Input((32, 32, 3)), keras.Input((12,)), keras.Input((20, 8))
        def of(block, *inputs, **more):
            made = block.build(keras_tuner.HyperParameters(), *inputs)
            return keras.Model(inputs[0], made)
        def dense(): return of(ak.DenseBlock(), row)
        def normalized(): return of(ak.DenseBlock(num_layers=3, num_units=64, use_batchnorm=True), row)
        def convolved(): return of(ak.ConvBlock(num_blocks=2, filters=16, kernel_size=3), image)
        def separable(): return of(ak.ConvBlock(separable=True), image)
        def recurrent(): return of(ak.RNNBlock(bidirectional=True, layer_type="lstm", num_layers=2), text)
        def residual(): return of(ak.ResNetBlock(version="v1", pretrained=False), image)
        def excepted(): return of(ak.XceptionBlock(pretrained=False), keras.Input((96, 96, 3)))
        def reduced(): return of(ak.SpatialReduction(reduction_type="global_avg"), image)
        """,
    "larq-zoo": """
        from larq_zoo.literature import BinaryAlexNet, BiRealNet, DoReFaNet, XNORNet
        from larq_zoo.sota import QuickNet, QuickNetSmall
        def alexnet(): return BinaryAlexNet(weights=None)
        def bireal(): return BiRealNet(weights=None, num_classes=10)
        def dorefa(): return DoReFaNet(weights=None)
        def xnor(): return XNORNet(weights=None, input_shape=(128, 128, 3), include_top=False)
        def quick(): return QuickNet(weights=None)
        def quick_small(): return QuickNetSmall(weights=None, num_classes=100)
        """,
    "keras-retinanet": """
        from keras_retinanet.models.densenet import densenet_retinanet
        from keras_retinanet.models.mobilenet import mobilenet_retinanet
        from keras_retinanet.models.resnet import resnet50_retinanet, resnet101_retinanet
        from keras_retinanet.models.vgg import vgg_retinanet
        def resnet50(): return resnet50_retinanet(10)
        def resnet101(): return resnet101_retinanet(3)
        def vgg16(): return vgg_retinanet(8)
        def vgg19(): return vgg_retinanet(2, backbone="vgg19")
        def mobile(): return mobilenet_retinanet(5)
        def thin(): return mobilenet_retinanet(4, backbone="mobilenet128_0.5")
        def dense(): return densenet_retinanet(20)
        """,
    "keras-ocr": """
        from keras_ocr.detection import build_keras_model
        from keras_ocr.recognition import DEFAULT_ALPHABET, DEFAULT_BUILD_PARAMS, build_model
        def detector(): return build_keras_model()
        def recognizer(): return build_model(alphabet=DEFAULT_ALPHABET, **DEFAULT_BUILD_PARAMS)[1]
        def digits(): return build_model(alphabet="0123456789", **DEFAULT_BUILD_PARAMS)[1]
        """,
    "nbeats-keras": """
        from nbeats_keras.model import NBeatsNet
        def plain(): return NBeatsNet().models["forecast"]
        def generic(): return NBeatsNet(
            backcast_length=20, forecast_length=5, hidden_layer_units=32, thetas_dim=(6, 3),
            stack_types=(NBeatsNet.GENERIC_BLOCK, NBeatsNet.TREND_BLOCK)).models["forecast"]
        def shared(): return NBeatsNet(share_weights_in_stack=True, hidden_layer_units=16).models["forecast"]
        """,
}
"""Each is read, and built by the real library, beside the package."""
