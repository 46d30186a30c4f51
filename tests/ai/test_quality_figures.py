"""The figures of advice: formulas against worked examples, and against the same figures reckoned case by case."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai.quality.calibration import auc, bins_of_fates, brier, calibration_error
from ai.quality.drift import Word, drift
from ai.quality.fairness import judged, worse_by_chance
from ai.quality.language import language_of
from ai.quality.shares import Share, acceptance, accuracy, percentile
from ai.risk import evaluation
from ai.triage import confidence

CASES = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=20, max_size=200)


def fates_of(cases: list[tuple[int, bool]]) -> dict[int, tuple[int, int]]:
    kept, came = Counter(p for p, c in cases if not c), Counter(p for p, c in cases if c)
    return {percent: (kept[percent], came[percent]) for percent in {p for p, _ in cases}}


def test_accuracy_leaves_out_what_was_dismissed_and_acceptance_does_not() -> None:
    assert accuracy(accepted=30, corrected=10).rate == 0.75
    assert acceptance(accepted=30, corrected=10, dismissed=20).rate == 0.5


def test_a_share_of_few_cases_is_not_told() -> None:
    assert (Share(19, 19).rate, Share(19, 19).interval) == (None, None)
    assert Share(20, 20).rate == 1.0


def test_the_interval_is_wilsons() -> None:
    assert Share(40, 50).interval == pytest.approx((0.6696, 0.8876), abs=1e-4)
    assert Share(20, 20).interval == pytest.approx((0.8389, 1.0), abs=1e-4)


@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from([0.01, 0.5, 0.95, 1.0]))
def test_percentiles_are_those_of_the_single_values(values: list[int], share: float) -> None:
    assert percentile(Counter(values), share) == np.percentile(values, 100 * share, method="inverted_cdf")


def test_without_values_there_is_no_percentile() -> None:
    assert percentile({}, 0.5) is None


@given(CASES)
def test_figures_of_probabilities_are_those_of_the_single_cases(cases: list[tuple[int, bool]]) -> None:
    chances, came = np.array([p / 100 for p, _ in cases]), np.array([float(c) for _, c in cases])
    fates = fates_of(cases)
    assert brier(fates) == pytest.approx(evaluation.brier(chances, came))
    ranked = evaluation.ranked(chances, came)
    assert auc(fates) == (None if np.isnan(ranked) else pytest.approx(ranked))
    believed = np.array([(p + 1e-6) / 100 for p, _ in cases])  # so that 29 % is in the same bin as 0.29
    assert calibration_error(bins_of_fates(fates)) == pytest.approx(
        confidence.calibration_error(believed, came), abs=1e-6
    )


def test_what_says_eighty_and_is_right_eight_times_of_ten_is_calibrated() -> None:
    assert calibration_error(bins_of_fates({80: (20, 80)})) == pytest.approx(0)
    assert calibration_error(bins_of_fates({80: (60, 40)})) == pytest.approx(0.4)
    assert calibration_error(bins_of_fates({80: (2, 8)})) is None


def test_the_same_is_steady_and_another_mix_has_shifted() -> None:
    before = {"mail": 500, "vpn": 300, "printer": 200}
    assert drift(before, {"mail": 50, "vpn": 30, "printer": 70}).word == Word.SHIFTED
    same = drift(before, {"mail": 250, "vpn": 150, "printer": 100})
    assert (same.word, same.index) == (Word.STEADY, pytest.approx(0, abs=1e-3))
    assert drift(before, {"mail": 250, "vpn": 210, "printer": 40}).word == Word.SHIFTING


def test_the_index_is_the_sum_over_the_labels() -> None:
    found = drift({"a": 5_000_000, "b": 5_000_000}, {"a": 6_000_000, "b": 4_000_000})
    assert found.index == pytest.approx(0.1 * np.log(1.2) - 0.1 * np.log(0.8), abs=1e-5)
    assert found.labels[0].label == "b"


def test_drift_of_few_cases_is_not_told() -> None:
    assert drift({"a": 99}, {"b": 500}).word == Word.UNKNOWN


def test_chance_is_not_called_drift() -> None:
    draw = random.Random(7)
    labels = [f"label {n}" for n in range(60)]
    words = [drift(Counter(draw.choices(labels, k=120)), Counter(draw.choices(labels, k=120))).word for _ in range(40)]
    assert words.count(Word.STEADY) >= 34


def test_a_new_label_counts_and_rare_ones_are_put_together() -> None:
    before = {f"label {n}": 20 for n in range(40)}
    found = drift(before, {**before, "outage": 900})
    assert (found.word, found.labels[0].label, len(found.labels)) == (Word.SHIFTED, "outage", 10)


def test_a_group_that_is_served_worse_is_named() -> None:
    groups = {"acme": {"category": (30, 30, 0)}, "globex": {"category": (180, 20, 0)}, "small": {"category": (1, 9, 0)}}
    found = {one.key: one for one in judged(groups)}
    assert [key for key, one in found.items() if one.is_worse] == ["acme"]
    assert not found["small"].is_judged


def test_a_group_that_asks_what_is_hard_for_everybody_is_not_served_worse() -> None:
    hard, easy = (40, 60, 0), (95, 5, 0)
    groups = {"acme": {"assignee": hard}, "globex": {"assignee": hard, "priority": easy}, "initech": {"priority": easy}}
    assert not any(one.is_worse for one in judged(groups))


def test_among_many_groups_chance_makes_none_worse() -> None:
    draw = random.Random(3)
    right = [sum(draw.random() < 0.8 for _ in range(50)) for _ in range(40)]
    assert not any(one.is_worse for one in judged({str(n): {"team": (r, 50 - r, 0)} for n, r in enumerate(right)}))


def test_the_test_is_the_known_one() -> None:
    """Expected 12.5 of 10 right answers, with a variance of 2.404: z = −1.61."""
    assert worse_by_chance([(10, 10, 15, 5)]) == pytest.approx(0.0534, abs=1e-4)
    assert worse_by_chance([(10, 0, 10, 0)]) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The printer is on fire and it does not stop", "en"),
        ("Der Drucker ist nicht erreichbar", "de"),
        ("Mon imprimante ne fonctionne pas depuis ce matin", "fr"),
        ("No puedo entrar en mi correo", "es"),
        ("Mijn laptop start niet op en ik kan niet inloggen", "nl"),
        ("Не работает почта", "ru"),
        ("Не працює пошта, і я не можу увійти", "uk"),
        ("打印机坏了", "zh"),
        ("プリンターが動きません", "ja"),
        ("لا يعمل البريد", "ar"),
        ("VPN down", "und"),
        ("", "und"),
        ("😀 12345 !!!", "und"),
    ],
)
def test_the_language_of_a_text_is_recognised(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert 2 <= len(language_of(text)) <= 3
