"""Numbers in the text: totals are found in many languages, and what is no total is left alone."""

import pytest

from sizeup.analyses.prose_totals import mentioned_widths, stated_totals


def stated(*lines, count=1):
    return [each.quantity.stated for each in stated_totals(list(enumerate(lines, 1)), count)]


@pytest.mark.parametrize(
    "text",
    [
        "小模型一共604035参数",
        "第一個網路有 604,035 個參數",
        "The model has 604,035 parameters.",
        "Total params: 604035",
        "Total params:604035 (2.30 MB)",
        "**604,035** trainable and other params",
        '"604035" is what count_params() gives',
        "count_params() -> 604_035",
        "Das Netz hat 604.035 Parameter",
        "604 035 paramètres",
        "604\u00a0035 paramètres",
        "604'035 Parameter",
        "604035 параметров",
        "パラメータは604,035です",
        "매개변수 604,035개",
        "tiene 604.035 parámetros",
        "see http://x.org/12345 for its 604035 weights",
        "In 2016 my net had 604,035 params",
    ],
)
def test_totals_are_found_in_many_languages_and_spellings(text):
    assert stated(text) == [604_035]


@pytest.mark.parametrize(
    "text",
    [
        "params since 2016",
        "arXiv 1409.1556 counts parameters",
        "parameters: http://arxiv.org/pdf/1409.1556.pdf",
        "params at localhost:8080 and 127.0.0.1:50051",
        "Keras 2.12.1 params",
        "12345 % more params",
        "224x2240 and 1024×768 images and params",
        "60000 samples, 5000 epochs, 2000 neurons, params",
        "每个2000个神经元的参数",
        "params take 2048 MB, 8192 bytes, 1500 ms",
        "$5000 for params",
        "the MLP 784:2000:2000:10 has params",
        "params on 2016-01-05",
        "between 5000-6000 params",
        "4,608·128 params",
        "learning rate 0.0001, params 999",
    ],
)
def test_what_is_no_total_is_left_alone(text):
    assert stated(text) == []


def test_a_number_far_from_any_word_for_parameters_is_none():
    assert stated("604035", "", "", "params") == []
    assert stated("I call model.count_params()", "and get 604035") == [604_035]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.6M params", 550_000, 649_999),
        ("14.89 million parameters", 14_885_000, 14_894_999),
        ("7B parameters", 6_500_000_000, 7_499_999_999),
        ("60.4万参数", 603_500, 604_499),
        ("1.2亿参数", 115_000_000, 124_999_999),
        ("3 Millionen Parameter", 2_500_000, 3_499_999),
        ("2 milliards de paramètres", 1_500_000_000, 2_499_999_999),
        ("604k params", 603_500, 604_499),
    ],
)
def test_rounded_totals_stand_for_all_that_round_to_them(text, low, high):
    (each,) = stated_totals([(1, text)], 1)
    assert (each.quantity.low, each.quantity.high) == (low, high)
    assert not each.exact


def test_several_totals_on_one_line_keep_their_order():
    line = "小模型一共604035参数,大模型只有336387。"
    assert stated(line, count=2) == [604_035, 336_387]


def test_only_as_many_totals_as_networks_are_taken():
    assert stated("604035 and 336387 params", count=3) == []
    assert stated("604035 and 336387 params", count=1) == []


def test_parts_and_rounded_numbers_give_way_to_totals():
    summary = [
        "Total params: 1,234,567",
        "Trainable params: 1,200,000",
        "Non-trainable params: 34,567",
    ]
    assert stated(*summary) == [1_234_567]
    assert stated("12,345 params (I expected 0.6M)") == [12_345]
    assert stated("Trainable params: 1,200,000") == [1_200_000]


def test_a_number_that_is_told_twice_is_one():
    assert stated("604035 params", "yes, 604,035 params") == [604_035]


def test_how_far_a_total_is_from_what_is_stated():
    (exact,) = stated_totals([(1, "604035 params")], 1)
    (rounded,) = stated_totals([(1, "0.6M params")], 1)
    assert (exact.apart(604_000), exact.apart(604_035)) == (35, 0)
    assert (rounded.apart(604_035), rounded.apart(700_000)) == (0, -100_000)


def test_perceptrons_are_named_by_their_widths():
    lines = [
        (1, "(层宽:784:2000:2000:10)。"),
        (2, "换成784:2000:50:2000:10的模型 at 12:30:45"),
    ]
    assert mentioned_widths(lines) == ("784:2000:2000:10", "784:2000:50:2000:10")


@pytest.mark.parametrize(
    "text",
    [
        "params " + "1" * 100_000,
        "params " + "1:" * 50_000,
        "params " + "a" * 300_000,
        "params " + "1,000" * 20_000,
        "params " + "1000 2500 " * 20_000,
        "params " + "://" * 50_000,
    ],
    ids=range(6),
)
def test_hostile_text_costs_little(text):
    assert stated(text) == []
    assert mentioned_widths([(1, text)]) == ()
