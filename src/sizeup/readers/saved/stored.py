"""What a file stores of the weights of a network: layers in layers, and the shapes of their tensors."""

from __future__ import annotations

from collections.abc import Iterator

from sizeup.naming import snake_case
from sizeup.network import Parameter
from sizeup.records import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CONTAINERS = frozenset({"layers", "_layers", "_layer_checkpoint_dependencies", "_operations"})
"""Groups that only hold the layers of a model."""
APART = frozenset({"seed_generator", "_seed_generator", "random_generator", "_random_generator",
                   "seed_generator_state", "_state_var"})  # fmt: skip
"""States of random numbers, which count as no parameters."""
NO_LAYERS = frozenset({"optimizer", "_optimizer", "optimizer_weights", "_metrics", "metrics",
                       "compile_metrics", "_compile_metrics", "_loss_tracker", "keras_api",
                       "loss_tracker", "_tracked", "_compile_loss"})  # fmt: skip
"""Groups beside the layers of a model."""
VARIABLES = "vars"
STATISTICS = ("moving_mean", "moving_variance", "running_mean", "running_std", "moving_stddev",
              "renorm_mean", "renorm_stddev", "vector_u")  # fmt: skip
"""How the names of weights end that no Keras trains."""


class Stored(Record):
    """A tensor in a file: where it stands, what it is, and whether it is trained, if that is told."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool | None = None


class StoredLayer(Record):
    """A layer in a file: its own tensors in order, then the layers inside of it.

    `name` is the layer's own, empty where the file does not tell it; `stem` is how the file calls
    it: by its class where Keras 3 wrote it.
    """

    name: str
    stem: str
    tensors: tuple[Stored, ...] = ()
    inside: tuple[StoredLayer, ...] = ()

    def everything(self) -> Iterator[Stored]:
        """All tensors, its own first."""
        yield from self.tensors
        for each in self.inside:
            yield from each.everything()


def is_tree(groups: Sequence[str]) -> bool:
    """Whether a file with these groups at its root is of Keras 3's form."""
    return not {VARIABLES, *CONTAINERS}.isdisjoint(groups)


def tree(tensors: Sequence[Stored], names: dict[str, str]) -> StoredLayer:
    """The layers of Keras 3's form: `layers/dense/vars/0`; `names` are those of groups, if told."""
    return _tree([each for each in tensors if APART.isdisjoint(each.path.split("/"))], names, "")


def _tree(tensors: Sequence[Stored], names: dict[str, str], above: str) -> StoredLayer:
    """A layer by the tensors below its group; containers are no layers."""
    branches: dict[str, list[Stored]] = {}
    own: list[Stored] = []
    for tensor in tensors:
        first, _, rest = tensor.path[len(above) :].partition("/")
        if first == VARIABLES:
            own.append(tensor)
            continue
        if first in NO_LAYERS or not rest:
            continue
        if first in CONTAINERS:
            first = f"{first}/{rest.partition('/')[0]}"
        branches.setdefault(first, []).append(tensor)
    inside = tuple(
        _tree(found, names, f"{above}{path}/").changed(stem=path.rpartition("/")[2])
        for path, found in sorted(branches.items(), key=lambda item: _place(item[0]))
    )
    own.sort(key=_number)
    return StoredLayer(names.get(f"{above}{VARIABLES}", ""), "", tuple(own), inside)


def _place(stem: str) -> tuple[str, int]:
    """`dense_10` stands behind `dense_9`."""
    kind, _, number = stem.rpartition("_")
    return (kind, int(number)) if number.isdecimal() else (stem, 0)


def _number(tensor: Stored) -> tuple[bool, int, str]:
    """In the order of their numbers: `10` stands behind `9`."""
    name = weight_name(tensor.path)
    return not name.isdecimal(), len(name), name


def weight_name(path: str) -> str:
    """`affine_1/kernel:0` → `kernel`."""
    return path.rpartition("/")[2].removesuffix(":0")


def parameters(
    tensors: Sequence[Stored], names: Sequence[str] | None = None
) -> tuple[Parameter, ...]:
    """Stored tensors as parameters, under their own names or others.

    Running statistics and integers are not trained.
    """
    names = [weight_name(tensor.path) for tensor in tensors] if names is None else names
    flags = [not (name.endswith(STATISTICS) or "int" in tensor.dtype)
             if tensor.trainable is None else tensor.trainable
             for name, tensor in zip(names, tensors, strict=True)]  # fmt: skip
    return tuple(
        Parameter(name, tensor.shape, tensor.dtype, trainable=flag)
        for name, tensor, flag in zip(names, tensors, flags, strict=True)
    )


def stems(kinds: Sequence[str]) -> list[str]:
    """How Keras 3 calls the groups of layers in one container, by their classes in order."""
    used: dict[str, int] = {}
    found = []
    for kind in kinds:
        stem = snake_case(kind)
        number = used.get(stem, 0)
        used[stem] = number + 1
        found.append(f"{stem}_{number}" if number else stem)
    return found
