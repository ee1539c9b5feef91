"""What Keras 0.2 to 2.3 saved (`tests/fixtures/saved/make_old.py`): JSON, YAML, HDF5, weights."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sizeup.analyses.count import count
from sizeup.errors import ReadError
from sizeup.network import rows
from sizeup.readers import read
from sizeup.readers.saved.yaml import load

SAVED = Path(__file__).parents[1] / "fixtures" / "saved" / "old"
TRUTH = json.loads((SAVED / "truth.json").read_text())

OPEN = {
    "0.3.3_a_layer_of_the_source_s_own_in_Keras_0": "Affine is no layer of Keras",
    "1.2.2_a_layer_of_the_source_s_own": "Gate is no layer of Keras",
    "1.2.2_functional_with_merge": "the function of merge_5 is stored as bytecode",
    "1.2.2_shared_and_nested": "the function of lambda_1 is stored as bytecode",
    "2.0.9_shared_and_nested": "the function of lambda_1 is stored as bytecode",
    "2.3.1_merge_layers_of_Keras_2": "Scale is no layer of Keras",
    "2.3.1_shared_and_nested": "the function of lambda_1 is stored as bytecode",
}
"""What a configuration alone does not tell."""

LOSES = {"1.2.2_layers_that_came_and_went", "0.3.3_questions_and_answers_by_dot_products"}
"""Configurations that leave out which axes or layers are shared: Keras itself makes others of them."""


def truth(name):
    return TRUTH[name]["loaded" if name in LOSES else "built"]


@pytest.mark.parametrize("ending", ["json", "yaml"])
@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_configuration_counts_as_in_the_keras_that_wrote_it(name, ending):
    found = count(read(str(SAVED / f"{name}.{ending}"))[0])
    assert found.network.reader == f"keras {ending}"
    assert found.network.error is None
    if name in OPEN:
        assert found.total is None
        assert found.at_least <= truth(name)["total"]
        assert any(OPEN[name] in note.text for note in found.notes)
    else:
        assert found.total == truth(name)["total"]
        assert found.trainable == truth(name)["trainable"]


def whole():
    return sorted(path.stem for path in SAVED.glob("*.h5") if not path.stem.endswith(".weights"))


@pytest.mark.parametrize("name", whole())
def test_a_whole_model_counts_exactly_whatever_its_layers_are(name):
    found = count(read(str(SAVED / f"{name}.h5"))[0])
    assert found.network.reader == "keras hdf5"
    assert found.total == truth(name)["total"]
    if found.trainable != truth(name)["trainable"]:
        assert any("do not tell what of them is trained" in note.text for note in found.notes)


@pytest.mark.parametrize("path", sorted(SAVED.glob("*.weights.h5")), ids=lambda path: path.stem)
def test_weights_alone_have_the_total_of_their_model(path):
    (network,) = read(str(path))
    assert count(network).total == truth(path.name.removesuffix(".weights.h5"))["total"]
    assert "only weights are stored" in network.notes[0].text


def test_kinds_are_told_by_weights_that_only_they_have():
    for name in ("2.0.9_recurrent", "2.3.1_recurrent"):
        (network,) = read(str(SAVED / f"{name}.weights.h5"))
        kinds = [row.layer.kind for row in rows(network)]
        assert kinds == ["Embedding", "LSTM", "GRU", "SimpleRNN", "Dense"]


@pytest.mark.parametrize(("version", "kind", "config"), [
    ("1.2.2", "LayerNormalization", {}), ("1.2.2", "Attention", {}), ("1.2.2", "DepthwiseConvolution2D", {}),
    ("2.2.4", "LayerNormalization", {"axis": -1}), ("2.2.4", "GroupNormalization", {"groups": 4}),
    ("2.3.1", "MultiHeadAttention", {"num_heads": 2, "key_dim": 3}), ("2.1.0", "Highway", {}),
    ("2.11.0", "Attention", {}), ("2.11.0", "LayerNormalization", {"epsilon": 1e-3}),
    ("2.11.0", "RMSNormalization", {"epsilon": 1e-3}), ("2.11.0", "Highway", {"activation": "relu"}),
    ("3.5.0", "MaxoutDense", {"units": 3}),
])  # fmt: skip
def test_a_class_that_only_has_the_name_of_a_layer_is_not_taken_for_it(version, kind, config):
    own = {"class_name": kind, "config": {"name": "own", "trainable": True, **config}}
    first = {"class_name": "Dense", "config": {
        "name": "d", "batch_input_shape": [None, 5, 4], "trainable": True, "use_bias": True,
        **({"output_dim": 3} if version[0] == "1" else {"units": 3})}}  # fmt: skip
    text = json.dumps(
        {"class_name": "Sequential", "keras_version": version, "config": [first, own]}
    )
    found = count(read("-", stdin=text)[0])
    assert found.total is None
    assert found.at_least == 15
    assert any(f"{kind} is no layer of Keras" in note.text for note in found.notes)


# -- YAML ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SAVED.glob("*.yaml")), ids=lambda path: path.stem)
def test_yaml_holds_what_json_holds(path):
    def without_functions(value):
        if isinstance(value, dict):
            return {key: without_functions(each) for key, each in value.items()
                    if key not in ("function", "output_shape", "mode")}  # fmt: skip
        return list(map(without_functions, value)) if isinstance(value, list) else value

    told = json.loads(path.with_suffix(".json").read_text())
    assert without_functions(load(path.read_text())) == without_functions(told)


PIECES = {
    "a: 1\nb: [1, 2.5, -3, 1.0e-07, x y, 'it''s', \"a\\tb\"]": {
        "a": 1, "b": [1, 2.5, -3, 1e-7, "x y", "it's", "a\tb"]},
    "- - 1\n  - a: b\n    c:\n    - d\n- {x: [], y: {}, z: null, 'q r': ~}": [
        [1, {"a": "b", "c": ["d"]}], {"x": [], "y": {}, "z": None, "q r": None}],
    "a: &one !!python/tuple\n- 1\n- 2\nb: *one\nc: &two [3, *one]\nd: *two": {
        "a": [1, 2], "b": [1, 2], "c": [3, [1, 2]], "d": [3, [1, 2]]},
    "a: [1, 2,\n  3, {b: c,\n    d: e}]\nf: a text\n  that goes on\ng: 'one\n  two'": {
        "a": [1, 2, 3, {"b": "c", "d": "e"}], "f": "a text that goes on", "g": "one two"},
    "a: true\nb: false\nc: null\nd:\ne: 'true'\nf: 1_000\ng: .inf": {
        "a": True, "b": False, "c": None, "d": None, "e": "true", "f": 1000, "g": float("inf")},
    "a: !!binary |\n  AAkA\n  AAAA\nb: !!python/unicode 'x'": {"a": "AAkA\nAAAA", "b": "x"},
    "a: !!python/object/apply:numpy.core.multiarray.scalar\n- !!python/object/apply:numpy.dtype\n"
    "  args: [i8, 0, 1]\n  state: [3, <]\n- !!binary |\n  AAkAAAAAAAA=\n": {"a": 2304},
}  # fmt: skip


@pytest.mark.parametrize("text", PIECES)
def test_yaml_means_what_pyyaml_means_by_it(text):
    assert load(text) == PIECES[text]


def test_no_tag_makes_anything(tmp_path):
    mark = tmp_path / "made"
    text = (
        "class_name: Sequential\nconfig:\n- class_name: Dense\n  config:\n    name: d\n"
        f"    units: !!python/object/apply:os.system ['touch {mark}']\n"
        "    batch_input_shape: [null, 3]\n"
    )
    found = count(read("-", stdin=text)[0])
    assert not mark.exists()
    assert found.total is None
    assert any("!!python/object/apply:os.system" in note.text for note in found.notes)


def test_yaml_that_repeats_itself_without_end_is_an_error():
    lines = ["class_name: Sequential", "config:", "- &a0 [x, x]"]
    lines += [f"- &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    with pytest.raises(ReadError, match="repeats itself"):
        read("-", stdin="\n".join(lines))


@pytest.mark.parametrize("text", ["- " * 5000, "a: " + "[" * 5000, "a: " + "{b: " * 5000,
                                  "\n".join(" " * i + "a:" for i in range(3000)), "a: *b", "a: [1", "a: 'b",
                                  "a: b\n c: d: e\n- f", "a: {b}: c", "[[1], 2", "a: [1, 2]]"])  # fmt: skip
def test_broken_yaml_is_an_error(text):
    with pytest.raises(ReadError):
        load(f"class_name: x\nconfig:\n  y: 1\n{text}")


@given(st.text("ab:-[]{},&*!|>'\"#\n  0", max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(ReadError):
        load(text)
