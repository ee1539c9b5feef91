"""Programs in the manner of their time, each with the version of Keras that it was written for.

What the real Keras of that version makes of them is in `old_keras.json`, written by
`bench/old_keras.py`. The network is what `model` holds at the end.
"""

from __future__ import annotations

PROGRAMS: dict[str, tuple[str, str]] = {}


def program(name: str, version: str, text: str) -> None:
    """One more program; `version` is the Keras that runs it."""
    PROGRAMS[name] = (version, text)


program(
    "otto: dense, PReLU, normalization",
    "0.2.0",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Activation
from keras.layers.normalization import BatchNormalization
from keras.layers.advanced_activations import PReLU

dims, nb_classes = 93, 9
model = Sequential()
for width in (dims, 512, 512):
    model.add(Dense(512, input_shape=(width,)))
    model.add(PReLU())
    model.add(BatchNormalization())
    model.add(Dropout(0.5))
model.add(Dense(nb_classes))
model.add(Activation('softmax'))
""",
)

program(
    "mnist with theano's order",
    "0.2.0",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Activation, Flatten
from keras.layers.convolutional import Convolution2D, MaxPooling2D

img_rows, img_cols = 28, 28
nb_filters, nb_pool, nb_conv = 32, 2, 3
model = Sequential()
model.add(Convolution2D(nb_filters, nb_conv, nb_conv, border_mode='full',
                        input_shape=(1, img_rows, img_cols)))
model.add(Activation('relu'))
model.add(Convolution2D(nb_filters, nb_conv, nb_conv))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(nb_pool, nb_pool)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(128))
model.add(Activation('relu'))
model.add(Dense(10))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adadelta', class_mode='categorical')
""",
)

program(
    "zero padding and upsampling",
    "0.2.0",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Flatten, Permute, Reshape, RepeatVector, TimeDistributedDense
from keras.layers.convolutional import (Convolution1D, Convolution2D, MaxPooling1D, MaxPooling2D,
                                        UpSample2D, ZeroPadding2D)

model = Sequential()
model.add(ZeroPadding2D(padding=(2, 1), input_shape=(3, 14, 15)))
model.add(Convolution2D(6, 3, 4, subsample=(2, 1), border_mode='same'))
model.add(UpSample2D(size=(2, 2)))
model.add(MaxPooling2D(pool_size=(3, 2), stride=(2, 2)))
model.add(Reshape((6, 136)))
model.add(Permute((2, 1)))
model.add(Convolution1D(5, 3, subsample_length=2))
model.add(MaxPooling1D(pool_length=3))
model.add(TimeDistributedDense(7))
model.add(Flatten())
model.add(Dense(4))
model.add(RepeatVector(3))
""",
)

program(
    "two branches",
    "0.2.0",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Merge, Activation

left = Sequential()
left.add(Dense(50, input_shape=(784,)))
left.add(Activation('relu'))
right = Sequential()
right.add(Dense(30, input_shape=(100,)))
model = Sequential()
model.add(Merge([left, right], mode='concat'))
model.add(Dense(10))
model.add(Activation('softmax'))
""",
)

program(
    "maxout",
    "0.2.0",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, MaxoutDense
from keras.layers.advanced_activations import LeakyReLU

model = Sequential()
model.add(MaxoutDense(100, nb_feature=8, input_shape=(20,)))
model.add(LeakyReLU(0.1))
model.add(Dropout(0.3))
model.add(MaxoutDense(50))
model.add(Dense(1))
""",
)

program(
    "a graph of named nodes",
    "0.3.3",
    """
from keras.models import Graph
from keras.layers.core import Dense, Dropout
from keras.layers.embeddings import Embedding
from keras.layers.convolutional import Convolution1D, MaxPooling1D
from keras.layers.core import Flatten

sequence_length, vocabulary = 56, 18765
model = Graph()
model.add_input(name='input', input_shape=(sequence_length, 20))
for size in (3, 4):
    model.add_node(Convolution1D(nb_filter=150, filter_length=size, border_mode='valid',
                                 activation='relu', subsample_length=1),
                   name='conv-%d' % size, input='input')
    model.add_node(MaxPooling1D(pool_length=2), name='maxpool-%d' % size, input='conv-%d' % size)
    model.add_node(Flatten(), name='flatten-%d' % size, input='maxpool-%d' % size)
model.add_node(Dropout(0.25), name='dropout', inputs=['flatten-3', 'flatten-4'],
               merge_mode='concat')
model.add_node(Dense(150, activation='relu'), name='dense', input='dropout')
model.add_node(Dense(1, activation='sigmoid'), name='sigmoid', input='dense')
model.add_output(name='output', input='sigmoid')
""",
)

program(
    "a graph with a shared node",
    "0.3.3",
    """
from keras.models import Graph
from keras.layers.core import Dense, Highway, Dropout

model = Graph()
model.add_input(name='a', input_shape=(40,))
model.add_input(name='b', input_shape=(40,))
model.add_shared_node(Dense(24, activation='tanh'), name='encode', inputs=['a', 'b'],
                      merge_mode='concat')
model.add_node(Highway(activation='relu'), name='highway', input='encode')
model.add_node(Dense(16), name='left', inputs=['a', 'highway'], concat_axis=-1)
model.add_node(Dense(16), name='right', input='highway')
model.add_node(Dense(3), name='scores', inputs=['left', 'right'], merge_mode='sum')
model.add_output(name='out', input='scores')
""",
)

program(
    "an autoencoder",
    "0.3.3",
    """
from keras.models import Sequential
from keras.layers import containers
from keras.layers.core import Dense, AutoEncoder

encoder = containers.Sequential([Dense(64, input_dim=784), Dense(32)])
decoder = containers.Sequential([Dense(64, input_dim=32), Dense(784)])
model = Sequential()
model.add(AutoEncoder(encoder=encoder, decoder=decoder, output_reconstruction=True))
""",
)

program(
    "normalization along the last axis of images",
    "0.3.3",
    """
from keras.models import Sequential
from keras.layers.core import Activation, Dense, Flatten
from keras.layers.convolutional import Convolution2D, AveragePooling2D, ZeroPadding2D
from keras.layers.normalization import BatchNormalization

model = Sequential()
model.add(ZeroPadding2D((1, 1), input_shape=(3, 20, 24)))
model.add(Convolution2D(8, 3, 3, activation='relu'))
model.add(BatchNormalization())
model.add(BatchNormalization(axis=1, mode=0))
model.add(AveragePooling2D((2, 2), border_mode='valid'))
model.add(Flatten())
model.add(Dense(2, W_regularizer='l2'))
""",
)

program(
    "questions and answers by dot products",
    "0.3.3",
    """
from keras.models import Sequential
from keras.layers.embeddings import Embedding
from keras.layers.core import Dense, Merge, Dropout, Permute, Flatten

vocab_size, story_maxlen, query_maxlen = 22, 68, 4
memory = Sequential()
memory.add(Embedding(input_dim=vocab_size, output_dim=64, input_length=story_maxlen))
question = Sequential()
question.add(Embedding(input_dim=vocab_size, output_dim=64, input_length=query_maxlen))
match = Sequential()
match.add(Merge([memory, question], mode='dot', dot_axes=[(2,), (2,)]))
context = Sequential()
context.add(Embedding(input_dim=vocab_size, output_dim=query_maxlen, input_length=story_maxlen))
response = Sequential()
response.add(Merge([match, context], mode='sum'))
response.add(Permute((2, 1)))
model = Sequential()
model.add(Merge([response, question], mode='concat', concat_axis=-1))
model.add(Flatten())
model.add(Dropout(0.3))
model.add(Dense(vocab_size, activation='softmax'))
""",
)

program(
    "merging by a function of its own",
    "0.3.3",
    """
from keras.models import Sequential
from keras.layers.core import Dense, LambdaMerge

def difference(layers):
    return layers[0].get_output() - layers[1].get_output()

left = Sequential([Dense(12, input_dim=5)])
right = Sequential([Dense(12, input_dim=7)])
model = Sequential()
model.add(LambdaMerge([left, right], difference, output_shape=lambda shapes: shapes[0]))
model.add(Dense(3))
""",
)

program(
    "questions and answers, Keras 1",
    "1.0.8",
    """
from keras.models import Sequential
from keras.layers.embeddings import Embedding
from keras.layers import Activation, Dense, Merge, Permute, Dropout, Flatten

vocab_size, story_maxlen, query_maxlen = 22, 68, 4
input_encoder_m = Sequential()
input_encoder_m.add(Embedding(input_dim=vocab_size, output_dim=64, input_length=story_maxlen))
input_encoder_m.add(Dropout(0.3))
question_encoder = Sequential()
question_encoder.add(Embedding(input_dim=vocab_size, output_dim=64, input_length=query_maxlen))
question_encoder.add(Dropout(0.3))
match = Sequential()
match.add(Merge([input_encoder_m, question_encoder], mode='dot', dot_axes=[2, 2]))
match.add(Activation('softmax'))
input_encoder_c = Sequential()
input_encoder_c.add(Embedding(input_dim=vocab_size, output_dim=query_maxlen,
                              input_length=story_maxlen))
response = Sequential()
response.add(Merge([match, input_encoder_c], mode='sum'))
response.add(Permute((2, 1)))
model = Sequential()
model.add(Merge([response, question_encoder], mode='concat', concat_axis=-1))
model.add(Flatten())
model.add(Dense(vocab_size))
model.add(Activation('softmax'))
""",
)

program(
    "a graph in Keras 1.0",
    "1.0.8",
    """
from keras.legacy.models import Graph
from keras.layers import Dense, Dropout, Convolution2D, MaxPooling2D, Flatten

model = Graph()
model.add_input(name='image', input_shape=(3, 16, 16))
model.add_input(name='tags', input_shape=(30,))
model.add_node(Convolution2D(8, 3, 3, border_mode='same', activation='relu'), name='conv',
               input='image')
model.add_node(MaxPooling2D((2, 2)), name='pool', input='conv')
model.add_node(Flatten(), name='flat', input='pool')
model.add_node(Dense(64, activation='relu'), name='join', inputs=['flat', 'tags'],
               merge_mode='concat')
model.add_output(name='y', input='join')
""",
)

program(
    "cifar10",
    "1.2.2",
    """
from keras import backend as K
K.set_image_dim_ordering('th')
from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation, Flatten
from keras.layers import Convolution2D, MaxPooling2D

img_channels, img_rows, img_cols = 3, 32, 32
model = Sequential()
model.add(Convolution2D(32, 3, 3, border_mode='same',
                        input_shape=(img_channels, img_rows, img_cols)))
model.add(Activation('relu'))
model.add(Convolution2D(32, 3, 3))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Convolution2D(64, 3, 3, border_mode='same'))
model.add(Activation('relu'))
model.add(Convolution2D(64, 3, 3))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(512))
model.add(Activation('relu'))
model.add(Dropout(0.5))
model.add(Dense(10))
model.add(Activation('softmax'))
""",
)

program(
    "layers that came and went",
    "1.2.2",
    """
from keras.models import Sequential
from keras.layers import (Activation, AtrousConvolution2D, Deconvolution2D, Dense, Flatten, Highway,
                          LocallyConnected2D, MaxoutDense, SeparableConvolution2D, ZeroPadding2D)
from keras.layers.advanced_activations import PReLU, SReLU, ParametricSoftplus, ThresholdedReLU, ELU
from keras.layers.normalization import BatchNormalization

model = Sequential()
model.add(ZeroPadding2D((1, 1, 2, 3), dim_ordering='tf', input_shape=(13, 14, 3)))
model.add(AtrousConvolution2D(6, 3, 3, atrous_rate=(2, 2), border_mode='valid', dim_ordering='tf'))
model.add(BatchNormalization(mode=0, axis=-1, gamma_init='one'))
model.add(SReLU(shared_axes=[1, 2]))
model.add(Deconvolution2D(4, 3, 3, output_shape=(None, 23, 31, 4), subsample=(2, 2),
                          dim_ordering='tf'))
model.add(LocallyConnected2D(3, 5, 4, subsample=(3, 4), dim_ordering='tf', bias=False))
model.add(PReLU())
model.add(ParametricSoftplus(shared_axes=[1]))
model.add(ELU(0.5))
model.add(Flatten())
model.add(MaxoutDense(20, nb_feature=3, bias=False))
model.add(Highway(activation='tanh'))
model.add(ThresholdedReLU(0.4))
model.add(BatchNormalization(mode=1))
model.add(Dense(5, init='uniform', bias=False, activation='softmax'))
""",
)

program(
    "sequences in one dimension",
    "1.2.2",
    """
from keras.models import Sequential
from keras.layers import (AtrousConvolution1D, Convolution1D, Cropping1D, Embedding, Dense,
                          GlobalMaxPooling1D, LocallyConnected1D, MaxPooling1D, UpSampling1D,
                          ZeroPadding1D, SpatialDropout1D)

model = Sequential()
model.add(Embedding(500, 16, input_length=40, dropout=0.2))
model.add(SpatialDropout1D(0.2))
model.add(Convolution1D(nb_filter=12, filter_length=5, border_mode='same', subsample_length=2))
model.add(AtrousConvolution1D(10, 3, atrous_rate=2))
model.add(ZeroPadding1D(2))
model.add(UpSampling1D(length=2))
model.add(Cropping1D((1, 2)))
model.add(LocallyConnected1D(8, 3, subsample_length=2))
model.add(MaxPooling1D(pool_length=2, stride=1))
model.add(GlobalMaxPooling1D())
model.add(Dense(6))
""",
)

program(
    "functional with merge()",
    "1.2.2",
    """
from keras.layers import Input, Dense, merge, Embedding, Flatten, Reshape, Dropout
from keras.models import Model

users, items, factors = 1000, 400, 24
user = Input(shape=(1,), dtype='int32', name='user')
item = Input(shape=(1,), dtype='int32', name='item')
p = Flatten()(Embedding(users, factors, input_length=1)(user))
q = Flatten()(Embedding(items, factors, input_length=1)(item))
similarity = merge([p, q], mode='dot', dot_axes=1)
product = merge([p, q], mode='mul')
cosine = merge([p, q], mode='cos', dot_axes=-1)
both = merge([p, q, product], mode='concat', concat_axis=1)
x = Dropout(0.2)(Dense(64, activation='relu')(both))
difference = merge([p, q], mode=lambda t: t[0] - t[1], output_shape=lambda s: s[0])
x = merge([x, Dense(64)(difference)], mode='max')
rating = Dense(1)(merge([x, similarity], mode='concat'))
model = Model(input=[user, item], output=[rating])
""",
)

program(
    "a frozen branch",
    "1.2.2",
    """
from keras.models import Sequential
from keras.layers import Dense, Merge, BatchNormalization

left = Sequential([Dense(12, input_dim=6), BatchNormalization()])
right = Sequential([Dense(12, input_dim=4, name='right')])
for layer in left.layers:
    layer.trainable = False
model = Sequential()
model.add(Merge([left, right], mode='ave', name='both'))
model.add(Dense(3))
""",
)

program(
    "a layer of the source's own",
    "1.2.2",
    """
from keras import backend as K
from keras import initializations, activations
from keras.engine.topology import Layer
from keras.layers import Dense
from keras.models import Sequential

class Gate(Layer):
    def __init__(self, init='glorot_uniform', activation='tanh', **kwargs):
        self.init = initializations.get(init)
        self.activation = activations.get(activation)
        super(Gate, self).__init__(**kwargs)

    def build(self, input_shape):
        input_dim = input_shape[1]
        self.W = self.init((3, input_dim), name='{}_W'.format(self.name))
        self.V = self.add_weight((input_dim,), initializer='one', name='V')
        self.b = K.zeros((input_dim,))
        self.scale = K.variable(1.0)
        self.unlisted = K.ones((7,))
        self.trainable_weights += [self.W, self.b]
        self.non_trainable_weights = [self.scale]
        self.built = True

    def call(self, x, mask=None):
        return self.activation(x * self.V * K.sum(self.W, axis=0) * self.scale + self.b)

    def get_output_shape_for(self, input_shape):
        return input_shape

model = Sequential()
model.add(Dense(8, input_dim=5))
model.add(Gate())
model.add(Dense(2))
""",
)

program(
    "a layer of the source's own in Keras 0",
    "0.3.3",
    """
from keras import backend as K
from keras import initializations
from keras.layers.core import Dense, Layer, MaskedLayer
from keras.models import Sequential

class Affine(Layer):
    def __init__(self, init='uniform', **kwargs):
        self.init = initializations.get(init)
        super(Affine, self).__init__(**kwargs)

    def build(self):
        n = self.input_shape[1]
        self.W = self.init((n,), name='W')
        self.b = K.zeros((n,))
        self.trainable_weights = [self.W, self.b]

    @property
    def output_shape(self):
        return self.input_shape

    def get_output(self, train=False):
        X = self.get_input(train)
        return X * self.W + self.b

class Twice(MaskedLayer):
    def get_output(self, train=False):
        return 2 * self.get_input(train)

model = Sequential()
model.add(Dense(8, input_dim=5))
model.add(Affine())
model.add(Twice())
model.add(Dense(2))
""",
)

program(
    "layers popped off a model in Keras 1",
    "1.2.2",
    """
from keras.layers import Dense, Input
from keras.models import Model

inputs = Input((5,))
x = Dense(8, activation='relu')(inputs)
x = Dense(6, activation='relu')(x)
x = Dense(4, activation='relu')(x)
model = Model(input=inputs, output=x)
model.layers.pop()
model.layers.pop()
""",
)

program(
    "a model on what was left in Keras 1",
    "1.2.2",
    """
from keras.layers import Dense, Input
from keras.models import Model

inputs = Input((5,))
x = Dense(8, activation='relu')(inputs)
x = Dense(6, activation='relu')(x)
x = Dense(4, activation='relu')(x)
base = Model(input=inputs, output=x)
base.layers.pop()
x = Dense(3, activation='softmax')(base.layers[-1].output)
model = Model(input=base.input, output=x)
""",
)

program(
    "layers popped off a model in Keras 2",
    "2.0.9",
    """
from keras.layers import Dense, Input
from keras.models import Model

inputs = Input((5,))
x = Dense(8, activation='relu')(inputs)
x = Dense(6, activation='relu')(x)
x = Dense(4, activation='relu')(x)
model = Model(inputs=inputs, outputs=x)
model.layers.pop()
model.layers.pop()
""",
)

program(
    "a model on what was left in Keras 2",
    "2.0.9",
    """
from keras.layers import Dense, Input
from keras.models import Model

inputs = Input((5,))
x = Dense(8, activation='relu')(inputs)
x = Dense(6, activation='relu')(x)
x = Dense(4, activation='relu')(x)
base = Model(inputs=inputs, outputs=x)
base.layers.pop()
x = Dense(3, activation='softmax')(base.layers[-1].output)
model = Model(inputs=base.input, outputs=x)
""",
)

program(
    "a normalization of images",
    "0.2.0",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Flatten
from keras.layers.convolutional import Convolution2D
from keras.layers.normalization import BatchNormalization

model = Sequential()
model.add(Convolution2D(4, 3, 3, input_shape=(1, 8, 8)))
model.add(BatchNormalization())
model.add(Flatten())
model.add(Dense(2))
""",
)

program(
    "a normalization of images along an axis",
    "0.3.3",
    """
from keras.models import Sequential
from keras.layers.core import Dense, Flatten
from keras.layers.convolutional import Convolution2D
from keras.layers.normalization import BatchNormalization

model = Sequential()
model.add(Convolution2D(4, 3, 3, input_shape=(1, 8, 8)))
model.add(BatchNormalization())
model.add(Flatten())
model.add(Dense(2))
""",
)

program(
    "Keras 2 by position",
    "2.0.9",
    """
from keras.models import Sequential
from keras.layers import Dense, Conv2D, Flatten, Dropout, LocallyConnected2D, LocallyConnected1D
from keras.layers import MaxPooling2D, Reshape, Activation
from keras.layers.advanced_activations import ThresholdedReLU, LeakyReLU
from keras.layers.normalization import BatchNormalization
from keras import backend as K
K.set_image_data_format('channels_last')

model = Sequential()
model.add(Conv2D(16, (3, 3), input_shape=(20, 22, 3)))
model.add(BatchNormalization(axis=-1))
model.add(LeakyReLU(alpha=0.2))
model.add(Conv2D(8, 3, 3))
model.add(ThresholdedReLU(theta=0.7))
model.add(LocallyConnected2D(4, (3, 2), strides=(2, 2)))
model.add(MaxPooling2D((2, 2), padding='same'))
model.add(Reshape((-1, 4)))
model.add(LocallyConnected1D(3, 4, use_bias=False))
model.add(Flatten())
model.add(Dense(2))
""",
)

program(
    "merge layers of Keras 2",
    "2.3.1",
    """
import keras
from keras.layers import Input, Dense, Concatenate, Dot, BatchNormalization
from keras.layers.merge import add, concatenate
from keras.engine.topology import Layer
from keras.models import Model

class Scale(Layer):
    def build(self, input_shape):
        self.gain = self.add_weight(name='gain', shape=(input_shape[-1],), initializer='ones',
                                    trainable=True)
        super(Scale, self).build(input_shape)

    def call(self, x):
        return x * self.gain

    def compute_output_shape(self, input_shape):
        return input_shape

a = Input(shape=(12,))
b = Input(shape=(7,))
x = Dense(9)(a)
y = Scale()(Dense(9)(b))
z = concatenate([x, y])
s = BatchNormalization()(add([x, y]))
model = Model(inputs=[a, b], outputs=Dense(4)(Concatenate()([z, s, Dot(axes=1)([x, y])])))
""",
)

LISTED = """
import numpy as np
from keras import backend as K
from keras.engine.topology import InputSpec, Layer
from keras.layers import Conv2D, Flatten, Dense
from keras.models import Sequential

class L2Normalization(Layer):
    def __init__(self, gamma_init=20, **kwargs):
        self.gamma_init = gamma_init
        super(L2Normalization, self).__init__(**kwargs)

    def build(self, input_shape):
        self.input_spec = [InputSpec(shape=input_shape)]
        gamma = self.gamma_init * np.ones((input_shape[-1],))
        self.gamma = K.variable(gamma, name='{}_gamma'.format(self.name))
        self._trainable_weights.append(self.gamma)
        super(L2Normalization, self).build(input_shape)

    def call(self, x, mask=None):
        return K.l2_normalize(x, -1) * self.gamma

model = Sequential()
model.add(Conv2D(6, 3, input_shape=(8, 8, 2), data_format='channels_last'))
model.add(L2Normalization(name='norm'))
model.add(Flatten())
model.add(Dense(3))
"""

for version in ("2.0.9", "2.3.1"):
    program(f"a variable kept and listed, Keras {version}", version, LISTED)
