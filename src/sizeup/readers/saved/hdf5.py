"""HDF5 files: looked into without the library where they are of Keras' own format, else with it."""

from __future__ import annotations

from collections.abc import Callable
from struct import error as unfit

from sizeup.errors import ReadError, SizeupError
from sizeup.readers.saved.hdf5_tables import Tables, Unsupported
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import RawIOBase
    from typing import TypeVar

    from sizeup.readers.saved.hdf5_library import Library

    Hdf5 = Tables | Library
    Found = TypeVar("Found")


def inspected(file: RawIOBase, source: str, look: Callable[[Hdf5], Found]) -> Found:
    """What `look` finds in an HDF5 file that is open.

    Raises ReadError where the file is damaged, or needs a library that is not there.
    """
    try:
        try:
            return look(Tables(file))
        except Unsupported:
            return _by_library(file, look)
    except SizeupError as error:
        error.source = error.source or source
        raise
    except (unfit, IndexError, ValueError, OverflowError, OSError) as error:
        raise ReadError(say("saved.hdf5", error=_first_line(error)), source=source) from None


def _by_library(file: RawIOBase, look: Callable[[Hdf5], Found]) -> Found:
    try:
        import h5py
    except ImportError:
        raise ReadError(say("saved.h5py")) from None
    from sizeup.readers.saved.hdf5_library import Library

    try:
        with h5py.File(file, "r") as opened:
            return look(Library(opened))
    except SizeupError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever is wrong, a person gets one line)
        raise ReadError(say("saved.hdf5", error=_first_line(error))) from None


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
