"""What each change is worth, held against real Keras models of all hybrids."""

from fractions import Fraction

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapley_truth import effects, shapley

from keras_networks import keras_total, network
from sizeup.analyses.diff import diff
from sizeup.network import Call, Graph, Layer, Network, Parameter, Ref
from sizeup.present.pages import page_of_diff
from sizeup.present.terminal import text_of
from sizeup.readers.mlp import read_mlp
from sizeup.rules.graphs import sequential
from sizeup.words import say

RELU = ("Activation", {"activation": "relu"})


# --- drawn chains -----------------------------------------------------------------------------


class Chain:
    """A convolutional chain and changes to it that can be made in any combination."""

    def __init__(self, draw):
        number = st.integers(1, 9)
        self.numbers = [draw(number) for _ in range(6)]
        self.wider = [n + draw(number) for n in self.numbers]
        self.side = draw(st.integers(14, 20))

    CHANGES = ("input", "filters", "kernel", "norm", "bias", "block", "bridge", "units", "dense")

    def layers(self, made):
        first, second, units, classes, new, hidden = self.numbers
        wider = self.wider
        bridge = "GlobalAveragePooling2D" if "bridge" in made else "Flatten"
        kernel = (5, 5) if "kernel" in made else (3, 3)
        block = [
            ("SeparableConv2D", {"filters": new, "kernel_size": (2, 2)}),
            ("AveragePooling2D", {"pool_size": (2, 2)}),
        ]
        return [
            ("Conv2D", {"filters": wider[0] if "filters" in made else first, "kernel_size": kernel}),
            RELU,
            *([] if "norm" in made else [("BatchNormalization", {})]),
            ("MaxPooling2D", {"pool_size": (2, 2)}),
            ("Conv2D", {"filters": second, "kernel_size": (1, 1), "use_bias": "bias" not in made}),
            *(block if "block" in made else []),
            ("PReLU", {"shared_axes": (1, 2)}),
            (bridge, {}),
            ("Dense", {"units": wider[2] if "units" in made else units}),
            RELU,
            ("Dropout", {"rate": 0.5}),
            *([("PReLU", {}), ("Dense", {"units": hidden})] if "dense" in made else []),
            ("LayerNormalization", {}),
            ("Dense", {"units": classes}),
        ]  # fmt: skip

    def shape(self, made):
        side = self.side + (6 if "input" in made else 0)
        return (None, side, side, 2)


@st.composite
def chains(draw, most=4):
    chain = Chain(draw)
    chosen = draw(st.sets(st.sampled_from(Chain.CHANGES), min_size=1, max_size=most))
    return chain, [change for change in Chain.CHANGES if change in chosen]


@settings(max_examples=12)
@given(chains())
def test_effects_are_the_shapley_values_over_real_models(drawn):
    chain, changes = drawn
    before = sequential("before", chain.shape(()), chain.layers(()))
    after = sequential("after", chain.shape(changes), chain.layers(changes))
    found = diff(before, after)
    expected = shapley(changes, lambda made: keras_total(chain.shape(made), chain.layers(made)))
    assert effects(found) == expected
    assert sum(change.effect for change in found.changes) == found.delta


@settings(max_examples=30)
@given(chains(most=9))
def test_effects_and_rows_sum_to_the_difference(drawn):
    chain, changes = drawn
    before = sequential("before", chain.shape(()), chain.layers(()))
    after = sequential("after", chain.shape(changes), chain.layers(changes))
    found = diff(before, after)
    assert sum(change.effect for change in found.changes) == found.delta
    rows = [row.parameters for row in found.layers]
    assert sum((new or 0) - (old or 0) for old, new in rows) == found.delta
    assert all(row.because for row in found.layers)


def test_shares_are_settled_by_largest_remainder_and_ties_go_to_the_earlier_change():
    # 3·5 → 4·6 weights: the widths are worth 5½ and 3½ of 9
    before = sequential("a", (None, 3), [("Dense", {"units": 5, "use_bias": False})])
    after = sequential("b", (None, 4), [("Dense", {"units": 6, "use_bias": False})])
    assert effects(diff(before, after)) == [(6, 5, 6), (3, 3, 4)]
    back = effects(diff(after, before))
    assert back == [(-5, -6, -5), (-4, -4, -3)]


def test_many_changes_are_told_apart_where_few_hang_together():
    def deep(width):
        widths = [width + n for n in range(20)]
        return sequential(
            "n", (None, 7), [("Dense", {"units": n, "use_bias": False}) for n in widths]
        )

    found = diff(deep(10), deep(30))
    assert len(found.changes) == 20
    # a width w of two matrices a×w and w×b: its share is that of the two products
    widths = [7, *range(10, 30)], [7, *range(30, 50)]

    def share(place):
        old, new = (w[place] for w in widths)
        worth = Fraction(0)
        for other in (place - 1, place + 1):
            if other <= 20:
                worth += Fraction((new - old) * (widths[0][other] + widths[1][other]), 2)
        return worth

    assert [change.effect for change in found.changes] == [share(place) for place in range(1, 21)]


def test_where_too_many_changes_hang_together_they_are_grouped_and_say_so():
    def deep(kernel):
        conv = [
            (
                "Conv1D",
                {"filters": 2, "kernel_size": kernel, "name": f"c{n}", "dilation_rate": n + 1},
            )
            for n in range(14)
        ]
        return sequential("n", (None, 500, 2), [*conv, ("Flatten", {}), ("Dense", {"units": 3})])

    found = diff(deep(2), deep(3))
    assert 1 <= len(found.changes) <= 12
    assert sum(change.effect for change in found.changes) == found.delta
    assert any("14 Conv1D" in change.what for change in found.changes)
    assert sorted(name for change in found.changes for name in change.layers) == sorted(
        f"c{n}" for n in range(14)
    )


# --- what is valid only together --------------------------------------------------------------


def test_changes_that_are_valid_only_together_are_one():
    def net(side, depth):
        dense = ("Dense", {"units": 3})
        reshape = ("Reshape", {"target_shape": (side, depth)})
        return (None, side * depth), [reshape, ("Flatten", {}), dense]

    before, after = net(4, 5), net(6, 7)
    assert keras_total(before[0], after[1]) is None
    assert keras_total(after[0], before[1]) is None
    found = diff(sequential("a", *before), sequential("b", *after))
    (change,) = found.changes
    assert change.effect == change.alone == change.undone == found.delta == 22 * 3
    assert "input 20 → 42" in change.what
    assert "Reshape" in change.what


def test_where_one_change_needs_another_what_cannot_be_made_is_null():
    def net(made):
        side = 40 if "input" in made else 6
        convs = (
            [("Conv2D", {"filters": 2, "kernel_size": (7, 7), "strides": 2})]
            if "conv" in made
            else []
        )
        return (None, side, side, 1), [*convs, ("Flatten", {}), ("Dense", {"units": 3})]

    changes = ["input", "conv"]
    total = {
        made: keras_total(*net(made)) for made in ((), ("input",), ("conv",), ("input", "conv"))
    }
    assert total["conv",] is None
    found = diff(sequential("a", *net(())), sequential("b", *net(changes)))
    image, conv = found.changes
    assert (image.alone, image.undone) == (total["input",] - total[()], None)
    assert (conv.alone, conv.undone) == (None, total["input", "conv"] - total["input",])
    # the only order in which both can be made
    assert (image.effect, conv.effect) == (image.alone, conv.undone)


# --- graphs that are no chains ----------------------------------------------------------------


def residual(made):
    """A residual network: an inserted block with a skip, a wider stem, another merge."""
    layers = keras.layers
    width = 5
    image = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3 if "stem" not in made else 5, padding="same", name="stem")(image)
    x = layers.Conv2D(width, 1, name="widen")(x)
    if "block" in made:
        y = layers.Conv2D(width, 3, padding="same", name="block_conv")(x)
        y = layers.BatchNormalization(name="block_norm")(y)
        x = layers.Add(name="block_add")([x, y])
    y = layers.Conv2D(width, 2, padding="same", name="last_conv")(x)
    merge = layers.Concatenate if "merge" in made else layers.Add
    x = merge(name="merge")([x, y])
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(7 if "units" in made else 6, name="head")(x))


@pytest.mark.parametrize(
    "changes",
    [["stem"], ["block"], ["merge"], ["stem", "block", "units"], ["stem", "merge", "units"]],
    ids="+".join,
)
def test_changes_of_a_graph_with_skips_are_worth_what_real_models_say(changes):
    found = diff(network(residual(())), network(residual(changes)))
    expected = shapley(changes, lambda made: residual(made).count_params())
    assert effects(found) == expected


def test_where_an_alignment_is_ambiguous_the_effects_still_sum_to_the_difference():
    # the new block's Add takes the place of the old merge
    found = diff(network(residual(())), network(residual(["stem", "block", "merge", "units"])))
    after = residual(["stem", "block", "merge", "units"]).count_params()
    assert sum(change.effect for change in found.changes) == after - residual(()).count_params()


def two_heads(made):
    layers = keras.layers
    image = keras.Input((6,))
    x = layers.Dense(9 if "trunk" in made else 8, name="trunk")(image)
    outputs = [layers.Dense(3, name="main")(x)]
    if "head" in made:
        outputs.append(layers.Dense(4, name="aux")(layers.Dense(5, name="aux_hidden")(x)))
    return keras.Model(image, outputs)


def test_another_output_is_a_change_of_its_own():
    changes = ["trunk", "head"]
    found = diff(network(two_heads(())), network(two_heads(changes)))
    assert effects(found) == shapley(changes, lambda made: two_heads(made).count_params())


def siamese(made):
    layers = keras.layers
    encoder = keras.Sequential(name="encoder")
    encoder.add(layers.Dense(8 if "inside" in made else 6, name="inside"))
    if "new" in made:
        encoder.add(layers.Dense(3, name="new"))
    encoder.add(layers.Dense(4, name="code"))
    one, two = keras.Input((5,)), keras.Input((5,))
    both = layers.Concatenate()([encoder(one), encoder(two)])
    return keras.Model([one, two], layers.Dense(2 if "last" not in made else 9, name="last")(both))


def test_changes_inside_a_nested_model_that_is_called_twice_are_found_there():
    changes = ["inside", "new", "last"]
    found = diff(network(siamese(())), network(siamese(changes)))
    assert effects(found) == shapley(changes, lambda made: siamese(made).count_params())
    assert [change.layers for change in found.changes] == [
        ("encoder/inside",),
        ("encoder/new",),
        ("last",),
    ]
    assert {row.after for row in found.layers} == {
        "encoder/inside",
        "encoder/new",
        "encoder/code",
        "last",
    }


def reused(made):
    """One activation object used after every layer, as people write it."""
    layers = keras.layers
    relu = layers.ReLU(name="relu")
    x = image = keras.Input((5,))
    for number in range(3):
        units = 4 + number + (10 if f"units{number}" in made else 0)
        x = relu(layers.Dense(units, name=f"d{number}")(x))
    return keras.Model(image, layers.Dense(2, name="last")(x))


def test_a_layer_that_is_used_again_and_again_does_not_tie_the_others_together():
    changes = ["units0", "units1", "units2"]
    found = diff(network(reused(())), network(reused(changes)))
    assert effects(found) == shapley(changes, lambda made: reused(made).count_params())


def test_architectures_that_share_nothing_still_sum_to_the_difference():
    before, after = network(residual(())), read_mlp("784:10")
    found = diff(before, after)
    assert sum(change.effect for change in found.changes) == found.delta
    assert len(found.layers) >= 2


def test_layers_of_a_kind_without_a_rule_take_part():
    def with_strange(units, inside):
        dense = sequential("n", (None, 3), [("Dense", {"units": units})]).graph.layers[0]
        strange = Layer(
            "strange", "Strange", {"n": inside}, (Parameter("w", (units, inside)),),
            (Call((Ref(0),), ((None, units),), ((None, 4),)),),
        )  # fmt: skip
        return Network("n", Graph((dense, strange), ((None, 3),), (Ref(1),)))

    found = diff(with_strange(5, 2), with_strange(5, 6))
    assert effects(found) == [(20, 20, 20)]
    together = diff(with_strange(5, 2), with_strange(7, 6))
    assert effects(together) == [(together.delta,) * 3]


def branches(made):
    """A stem, branches over it, and what joins them."""
    layers = keras.layers
    image = keras.Input((6,))
    stem = layers.Dense(5 if "stem" in made else 4, name="stem")(image)
    tails = [layers.Dense(3, name="left")(stem), layers.Dense(2, name="right")(stem)]
    if "branch" in made:
        tails.append(layers.Dense(7, name="third")(layers.LayerNormalization(name="norm")(stem)))
    joined = layers.Concatenate(name="join")(tails)
    return keras.Model(image, layers.Dense(9, name="head")(joined))


def test_a_further_input_of_a_merge_is_a_change_with_the_branch_that_it_comes_from():
    changes = ["stem", "branch"]
    found = diff(network(branches(())), network(branches(changes)))
    assert effects(found) == shapley(changes, lambda made: branches(made).count_params())
    back = diff(network(branches(changes)), network(branches(())))
    assert sum(change.effect for change in back.changes) == -found.delta
    assert len(back.changes) == 2


def towers(made):
    """Two towers whose outputs one shared layer takes, so that they have to stay alike."""
    layers = keras.layers
    one, two = keras.Input((6,)), keras.Input((6,))
    shared = layers.Dense(3, name="shared")
    left = layers.Dense(5 if "left" in made else 4, name="left")(one)
    right = layers.Dense(5 if "right" in made else 4, name="right")(two)
    return keras.Model([one, two], layers.Add(name="add")([shared(left), shared(right)]))


def test_what_a_shared_layer_holds_together_is_one_change():
    with pytest.raises(ValueError, match="incompatible"):
        towers(["left"])
    found = diff(network(towers(())), network(towers(["left", "right"])))
    (change,) = found.changes
    truth = towers(["left", "right"]).count_params() - towers(()).count_params()
    assert (change.effect, change.alone, change.undone) == (truth, truth, truth)
    assert change.layers == ("left", "right")


def shared_outside(made):
    """A layer that stands inside a nested model and beside it."""
    layers = keras.layers
    dense = layers.Dense(5, name="twice", use_bias="bias" not in made)
    inner = keras.Sequential([keras.Input((5,)), dense], name="inner")
    image = keras.Input((5,))
    last = layers.Dense(4 if "last" in made else 3, name="last")
    return keras.Model(image, last(inner(dense(image))))


def test_a_layer_inside_and_outside_is_counted_once_in_every_hybrid():
    before, after = network(shared_outside(())), network(shared_outside(["last"]))
    assert effects(diff(before, after)) == [(6, 6, 6)]
    (change,) = diff(before, network(shared_outside(["bias"]))).changes
    assert (change.effect, change.layers) == (-5, ("twice", "inner/twice"))
    assert change.what == "Dense 5: use_bias True → False"


def identified(*identities, layers):
    chain = sequential("n", (None, 4), layers)
    named = tuple(
        layer.changed(identity=identity)
        for layer, identity in zip(chain.graph.layers, identities, strict=True)
    )
    return chain.changed(graph=chain.graph.changed(layers=named))


def test_identities_of_one_network_mean_nothing_in_the_other():
    four, two = ("Dense", {"units": 4}), ("Dense", {"units": 2})
    before = identified(1, 2, layers=[four, two])
    after = identified(7, 1, 2, layers=[four, four, two])
    (change,) = diff(before, after).changes
    assert (change.what, change.effect) == ("Dense 4 inserted", 20)


def test_a_layer_with_parameters_of_its_own_and_layers_inside_stays_as_it_is():
    def with_block(units):
        inside = sequential("inside", (None, 3), [("Dense", {"units": 3})]).graph
        call = Call((Ref(-1),), ((None, 3),), ((None, 3),), 9, inside)
        block = Layer("block", "Block", parameters=(Parameter("scale", (3,)),), calls=(call,))
        last = sequential("last", (None, 3), [("Dense", {"units": units})]).graph.layers[0]
        last = last.changed(calls=(last.calls[0].changed(inputs=(Ref(0),)),))
        return Network("n", Graph((block, last), ((None, 3),), (Ref(1),)))

    (change,) = diff(with_block(4), with_block(5)).changes
    assert (change.what, change.effect) == ("Dense 4 → 5", 4)


def test_wires_that_would_run_in_a_circle_are_all_switched_at_once():
    def pair(first, second):
        """Two layers listed in one order, and wired in either."""
        chain = sequential("n", (None, 4), [("Dense", {"units": 4}), ("Dense", {"units": 4})])
        calls = [layer.calls[0] for layer in chain.graph.layers]
        wired = tuple(
            layer.changed(calls=(call.changed(inputs=(Ref(source),)),))
            for layer, call, source in zip(chain.graph.layers, calls, (first, second), strict=True)
        )
        return chain.changed(graph=chain.graph.changed(layers=wired, outputs=()))

    found = diff(pair(-1, 0), pair(1, -1))
    assert found.delta == 0
    assert [(change.what, change.effect) for change in found.changes] == [
        ("a different architecture", 0)
    ]


def test_names_decide_where_nothing_else_does():
    def chain(*names):
        return sequential("n", (None, 4), [("Dense", {"units": 4, "name": name}) for name in names])

    (change,) = diff(chain("first", "second"), chain("second")).changes
    assert (change.what, change.layers) == ("Dense 4 removed", ("first",))


def test_that_unlike_changes_were_grouped_is_said():
    def deep(more):
        conv = [
            ("Conv1D", {"filters": 2, "kernel_size": 2 + n + more * (n + 1)}) for n in range(14)
        ]
        return sequential("n", (None, 900, 2), [*conv, ("Flatten", {}), ("Dense", {"units": 3})])

    found = diff(deep(0), deep(1))
    assert found.grouped
    assert 1 < len(found.changes) <= 12
    assert sum(change.effect for change in found.changes) == found.delta
    assert say("difference.grouped")[:40] in text_of(page_of_diff(found))
