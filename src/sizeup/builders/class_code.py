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


def class_code(definition: Definition) -> str:
    """The class, with a blank line between methods."""
    methods = [_init(definition), _build(definition), _call(definition)]
    text = "\n\n".join("\n".join(lines) for each in methods if (lines := list(each)))
    return f"class {definition.name}(layers.Layer):\n{text}"


def _init(definition: Definition) -> Iterator[str]:
    if definition.layers:
        yield "    def __init__(self, **kwargs):"
        yield "        super().__init__(**kwargs)"
        for name, code in definition.layers:
            yield statement(f"self.{name}", code, {}, INDENT)


def _build(definition: Definition) -> Iterator[str]:
    """Weights are made once it is known what enters."""
    if not definition.weights:
        return
    yield "    def build(self, input_shape):"
    several = len(definition.inputs) > 1
    for owned in definition.weights:
        given = _given(owned, several=several)
        line = f"        self.{owned.name} = self.add_weight({given})"
        if len(line) > WIDTH:
            line = line.replace(f"({given})", f"(\n            {given}\n        )")
        yield line


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
    yield "    def call(self, inputs):"
    result = Held(-1)
    leave = definition.outputs
    ends = leave[0] if len(leave) == 1 else Items(leave)
    plan = Plan("", (*definition.statements, Statement((result,), ends)), result)
    named = Named(plan, {"self", "inputs"})
    names = _entering(definition)
    named.names.update(names)
    if len(definition.inputs) > 1:
        yield f"        {', '.join(names.values())} = inputs"
    lines = list(named.lines())[:-1]
    for place, (targets, each, held) in enumerate(lines):
        if isinstance(each, str):
            yield f"        {targets} = {each}"
        elif place == len(lines) - 1 and isinstance(each, Statement) and each.targets == leave:
            yield statement("return ", each.value, held, INDENT)
            return
        elif isinstance(each, Statement):
            yield statement(targets, each.value, held, INDENT)
    yield f"        return {flat(ends, named.names)}"


def _entering(definition: Definition) -> dict[int, str]:
    """The names of what enters."""
    if len(definition.inputs) == 1:
        return {definition.inputs[0].number: "inputs"}
    letters = ("a", "b", "c", "d", "e", "f", "g", "h")
    several = enumerate(definition.inputs)
    return {each.number: letters[n] if n < len(letters) else f"i{n}" for n, each in several}
