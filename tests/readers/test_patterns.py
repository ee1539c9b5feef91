"""`re` in a source: what Python's own gives, and never a pattern that takes long."""

from __future__ import annotations

import textwrap
import time

import pytest

from readers.keras_truth import assert_reads_as_keras, read_text
from sizeup.analyses.count import count

HEAD = """
import re
from keras import Input, Sequential
from keras.layers import Dense

"""
TEXT = "r2_k5_s22_e6_i24_o40_se0.25"
USES = {
    "split": f"""
        options = {{}}
        for part in '{TEXT}'.split('_'):
            splits = re.split(r'(\\d.*)', part)
            if len(splits) >= 2:
                key, value = splits[:2]
                options[key] = value
        sizes = [int(options['i']), len(options), int(options['o']), len(options['s'])]
    """,
    "search and groups": f"""
        found = re.search(r'i(\\d+)_o(?P<out>\\d+)', '{TEXT}')
        sizes = [int(found.group(1)), int(found['out']), int(found.groupdict()['out']), found.start()]
    """,
    "match, or none": f"""
        sizes = [3 if re.match('k', '{TEXT}') else 4, 5 if re.match('r2', '{TEXT}') else 6, 7]
    """,
    "findall and finditer": f"""
        sizes = [int(n) + 1 for n in re.findall(r'[a-z](\\d+)', '{TEXT}')]
        sizes += [m.end() for m in re.finditer('_', '{TEXT}')]
    """,
    "a compiled pattern": f"""
        pattern = re.compile(r'([A-Z])(\\d+)', re.I)
        sizes = [int(n) + 1 for _, n in pattern.findall('{TEXT}')] + [pattern.groups]
        fit = pattern.fullmatch('x17')
        sizes.append(int(fit.groups()[1]))
    """,
    "sub": f"""
        sizes = [int(re.sub(r'\\D', '', '{TEXT}')) % 91 + 1, len(re.sub('[a-z]', '', '{TEXT}', count=2))]
    """,
    "flags and escapes": """
        sizes = [len(re.findall(re.escape('.5'), '0.5 1.5 115')) + 1, len(re.split('X', 'axbXc', flags=re.I))]
    """,
}


@pytest.mark.parametrize("use", USES)
def test_what_a_pattern_finds_sizes_as_in_python(use):
    body = textwrap.dedent(USES[use])
    end = "model = Sequential([Input((sizes[0],)), *[Dense(n) for n in sizes[1:]]])\n"
    assert_reads_as_keras(HEAD + body + end)


@pytest.mark.parametrize("pattern", [
    "(a+)+$", "(a|a)*$", "(a|ab)*c", r"(.*)\1$", "(a?){60}b", "(?:(a*)b?)*c",
    "a*a*a*a*a*a*a*a*a*c", "([a-z]+,?)+[0-9]", "((a)+)+c",
])  # fmt: skip
def test_patterns_that_may_take_long_are_not_followed(pattern):
    text = HEAD + f"found = re.search({pattern!r}, {'a' * 60!r})\n"
    text += "model = Sequential([Input((4,)), Dense(3 if found else 5)])\n"
    begun = time.process_time()
    networks = read_text(text).networks
    assert time.process_time() - begun < 2
    assert {count(n).total for n in networks} == {4 * 3 + 3, 4 * 5 + 5}


def test_a_broken_pattern_is_the_source_s_own_error():
    text = HEAD + "model = Sequential([Input((4,)), Dense(len(re.findall('(', 'a')))])\n"
    (network,) = read_text(text).networks
    assert "missing )" in network.error


def test_the_error_of_one_outcome_among_too_many_is_not_that_of_the_network():
    text = """
        import keras
        from keras import layers
        from elsewhere import take
        def _decode(s):
            ops = s.split("_")
            options = {}
            for op in ops:
                splits = take(op)
                if len(splits) >= 2:
                    key, value = splits[:2]
                    options[key] = value
            if "s" not in options or len(options["s"]) != 2:
                raise ValueError("Strides options should be a pair of integers.")
            return int(options["o"])
        STRS = ["r1_k3_s11_e1_i32_o16_se0.25", "r2_k3_s22_e6_i16_o24_se0.25", "r2_k5_s22_e6_i24_o40_se0.25"]
        def Net(width):
            img = layers.Input(shape=(8, 8, 3))
            x = layers.Conv2D(4, 3)(img)
            for s in STRS:
                x = layers.Conv2D(_decode(s), 1)(x)
            return keras.Model(img, x)
        b0 = Net(1.0)
    """
    networks = read_text(text).networks
    assert any("more than 8" in note.text for n in networks for note in count(n).notes)
    assert not [n.error for n in networks if n.error is not None and n.when is None]
