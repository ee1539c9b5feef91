"""What a person reads: nothing lost by folding, nothing wider than the page, nothing by chance."""

import io
import os
import re
import subprocess
import sys
from functools import cache

import pytest
from rich.cells import cell_len

from present.cases import ALL, NESTED, PAIRS, QUESTION, SHARED, SOURCES, UNKNOWN, explained
from sizeup.analyses.count import count
from sizeup.analyses.diff import diff
from sizeup.analyses.inverse import solve_networks
from sizeup.analyses.known import Known
from sizeup.cli import main
from sizeup.network import Network
from sizeup.present import solving
from sizeup.present.folding import Block, Line, Run, fold, tandems
from sizeup.present.pages import (
    page_of_counts,
    page_of_diff,
    page_of_explanation,
    page_of_zoo,
)
from sizeup.present.terminal import show, text_of
from sizeup.readers import read
from sizeup.zoo import ARCHITECTURES

ZOO = [architecture.name for architecture in ARCHITECTURES]


def counted(source, **settings):
    return [count(network) for network in read(source, settings)]


def counted_text(text):
    return [count(network) for network in read("-", stdin=text)]


def printed(counts, width=100, depth=None):
    return text_of(page_of_counts(counts, depth), width)


@cache
def the_question():
    return text_of(page_of_explanation(explained("question")))


def column(text):
    """The numbers of the column of counts with the times that each stands for, and its total.

    Told by where the title's total ends; a closing line has to be its block times its number.
    """
    lines = text.splitlines()
    title = next(line for line in lines if re.search(r"[\d,]+  parameters", line))
    end = re.search(r"[\d,]+(?=  parameters)", title).end()
    total, block = 0, []
    for line in lines[lines.index(title) + 1 :]:
        found = re.search(r"(?<= )[\d,]+$", line[:end])
        if not found or line.lstrip(" │").startswith("…") or " trainable" in line:
            continue
        value = int(found[0].replace(",", ""))
        mark = line.lstrip()[0]
        if mark in "╭│":
            block += [value] if re.match(r" *[╭│] \S", line) else []  # not what is inside
        elif mark == "╰":
            assert value == sum(block) * int(re.search(r"×(\d+)", line)[1])
            total, block = total + value * line.startswith("  ╰"), []
        elif re.match(r"  \S", line):
            total += value
    assert not block
    return total, int(title[:end].split()[-1].replace(",", ""))


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("name", ZOO)
def test_what_is_printed_sums_to_the_total_for_the_whole_zoo(name, width):
    counts = counted(f"zoo:{name}")
    assert column(printed(counts, width)) == (counts[0].total, counts[0].total)


@pytest.mark.parametrize("name", ZOO)
def test_folding_loses_no_layer(name):
    found = counted(f"zoo:{name}")[0]
    folded = fold(found, depth=1)

    def kinds(item):
        if isinstance(item, Run):
            return [row.layer.kind for row in item.rows]
        if isinstance(item, Line):
            return [item.row.layer.kind]
        return [k for inner in item.items for k in kinds(inner)] * item.times

    shown = [kind for item in folded.items for kind in kinds(item)]
    top = [row.layer.kind for row in found.rows if row.parent is None]
    assert sorted([*shown, *folded.hidden.elements()]) == sorted(top)
    blocks = [item for item in folded.items if isinstance(item, Block)]
    for block in blocks:
        assert block.parameters == block.times * sum(
            item.row.parameters for item in block.items if isinstance(item, Line)
        )


def test_a_resnet_of_152_layers_fits_two_screens():
    text = printed(counted("zoo:resnet152"))
    assert text.count("\n") < 80
    assert re.search(r"╰ ×35 +up to \S+145 +39,208,960", text)


def test_blocks_begin_where_tensors_were_merged():
    text = printed(counted("zoo:resnet152"))
    assert all("conv2d" in line for line in text.splitlines() if "╭" in line)


@pytest.mark.parametrize(
    ("sequence", "blocks"),
    [
        ("aaaaaa", [(0, 1, 6)]),
        ("xabcabcabcy", [(1, 3, 3)]),
        ("abab", []),  # would save no line worth it
        ("abcabd", []),
        ("ababababcdcdcdcd", [(0, 2, 4), (8, 2, 4)]),
    ],
)
def test_repetitions_are_found_where_they_save_lines(sequence, blocks):
    assert list(tandems(sequence)) == blocks


@pytest.mark.parametrize("width", [80, 100, 160, 200])
@pytest.mark.parametrize("name", ALL)
def test_no_line_is_wider_than_the_page_or_ends_in_blanks(name, width):
    lines = text_of(page_of_explanation(explained(name)), width).split("\n")
    assert [line for line in lines if cell_len(line) > width or line != line.rstrip()] == []


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_of_the_other_pages_is_wider_either(width):
    before, after = (count(read(source)[0]) for source in PAIRS["vgg_resnet"])
    question = read(QUESTION)
    pages = [
        page_of_diff(diff(before.network, after.network)),
        solving.page(solve_networks(list(question), Known(totals=["VGG1=604035", "VGG2=336387"]))),
        page_of_zoo(ARCHITECTURES),
    ]
    for page in pages:
        assert max(map(cell_len, text_of(page, width).split("\n"))) <= width


def test_the_question_is_answered_with_its_figures():
    text = the_question()
    for figure in ("604,035", "320", "9,248", "589,952", "4,515", "6.10 M"):
        assert figure in text
    for figure in ("336,387", "18,496", "36,928", "262,400", "8,995", "9.98 M"):
        assert figure in text
    for figure in ("−267,648", "−632,704", "+365,056", "−403,328", "+594,432", "97.7 %"):
        assert figure in text
    tables = [
        group for group in text.split("\n\n") if re.match(r"VGG\d .*[\d,]+  parameters", group)
    ]
    assert [column(table) for table in tables] == [(604_035,) * 2, (336_387,) * 2]


def test_the_question_tells_its_formulas_in_letters_with_a_legend():
    text = the_question()
    assert "VGG1  128·f·⌊(h−2c+2)/p⌋·⌊(w−2c+2)/p⌋ + c²f² + c²f + 2f + 129k + 128" in text
    assert "f nb_filters · c nb_conv · h img_rows · w img_cols · p nb_pool · k nb_classes" in text
    assert "img_rows and img_cols each 28 or 29" in text
    assert "and for no other values within 1 … 1,024" in text


def test_the_question_says_where_its_images_come_from_and_go_to():
    text = the_question()
    assert "4,608 = 32·12·12 values enter it (28 → 26 → 24 → pool 2 → 12)" in text
    assert "MaxPooling2D, Flatten → 4,608 = 32·12·12" in text
    assert "Is something wrong? No." in text
    assert re.sub(r"\s+", " ", text).count("would leave VGG1 with 18,307 and VGG2 with 90,627") == 1


def test_notes_are_footnotes_told_once_with_their_line():
    text = the_question()
    assert text.count("①") == 2
    assert re.search(
        r"^①  \(1, img_rows, img_cols\) is read as channels_first.*\(line \d+\)$",
        text,
        re.MULTILINE,
    )


def test_two_perceptrons_are_compared_with_and_without_biases(capsys):
    assert main(["diff", *PAIRS["mlps"]]) == 0
    text = capsys.readouterr().out
    assert re.search(r"parameters +5,592,010 +1,792,060 +−3,799,950 +32\.05 %", text)
    assert re.search(r"weights alone +5,588,000 +1,788,000 +−3,800,000 +32\.00 %", text)
    assert "2,000·2,000 became 2,000·50 + 50·2,000" in re.sub(r"\s+", " ", text)


def test_shapes_are_shown_without_the_batch_and_in_letters():
    text = text_of(page_of_explanation(explained("symbolic")))
    assert re.search(r"conv2d_1 .* h×w×3 → \(h−2\)×\(w−2\)×f +28f$", text, re.MULTILINE)
    assert "f nb_filters · h img_rows · w img_cols · k nb_classes" in text


def test_what_is_unknown_makes_a_lower_bound_and_says_why():
    counts = counted_text(UNKNOWN)
    text = printed(counts)
    assert re.search(r"^m ① ②  +at least 320  parameters$", text, re.MULTILINE)
    assert re.search(r"^  mystery_1 .*\?  unknown$", text, re.MULTILINE)
    assert re.search(r"^①  mystery_1 is unknown.*`mystery\(\)`", text, re.MULTILINE)


def test_an_invalid_network_among_others_has_its_error_and_no_total():
    counts = counted_text(UNKNOWN)
    text = printed(counts)
    block = next(group for group in text.split("\n\n") if group.startswith("n\n"))
    assert re.search(
        r"no valid network: Conv2D has no room.*\(line 6\)", re.sub(r"\s+", " ", block)
    )
    assert "parameters" not in block
    assert re.search(r"^  n +not valid$", text, re.MULTILINE)


def test_nested_layers_are_indented_and_repeated_ones_folded_inside():
    full = counted_text(NESTED)[-1]
    lines = printed([full]).splitlines()
    assert any(line.startswith("  backbone") and "Functional" in line for line in lines)
    assert any(re.match(r"    ╭ block0", line) for line in lines)
    assert any(re.match(r"    │   conv2d_1", line) for line in lines)
    assert any(re.match(r"    ╰ ×6 +up to block5 +14,304", line) for line in lines)
    assert any("66,250 trainable, 14,752 not" in line for line in lines)
    assert column(printed([full])) == (81_002, 81_002)


@pytest.mark.parametrize(("depth", "shown"), [(1, ["backbone"]), (2, ["backbone", "block0"])])
def test_depth_limits_the_levels_and_never_the_total(depth, shown):
    full = counted_text(NESTED)[-1]
    text = printed([full], depth=depth)
    assert [
        name for name in ("backbone", "block0", "batch_normalization_1") if name in text
    ] == shown
    assert column(text) == (81_002, 81_002)


def test_networks_that_are_alike_stand_once():
    text = printed(counted_text(NESTED))
    assert text.count("block … block#6, 6 alike") == 2  # in the list and over the table


def test_a_layer_called_twice_is_one_line():
    text = printed(counted_text(SHARED))
    assert len(re.findall(r"conv2d_\d.*2 calls", text)) == 1


def test_macs_of_rows_and_total_are_those_of_the_batch():
    one, eight = (count(read("784:2000:10")[0], batch) for batch in (1, 8))
    assert "12.5 M" in printed([eight])
    assert "12.7 M  MACs for 8 samples" in printed([eight])
    assert "1.59 M  MACs ·" in printed([one])


def test_names_of_others_cannot_steer_the_terminal():
    network = read(
        "-", stdin="m = Sequential([Dense(2, input_dim=3, name='a\\x1b[31m\\nb\\u202e')])"
    )
    text = printed([count(network[0])])
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == 4


def test_a_pipe_gets_plain_text_of_100_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "37")
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = io.StringIO()
    show(page_of_explanation(explained("question")), file)
    assert file.getvalue() == the_question() + "\n"
    assert "\x1b" not in file.getvalue()


def test_a_terminal_gets_colours_and_its_own_width(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    file = Terminal()
    page = page_of_explanation(explained("question"))
    show(page, file)
    assert "\x1b[1m" in file.getvalue()
    assert re.sub(r"\x1b\[[\d;]*m", "", file.getvalue()) == text_of(page, 90) + "\n"


def test_a_terminal_that_knows_few_characters_still_shows_the_rest():
    done = subprocess.run(
        [sys.executable, "-m", "sizeup", "784:10"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b"7,850" in done.stdout


def test_the_same_input_gives_the_same_bytes():
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "sizeup", QUESTION],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_json_needs_neither_rich_nor_the_presenters():
    code = (
        "import sys; from sizeup.cli import main; main(['count', '--json', '784:10']);"
        "print([m for m in sys.modules if m.startswith(('rich', 'sizeup.present'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_empty_network_is_shown_too():
    empty = read("784:10")[0]
    network = Network("nothing", type(empty.graph)(()), source="x.py")
    assert "0  parameters" in printed([count(network)])


def test_every_case_reads_without_an_error():
    assert all(name in SOURCES or text_of(page_of_explanation(explained(name))) for name in ALL)
