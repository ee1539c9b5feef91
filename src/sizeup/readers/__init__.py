"""`read()`: networks from anything that describes one, by an ordered table of readers.

Each opener is given the SOURCE as the person wrote it and answers with a `Reading`, or with
None where the source is not of its form. The first that answers wins.
"""

from __future__ import annotations

import os.path
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from sizeup.errors import ReadError, SizeupError, UsageError
from sizeup.network import Network, Note
from sizeup.readers.mlp import is_mlp, read_mlp
from sizeup.readers.texts import decoded
from sizeup.records import Record
from sizeup.words import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from typing import Any

    from sizeup.readers.source.modules import Project

    Settings = Mapping[str, Any]
    Around = Callable[[], Project | None]
    Edit = Callable[[ast.Module], ast.Module]

MAX_BYTES = 50_000_000
"""No source text that a person wrote is larger."""


SAVED = ("{", "backend:", "class_mode:", "class_name:", "config:", "input_config:", "keras_version:",
         "layers:", "loss:", "name:", "nodes:", "node_config:", "optimizer:", "---")  # fmt: skip
"""How the configuration of a saved model may begin as text, in JSON or YAML."""


class Asked(Record):
    """What a person says beside the SOURCE.

    `settings` bind names as `--set` does; `stdin` is the text that `-` stands for (standard
    input by default); `keras` and `tf_keras` say which Keras code is written for.
    """

    settings: Settings = {}  # noqa: RUF012  (a record is frozen)
    stdin: str | None = None
    keras: int | None = None
    tf_keras: bool = False
    edit: Edit | None = None


def _no_program() -> None:
    """What no code describes has no program."""


class Reading(Record):
    """What a source holds: its networks in order, and the text around them by line.

    `program` gives the code that was read, if it was code, with the names that `--set` binds.
    """

    source: str
    networks: tuple[Network, ...]
    prose: tuple[tuple[int, str], ...] = ()
    program: Callable[[], ast.Module | None] = _no_program

    def __iter__(self) -> Iterator[Network]:
        return iter(self.networks)

    def __len__(self) -> int:
        return len(self.networks)

    def __getitem__(self, key: int | str) -> Network:
        """By position, or by any name that the source gives a network (the last of that name)."""
        if isinstance(key, int):
            return self.networks[key]
        return select(self, key).networks[-1]


def read(
    source: str,
    settings: Settings | None = None,
    *,
    stdin: str | None = None,
    keras: int | None = None,
    tf_keras: bool = False,
    edit: Edit | None = None,
) -> Reading:
    """Read a SOURCE, never running what it holds; the rest is as in `Asked`.

    Raises ReadError where there is nothing to read, UsageError where a name does not exist.
    """
    asked = Asked(settings or {}, stdin, keras, tf_keras, edit)
    for opener in OPENERS:
        reading = opener(source, asked)
        if reading is not None:
            return reading
    raise ReadError(say("readers.missing"), source=source)


def _open_mlp(source: str, asked: Asked) -> Reading | None:
    if not is_mlp(source) or source == "-":
        return None
    if asked.settings:
        raise UsageError(say("source.no_name", name=next(iter(asked.settings))), source=source)
    return Reading(source, (read_mlp(source),))


def _open_zoo(source: str, asked: Asked) -> Reading | None:
    scheme, _, name = source.partition(":")
    if scheme != "zoo":
        return None
    from sizeup.zoo import find, path

    architecture = find(name)
    if architecture is None:
        raise ReadError(say("readers.zoo", name=name), source=source)
    if architecture.name.startswith("keras/"):  # read as a source would call it
        arguments = ", ".join(f"{key}={value!r}" for key, value in asked.settings.items())
        text = f"model = keras.applications.{architecture.builder}({arguments})"
        reading = _read_text(text, source, asked.changed(settings={}))
        reading = reading.changed(program=partial(_program_of, path(architecture), source))
    else:
        text = decoded(_bytes_of(path(architecture)), source)
        reading = select(_read_text(text, source, asked), architecture.builder)
    figure = say("readers.published", figure=architecture.published, source=architecture.reference)
    notes = (Note("assumed", figure),)
    return reading.changed(networks=tuple(
        n.changed(name=architecture.name, notes=(*n.notes, *notes)) for n in reading.networks))  # fmt: skip


def _program_of(file: str, source: str) -> ast.Module:
    """The code of a file that ships with sizeup."""
    from ast import parse

    return parse(decoded(_bytes_of(file), source))


def _open_stdin(source: str, asked: Asked) -> Reading | None:
    if source != "-" and not source.startswith("-:"):
        return None
    text = sys.stdin.read() if asked.stdin is None else asked.stdin
    return _named(_read_text(text, "-", asked), source[2:])


def _open_git(source: str, asked: Asked) -> Reading | None:
    """`git:REV:PATH[:NAME]`: the file as it is in that revision."""
    scheme, _, rest = source.partition(":")
    if scheme != "git":
        return None
    from sizeup.readers.revisions import shown, stored_in

    revision, _, path = rest.partition(":")
    if not revision or not path or revision.startswith("-"):
        raise ReadError(say("readers.git_form"), source=source)
    file, name, content = shown(revision, tuple(_split(path)), source)
    label = f"git:{revision}:{file}"
    network = stored_in(content, file, label)
    if network is not None:
        return _named(Reading(label, (network,)), name)
    around = partial(_in_revision, revision, file)
    return _named(_read_text(decoded(content, label), label, asked, around), name)


def _open_file(source: str, asked: Asked) -> Reading | None:
    for path, name in _split(source):
        try:
            if os.path.isdir(path):
                raise ReadError(say("readers.directory"), source=path)
            if not os.path.exists(path):
                continue
            if os.path.getsize(path) > MAX_BYTES:
                raise ReadError(say("readers.large"), source=path)
            raw = _bytes_of(path)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ReadError(say("readers.unreadable", reason=reason), source=path) from None
        around = partial(_on_disk, path)
        return _named(_read_text(decoded(raw, path), path, asked, around), name)
    return None


def _on_disk(path: str) -> Project:
    from sizeup.readers.source.trees import on_disk

    return on_disk(path)


def _in_revision(revision: str, path: str) -> Project:
    from sizeup.readers.source.trees import in_revision

    return in_revision(revision, path)


def _open_saved(source: str, _asked: Asked) -> Reading | None:
    """A model that a framework has saved: a file or a directory of its own."""
    from sizeup.readers.saved import read_stored

    for path, name in _split(source):
        network = read_stored(path)
        if network is not None:
            return _named(Reading(path, (network,)), name)
    return None


OPENERS: tuple[Callable[[str, Asked], Reading | None], ...] = (
    _open_stdin,
    _open_zoo,
    _open_git,
    _open_saved,
    _open_file,
    _open_mlp,
)


def _split(source: str) -> Iterator[tuple[str, str]]:
    """`PATH:NAME` both ways: all of it a path, then its last part a name."""
    yield source, ""
    path, colon, name = source.rpartition(":")
    if colon and path:
        yield path, name


def _bytes_of(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _read_text(text: str, source: str, asked: Asked, project: Around = lambda: None) -> Reading:
    if not text.strip():
        raise ReadError(say("readers.empty"), source=source)
    if text.lstrip().startswith(SAVED) and (saved := _saved(text, source)) is not None:
        return Reading(source, (saved,))
    try:
        if "Layer (type" in text:
            from sizeup.readers.summary.beside_code import read_page

            page = read_page(text, source, lambda rest: _read_code(rest, source, asked, project))
            if page is not None:
                return Reading(source, *page)
        return _read_code(text, source, asked, project)
    except SizeupError as error:
        error.source = source
        raise
    except Exception as error:  # whatever a text does, a person gets one line
        kind = type(error).__name__
        raise ReadError(say("readers.defect", kind=kind), source=source) from error


def _read_code(text: str, source: str, asked: Asked, project: Around) -> Reading:
    from sizeup.readers.source import read_source
    from sizeup.readers.source.dialect import Spoken

    spoken = Spoken(asked.keras, asked.tf_keras)
    networks, repaired = read_source(text, source, asked.settings, spoken, project, asked.edit)
    return Reading(source, tuple(networks), repaired.prose, lambda: repaired.tree)


def _saved(text: str, source: str) -> Network | None:
    from sizeup.readers.saved import read_text

    return read_text(text, source)


def _named(reading: Reading, name: str) -> Reading:
    return select(reading, name) if name else reading


def select(reading: Reading, name: str) -> Reading:
    """The networks that a name means: several where an undecided condition gives several.

    A network's own name comes first, then the other names that the source gives it, then the
    last part of any of them; a variable means what it holds at the end. Raises UsageError where
    none is called so.
    """
    tests: tuple[Callable[[Network], bool], ...] = (
        lambda n: n.name == name or (n.name.startswith(f"{name}#") and name in n.aliases),
        lambda n: n.when is not None and n.name == f"{name}[{n.when}]",
        lambda n: name in n.aliases,
        lambda n: name in [alias.rpartition(".")[2] for alias in (n.name, *n.aliases)],
    )
    for number, test in enumerate(tests):
        found = [network for network in reading.networks if test(network)]
        if found:
            variable = number > 1 or name in found[0].aliases
            last = variable and all(n.when is None for n in found)
            return reading.changed(networks=tuple(found[-1:] if last else found))
    known = ", ".join(network.name for network in reading.networks)
    raise UsageError(say("readers.no_name", name=name, known=known), source=reading.source)
