"""A layer of the source's own as the text of a class."""

from __future__ import annotations

from sizeup.builders.layout import WIDTH, flat, statement
from sizeup.builders.plan import Held, Items, Plan, Statement
from sizeup.builders.variables import Named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from sizeup.builders.plan import Definition, Owned

INDENT = 8
REGISTERED = "@keras.saving.register_keras_serializable()"
"""Without which Bidirectional cannot copy a cell."""
STATES = {1: ("state",), 2: ("h", "c")}
"""Names of a cell's states."""


def class_code(definition: Definition) -> str:
    """The class, with a blank line between methods."""
    methods = [_init(definition), _build(definition), _call(definition), _shape(definition)]
    text = "\n\n".join("\n".join(lines) for each in methods if (lines := list(each)))
    registered = "" if definition.cell is None else f"{REGISTERED}\n"
    return f"{registered}class {definition.name}(layers.Layer):\n{text}"


def _init(definition: Definition) -> Iterator[str]:
    cell = definition.cell
    if not definition.layers and cell is None:
        return
    yield "    def __init__(self, **kwargs):"
    yield "        super().__init__(**kwargs)"
    if cell is not None:
        sizes = cell.states[0] if len(cell.states) == 1 else list(cell.states)
        yield f"        self.state_size = {sizes}"
    if cell is not None and cell.output is not None:
        yield f"        self.output_size = {cell.output}"
    for name, code in definition.layers:
        yield statement(f"self.{name}", code, {}, INDENT)


def _build(definition: Definition) -> Iterator[str]:
    """Weights are made once it is known what enters."""
    cell = definition.cell
    if not definition.weights and (cell is None or not cell.builds):
        return
    yield "    def build(self, input_shape):"
    several = len(definition.inputs) > 1 and cell is None
    for owned in definition.weights:
        given = _given(owned, several=several)
        line = f"        self.{owned.name} = self.add_weight({given})"
        if len(line) > WIDTH:
            line = line.replace(f"({given})", f"(\n            {given}\n        )")
        yield line
    for name, shape in () if cell is None else cell.builds:
        yield f"        self.{name}.build({shape})"


def _given(owned: Owned, *, several: bool) -> str:
    last = "input_shape[0][-1]" if several else "input_shape[-1]"
    sizes = ", ".join(last if size is None else str(size) for size in owned.shape)
    shape = f"({sizes},)" if len(owned.shape) == 1 else f"({sizes})"
    given = [shape, f'name="{owned.name}"']
    if owned.dtype != "float32":
        given.append(f'dtype="{owned.dtype}"')
    if not owned.trainable:
        given.append("trainable=False")
    return ", ".join(given)


def _call(definition: Definition) -> Iterator[str]:
    """What it does to what enters."""
    cell = definition.cell
    yield f"    def call(self, inputs{'' if cell is None else ', states'}):"
    result = Held(-1)
    leave = definition.outputs
    ends = leave[0] if len(leave) == 1 else Items(leave)
    plan = Plan("", (*definition.statements, Statement((result,), ends)), result)
    named = Named(plan, {"self", "inputs", "states"})
    names = _entering(definition)
    named.names.update(names)
    yield from _taken_apart(definition, list(names.values()))
    lines = list(named.lines())[:-1]
    for place, (targets, each, held) in enumerate(lines):
        if isinstance(each, str):
            yield f"        {targets} = {each}"
        elif place == len(lines) - 1 and isinstance(each, Statement) and each.targets == leave:
            yield statement("return ", each.value, held, INDENT)
            return
        elif isinstance(each, Statement):
            yield statement(targets, each.value, held, INDENT)
    if cell is None:
        yield f"        return {flat(ends, named.names)}"
    else:
        output, states = (flat(code, named.names) for code in (leave[0], Items(leave[1:])))
        yield f"        return {output}, {states}"


def _shape(definition: Definition) -> Iterator[str]:
    """What leaves it, for a wrapper that asks."""
    if definition.leaves is None:
        return
    each = enumerate(definition.leaves)
    dims = ", ".join(f"input_shape[{n}]" if dim is None else str(dim) for n, dim in each)
    yield "    def compute_output_shape(self, input_shape):"
    yield f"        return {f'({dims})' if dims else 'input_shape'}"


def _taken_apart(definition: Definition, names: list[str]) -> Iterator[str]:
    """The tensors that enter, each under its name."""
    if definition.cell is None and len(names) > 1:
        yield f"        {', '.join(names)} = inputs"
    elif len(names) == 2:
        yield f"        {names[1]} = states[0]"
    elif len(names) > 1:
        yield f"        {', '.join(names[1:])} = states"


def _entering(definition: Definition) -> dict[int, str]:
    """The names of what enters."""
    if definition.cell is not None:
        count = len(definition.inputs) - 1
        states = STATES.get(count) or tuple(f"state_{n}" for n in range(1, count + 1))
        return dict(
            zip((each.number for each in definition.inputs), ("inputs", *states), strict=True)
        )
    if len(definition.inputs) == 1:
        return {definition.inputs[0].number: "inputs"}
    letters = ("a", "b", "c", "d", "e", "f", "g", "h")
    several = enumerate(definition.inputs)
    return {each.number: letters[n] if n < len(letters) else f"i{n}" for n, each in several}
