"""The verdict on networks is that of statistics, and says what it is not sure of."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_ind

from sizeup.present.terminal import text_of
from sizeup.present.training import page, sentence
from sizeup.training.comparing import Comparison, Run, Trained, read_comparison
from sizeup.training.runs import Folder, State


def trained(name, parameters, *accuracies):
    runs = [
        Run(seed, Path(), State(ended="done"), {"accuracy": a}) for seed, a in enumerate(accuracies)
    ]
    return Trained(name, parameters, 4 * parameters, None, None, tuple(runs))


def compared(*networks, samples=1000):
    return Comparison("digits", Path(), "test", samples, ("0", "1"), networks)


def test_the_margin_over_seeds_is_welchs_interval():
    first, second = (0.91, 0.93, 0.925), (0.90, 0.87, 0.885, 0.89)
    (verdict,) = compared(trained("a", 10, *second), trained("b", 5, *first)).verdicts
    interval = ttest_ind(first, second, equal_var=False).confidence_interval(0.95)
    assert verdict.better == "b"
    assert verdict.difference == pytest.approx((interval.low + interval.high) / 2)
    assert verdict.margin == pytest.approx((interval.high - interval.low) / 2)
    assert verdict.sure == (interval.low > 0)


def test_of_several_networks_all_intervals_hold_at_once():
    runs = {"a": (0.90, 0.87, 0.885), "b": (0.91, 0.93, 0.925), "c": (0.80, 0.82, 0.83)}
    found = compared(*(trained(name, 10, *each) for name, each in runs.items()))
    assert [verdict.better for verdict in found.verdicts] == ["b", "b"]
    for verdict in found.verdicts:
        test = ttest_ind(runs["b"], runs[verdict.worse], equal_var=False)
        interval = test.confidence_interval(1 - 0.05 / 3)  # of three pairs
        assert verdict.margin == pytest.approx((interval.high - interval.low) / 2)
    assert "all pairs of 3 networks at once" in " ".join(text_of(page(found)).split())


def test_equal_networks_are_seldom_told_apart():
    """Of five equal networks and three seeds, some verdict is sure in fewer than 5 % of cases."""
    drawn = np.random.default_rng(0).normal(0.9, 0.01, (300, 5, 3))
    wrong = sum(any(verdict.sure for verdict in compared(
        *(trained(str(n), 10, *each) for n, each in enumerate(case))).verdicts) for case in drawn.tolist())  # fmt: skip
    assert wrong <= 0.05 * len(drawn)


def test_one_run_each_is_judged_by_the_number_of_samples():
    pair = trained("a", 604_035, 0.92), trained("b", 336_387, 0.94)
    few, many = (compared(*pair, samples=n).verdicts[0] for n in (100, 10_000))
    assert (few.by, few.sure, many.sure) == ("samples", False, True)
    assert few.margin == pytest.approx(
        1.96 * (0.92 * 0.08 / 100 + 0.94 * 0.06 / 100) ** 0.5, rel=1e-3
    )


def test_the_sentence_is_one_that_a_person_would_say():
    found = compared(trained("VGG1", 604_035, 0.90, 0.902, 0.901), trained("VGG2", 336_387, 0.92, 0.921, 0.919))  # fmt: skip
    assert sentence(found.verdicts[0]).replace("\u00a0", " ") == (
        "VGG2 is better than VGG1 by 1.90 ± 0.23 points with 44 % fewer parameters"
    )
    unsure = compared(trained("a", 10, 0.9, 0.8), trained("b", 20, 0.86, 0.83)).verdicts[0]
    assert "cannot be told apart" in sentence(unsure)
    assert "a has 50" in sentence(unsure)


def test_a_run_without_an_end_is_no_result(tmp_path):
    listed = {
        "name": "n",
        "parameters": 5,
        "bytes": 20,
        "macs": 5,
        "training_bytes": 99,
        "runs": ["n/seed-0", "n/seed-1"],
    }
    Folder(tmp_path).write(
        "experiment.json", {"data": "digits", "classes": ["0", "1"], "networks": [listed]}
    )
    logs = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.75, "seconds": 2.0}
    Folder(tmp_path / "n/seed-0").commit(State().after(logs))
    found = read_comparison(tmp_path)
    assert not found.complete
    assert found.networks[0].accuracy is None
    assert found.networks[0].validation == 0.75
    assert json.loads(json.dumps(found.as_dict()))["verdicts"] == []
    assert "--resume goes on" in text_of(page(found))


def test_of_what_has_no_result_nothing_is_said_that_needs_one():
    run = Run(0, Path(), State(ended="nan"), {"ended": "nan", "epochs": 0})
    net = Trained("n", 5, 20, None, None, (run,))
    said = text_of(page(Comparison("digits", Path(), "validation", 0, ("0", "1"), (net,))))
    assert "0 samples" not in said
    assert "best epoch" not in said
    assert "the loss became no number in epoch 1" in said
