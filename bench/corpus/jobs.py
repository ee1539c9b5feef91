"""What is built of a package: its unpacked sources, and the calls for the real Keras to make."""

from __future__ import annotations

import ast
import gc
import json
import random
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

from packages import DRAWN, VALUES, Package

from sizeup.errors import SizeupError
from sizeup.readers import read

SECONDS = 60
"""The longest that reading may take, of the processor."""

MOST = 24
"""Calls for one package."""

OF_TODAYS_KERAS = 60
"""Calls for Keras itself as it is today: more than it has builders."""

DRAWS = 2
"""Calls of a builder with drawn arguments, beside the one with its defaults."""

DRAWS_OF_FEW = 5
"""The same of a package with few builders."""

FEW = 10

FILES = 24
FILES_BESIDE = 6
"""Files of one package that are read, from all over it; the latter where a program uses it."""

PROGRAM = "sizeup_uses"
"""The module that uses a package."""

WRITTEN = (f"{PROGRAM}.py", "sizeup_call.py")
"""Files that the bench writes beside a package."""

OWN = "sizeup_own.txt"
"""The list of what a package itself unpacks to: the rest is what it imports."""


def unpacked(package: Package, cache: Path, releases: Path | None) -> Path:
    """Where the sources of a package lie; a release of Keras itself is in `releases` already."""
    if not package.is_release:
        return fetch(package.pins, cache)
    assert releases is not None, "what is older than Keras 2 wants --old-keras PYTHON FOLDER"
    return releases / package.pins[0].replace("==", "-")


def fetch(pins: tuple[str, ...], cache: Path) -> Path:
    """The unpacked package, with what it imports beside it."""
    folder = cache / "+".join(pins)
    if not folder.exists():
        for pin in pins:
            _unpack(pin, folder)
            if pin == pins[0]:
                own = sorted(path.name for path in _root(folder).iterdir())
                (folder / OWN).write_text("\n".join(own), encoding="utf-8")
    return _root(folder)


def _root(folder: Path) -> Path:
    return folder / "src" if (folder / "src").is_dir() else folder


def _unpack(pin: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as downloaded:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest",
             downloaded, pin],
            check=True,
        )  # fmt: skip
        (archive,) = Path(downloaded).iterdir()
        if archive.suffix == ".whl":
            zipfile.ZipFile(archive).extractall(folder)
        else:
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter=_without_its_name)


def _without_its_name(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """What an archive of sources holds inside of the one folder at its top."""
    inner = member.name.partition("/")[2]
    return tarfile.data_filter(member.replace(name=inner), folder) if inner else None


def sources(root: Path, most: int = FILES) -> list[Path]:
    """The modules that speak of Keras; of Keras itself those of its applications."""
    for inner in ("keras/applications", "keras/src/applications"):
        if (root / inner / "vgg16.py").exists():
            found = (root / inner).glob("[!_]*.py")
            return sorted(path for path in found if not path.stem.endswith("_test"))
    listed = next((p / OWN for p in (root, root.parent) if (p / OWN).exists()), None)
    own = listed and {*listed.read_text(encoding="utf-8").split("\n")}
    found = [
        path
        for path in sorted(root.rglob("*.py"))
        if "keras" in path.read_text(encoding="utf-8", errors="replace")
        and not {"tests", "test", "setup.py", *WRITTEN} & {*path.relative_to(root).parts}
        and not path.name.startswith("test_")
        and (own is None or path.relative_to(root).parts[0] in own)
    ]
    return found[:: -(-len(found) // most)] if found else found


def signature_of(tree: ast.Module, name: str) -> tuple[list[str], list[str]] | None:
    """The arguments of a builder: those without a default, and those with one."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            made = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
            return _sorted(made[0].args, skip=1) if made else ([], [])
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return _sorted(node.args, skip=0)
    return None


def _sorted(signature: ast.arguments, skip: int) -> tuple[list[str], list[str]]:
    named = [argument.arg for argument in (*signature.posonlyargs, *signature.args)]
    first = len(named) - len(signature.defaults)
    wanted, optional = named[skip:first], named[max(skip, first) :]
    for argument, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True):
        (wanted if default is None else optional).append(argument.arg)
    return wanted, optional


def calls_of(
    wanted: list[str], optional: list[str], name: str, draws: int = DRAWS
) -> list[dict[str, object]]:
    """Arguments for a builder: its defaults, then some that are drawn, the same every time."""
    given = {argument: VALUES[argument] for argument in wanted}
    if "weights" in optional and "pretrained" in optional:
        given |= {name: False for name in ("pretrained", "pretrained_top") if name in optional}
    else:
        given |= {name: None for name in ("weights", "pretrained") if name in optional}
    calls = [given]
    open_to = [argument for argument in (*optional, *wanted) if argument in DRAWN]
    draw = random.Random(name)
    for _ in range(draws if open_to else 0):
        some = draw.sample(open_to, draw.randint(1, min(3, len(open_to))))
        call = given | {argument: draw.choice(DRAWN[argument]) for argument in some}
        if "input_shape" in some and "include_top" in open_to:
            call["include_top"] = False  # tops are for the images that they were trained on
        if call not in calls:
            calls.append(call)
    return calls


class Job(NamedTuple):
    """A call for the real Keras to make, or a network of a script, and the file that it is in.

    Without `arguments` (None) it is what a variable holds.
    """

    root: Path
    path: Path
    module: str
    name: str
    arguments: dict[str, object] | None

    def written(self) -> str:
        call = {"module": self.module, "name": self.name, "arguments": self.arguments}
        return json.dumps(call) + "\n"


def jobs_in(root: Path, uses: str, times: dict[str, float], most: int = MOST) -> list[Job]:
    """What to build: of the program that uses a package, then of the package's own files.

    `times` is told how long each file takes, in seconds.
    """
    path, text = root / f"{PROGRAM}.py", textwrap.dedent(uses)
    if uses:
        path.write_text(text, encoding="utf-8")
    names = re.findall(r"^def (\w+)\(\)", text, re.MULTILINE)
    files = sources(root, FILES_BESIDE if uses else FILES)
    return [Job(root, path, PROGRAM, name, {}) for name in names] + _own(root, files, times, most)


def _own(root: Path, files: list[Path], times: dict[str, float], most: int) -> list[Job]:
    """The functions, classes and scripts of a package that build a network."""
    found: list[tuple[Path, str, str, tuple[list[str], list[str]]]] = []
    scripts: list[list[Job]] = []
    for path in files:
        gc.collect()
        gc.freeze()  # what other files have left is not searched again for this one
        start = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
            names = [network.name for network in read(str(path))]
        except (SizeupError, SyntaxError, TimeoutError):
            continue
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            times[str(path.relative_to(root))] = time.process_time() - start
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for name in dict.fromkeys(re.split(r"[\[#]", name)[0] for name in names):
            signature = signature_of(tree, name)
            if signature is None and is_variable(tree, name):
                scripts.append([Job(root, path, module, name, None)])
            elif signature is not None and all(wanted in VALUES for wanted in signature[0]):
                found.append((path, module, name, signature))
    draws = DRAWS_OF_FEW if len(found) < FEW else DRAWS
    calls = [
        [Job(root, path, module, name, given) for given in calls_of(*signature, name, draws)]
        for path, module, name, signature in found
    ] + scripts
    deep = max(map(len, calls), default=0)  # defaults of all first, then what is drawn
    return [each[i] for i in range(deep) for each in calls if i < len(each)][:most]


def is_variable(tree: ast.Module, name: str) -> bool:
    """Whether a script itself sets a variable."""
    nodes = (node for statement in tree.body for node in ast.walk(statement)
             if not isinstance(statement, ast.FunctionDef | ast.ClassDef))  # fmt: skip
    return any(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Store)
               for n in nodes)  # fmt: skip


def answers(worker: list[str], jobs: list[Job], known: dict[str, dict] | None = None) -> list[dict]:
    """What the real Keras builds; a process that dies of a job goes on with the next.

    `worker` is the command that answers, `known` are answers by their jobs, given earlier; those
    that are found now are added.
    """
    known = {} if known is None else known
    while wanted := [job.written() for job in jobs if job.written() not in known]:
        done = subprocess.run(
            worker, input="".join(wanted), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, check=False,
        )  # fmt: skip
        found = [json.loads(line) for line in done.stdout.splitlines()]
        found += [{"error": "the process ended"}] * (len(found) < len(wanted))
        known.update(zip(wanted, found, strict=False))
    return [known[job.written()] for job in jobs]
