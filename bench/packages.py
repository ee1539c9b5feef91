"""Model code of packages on PyPI, read from its text, against the models that it builds.

    python bench/packages.py --keras PYTHON [--cache DIR] [PACKAGE …] > table

PYTHON is an interpreter with tensorflow and tf_keras, which builds what sizeup only reads. Every
function and class that sizeup lists, at most 40 of a package, is called there with its defaults
and, where it wants more, with the values below. exact: total and trainable agree; honest: a lower
bound that holds, or a reason why it cannot be said; wrong: another total than the real one, or an
error where Keras has none; crash: anything else, or more than a minute. What the real Keras does
not build is not counted. What is not exact is said on standard error.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple, NoReturn

from package_programs import USES

from sizeup.analyses.count import count
from sizeup.errors import OpenSizeError, SizeupError, SizingError
from sizeup.readers import read

MOST = 40
"""Builders of one package."""

SECONDS = 60
"""The longest that reading one builder may take."""

BRICKS = (
    "keras-multi-head==0.29.0 keras-self-attention==0.51.0 keras-layer-normalization==0.16.0 "
    "keras-pos-embd==0.13.0 keras-position-wise-feed-forward==0.8.0 keras-embed-sim==0.10.0"
)
"""What keras-transformer and those that use it are made of."""

KERAS_2 = f"""
segmentation-models==1.0.1 image-classifiers==1.0.0 efficientnet==1.1.1 keras-applications==1.0.8
image-classifiers==1.0.0 keras-applications==1.0.8
efficientnet==1.1.1 keras-applications==1.0.8
keras-applications==1.0.8
keras-resnet==0.2.0
keras-unet==0.1.2
keras-unet-collection==0.1.13
keras-vggface==0.6 keras-applications==1.0.8
keras-facenet==0.3.2
keras-segmentation==0.3.0
keras-cv-attention-models==1.4.3
keras-efficientnet-v2==1.2.2
deepface==0.0.103
keras-wrn==0.2
keras-retinanet==1.0.0
keras-ocr==0.9.3
keras-transformer==0.40.0 {BRICKS}
keras-bert==0.89.0 keras-transformer==0.40.0 {BRICKS}
keras-gpt-2==0.17.0 keras-transformer==0.40.0 {BRICKS}
deepctr==0.9.4
retina-face==0.0.19
keras-tcn==3.5.7
"""
"""A package on each line, of different authors and years; what it imports stands behind it."""

KERAS_3 = "keras-hub==0.32.0"

PACKAGES = {
    line.partition("==")[0]: (tuple(line.split()), keras)
    for keras, listed in ((2, KERAS_2), (3, KERAS_3))
    for line in listed.strip().splitlines()
}
"""What to unpack for each package, and the Keras that it is built with."""


VALUES = {
    "input_shape": (224, 224, 3), "image_shape": (224, 224, 3), "img_shape": (224, 224, 3),
    "input_size": (224, 224, 3), "classes": 10, "num_classes": 10, "n_classes": 10, "nb_classes": 10,
    "n_labels": 3, "num_class": 10, "filter_num": (16, 32, 64, 128), "nb_class": 10, "output_dim": 10,
    "token_num": 100, "n_vocab": 100, "embed_dim": 16, "hidden_dim": 32, "head_num": 4,
    "encoder_num": 2, "decoder_num": 2, "last_activation": "linear", "vocabulary_size": 100,
    "num_layers": 2, "num_heads": 4, "intermediate_dim": 64, "max_sequence_length": 32,
    "channels": 3, "num_filters": 16, "filters": 16, "height": 64, "width": 64, "depth": 3,
}  # fmt: skip
"""Arguments that builders of many packages want, where they have no default."""


def fetch(pins: tuple[str, ...], cache: Path) -> Path:
    """The unpacked package, with what it imports beside it."""
    folder = cache / "+".join(pins)
    if not folder.exists():
        for pin in pins:
            _unpack(pin, folder)
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


def sources(root: Path) -> list[Path]:
    """The modules that speak of Keras."""
    return [
        path
        for path in sorted(root.rglob("*.py"))
        if "keras" in path.read_text(encoding="utf-8", errors="replace")
        and not {"tests", "test", "setup.py"} & {*path.relative_to(root).parts}
        and not path.name.startswith("test_")
    ]


def arguments_of(tree: ast.Module, name: str) -> dict[str, object] | None:
    """Values for the arguments of a builder that have no default; None where some has none."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            made = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
            return _given(made[0].args, skip=1) if made else {}
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return _given(node.args, skip=0)
    return None


def _given(signature: ast.arguments, skip: int) -> dict[str, object] | None:
    named = [argument.arg for argument in (*signature.posonlyargs, *signature.args)]
    wanted = named[skip : len(named) - len(signature.defaults)]
    wanted += [
        argument.arg
        for argument, default in zip(signature.kwonlyargs, signature.kw_defaults, strict=True)
        if default is None
    ]
    given = {name: VALUES[name] for name in wanted if name in VALUES}
    if len(given) < len(wanted):
        return None
    return given | {name: None for name in ("weights", "pretrained") if name in named}


class Job(NamedTuple):
    """A call for the real Keras to make, and the file that it is in."""

    path: Path
    module: str
    name: str
    arguments: dict[str, object]

    def written(self) -> str:
        call = {"module": self.module, "name": self.name, "arguments": self.arguments}
        return json.dumps(call) + "\n"


def jobs_in(root: Path, uses: str) -> list[Job]:
    """What to build: of the program that uses a package or, without one, in its own files."""
    if uses:
        path = root / "sizeup_uses.py"
        path.write_text(textwrap.dedent(uses), encoding="utf-8")
        names = re.findall(r"^def (\w+)", textwrap.dedent(uses), re.MULTILINE)
        return [Job(path, path.stem, name, {}) for name in names]
    jobs: list[Job] = []
    for path in sources(root):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
            names = [network.name for network in read(str(path))]
        except (SizeupError, SyntaxError):
            continue
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for name in dict.fromkeys(re.split(r"[\[#]", name)[0] for name in names):
            arguments = arguments_of(tree, name)
            if arguments is not None:
                jobs.append(Job(path, module, name, arguments))
        if len(jobs) >= MOST:
            break
    return jobs[:MOST]


def answers(python: str, root: Path, version: int, jobs: list[Job]) -> list[dict]:
    """What the real Keras builds; a process that dies of a job goes on with the next."""
    worker = [python, str(Path(__file__).with_name("real_keras.py")), str(root), str(version)]
    found: list[dict] = []
    while len(found) < len(jobs):
        written = "".join(job.written() for job in jobs[len(found) :])
        done = subprocess.run(
            worker, input=written, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, check=False,
        )  # fmt: skip
        found += [json.loads(line) for line in done.stdout.splitlines()]
        if len(found) < len(jobs):
            found.append({"error": "the process ended"})
    return found


def _late(*_: object) -> NoReturn:
    message = f"more than {SECONDS} s"
    raise TimeoutError(message)


def verdict(job: Job, truth: dict) -> tuple[str, str]:
    """How what is read compares with what is built, and the reason or the figures."""
    signal.alarm(SECONDS)
    try:
        network = read(f"{job.path}:{job.name}", dict(job.arguments))[0]
        found = count(network)
    except SizeupError as error:
        if "defect of sizeup" in error.what:
            return "crash", error.what
        refused = isinstance(error, SizingError) and not isinstance(error, OpenSizeError)
        return "wrong" if refused else "honest", error.what
    except Exception as error:  # noqa: BLE001  (a crash is what is looked for)
        return "crash", f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    if network.error is not None:
        return "wrong", network.error
    if network.when is not None:
        return "honest", f"when {network.when}"
    if found.total is None:
        reasons = [note.text for note in found.notes if note.level == "unknown"]
        reasons += [f"{free.name}: {free.why}" for free in found.free]
        if found.at_least <= truth["total"]:
            return "honest", reasons[0]
        return "wrong", f"at least {found.at_least:,} for {truth['total']:,}; {reasons[0]}"
    same = (found.total, found.trainable) == (truth["total"], truth["trainable"])
    return "exact" if same else "wrong", f"{found.total:,}, {found.trainable:,} for {truth}"


COLUMNS = ("exact", "honest", "wrong", "crash", "not built")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("packages", nargs="*", metavar="PACKAGE")
    parser.add_argument("--keras", required=True, metavar="PYTHON")
    cache = Path(tempfile.gettempdir()) / "sizeup-packages"
    parser.add_argument("--cache", type=Path, default=cache, metavar="DIR")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _late)
    overall: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    times: list[float] = []
    print("| package | builders |", *(f"{column} |" for column in COLUMNS), "seconds a builder |")
    print("|---|" + "---|" * (len(COLUMNS) + 2))
    for name in options.packages or PACKAGES:
        pins, keras = PACKAGES[name]
        root = fetch(pins, options.cache)
        jobs = jobs_in(root, USES.get(name, ""))
        tally: Counter[str] = Counter()
        taken: list[float] = []
        for job, truth in zip(jobs, answers(options.keras, root, keras, jobs), strict=True):
            if truth.get("error") == "no model":
                continue
            if "total" in truth:
                start = time.perf_counter()
                kind, said = verdict(job, truth)
                taken.append(time.perf_counter() - start)
            else:
                kind, said = "not built", truth["error"]
            tally[kind] += 1
            if kind == "honest":
                reasons[re.sub(r"\d+", "…", said)] += 1
            if kind != "exact":
                where = f"{job.path.relative_to(root)}:{job.name}"
                print(f"{kind:<10}{where}  {said[:200]}", file=sys.stderr, flush=True)
        print(_row(pins[0], tally, taken), flush=True)
        overall += tally
        times += taken
    print(_row("all", overall, times))
    print("\nReasons of the honest ones:\n")
    for reason, times_said in reasons.most_common():
        print(f"- {times_said} × {reason}")


def _row(name: str, tally: Counter[str], taken: list[float]) -> str:
    middle, longest = (statistics.median(taken), max(taken)) if taken else (0, 0)
    cells = [name, tally.total(), *(tally[column] for column in COLUMNS)]
    return "".join(f"| {cell} " for cell in cells) + f"| {middle:.2f}, at most {longest:.2f} |"


if __name__ == "__main__":
    main()
