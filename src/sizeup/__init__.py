"""sizeup: a size profiler for neural networks.

A tour: `read` turns anything that describes networks into `Network`s, and never runs it;
`count`, `costs`, `formula`, `diff`, `solve` and `explain` answer questions about them, with objects that
print well, show themselves in notebooks and give plain data with `as_dict()`; `edit` changes a
network and sizes it again. What goes wrong on
purpose is a `SizeupError`.

    >>> import sizeup
    >>> sizeup.count("784:2000:10").total
    1590010
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sizeup.api import (
        advise,
        costs,
        count,
        diff,
        edit,
        explain,
        fit,
        formula,
        read,
        solve,
        train,
    )
    from sizeup.errors import (
        BudgetError,
        PortError,
        ReadError,
        SizeupError,
        SizingError,
        UsageError,
    )
    from sizeup.network import Layer, Network, Parameter
    from sizeup.readers import Reading

__all__ = [
    "BudgetError",
    "Layer",
    "Network",
    "Parameter",
    "PortError",
    "ReadError",
    "Reading",
    "SizeupError",
    "SizingError",
    "UsageError",
    "__version__",
    "advise",
    "costs",
    "count",
    "diff",
    "edit",
    "explain",
    "fit",
    "formula",
    "read",
    "solve",
    "train",
]


_HOMES = {"Layer": "network", "Network": "network", "Parameter": "network", "Reading": "readers"}
"""Where those public names are that are neither functions, which `api` has, nor errors."""


def __getattr__(name: str) -> object:
    """Import on first use, so that `import sizeup` stays light (PEP 562)."""
    if name not in __all__:
        raise AttributeError(name)
    from importlib import import_module

    home = "errors" if name.endswith("Error") else _HOMES.get(name, "api")
    return getattr(import_module(f"sizeup.{home}"), name)
