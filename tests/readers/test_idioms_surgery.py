"""Networks taken apart, copied, frozen and asked about: as Keras answers, so does the text."""

from __future__ import annotations

import textwrap

import pytest

from readers.keras_truth import assert_reads_as_keras

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras' own

HEAD = (
    "import keras\nimport numpy as np\nfrom keras import layers\nfrom keras.layers import *\n"
    "from keras.models import Model, Sequential\n"
)

SNIPPETS = {
    "layers index": """
        i = keras.Input((8, 8, 3))
        x = layers.Conv2D(4, 3, name='c1')(i); x = layers.Flatten()(x); x = layers.Dense(5, name='d1')(x); x = layers.Dropout(.5)(x); x = layers.Dense(9)(x)
        base = Model(i, x)
        y = base.layers[-3].output
        y = layers.Dense(len(base.layers))(y)
        n = base.layers[1].filters + base.layers[-1].units + base.get_layer('d1').units + base.get_layer(index=1).kernel_size[0]
        y = layers.Dense(n)(y)
        y = layers.Dense(base.count_params() // 100)(y)
        y = layers.Dense(base.get_layer('d1').count_params() // 100)(y)
        y = layers.Dense(base.layers[-1].kernel.shape[0])(y)
        y = layers.Dense(base.layers[-1].get_weights()[0].shape[1])(y)
        y = layers.Dense(len(base.layers[-1].weights) + len(base.trainable_weights) + len(base.get_weights()))(y)
        y = layers.Dense(base.output_shape[-1] + base.input_shape[1] + base.layers[-1].output.shape[-1] + len(base.inputs) + len(base.outputs))(y)
        model = Model(inputs=base.input, outputs=y)
    """,
    "pop sequential": """
        base = Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3), layers.Dense(2)])
        base.pop(); base.pop()
        model = Sequential([keras.Input((5,)), base, layers.Dense(7)])
    """,
    "loop rebuild": """
        base = Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3), layers.Dense(2)])
        model = Sequential([keras.Input((5,))])
        for l in base.layers[:-1]: model.add(l)
        for l in model.layers: l.trainable = False
        model.add(layers.Dense(10))
    """,
    "from_config": """
        base = Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3)])
        model = Sequential.from_config(base.get_config())
        model.add(layers.Dense(6))
    """,
    "layer from_config": """
        d = layers.Dense(4, use_bias=False)
        cfg = d.get_config()
        cfg['units'] = 6
        i = keras.Input((3,))
        x = d(i)
        cfg['name'] = 'b'
        x = layers.Dense.from_config(cfg)(x)
        cfg['name'] = 'c'
        x = d.__class__.from_config(cfg)(x)
        x = type(d).from_config({**d.get_config(), 'name': 'e', 'units': 9})(x)
        x = layers.Dense(cfg['units'] + d.get_config()['units'])(x)
        model = Model(i, x)
    """,
    "clone": """
        base = Sequential([keras.Input((5,)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(3)])
        c = keras.models.clone_model(base)
        c.name = 'cc'
        c.trainable = False
        i = keras.Input((5,))
        model = Model(i, layers.Add()([c(i), base(i)]))
    """,
    "clone functional": """
        i = keras.Input((6, 6, 2)); x = layers.Conv2D(3, 3, name='a')(i); y = layers.Conv2D(3, 3, name='b')(i); base = Model(i, layers.Add()([x, y]))
        c = keras.models.clone_model(base)
        for l in base.layers: l.trainable = False
        model = Model(c.input, layers.Dense(4)(c.output))
    """,
    "model from config": """
        i = keras.Input((6,)); base = Model(i, layers.Dense(3)(layers.Dense(4)(i)))
        model = Model.from_config(base.get_config())
    """,
    "json round trip": """
        i = keras.Input((6,)); base = Model(i, layers.Dense(3)(layers.Dense(4)(i)))
        model = keras.models.model_from_json(base.to_json())
    """,
    "config literal": """
        i = keras.Input((4,))
        x = layers.deserialize({'class_name': 'Dense', 'config': {'units': 3}, 'module': 'keras.layers', 'registered_name': None})(i)
        model = Model(i, x)
    """,
    "freezing ways": """
        i = keras.Input((8, 8, 3))
        x = layers.Conv2D(4, 3, trainable=False)(i); x = layers.BatchNormalization()(x); x = layers.Conv2D(4, 1)(x); x = layers.Flatten()(x); x = layers.Dense(5)(x); x = layers.Dense(2)(x)
        model = Model(i, x)
        for k, l in enumerate(model.layers):
            if k < 3: l.trainable = False
        model.layers[-1].trainable = False
        for l in model.layers:
            if isinstance(l, layers.BatchNormalization): l.trainable = True
    """,
    "unfreeze": """
        base = Sequential([keras.Input((8,)), layers.Dense(4), layers.BatchNormalization(), layers.Dense(6)])
        base.trainable = False
        base.trainable = True
        set_trainable = False
        for l in base.layers:
            if l.name.startswith('batch'): set_trainable = True
            l.trainable = set_trainable
        model = Sequential([keras.Input((8,)), base, layers.Dense(3)])
    """,
    "gan": """
        def gen():
            return Sequential([keras.Input((10,)), layers.Dense(16), layers.BatchNormalization(), layers.Dense(20)])
        def disc():
            m = Sequential([keras.Input((20,)), layers.Dense(8), layers.BatchNormalization(), layers.Dense(1)])
            m.compile(loss='binary_crossentropy', optimizer='adam')
            return m
        G = gen(); D = disc()
        D.compile(loss='binary_crossentropy')
        D.trainable = False
        z = keras.Input((10,))
        model = Model(z, D(G(z)))
        model.compile(loss='binary_crossentropy')
    """,
    "gan unfreeze in loop": """
        D = Sequential([keras.Input((20,)), layers.Dense(8), layers.Dense(1)])
        G = Sequential([keras.Input((10,)), layers.Dense(20)])
        D.trainable = False
        model = Sequential([keras.Input((10,)), G, D])
        def set_trainability(m, flag):
            m.trainable = flag
            for l in m.layers: l.trainable = flag
        for epoch in range(3):
            set_trainability(D, True)
            D.get_weights()
            set_trainability(D, False)
    """,
    "names": """
        d = layers.Dense(3, name='abc')
        d._name = 'xyz'
        i = keras.Input((3,), name='inp'); x = d(i)
        m0 = Model(i, x, name='mod')
        m0._name = 'other'
        model = Model(m0.input, layers.Dense(3)(m0.output))
        model.summary(line_length=100, print_fn=lambda _: None)
    """,
    "custom objects": """
        class Scale(layers.Layer):
            def build(self, s): self.w = self.add_weight(shape=(s[-1],), initializer='ones')
            def call(self, x): return x * self.w
        keras.utils.get_custom_objects().update({'Scale': Scale})
        keras.utils.get_custom_objects()['swish2'] = lambda x: x
        with keras.utils.custom_object_scope({'Scale': Scale}):
            model = Sequential([keras.Input((4,)), Scale(), layers.Dense(2), layers.Activation('relu')])
    """,
    "callbacks compile fit": """
        from keras.callbacks import EarlyStopping, ModelCheckpoint
        from keras.optimizers import Adam
        model = Sequential([keras.Input((4,)), layers.Dense(2)])
        model.compile(optimizer=Adam(1e-3), loss='mse', metrics=['mae'])
        cbs = [EarlyStopping(patience=3), ModelCheckpoint('a.keras')]
        h = model.fit(np.zeros((4, 4)), np.zeros((4, 2)), epochs=1, verbose=0) if False else None
        model.add(layers.Dense(3))
    """,
    "layers kw": """
        model = Sequential(layers=[keras.Input((4,)), layers.Dense(2)], name='s')
    """,
    "add sequential": """
        a = Sequential([layers.Dense(5)])
        b = Sequential(); b.add(keras.Input((4,))); b.add(a); b.add(Sequential([layers.Dense(3), layers.Dense(2)]))
        model = b
    """,
    "chain": """
        i = keras.Input((4,))
        j = keras.Input((4,))
        x = Model(i, layers.Dense(3)(i))(j)
        model = Model(j, layers.Dense(2)(x))
    """,
    "input output attributes": """
        base = Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(5)])
        x = base.layers[0].output
        i2 = keras.Input(base.input_shape[1:])
        y = base.layers[0](i2)
        y = layers.Dense(base.layers[1].input.shape[-1] + base.layers[0].output.shape[-1] + base.outputs[0].shape[1])(y)
        model = Model(i2, y)
    """,
    "feature extractor": """
        base = Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Conv2D(5, 3), layers.Flatten(), layers.Dense(3)])
        outs = [l.output for l in base.layers if 'conv' in l.name]
        model = Model(inputs=base.inputs, outputs=outs)
    """,
    "trainable property reads": """
        i = keras.Input((4,)); a = layers.Dense(3); b = layers.Dense(3)
        model = Model(i, b(a(i)))
        a.trainable = not b.trainable
        n = sum(1 for l in model.layers if l.trainable)
        n2 = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
        n3 = int(np.sum([np.prod(v.shape) for v in model.weights]))
        assert model.built
        x = layers.Dense(n + n2 + n3)(model.output)
        model = Model(i, x)
    """,
    "get_layer output shape": """
        base = Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name='q'), layers.Flatten()])
        s = base.get_layer('q').output.shape
        n = int(np.prod(s[1:]))
        dec = Sequential([keras.Input((5,)), layers.Dense(n), layers.Reshape(s[1:]), layers.Conv2DTranspose(3, 3)])
        model = Model(base.inputs, dec(layers.Dense(5)(base.outputs[0])))
    """,
    "tied shape use": """
        e = layers.Embedding(20, 6)
        i = keras.Input((5,)); x = e(i)
        x = layers.Dense(e.input_dim + e.output_dim)(x)
        model = Model(i, x)
    """,
    "weights loop": """
        base = Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(5)])
        tot = 0
        for l in base.layers:
            tot += l.count_params()
            for w in l.get_weights(): tot += w.size
            W, b = l.get_weights()
            tot += W.shape[0] + b.shape[0]
        model = Sequential([keras.Input((tot,)), layers.Dense(1)])
        model.set_weights(model.get_weights())
        model.layers[0].set_weights([np.zeros((tot, 1)), np.zeros(1)])
    """,
    "clone with masks and several inputs": """
        a = keras.Input((5, 8)); b = keras.Input((7, 8))
        x = layers.MultiHeadAttention(2, 4)(a, value=b, key=b)
        x = layers.Concatenate(axis=1)([x, b])
        base = Model([a, b], layers.Dense(3)(x))
        c = keras.models.clone_model(base)
        c.layers[-1].trainable = False
        model = c
    """,
    "clone of ops": """
        a = keras.Input((5, 8))
        x = layers.Dense(8)(a) * 2 + a
        base = Model(a, layers.Dense(3)(x[:, 0]))
        model = keras.models.clone_model(base)
    """,
}  # fmt: skip


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_what_is_made_of_a_network_is_what_keras_makes(snippet):
    assert_reads_as_keras(HEAD + textwrap.dedent(SNIPPETS[snippet]))
