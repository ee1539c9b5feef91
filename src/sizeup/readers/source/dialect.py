"""Which Keras, and which Python, a source speaks, by its spellings and imports.

Every sign names the versions that knew it; the version that fits the most signs is taken. As
versions count 0 (0.1 to 0.3), 1, 2 and 3.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from sizeup.readers.source.written import written
from sizeup.records import Record

KEYWORDS = {
    **dict.fromkeys((
        "poolsize", "class_mode", "show_accuracy", "stack_size", "truncate_gradient", "theano_mode",
        "ignore_border", "output_reconstruction",
    ), "0"),
    **dict.fromkeys((
        "border_mode", "nb_filter", "nb_row", "nb_col", "subsample", "dim_ordering", "W_regularizer",
        "b_regularizer", "W_constraint", "filter_length", "nb_epoch", "inner_init",
        "pool_length", "subsample_length", "inner_activation", "return_sequence", "concat_axis",
        "dot_axes", "nb_feature",
    ), "01"),
    **dict.fromkeys((
        "dropout_W", "dropout_U", "nb_val_samples", "samples_per_epoch", "atrous_rate", "consume_less",
        "nb_worker", "max_q_size",
    ), "1"),
    **dict.fromkeys((
        "kernel_initializer", "kernel_regularizer", "bias_regularizer", "recurrent_dropout",
        "use_bias", "data_format", "kernel_size", "filters", "units", "epochs", "steps_per_epoch",
        "dilation_rate", "recurrent_activation", "validation_steps",
    ), "23"),
    "max_queue_size": "2", "reset_after": "23", "negative_slope": "3",
}  # fmt: skip
"""Keyword arguments and the versions that took them."""

NAMES = {
    **dict.fromkeys((
        "AutoEncoder", "DenoisingAutoEncoder", "Siamese", "SiameseHead", "LambdaMerge", "UpSample1D",
        "UpSample2D", "WordContextProduct", "ThresholdedLinear", "JZS1", "JZS2", "JZS3",
        "TimeDistributedMerge", "MaskedLayer", "get_output",
    ), "0"),
    **dict.fromkeys((
        "MaxoutDense", "Highway", "TimeDistributedDense", "Graph", "ParametricSoftplus",
        "add_shared_node",
    ), "01"),
    **dict.fromkeys((
        "merge", "set_image_dim_ordering", "image_dim_ordering", "AtrousConvolution2D",
        "AtrousConvolution1D", "Deconvolution2D", "SReLU", "get_output_shape_for",
    ), "1"),
    **dict.fromkeys(("Convolution1D", "Convolution2D", "Convolution3D"), "01"),
    "Merge": "01",
    **dict.fromkeys((
        "image_data_format", "set_image_data_format", "compute_output_shape",
    ), "23"),
    **dict.fromkeys(("CuDNNLSTM", "CuDNNGRU", "multi_gpu_model", "fit_generator"), "2"),
    **dict.fromkeys(("SeedGenerator",), "3"),
}  # fmt: skip
"""Classes, functions and methods and the versions that had them."""

MODULES = {
    "keras.layers.containers": "0", "keras.layers.extra": "0", "keras.utils.dot_utils": "0",
    "keras.utils.theano_utils": "0",
    "keras.initializations": "01", "keras.utils.visualize_util": "01",
    "keras.layers.advanced_activations": "012", "keras.layers.core": "012",
    "keras.layers.convolutional": "012", "keras.layers.recurrent": "012",
    "keras.layers.embeddings": "012", "keras.layers.normalization": "012",
    "keras.layers.noise": "012", "keras.layers.wrappers": "12", "keras.layers.local": "12",
    "keras.engine": "12", "keras.layers.merge": "2", "keras.layers.pooling": "12",
    "keras_applications": "2", "keras.legacy": "2", "keras.utils.vis_utils": "2", "keras.engine.base_layer": "2",
    "keras.ops": "3", "keras.src": "3", "keras_core": "3", "keras.random": "3", "keras.tree": "3",
}  # fmt: skip
"""Modules and the versions that held them."""

OLD_TENSORFLOW = ("tensorflow.contrib", "tensorflow.compat.v1", "tensorflow.layers")
OLD_TENSORFLOW_NAMES = frozenset({"placeholder", "Session", "get_variable", "ConfigProto"})
"""What tells TensorFlow 1, whose `tf.keras` had defaults of its own."""

ROWS_OF = {"Dense": 2, "TimeDistributedDense": 2, "MaxoutDense": 2, "LSTM": 2, "GRU": 2,
           "SimpleRNN": 2, "Convolution2D": 4}  # fmt: skip
"""How many integers in a row Keras 0.1 took where later versions take fewer."""


class Spoken(Record):
    """What a person says of the Keras that a source is written for."""

    keras: int | None = None
    tf_keras: bool = False


class Dialect:
    """`version` of Keras, whether as `tf.keras`, and whether in Python 2.

    `tf.keras` of TensorFlow 1 is version 1 of it, that of TensorFlow 2 version 2. `spelling` is
    the Keras whose names of arguments and layers the source uses. `said` is set if a person
    told the version, `said_format` once the source has said its channel order; `evidence` is
    the sign that weighed most; `told` says whether there was any sign of Keras at all. `law` is
    the Keras, 2 or 3, whose rules of what is tracked and trained hold; where the source may be
    of `either`, `disputed` is set once the two differ in something.
    """

    __slots__ = (
        "disputed", "either", "evidence", "law", "python2", "said", "said_format", "spelling",
        "tensorflow", "told", "version",
    )  # fmt: skip

    def __init__(
        self,
        version: int,
        *,
        tensorflow: bool,
        python2: bool,
        evidence: str | None,
        said: bool = False,
    ) -> None:
        self.version = version
        self.tensorflow = tensorflow
        self.python2 = python2
        self.evidence = evidence
        self.said = said
        self.said_format = False
        self.told = True
        self.spelling = 3 if tensorflow else version
        self.law = max(2, version)
        self.either = self.disputed = False

    def leaning(self, newer: int) -> Dialect:
        """Under the rules of Keras 3 unless more signs are of Keras 2: `newer` is by how many."""
        self.law, self.either = 2 if newer < 0 else 3, newer == 0
        return self

    def other(self) -> Dialect:
        """The same under the rules of Keras 2."""
        other = Dialect(self.version, tensorflow=self.tensorflow, python2=self.python2,
                        evidence=self.evidence, said=self.said)  # fmt: skip
        other.told = self.told
        return other.leaning(-1)

    @property
    def reset_after(self) -> bool:
        """Whether a GRU has two biases unless it says otherwise (Keras 3, TensorFlow 2)."""
        return self.version >= (2 if self.tensorflow else 3)

    @property
    def name(self) -> str:
        """As a person calls it."""
        return f"{'tf.keras' if self.tensorflow else 'Keras'} {self.version}"


def infer(nodes: Iterable[ast.AST], *, python2: bool, spoken: Spoken | None = None) -> Dialect:
    """The dialect of a program by its nodes; without a sign that of Keras 3, which reads most.

    What a person says of it counts before any sign.
    """
    spoken = spoken or Spoken()
    tensorflow = standalone = old_tensorflow = legacy = told = False
    signs: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in _modules(node):
                tensorflow = tensorflow or module.startswith("tensorflow")
                standalone = standalone or module.startswith("keras.")
                told = told or module.startswith(("keras", "tf_keras"))
                legacy = legacy or module.startswith("tf_keras")
                old_tensorflow = old_tensorflow or module.startswith(OLD_TENSORFLOW)
                signs.update(_sign(MODULES, module))
        elif isinstance(node, ast.Call):
            signs.update(_signs_of_call(node))
        elif isinstance(node, ast.Attribute):
            old_tensorflow = old_tensorflow or node.attr in OLD_TENSORFLOW_NAMES
            if isinstance(node.value, ast.Name) and node.value.id == "keras":
                signs.update(_sign(MODULES, f"keras.{node.attr}"))
        elif isinstance(node, ast.FunctionDef):
            signs.update(_sign(NAMES, node.name))
    if spoken.keras is not None or spoken.tf_keras:
        unsaid = 3 if not spoken.tf_keras else 1 if old_tensorflow else 2
        version = unsaid if spoken.keras is None else spoken.keras
        return Dialect(version, tensorflow=spoken.tf_keras, python2=python2, evidence=None,
                       said=True)  # fmt: skip
    # `from keras.layers import …` is Keras 2 or 3: they differ in what Conv2D(32, 3, 3) means
    order = "2310" if standalone and not tensorflow else "3210"
    fits = {version: [s for s, known in signs.items() if version in known] for version in order}
    best = max(order, key=lambda version: len(fits[version]))
    leaning = len(fits["3"]) - len(fits["2"]) if not legacy else -1
    if tensorflow and best != "0" and not (best == "1" and _only_old(signs)):
        dialect = Dialect(
            1 if old_tensorflow else 3, tensorflow=True, python2=python2, evidence=None
        )
        return dialect.leaning(-1 if old_tensorflow else leaning)
    old = best in "01" and not tensorflow
    evidence = min(fits[best], key=lambda sign: len(signs[sign])) if old and fits[best] else None
    dialect = Dialect(int(best), tensorflow=False, python2=python2, evidence=evidence)
    dialect.told = told or bool(signs)
    return dialect.leaning(leaning if best in "23" else -1)


def _only_old(signs: dict[str, str]) -> bool:
    """Whether nothing in the text is newer than Keras 1: TensorFlow beside it is its backend."""
    return all("1" in known for known in signs.values())


def _signs_of_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    for keyword in node.keywords:
        yield from _sign(KEYWORDS, keyword.arg or "")
    name = _name(node.func)
    yield from _sign(NAMES, name)
    if name == "Variable" and written(node.func) in ("tf.Variable", "tensorflow.Variable"):
        yield "tf.Variable", "2"  # Keras 3 leaves them out of what it counts and trains
    wanted = ROWS_OF.get(name)
    if wanted and len(node.args) >= wanted and all(map(_integer, node.args[:wanted])):
        yield f"{name}({', '.join(map(written, node.args[:wanted]))})", "0"


def _integer(node: ast.expr) -> bool:
    """Whether an argument is plainly a size: a number, or arithmetic with one."""
    if isinstance(node, ast.BinOp):
        return _integer(node.left) or _integer(node.right)
    return isinstance(node, ast.Constant) and type(node.value) is int


def _sign(table: dict[str, str], name: str) -> Iterator[tuple[str, str]]:
    if name in table:
        yield name, table[name]


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        yield module
        yield from (f"{module}.{alias.name}" for alias in node.names)
    else:
        yield from (alias.name for alias in node.names)
