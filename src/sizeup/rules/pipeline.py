"""Several layers as one: each is given what the one before gives."""

from __future__ import annotations

from sizeup.network import Parameter, add_known
from sizeup.rules.registry import Sizing, rule, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.network import Shape
    from sizeup.rules.registry import Config


@rule("Pipeline", signature="layers, name=None")
def pipeline(config: Config, *shapes: Shape) -> Sizing:
    """All that the layers own, and the shape that leaves the last of them."""
    owned: list[Parameter] = []
    macs = []
    for number, layer in enumerate(config["layers"]):
        sizing = size(layer.kind, layer.config, shapes)
        owned += [
            parameter.changed(
                name=f"{number}/{parameter.name}",
                trainable=parameter.trainable and layer.trainable,
            )
            for parameter in sizing.parameters
        ]
        macs.append(sizing.macs)
        shapes = sizing.outputs
    return Sizing(tuple(shapes), tuple(owned), add_known(macs))
