"""Networks of all kinds for the tests of presentation."""

from pathlib import Path

from sizeup.analyses.explain import explain
from sizeup.readers import read

QUESTION = str(Path(__file__).parents[2] / "examples" / "question.txt")

NESTED = """
def block(name):
    i = Input((8, 8, 16))
    x = Conv2D(16, 3, padding='same')(i)
    x = BatchNormalization()(x)
    return Model(i, ReLU()(x), name=name)

def full():
    i = Input((8, 8, 3))
    x = Conv2D(16, 3, padding='same')(i)
    for k in range(6):
        x = block(f"block{k}")(x)
    base = Model(i, Flatten()(x), name="backbone")
    base.trainable = False
    return Sequential([Input((8, 8, 3)), base, Dense(64), Dense(10)])
"""

SYMBOLIC = """
def cnn(img_rows, img_cols, nb_filters, nb_classes):
    m = Sequential()
    m.add(Conv2D(nb_filters, 3, input_shape=(img_rows, img_cols, 3)))
    m.add(MaxPooling2D())
    m.add(Conv2D(2 * nb_filters, 3))
    m.add(MaxPooling2D())
    m.add(Flatten())
    m.add(Dense(512))
    m.add(Dense(nb_classes))
    return m
"""

UNKNOWN = """
i = Input((28, 28, 1))
x = Conv2D(32, 3)(i)
x = mystery(x)
m = Model(i, Dense(10)(x))
n = Sequential([Conv2D(8, 5, input_shape=(4, 4, 1)), Dense(3)])
k = Sequential([Dense(8, input_dim=4), Dense(3)])
"""

SHARED = """
a = Input((28, 28, 1))
b = Input((28, 28, 1))
conv = Conv2D(16, 3)
head = Dense(32)
x = Concatenate()([head(Flatten()(conv(a))), head(Flatten()(conv(b)))])
siamese = Model([a, b], Dense(1)(x))
"""

LONG = """
m = Sequential([
    Dense(1000, input_dim=1000, name="the_very_first_and_by_far_the_widest_layer_of_them_all_1"),
    Dense(1000, name="一个名字非常非常长的全连接层用来检查表格在窄终端里怎样折行才不会超出宽度"),
    Dense(1000, name="x" * 300),
])
"""

MANY_NAMES = "m = Sequential([Dense(n0, input_dim=7)])\n" + "".join(
    f"m.add(Dense(a_rather_long_name_{n}))\n" for n in range(20)
)

SOURCES = {
    "question": QUESTION,
    "mlp": "784:2000:10",
    "resnet": "zoo:resnet152",
    "vgg": "zoo:vgg16",
}
TEXTS = {
    "nested": NESTED,
    "symbolic": SYMBOLIC,
    "unknown": UNKNOWN,
    "shared": SHARED,
    "long": LONG,
    "many_names": MANY_NAMES,
}
PAIRS = {
    "mlps": ("784:2000:2000:10", "784:2000:50:2000:10"),
    "vgg_resnet": ("zoo:vgg19", "zoo:resnet152"),
    "three": ("zoo:lenet5", "zoo:alexnet", "zoo:resnet20"),
}


def readings(name):
    """What was read for a case."""
    if name in TEXTS:
        return [read("-", stdin=TEXTS[name])]
    return [read(source) for source in PAIRS.get(name) or (SOURCES[name],)]


def explained(name):
    """A case, explained."""
    return explain(readings(name))


ALL = [*SOURCES, *TEXTS, *PAIRS]
