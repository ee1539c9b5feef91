"""Expressions over bounded integers as a system of constraints, and its translation to CP-SAT.

A `System` breaks expressions down into nodes, each an integer: a symbol, a product of two nodes,
a weighted sum, a maximum or minimum. A floor division is a new symbol q with
0 ≤ n − q·d < d, which is exact for negative n too. Equal parts share a node. Every node has
a range; narrowing the ranges by interval arithmetic, forwards and backwards, keeps every solution
and makes the numbers small enough for CP-SAT, whose integers have 64 bits.
"""

from __future__ import annotations

import sys

from sizeup.analyses.constraints import (
    MACHINE,
    Box,
    EmptyError,
    Extremum,
    Product,
    Sum,
)
from sizeup.analyses.targets import FAR
from sizeup.dims import Dim, Expr, FloorDiv, Max, Min, Symbol, bind, symbol
from sizeup.errors import UsageError
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ortools.sat.python.cp_model import CpSolver

    from sizeup.analyses.constraints import Constraint
    from sizeup.dims import Atom, Monomial

ROUNDS = 50
"""Narrowing may converge slowly; to end it early loses tightness and nothing else."""


class System:
    """Constraints over named integers; `values` are those that each name may take.

    >>> system = System({"h": range(1, 9), "p": range(2, 4)})
    >>> system.require((symbol("h") * 2 + 1) // symbol("p"), 8, 8)
    >>> system.narrow()
    >>> system.box[system.names["h"]], system.box[system.names["p"]]
    ((8, 8), (2, 2))
    """

    def __init__(self, values: Mapping[str, Sequence[int]]) -> None:
        self.values = values
        self.box = Box()
        self.constraints: list[Constraint] = []
        self.names: dict[str, int] = {}
        self._atoms: dict[Atom, int] = {}
        self._products: dict[tuple[int, ...], int] = {}
        self._dims: dict[Dim, int] = {}
        self._handles: dict[str, Expr] = {}
        for name, choices in values.items():
            node = self._node(min(choices), max(choices))
            self.names[name] = self._atoms[Symbol(name)] = node

    def require(self, dim: Dim, low: int, high: int = FAR) -> None:
        """Demand low ≤ dim ≤ high; raises EmptyError where that is plainly impossible.

        What must be positive is best demanded first: the others are then written with it.
        """
        if isinstance(dim, Expr):
            node = self._dim(self._shortened(dim))
            self.box.cut(node, low, high)
            if low > 0 and _degree(dim) == 1 and len(dim.terms) > 1:
                handle = f"#{node}"
                self._atoms[Symbol(handle)] = node
                self._handles[handle] = dim
        elif not low <= dim <= high:
            raise EmptyError

    def narrow(self) -> None:
        """Cut the ranges down to what interval arithmetic leaves; raises EmptyError at nothing."""
        for _ in range(ROUNDS):
            self.box.changed = False
            for constraint in self.constraints:
                constraint.narrow(self.box)
            if not self.box.changed:
                break

    def inside(self) -> dict[str, Sequence[int]]:
        """The values of each name that lie in its range; raises EmptyError at nothing."""
        found: dict[str, Sequence[int]] = {}
        for name, values in self.values.items():
            low, high = self.box[self.names[name]]
            if isinstance(values, range):
                found[name] = range(low, high + 1)
            else:
                found[name] = tuple(value for value in values if low <= value <= high)
            if not found[name]:
                raise EmptyError
        return found

    def search(self, effort: float, most: int) -> tuple[list[tuple[int, ...]], bool]:
        """Solutions, as values in the order of the names, and whether they are all.

        Ends after `effort`, in CP-SAT's deterministic seconds, or with `most` solutions.
        Raises UsageError where OR-Tools is not installed.
        """
        _demand()
        from ortools.sat.python import cp_model

        class Collector(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
            def on_solution_callback(self) -> None:
                found.append(tuple(map(self.value, wanted)))
                if len(found) >= most:
                    self.stop_search()

        found: list[tuple[int, ...]] = []
        try:
            model, variables, lost = self._model()
        except EmptyError:
            return [], False
        wanted = [variables[node] for node in self.names.values()]
        solver = _solver(effort)
        solver.parameters.enumerate_all_solutions = True
        status = solver.solve(model, Collector())
        return found, not lost and status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)

    def largest(self, dim: Dim, effort: float) -> tuple[int | None, bool]:
        """The largest value that CP-SAT finds for an expression, and whether it is proved.

        None where it finds no solution at all; that there is none is then what is proved. Ends
        after `effort`, in CP-SAT's deterministic seconds. Raises UsageError where OR-Tools is not
        installed.
        """
        _demand()
        from ortools.sat.python import cp_model

        node, value = (self._dim(self._shortened(dim)), 0) if isinstance(dim, Expr) else (None, dim)
        try:
            model, variables, lost = self._model()
        except EmptyError:
            return None, False
        if node is not None:
            model.maximize(variables[node])
        solver = _solver(effort)
        status = solver.solve(model)
        proved = not lost and status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, proved
        return int(solver.value(variables[node])) if node is not None else value, proved

    def _model(self) -> tuple[Any, list[Any], bool]:
        """The system as CP-SAT has it, a variable for each node, and whether solutions are lost.

        Raises EmptyError where no integer of the machine is left.
        """
        from ortools.sat.python import cp_model

        box, lost = self._machine_sized()
        model = cp_model.CpModel()
        variables = [model.new_int_var(*ends, "") for ends in box.ranges]
        for name, node in self.names.items():
            if not isinstance(self.values[name], range):
                choices = cp_model.Domain.from_values(self.values[name])
                model.add_linear_expression_in_domain(variables[node], choices)
        for constraint in self.constraints:
            constraint.post(model, variables)
        return model, variables, lost

    def _machine_sized(self) -> tuple[Box, bool]:
        """Ranges that do not overflow CP-SAT, and whether solutions may be lost by that."""
        box = Box(self.box.ranges)
        for node in range(len(box.ranges)):
            box.cut(node, -MACHINE, MACHINE)
        for constraint in self.constraints:
            constraint.shrink(box)
        return box, box.changed

    def _node(self, low: int, high: int) -> int:
        self.box.ranges.append((low, high))
        return len(self.box.ranges) - 1

    def _constrained(self, kind: type[Constraint], *operands: Any) -> int:
        """A new node that the constraint of that kind defines."""
        constraint = kind(self._node(-FAR, FAR), *operands)
        self.constraints.append(constraint)
        constraint.narrow(self.box)
        return constraint.out

    def _shortened(self, dim: Expr) -> Expr:
        """The same value with fewer products: f·(h−c+1)·(w−c+1) instead of its eight terms.

        Expanded products with terms of both signs have ranges that say nothing. They came from
        sides that must be positive, and those are nodes: one symbol of a side is replaced by the
        side and its other symbols wherever that leaves fewer products.
        """
        while any(c < 0 and _size(factors) > 1 for c, factors in dim.terms):
            best = min(self._rewritings(dim), key=_products, default=dim)
            if _products(best) >= _products(dim):
                break
            dim = best
        return dim

    def _rewritings(self, dim: Expr) -> Iterator[Expr]:
        for handle, side in self._handles.items():
            for coefficient, factors in side.terms:
                match factors:
                    case ((Symbol() as part, 1),) if abs(coefficient) == 1:
                        value = symbol(part.name) + coefficient * (symbol(handle) - side)
                        rewritten = bind(dim, {part.name: value})
                        if isinstance(rewritten, Expr):
                            yield rewritten

    def _dim(self, dim: Dim) -> int:
        """The node of an expression."""
        if dim not in self._dims:
            constant, terms = 0, []
            for coefficient, factors in self._terms(dim):
                if factors:
                    terms.append((coefficient, self._product(factors)))
                else:
                    constant = coefficient
            if constant or len(terms) != 1 or terms[0][0] != 1:
                self._dims[dim] = self._constrained(Sum, constant, tuple(terms))
            else:
                self._dims[dim] = terms[0][1]
        return self._dims[dim]

    def _terms(self, dim: Dim) -> list[tuple[int, tuple[int, ...]]]:
        """Coefficients and the nodes that each multiplies, short products first."""
        if isinstance(dim, int):
            return [(dim, ())]
        terms = [
            (coefficient, tuple(sorted(self._atom(atom) for atom, n in factors for _ in range(n))))
            for coefficient, factors in dim.terms
        ]
        return sorted(terms, key=lambda term: len(term[1]))

    def _product(self, factors: tuple[int, ...]) -> int:
        """The node of a product, built on the largest product inside it that exists already."""
        if len(factors) == 1:
            return factors[0]
        if factors not in self._products:
            inside = [part for part in self._products if _without(factors, part)]
            part = max(inside, key=len, default=factors[:1])
            rest = _without(factors, part)
            operands = self._product(part), self._product(rest)
            self._products[factors] = self._constrained(Product, *operands)
        return self._products[factors]

    def _atom(self, atom: Atom) -> int:
        """The node of a symbol, a floor division, a maximum or a minimum."""
        if atom not in self._atoms:
            if isinstance(atom, FloorDiv):
                self._floor(atom)
            elif isinstance(atom, Max | Min):
                args = tuple(map(self._dim, atom.args))
                direction = 1 if isinstance(atom, Max) else -1
                self._atoms[atom] = self._constrained(Extremum, args, direction)
        return self._atoms[atom]

    def _floor(self, atom: FloorDiv) -> None:
        """Make ⌊n/d⌋ a symbol q: what is left, n − q·d, has the sign of d and is smaller."""
        top, bottom = atom.numerator, atom.denominator
        reach = self.box.reach(self._dim(top))
        quotient = self._node(-reach, reach)
        name = f"#{quotient}"
        self._atoms[atom] = self._atoms[Symbol(name)] = quotient
        rest = top - symbol(name) * bottom
        divisor = self._dim(bottom)
        low, high = self.box[divisor]
        if low >= 0 or high <= 0:
            direction = 1 if high > 0 else -1
            self.require(direction * bottom, 1)
            self.require(direction * rest, 0)
            self.require(direction * (bottom - rest), 1)
        else:
            self.require(bottom * rest, 0)
            self.require(bottom * bottom - rest * rest, 1)


def _demand() -> None:
    """Raise UsageError where OR-Tools is not installed, or cannot be loaded any more."""
    if "tensorflow" in sys.modules and "ortools" not in sys.modules:
        raise UsageError(say("solve.tensorflow"))  # the process would crash
    try:
        from ortools.sat.python import cp_model  # noqa: F401
    except ImportError:
        raise UsageError(say("solve.ortools")) from None


def _solver(effort: float) -> CpSolver:
    """One worker and one seed: the same answer each time."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 0  # products relax badly: several times faster
    solver.parameters.max_deterministic_time = effort
    return solver


def _size(factors: Monomial) -> int:
    """The degree of a product."""
    return sum(power for _, power in factors)


def _degree(dim: Expr) -> int:
    return max(_size(factors) for _, factors in dim.terms)


def _products(dim: Expr) -> int:
    """How many terms are products."""
    return sum(_size(factors) > 1 for _, factors in dim.terms)


def _without(factors: tuple[int, ...], part: tuple[int, ...]) -> tuple[int, ...]:
    """The factors that are not in a part; none where the part is not inside them."""
    rest = list(factors)
    for factor in part:
        if factor not in rest:
            return ()
        rest.remove(factor)
    return tuple(rest)
