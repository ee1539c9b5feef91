"""References between the layers of a configuration, and the shapes that are told with them."""

from __future__ import annotations

from collections.abc import Mapping

from sizeup.network import Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = 10_000
"""The calls of one layer, and the tensors that leave one call."""

Key = tuple[str, int, int]
"""A tensor: the layer's name, the number of the call, the number among what leaves it."""


def is_reference(value: object) -> bool:
    """`["conv2d_1", 0, 0]`, in Keras 2 with the arguments of the call behind it."""
    return (
        isinstance(value, list)
        and len(value) in (3, 4)
        and isinstance(value[0], str)
        and all(type(number) is int and 0 <= number < MOST for number in value[1:3])
        and (len(value) == 3 or isinstance(value[3], dict))
    )


def history(value: Mapping[str, Any]) -> Key | None:
    """The tensor that a `__keras_tensor__` of Keras 3 stands for."""
    config = value.get("config")
    found = config.get("keras_history") if isinstance(config, dict) else None
    return key_of(found) if is_reference(found) else None


def key_of(reference: Any) -> Key:
    """The tensor that a reference means."""
    name, number, output = reference[:3]
    return name, number, output


def told_shape(value: object) -> Shape | None:
    """`[null, 28, 28, 1]` as a shape; None for what is none."""
    if not isinstance(value, list) or not all(
        dim is None or (type(dim) is int and dim >= 0) for dim in value
    ):
        return None
    return tuple(value)


def told_shapes(build: Mapping[str, Any] | None) -> list[Shape] | None:
    """What a `build_config` says of all that entered a layer; None where it says nothing."""
    if build is None:
        return None
    given = build.get("input_shape")
    if given is None:
        shapes = build.get("shapes_dict")
        given = list(shapes.values()) if isinstance(shapes, dict) else None
    if not isinstance(given, list):
        return None
    one = told_shape(given)
    if one is not None:
        return [one]
    several = [told_shape(each) for each in given]
    known = [shape for shape in several if shape is not None]
    return known if len(known) == len(several) else None
