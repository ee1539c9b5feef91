"""Costs: the conventions, formulas against numbers, and that nothing unknown is left out in silence."""

import json
import random

import keras
import pytest

import sizeup
from sizeup.analyses.costs import Setting, costs
from sizeup.analyses.count import count
from sizeup.analyses.measures import activations
from sizeup.analyses.optimizers import SLOTS, accumulators, state
from sizeup.cli import main
from sizeup.errors import UsageError

QUESTION = "examples/question.txt"
BOUND = {"nb_filters": 32, "nb_conv": 3, "nb_pool": 2, "img_rows": 28, "img_cols": 28,
         "nb_classes": 35}  # fmt: skip


def of(text, **options):
    """The costs of a model that is one chain of layers."""
    lines = "\n".join(f"    {line}," for line in text.split(";"))
    source = f"import keras\nfrom keras import layers\nmodel = keras.Sequential([\n{lines}\n])\n"
    return sizeup.costs(sizeup.read("-:model", text=source)[0], **options)


def test_macs_and_activations_are_those_of_count_and_check():
    for source in ("zoo:vgg2", "zoo:resnet50", "zoo:keras/convnexttiny", "784:300:10"):
        found = sizeup.costs(source)
        assert found.count.macs == sizeup.count(source).macs == sum(x.macs for x in found.layers)
        assert found.outputs == 4 * activations(count(found.count.network))


WORK = [
    # inputs of the layer, its operations beside MACs: by the definitions in docs/costs.md
    ("keras.Input((10,)); layers.Dense(4)", 4),
    ("keras.Input((10,)); layers.Dense(4, use_bias=False)", 0),
    ("keras.Input((10,)); layers.Dense(4, activation='relu')", 4 + 4),
    ("keras.Input((10,)); layers.Dense(4, activation='softmax')", 4 + 3 * 4),
    ("keras.Input((8, 8, 3)); layers.Conv2D(5, 3)", 6 * 6 * 5),
    ("keras.Input((8, 8, 3)); layers.BatchNormalization()", 2 * 8 * 8 * 3),
    ("keras.Input((7, 6)); layers.LayerNormalization()", 7 * 7 * 6),
    ("keras.Input((7, 6)); layers.LayerNormalization(scale=False)", 6 * 7 * 6),
    ("keras.Input((8, 8, 3)); layers.MaxPooling2D(2)", 8 * 8 * 3),
    ("keras.Input((8, 8, 3)); layers.MaxPooling2D(3, 1)", 9 * 6 * 6 * 3),
    ("keras.Input((8, 8, 3)); layers.GlobalAveragePooling2D()", 8 * 8 * 3),
    ("keras.Input((8, 8, 3)); layers.Flatten()", 0),
    ("keras.Input((8, 8, 3)); layers.Dropout(0.5)", 0),
    ("keras.Input((8, 8, 3)); layers.UpSampling2D(2)", 0),
    ("keras.Input((8, 8, 3)); layers.UpSampling2D(2, interpolation='bilinear')", 7 * 16 * 16 * 3),
    ("keras.Input((5, 4)); layers.SimpleRNN(3)", 5 * 3 * 3),
    ("keras.Input((5, 4)); layers.LSTM(3)", 5 * 3 * (4 + 4 + 4 + 3 + 2)),
    ("keras.Input((5, 4)); layers.LSTM(3, use_bias=False, return_sequences=True)", 5 * 3 * 13),
    ("keras.Input((5, 4)); layers.GRU(3, reset_after=True)", 5 * 3 * (6 + 3 + 3 + 1 + 4)),
    ("keras.Input((5, 4)); layers.GRU(3, reset_after=False)", 5 * 3 * (3 + 3 + 3 + 1 + 4)),
    ("keras.Input((5, 4)); layers.Bidirectional(layers.LSTM(3))", 2 * 5 * 3 * 17),
    ("keras.Input((5, 4)); layers.TimeDistributed(layers.Dense(3))", 5 * 3),
    ("keras.Input((5, 4)); layers.Embedding(9, 3)", 0),
]


@pytest.mark.parametrize(("text", "work"), WORK, ids=[text for text, _ in WORK])
def test_element_wise_work(text, work):
    found = of(text)
    assert found.forward - 2 * found.count.macs == work


def test_what_happens_in_training_only_is_in_its_forward_pass():
    found = of("keras.Input((8, 8, 3)); layers.Conv2D(4, 1); layers.BatchNormalization(); "
               "layers.Dropout(0.5)")  # fmt: skip
    assert found.forward_in_training - found.forward == 64 * 4 * (5 + 1)


def test_a_formula_is_the_number_once_its_names_are_bound():
    """Every formula of the question's networks, under drawn hyperparameters."""
    draw = random.Random(7)
    reading = sizeup.read(QUESTION)
    free = {name: costs(reading[name]).as_dict() for name in ("VGG1", "VGG2")}
    for _ in range(4):
        values = BOUND | {
            "nb_filters": draw.randint(1, 40), "nb_classes": draw.randint(2, 50),
            "img_rows": draw.randint(26, 60), "img_cols": draw.randint(26, 60),
        }  # fmt: skip
        bound = sizeup.read(QUESTION, values)
        for name, formulas in free.items():
            same(formulas, costs(bound[name]).as_dict(), values)


def same(formula, number, values):
    """Two documents that agree wherever one holds a formula."""
    if isinstance(formula, dict):
        for key in formula.keys() - {"free", "notes", "peak_at", "peak_parts", "conventions"}:
            same(formula[key], number[key], values)
    elif isinstance(formula, list):
        for one, other in zip(formula, number, strict=True):
            same(one, other, values)
    elif isinstance(number, int) and not isinstance(formula, int):
        assert eval(formula, {"max": max, "min": min}, values) == number


def test_a_batch_is_as_much_for_each_sample():
    one, many = sizeup.costs("zoo:vgg2"), sizeup.costs("zoo:vgg2", batch=7)
    for name in ("forward", "backward", "outputs", "peak", "in_place"):
        assert getattr(many, name) == 7 * getattr(one, name)
    assert many.training.saved == 7 * one.training.saved
    assert many.training.parameters == one.training.parameters


def test_nothing_is_worked_out_below_what_is_trained():
    """Frozen layers at the bottom: no gradient, nothing saved, nothing for the optimizer."""
    frozen = of("keras.Input((8, 8, 3)); layers.Conv2D(4, 3, trainable=False); layers.Flatten(); "
                "layers.Dense(2)", optimizer="momentum")  # fmt: skip
    conv, _, dense = frozen.layers
    assert (conv.backward, conv.saved) == (0, 0)
    assert dense.backward == dense.macs * 2 + 2
    assert frozen.training.gradients == 4 * (144 * 2 + 2)
    assert frozen.training.state == 4 * (144 * 2 + 2) + 8


@pytest.mark.parametrize("name", SLOTS)
def test_the_state_of_an_optimizer_is_what_keras_makes(name):
    shapes = [(3, 3, 4, 8), (8,), (5, 7), (), (2, 3, 4)]
    classes = {"sgd": "SGD", "momentum": "SGD", "rmsprop": "RMSprop", "adamw": "AdamW"}
    made = getattr(keras.optimizers, classes.get(name, name.capitalize()))
    options = {"momentum": 0.9} if name == "momentum" else {}
    for dtype, size in (("float32", 4), ("float16", 2)):
        variables = [keras.Variable(keras.ops.zeros(shape), dtype=dtype) for shape in shapes]
        optimizer = made(**options)
        optimizer.build(variables)
        assert state(name, [(shape, size) for shape in shapes]) == held(optimizer.variables)
        summed = made(**options, gradient_accumulation_steps=2)
        summed.build(variables)
        more = held(summed.variables) - held(optimizer.variables)
        assert accumulators([(shape, size) for shape in shapes]) == more


def held(variables):
    """Their bytes."""
    sizes = {"float32": 4, "float16": 2, "int32": 4}
    return sum(sizes[v.dtype] * int(keras.ops.size(v.value)) for v in variables)


@pytest.mark.parametrize("policy", ["float16", "mixed_float16", "mixed_bfloat16", "float32"])
def test_variables_are_stored_as_keras_stores_them(policy):
    found = of("keras.Input((8, 8, 3)); layers.Conv2D(4, 3); layers.BatchNormalization()",
               dtype=policy)  # fmt: skip
    model = keras.Sequential([
        keras.Input((8, 8, 3)),
        keras.layers.Conv2D(4, 3, dtype=policy),
        keras.layers.BatchNormalization(dtype=policy),
    ])  # fmt: skip
    assert sum(found.by_dtype.values()) == held(model.variables)
    assert found.outputs == sum(
        layer.output.shape[1] * layer.output.shape[2] * 4 * (4 if policy == "float32" else 2)
        for layer in model.layers
    )


def test_mixed_precision_keeps_casts_of_kernels_and_wide_inputs_of_normalization():
    """Bytes that hooks saw in Keras 3.15 on PyTorch 2.13, 8 samples, mixed_bfloat16."""
    mlp = of("keras.Input((784,)); layers.Dense(300, activation='relu'); "
             "layers.Dense(100, activation='relu'); layers.Dense(10)",
             batch=8, dtype="mixed_bfloat16")  # fmt: skip
    assert mlp.training.saved == 80_944
    norm = of("keras.Input((32, 32, 3)); layers.Conv2D(16, 3, padding='same'); "
              "layers.BatchNormalization()", batch=8, dtype="mixed_bfloat16")  # fmt: skip
    assert norm.layers[1].saved == 524_288 + 2 * 64


def test_checkpointing_keeps_less_and_runs_more():
    plain = sizeup.costs("zoo:resnet50", batch=8)
    cut = sizeup.costs("zoo:resnet50", batch=8, checkpoint=13)
    assert cut.training.peak.bytes < plain.training.peak.bytes * 2 // 3
    assert cut.training.operations == plain.training.operations + cut.training.recomputed
    assert 0 < cut.training.recomputed < plain.forward_in_training
    assert (
        sizeup.costs("zoo:resnet50", checkpoint=1).training == sizeup.costs("zoo:resnet50").training
    )


def test_the_parts_of_the_peak_sum_to_it():
    for checkpoint in (None, 4):
        for source in ("zoo:vgg2", "zoo:resnet50", "784:3000:10"):
            top = sizeup.costs(source, batch=4, checkpoint=checkpoint, accumulate=2).training.peak
            assert sum(top.parts.values()) == top.bytes


def test_what_is_not_known_is_none_and_said():
    found = of("keras.Input((8,)); layers.Dense(4, activation=lambda x: 2 * x)")
    assert found.forward is None
    assert found.count.macs == 32
    assert any("Dense" in note.text for note in found.notes if note.level == "unknown")
    assert not found.exact


def test_an_open_length_leaves_operations_open(capsys):
    found = of("keras.Input((None, 8)); layers.Dense(4)")
    assert (found.count.macs, found.forward, found.peak) == (None, None, None)
    assert found.count.total == 36


def test_the_command(capsys):
    assert main(["costs", "zoo:vgg2", "--json", "--batch", "2"]) == 0
    [network] = json.loads(capsys.readouterr().out)["networks"]
    assert network["macs"] == 2 * 9_976_704
    assert network["layers"][0]["name"] == "conv2d_1"
    assert main(["costs", "zoo:vgg2"]) == 0
    assert "9.98 M MACs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", [{"dtype": "float7"}, {"optimizer": "best"}, {"dtype": "mixed_float32"}]
)
def test_a_wrong_name_is_one_line_that_says_what_there_is(wrong):
    with pytest.raises(UsageError, match="there are"):
        sizeup.costs("784:10", **wrong)


def test_a_partly_unknown_network_has_no_totals():
    text = "import keras\nmodel = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4), mystery()])"
    found = costs(sizeup.read("-:model", text=text)[0], Setting())
    assert (found.forward, found.peak, found.training) == (None, None, None)
    assert not found.exact


def test_peers_are_reconciled_with_the_question():
    """The figures that torchinfo 1.8 and ptflops 0.7 give for its second network."""
    found = {peer.name: peer for peer in sizeup.costs("zoo:vgg2").peers}
    assert found["calflops"].total == 9_976_704
    assert found["torch FlopCounterMode"].total == 2 * 9_976_704
    assert found["torchinfo"].total == 10_027_555
    assert found["ptflops"].total == 10_174_278
    for peer in found.values():
        assert sum(peer.parts.values()) == peer.total == sum(peer.calls)


def test_a_peer_whose_rule_is_not_known_says_nothing(capsys):
    found = of("keras.Input((5, 4)); layers.LSTM(3)")
    assert {peer.name: peer.total for peer in found.peers}["ptflops"] is None
    assert main(["costs", "zoo:vgg2", "--peers"]) == 0
    assert "10,174,278" in capsys.readouterr().out
    assert main(["costs", "zoo:vgg2", "--peers", "--json"]) == 0
    [network] = json.loads(capsys.readouterr().out)["networks"]
    assert network["peers"][2]["layers"]["conv2d_1"] == (9 * 32 + 32) * 26 * 26


def test_a_printed_summary_costs_what_it_tells():
    """No activation functions, no strides: what hangs on them is not made up."""
    found = costs(sizeup.read("examples/summary.txt")[0])
    assert found.outputs == found.layers[0].outputs + sum(x.outputs for x in found.layers[1:])
    assert (found.forward, found.backward, found.training.saved) == (None, None, None)
    assert not found.exact
    assert any(note.level == "unknown" for note in found.notes)


def test_an_input_gives_what_a_network_leaves_open(capsys):
    assert main(["costs", "zoo:keras/mobilenetv3small"]) == 3
    assert main(["costs", "zoo:keras/mobilenetv3small", "--input", "2x224x224x3", "--json"]) == 0
    [network] = json.loads(capsys.readouterr().out.splitlines()[-1])["networks"]
    assert network["batch"] == 2
    assert network["macs"] == 2 * 56_510_400  # as PyTorch counts it in the real Keras
    assert main(["costs", "zoo:vgg2", "--input", "28x28by1"]) == 2


def test_what_follows_something_unknown_is_unknown_too():
    """A layer behind a Lambda of another program owns nothing that is known."""
    text = "tests/fixtures/saved/old/2.3.1_shared_and_nested.yaml"
    found = costs(sizeup.read(text)[0])
    last = found.layers[-1]
    assert (last.kind, last.macs, last.forward, last.backward) == ("Dense", None, None, None)
    assert {peer.total for peer in found.peers} == {None}
