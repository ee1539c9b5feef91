"""The Shapley value by its definition: every order of the changes."""

from fractions import Fraction
from itertools import combinations, permutations
from math import floor


def shapley(changes, total):
    """Effects by the definition: the average over all orders, settled by largest remainder.

    `total` gives the real total for a set of changes.
    """
    totals = {
        frozenset(made): total(frozenset(made))
        for size in range(len(changes) + 1)
        for made in combinations(changes, size)
    }
    worth = dict.fromkeys(changes, Fraction(0))
    orders = list(permutations(changes))
    for order in orders:
        for place, change in enumerate(order):
            before = frozenset(order[:place])
            worth[change] += Fraction(totals[before | {change}] - totals[before], len(orders))
    whole = {change: floor(worth[change]) for change in changes}
    missing = totals[frozenset(changes)] - totals[frozenset()] - sum(whole.values())
    for change in sorted(changes, key=lambda c: (whole[c] - worth[c], changes.index(c)))[:missing]:
        whole[change] += 1
    none, every = frozenset(), frozenset(changes)
    return [
        (whole[c], totals[none | {c}] - totals[none], totals[every] - totals[every - {c}])
        for c in changes
    ]


def effects(found):
    return [(change.effect, change.alone, change.undone) for change in found.changes]
