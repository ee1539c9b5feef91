"""How likely it is that a statement belongs to a block, where indentation does not tell.

Costs are small integers that add up; 0 is what nobody would doubt, 2 a matter of taste, 10
hardly ever seen, 30 senseless. A reading of a text is as good as its costs are low; two
readings that differ by no more than `DOUBT` are both plausible. The costs rest on how network
code is written: a function ends with its `return`, methods take `self`, a loop holds what uses
its variable, `else` mirrors its `if`, a bare `if` holds one statement, a network is flattened
and compiled outside of the loop that stacks its layers.
"""

from __future__ import annotations

import ast
import re

from sizeup.patterns import Pattern
from sizeup.readers.source.repair.statements import Statement
from sizeup.records import Record

DOUBT = 2
NONE: frozenset[str] = frozenset()
PROSE_GAP = 3
"""`gap` of a statement in front of which prose stands; else the number of blank lines, to 2."""

_SENSELESS = 30
_RARE = 10
_ENDS_A_STACK = frozenset(
    ("Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
     "GlobalMaxPooling1D", "GlobalMaxPooling2D", "Model", "Sequential", "Input", "compile", "fit",
     "fit_generator", "summary", "evaluate", "predict", "save", "load_weights")
)  # fmt: skip
_FOLLOWS_A_LAYER = frozenset(
    ("Activation", "BatchNormalization", "Dropout", "LeakyReLU", "PReLU", "ELU", "ReLU",
     "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "MaxPool2D", "AveragePooling2D",
     "SpatialDropout2D", "LayerNormalization", "Add")
)  # fmt: skip
_PROCEDURES = Pattern(r"_*(?:init|build|main|train|test|run|plot|print|show|save|load)")
_LEAVES = (ast.Return, ast.Raise, ast.Break, ast.Continue)


class Facts(Record):
    """What a statement says about where it belongs.

    `keyword` is the word of a header or the statement's own, `signature` what it is about (the
    target it assigns, the method it calls). A decorator (`decorates`) has the facts of what it
    decorates.
    """

    keyword: str
    opens: bool = False
    decorates: bool = False
    reads: frozenset[str] = NONE
    writes: frozenset[str] = NONE
    parameters: tuple[str, ...] = ()
    calls: frozenset[str] = NONE
    signature: str = ""
    leaves: bool = False
    returns: bool = False
    guards_main: bool = False
    bound_to_class: bool = False
    gap: int = 0

    @property
    def is_method(self) -> bool:
        """Whether a def can only be a method."""
        return self.bound_to_class or self.parameters[:1] in (("self",), ("cls",))


class Block(Record):
    """An open block: its header, and what it holds up to now.

    `names` are those that its header binds (parameters, loop variables), `bound` those that
    its statements bind, `spent` those of functions and loops that are over. `mirrored` are the
    signatures of the branch before this one.
    """

    kind: str
    header: int = -1
    indent: int = -1
    name: str = ""
    names: frozenset[str] = NONE
    needs: frozenset[str] = NONE
    widths: tuple[int, ...] = ()
    count: int = 0
    ended: bool = False
    returned: bool = False
    has_def: bool = False
    bound: frozenset[str] = NONE
    spent: frozenset[str] = NONE
    signatures: tuple[str, ...] = ()
    mirrored: tuple[str, ...] = ()
    main: bool = False


def gather(statement: Statement, gap: int) -> Facts:
    """The facts of a statement."""
    reads, writes, local, calls = set[str](), set[str](), set[str](), set[str]()
    node = statement.tree.body[-1]
    for inner in ast.walk(statement.tree):
        if isinstance(inner, ast.Name):
            (reads if isinstance(inner.ctx, ast.Load) else writes).add(inner.id)
        elif isinstance(inner, ast.comprehension):
            local.update(n.id for n in ast.walk(inner.target) if isinstance(n, ast.Name))
        elif isinstance(inner, ast.Lambda):
            local.update(argument.arg for argument in inner.args.args)
        elif isinstance(inner, ast.Call):
            calls.add(_callee(inner.func))
        elif isinstance(inner, ast.alias):
            writes.add((inner.asname or inner.name).partition(".")[0])
        elif isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
            reads.add(inner.target.id)
    definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        writes.add(node.name)
    parameters: tuple[str, ...] = ()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        given = node.args
        parameters = tuple(
            argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)
        ) + tuple(star.arg for star in (given.vararg, given.kwarg) if star)
    return Facts(
        statement.keyword,
        statement.opens,
        False,
        frozenset(reads - local),
        frozenset(writes - local),
        parameters,
        frozenset(calls),
        re.split(r"[=(:]", statement.text, maxsplit=1)[0].strip(),
        isinstance(node, _LEAVES) and not definition,
        not statement.opens and statement.keyword in ("return", "yield"),
        isinstance(node, ast.If) and "__name__" in reads,
        gap=gap,
    )


def _callee(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def staying(block: Block, facts: Facts, outer: frozenset[str], *, direct: bool) -> int:
    """What it costs that a statement stays in an open block that holds some already.

    `outer` are the names bound around the block.
    """
    if block.kind == "module" or block.count == 0:
        return 0
    if direct and block.ended:
        return _SENSELESS
    if facts.guards_main:
        return _SENSELESS
    apart = {0: 0, 1: 0, 2: 2, PROSE_GAP: 8}[facts.gap]
    return apart + _STAYING[block.kind](block, facts, outer)


def _stay_in_def(block: Block, facts: Facts, _outer: frozenset[str]) -> int:
    if block.name in facts.reads:
        return _RARE
    if facts.keyword == "def":
        return _SENSELESS if facts.is_method else 6
    if facts.keyword == "class":
        return _RARE
    if facts.keyword in ("import", "from"):
        return 0 if block.signatures[-1:] and _imports(block.signatures[-1]) else 4
    return 2 if facts.writes & block.names and not facts.writes & facts.reads else 0


def _imports(signature: str) -> bool:
    return signature.startswith(("import ", "from ", '"', "'"))


def _stay_in_class(block: Block, facts: Facts, _outer: frozenset[str]) -> int:
    if facts.keyword == "def":
        return 0 if facts.is_method else 5
    if facts.keyword in ("class", "import", "from"):
        return 8
    return 12 if block.has_def else 1 if facts.signature.isidentifier() else 6


def _stay_in_if(block: Block, facts: Facts, _outer: frozenset[str]) -> int:
    if block.main:
        return 8 if facts.keyword in ("def", "class") else 0
    if facts.keyword in ("def", "class"):
        return _RARE
    if facts.keyword in ("import", "from"):
        return 1 if _imports(block.signatures[-1]) else 6
    if block.mirrored:
        if _mirrors(block, facts):
            return 0
        return 4 if facts.gap and block.count >= len(block.mirrored) else 2
    return 2 + (2 if facts.gap else 0)


def _mirrors(block: Block, facts: Facts) -> bool:
    """Whether the branch before has a statement like this one, and this branch not yet."""
    sign = facts.signature
    return block.mirrored.count(sign) > block.signatures.count(sign)


def _stay_in_loop(block: Block, facts: Facts, outer: frozenset[str]) -> int:
    if facts.keyword in ("def", "class"):
        return 8
    if facts.returns or facts.keyword in ("import", "from"):
        return 6
    if facts.reads & block.names:
        return 0
    if facts.calls & _ENDS_A_STACK:
        return 6
    if facts.reads & (block.bound - outer):
        return 0
    blank = 2 if facts.gap else 0
    alike = facts.calls & _FOLLOWS_A_LAYER or facts.signature in block.signatures
    return blank + (0 if alike else 2)


def _stay_in_with(_block: Block, facts: Facts, _outer: frozenset[str]) -> int:
    if facts.keyword in ("def", "class"):
        return 8
    return 3 if facts.keyword in ("import", "from") else min(facts.gap, 1)


def _stay_anywhere(_block: Block, _facts: Facts, _outer: frozenset[str]) -> int:
    return 0


_STAYING = {
    "def": _stay_in_def,
    "class": _stay_in_class,
    **dict.fromkeys(("if", "elif", "else", "except", "finally"), _stay_in_if),
    **dict.fromkeys(("for", "while"), _stay_in_loop),
    "with": _stay_in_with,
    **dict.fromkeys(("try", "match", "case"), _stay_anywhere),
}


def leaving(block: Block, facts: Facts | None, outer: frozenset[str]) -> int:
    """What it costs that a block ends before a statement, or with the text.

    `outer` are the names bound around the block.
    """
    if block.kind in ("try", "match"):
        return _SENSELESS
    if block.kind == "def":
        return _leave_def(block, facts, outer)
    if facts is None or block.kind == "class":
        return 0
    if block.ended:
        return 0
    inner = facts.reads & (block.bound - outer)
    if block.kind in ("for", "while"):
        return _leave_loop(block, facts, bool(inner))
    if block.kind == "with":
        return 4 if facts.reads & block.names else 1
    if block.main:
        return 6
    if block.mirrored and _mirrors(block, facts):
        return 4
    return 4 if inner and not block.mirrored else 0


def _leave_def(block: Block, facts: Facts | None, outer: frozenset[str]) -> int:
    if block.ended:
        return 0
    unfinished = 4 if block.returned else 0
    if facts is None:
        return unfinished
    if facts.keyword in ("def", "class", "import", "from") or facts.guards_main:
        return unfinished + (1 if not _PROCEDURES.match(block.name) else 0)
    plain = {0: 5, 1: 3, 2: 1, PROSE_GAP: 0}[facts.gap]
    local = (block.bound | block.names) - outer
    plain += 2 if block.signatures[-1:] == (facts.signature,) else 0
    return unfinished + plain + min(8, 4 * len(facts.reads & local))


def _leave_loop(block: Block, facts: Facts, inner: bool) -> int:
    if block.kind == "while":
        return 0 if block.needs & block.bound else 5
    if facts.reads & block.names:
        return 6
    if facts.gap == 0 and facts.calls & _FOLLOWS_A_LAYER and not facts.calls & _ENDS_A_STACK:
        return 3
    if inner:
        return 4
    if facts.gap or facts.signature not in block.signatures:
        return 0
    return 1 if block.count == 1 else 2


def misplaced(facts: Facts, blocks: tuple[Block, ...]) -> int:
    """What it costs that a statement stands inside of these blocks, the module first."""
    cost = 0
    kinds = {block.kind for block in blocks}
    if facts.returns and "def" not in kinds:
        cost += 12
    if facts.leaves and not facts.returns and facts.keyword != "raise":
        cost += 0 if kinds & {"for", "while"} else 20
    if "self" in facts.reads and not any("self" in block.names for block in blocks):
        cost += 12
    if facts.keyword == "def" and facts.is_method and blocks[-1].kind != "class":
        cost += 12
    return cost + (4 if _reads_spent(facts.reads, blocks) else 0)


def _reads_spent(names: frozenset[str], blocks: tuple[Block, ...]) -> bool:
    """Whether any of the names is bound only in a function or a loop that is over."""
    for block in reversed(blocks):
        if names & block.spent:
            return True
        names = names - block.bound - block.names
    return False
