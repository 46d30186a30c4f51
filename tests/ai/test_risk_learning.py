"""What is learned about promises: nothing from the future, something from the past, and the same by arrays as by scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier

from ai.errors import NothingToLearn
from ai.learned import pack, unpack
from ai.risk.evaluation import brier, later_than, ranked
from ai.risk.prediction import Forecaster
from ai.risk.replay import SETTLES, Past, Table, replay
from ai.risk.training import bend, fit
from ai.risk.trees import Trees, of_boosting
from tests.ai.desks import SCHEMA, START, drawn, past

END = START + 130 * 24


@pytest.fixture(scope="module")
def table() -> Table:
    return replay(SCHEMA, drawn(900), until=END)


def seen(pasts: list[Past], until: float) -> dict[tuple[float, float], tuple[float, ...]]:
    """Return the features of each ticket, by its opening, at each moment up to `until`."""
    found = replay(SCHEMA, pasts, until=until)
    numbers = [past.opened for past in pasts]
    return {
        (numbers[ticket], at): tuple(np.nan_to_num(row, nan=-1.0))
        for ticket, at, row in zip(found.tickets, found.at, found.rows, strict=True)
    }


@given(st.integers(0, 10_000), st.floats(24, 99 * 24))
def test_what_happens_later_changes_nothing_that_was_seen_before(seed: int, after: float) -> None:
    cut, pasts = START + after, drawn(25, seed)
    ended = [replace(p, steps=tuple(s for s in p.steps if s.at <= cut)) for p in pasts if p.opened <= cut]
    blind = [p if p.known_at <= cut else replace(p, is_late=None) for p in ended]
    flipped = [p if p.known_at <= cut else replace(p, is_late=not p.is_late) for p in pasts]
    assert seen(blind, cut) == seen(pasts, cut) == seen(flipped, cut)
    later = seen(pasts, END)
    assert {key: row for key, row in later.items() if key[1] <= cut} == seen(blind, cut)


def test_an_outcome_is_news_only_after_it_is_known() -> None:
    first = past(START, 10.0, category="mail", team="a")  # known after 82 hours
    second = past(START + 81.0, 10.0, category="mail", team="a")
    third = past(START + 83.0, 10.0, category="mail", team="a")
    rows = replay(SCHEMA, [replace(first, known_at=START + 82.0), second, third], until=START + 83.0, ages=(0.0,)).rows
    late = SCHEMA.names.index("late category")
    assert rows[1, late] == rows[0, late] != rows[2, late]


def test_it_tells_broken_promises_from_kept_ones_on_later_tickets(table: Table) -> None:
    since = START + 70 * 24
    fitted = fit(table, since)
    takes = later_than(table, since, END) & (table.ages == 0)
    chances, late = fitted.chance(table.rows[takes]), table.of_late[table.tickets[takes]]
    assert ranked(chances, late) > 0.65  # nothing but the category tells at creation
    assert brier(chances, late) < late.mean() * (1 - late.mean())
    assert abs(chances.mean() - late.mean()) < 0.12


def test_tickets_whose_outcome_is_not_told_yet_do_not_look_like_good_ones() -> None:
    told_late = [replace(p, known_at=p.known_at + 20 * 24 if p.is_late else p.known_at) for p in drawn(900)]
    found = replay(SCHEMA, told_late, until=END)
    since = START + 70 * 24
    takes = (found.ages == 0) & (found.of_opened[found.tickets] >= since)
    truth = np.array([past.is_late for past in told_late], dtype=float)[found.tickets[takes]]
    assert abs(fit(found, since).chance(found.rows[takes]).mean() - truth.mean()) < 0.12


def test_too_little_history_is_said() -> None:
    few = replay(SCHEMA, drawn(150), until=END)
    with pytest.raises(NothingToLearn, match="50 more tickets"):
        fit(few, END)
    same = replay(SCHEMA, [replace(p, is_late=False) for p in drawn(300)], until=END)
    with pytest.raises(NothingToLearn, match="20 broken"):
        fit(same, END)
    assert fit(replay(SCHEMA, drawn(300), until=END), END)
    with pytest.raises(NothingToLearn):
        fit(replay(SCHEMA, [], until=END), END)


def test_a_desk_that_was_quiet_for_years_is_learned_from_all_the_same(table: Table) -> None:
    years = 10 * 365 * 24
    late = replay(SCHEMA, drawn(400), until=END + years)
    told = fit(late, END + years).chance(late.rows)
    assert ranked(told, late.of_late[late.tickets]) > 0.65


def test_what_is_unknown_everywhere_is_no_obstacle(table: Table) -> None:
    assert np.isnan(table.rows[:, SCHEMA.names.index("used")]).all()
    assert 0 <= fit(table, END).chance(table.rows[:1])[0] <= 1


def test_arrays_answer_as_scikit_learn_does(table: Table) -> None:
    late = table.of_late[table.tickets]
    rows = np.where(np.isnan(table.rows).all(axis=0), 0.0, table.rows)
    rows[::7, 3] = np.nan
    model = HistGradientBoostingClassifier(max_iter=30, random_state=0).fit(rows, late)
    trees = Trees.of_arrays(unpack(pack(of_boosting(model).arrays("x"), {}))[0], "x")
    assert np.allclose(trees.score(rows), model.decision_function(rows))
    start = trees.start + trees.value[trees.roots].sum()
    assert np.allclose(start + trees.added(rows).sum(axis=1), trees.score(rows))


def test_a_stored_version_foretells_as_the_fresh_one(table: Table) -> None:
    fresh = Forecaster(SCHEMA, fit(table, END), table.desk.fared)
    held = Forecaster.of(*unpack(pack(fresh.arrays, fresh.about)))
    assert held.schema == SCHEMA
    assert np.allclose(held.fitted.chance(table.rows), fresh.fitted.chance(table.rows))
    values = {"category": "printer", "team": "a"}
    assert held.desk().history(END, values) == fresh.desk().history(END, values)


@given(st.floats(0.4, 2.5), st.floats(-2, 2))
def test_bending_finds_the_slope_and_shift_that_were_lost(slope: float, shift: float) -> None:
    scores = np.linspace(-4, 4, 4_000)
    fates = 1 / (1 + np.exp(-(slope * scores + shift)))
    found = bend(scores, fates, strength=0.01)
    assert found == pytest.approx((slope, shift), abs=0.2)


def test_ties_count_half() -> None:
    late = np.array([1.0, 0.0, 1.0, 0.0])
    assert ranked(np.array([0.9, 0.1, 0.8, 0.2]), late) == 1.0
    assert ranked(np.array([0.5, 0.5, 0.5, 0.5]), late) == 0.5
    assert np.isnan(ranked(np.array([0.5]), np.array([1.0])))


def test_young_tickets_are_not_measured(table: Table) -> None:
    takes = later_than(table, START, START + 50 * 24)
    assert table.of_opened[table.tickets[takes]].max() < START + 50 * 24 - SETTLES
