"""What an optimizer keeps beside the parameters, as Keras 3 makes it (`keras/src/optimizers/`).

Every trained parameter has so many tensors of its own shape and dtype: velocities, averages.
Adafactor (Shazeer and Stern, 2018) has one, and averages over the rows and the columns of what
has two dimensions or more. The step's number and the learning rate are 4 bytes each.
"""

from __future__ import annotations

from sizeup.dims import maximum, product, total
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from sizeup.dims import Dim

    Stored = tuple[tuple[Dim, ...], int]

SLOTS = {"sgd": 0, "momentum": 1, "rmsprop": 1, "adagrad": 1, "lion": 1, "adafactor": 1, "adam": 2,
         "adamw": 2, "nadam": 2, "adamax": 2, "adadelta": 2, "ftrl": 2, "lamb": 2}  # fmt: skip
"""Tensors for each trained parameter, of its shape."""
TEMPORARIES = {"rmsprop": 1, "adagrad": 1, "lion": 1, "adafactor": 1, "adamax": 1, "adam": 2,
               "adamw": 2, "nadam": 2, "adadelta": 2, "ftrl": 2, "lamb": 2}  # fmt: skip
"""Tensors of the size of the largest parameter that are alive while it is updated, as PyTorch does,
one parameter after another."""
COUNTERS = 8
"""The step's number and the learning rate."""
LOSS_SCALE = 16
"""What scaling the loss against underflow keeps, which Keras adds for mixed_float16."""
WORD = 4
MATRIX = 2


def state(optimizer: str, parameters: Sequence[Stored]) -> Dim:
    """The bytes of an optimizer's state; a parameter is its shape and the bytes of an element.

    Raises UsageError for an optimizer that Keras does not have.
    """
    if optimizer not in SLOTS:
        raise UsageError(say("costs.optimizer", name=optimizer, known=", ".join(SLOTS)))
    slots = total(SLOTS[optimizer] * product(shape) * size for shape, size in parameters)
    if optimizer == "adafactor":
        slots = slots + total(_averages(shape, size) for shape, size in parameters)
    if optimizer == "nadam":  # the product of its momenta, in the dtype of the first parameter
        slots = slots + (parameters[0][1] if parameters else WORD)
    return slots + COUNTERS


def accumulators(parameters: Sequence[Stored]) -> Dim:
    """The bytes in which gradients are summed over several batches: one tensor for each parameter."""
    return total(product(shape) * size for shape, size in parameters)


def temporaries(optimizer: str, parameters: Sequence[Stored]) -> Dim:
    """The bytes that the update of the largest parameter takes besides."""
    sizes = [product(shape) * size for shape, size in parameters]
    number = TEMPORARIES.get(optimizer, 0)
    return number * maximum(*sizes) if number and sizes else 0


def _averages(shape: tuple[Dim, ...], size: int) -> Dim:
    """Over rows and over columns; of what has none, two numbers that are never used."""
    if len(shape) < MATRIX:
        return 2 * WORD
    rows, columns = product(shape[:-1]), product((*shape[:-2], shape[-1]))
    return (rows + columns) * size
