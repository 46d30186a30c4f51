"""How sure likeness is: a fixed curve, until people have decided enough to learn a better one from."""

import random
from collections.abc import Callable
from math import exp

import pytest
from django.core.management import call_command
from django.utils import timezone

from ai import tasks
from ai.actions import similar_learning
from ai.actions.learning import learn as learn_kind
from ai.actions.similar import rate_suggestion, suggest_resolution
from ai.choices import Learning, VersionState
from ai.errors import NothingToLearn
from ai.models import LearnedModel
from ai.similar import fusing
from ai.similar.calibrating import Judged, read_judged
from ai.similar.finding import learned_curve, similar_to
from ai.similar.fusing import Evidence
from tests.ai.looking import look_at_all
from tickets.actions.merging import link_tickets, merge_tickets
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, LinkKind
from tickets.errors import NotAllowed
from tickets.models import Ticket, User
from tickets.permissions import System

pytestmark = pytest.mark.django_db
Make = Callable[..., Ticket]
Decide = Callable[..., None]


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> Decide:
    """`decided(300, from_=1.4)`: so many pairs, of which people took one in two for the same where there was that much evidence."""

    def decide(count: int, from_: float = 1.4, turn: int | None = None, meaning: float | None = None) -> None:
        draw, pairs = random.Random(5), []
        for number in range(count):
            words = draw.uniform(0.1, 2.0)
            is_same = draw.random() < 1 / (1 + exp(-5 * (words - from_)))
            pairs.append(Judged(number, Evidence(number, words, 0.0, meaning), is_same != (turn == 1)))
            turn = 1 if turn is not None and number > count // 2 else turn
        monkeypatch.setattr(similar_learning, "read_judged", lambda: pairs)

    return decide


def learn() -> LearnedModel:
    return learn_kind(kind=Learning.SIMILAR, by=System(), now=timezone.now())


def test_a_curve_learned_from_decisions_says_how_often_people_agreed(decided: Decide) -> None:
    decided(600)
    version = learn()
    assert version.state == VersionState.ACTIVE
    assert version.metrics["brier"] < version.metrics["brier_of_fixed"]
    assert version.metrics["calibration_error"] < 0.1
    curve = learned_curve()
    likely, unlikely = (fusing.confidence(Evidence(1, words, 0.0), curve) for words in (1.8, 1.0))
    assert likely > 0.8 > 0.2 > unlikely
    assert fusing.confidence(Evidence(1, 1.0, 0.0)) > 0.5  # what the fixed curve thought of it


def test_one_that_foretells_later_decisions_worse_is_kept_and_not_used(decided: Decide) -> None:
    decided(600, from_=0.9, turn=0)  # people change their minds half-way
    version = learn()
    assert (version.state, learned_curve()) == (VersionState.CANDIDATE, None)
    assert "that of the fixed curve" in version.verdict


def test_too_few_decisions_are_said(decided: Decide, capsys: pytest.CaptureFixture[str]) -> None:
    for count, from_, said in (
        (150, 1.4, "decided on 150 pairs, 200 are needed"),
        (400, 3.0, "pairs are the same; 30"),
    ):
        decided(count, from_)
        with pytest.raises(NothingToLearn, match=said):
            learn()
    call_command("train_similar")
    assert "Until then the fixed curve serves." in capsys.readouterr().out
    decided(400)
    call_command("train_similar")
    assert "In use: On later decisions its Brier score is" in capsys.readouterr().out


def test_a_curve_speaks_only_of_evidence_like_that_it_was_learned_from(decided: Decide) -> None:
    decided(400)
    learn()
    with_meaning = Evidence(1, 1.0, 0.0, meaning=0.5)
    assert fusing.confidence(with_meaning, learned_curve()) == fusing.confidence(with_meaning)
    decided(400, meaning=0.5)  # decided with a sentence model that is gone
    with pytest.raises(NothingToLearn):
        learn()


def test_what_stands_beside_a_ticket_is_as_sure_as_people_were(decided: Decide, make_ticket: Make, tess: User) -> None:
    tickets = [make_ticket(title) for title in ("Printer HP4520 shows error 0x61", "Printer out of toner")]
    look_at_all()
    (before,) = similar_to(tickets[0], tess)
    decided(600)
    learn()
    (after,) = similar_to(tickets[0], tess)
    assert after.ticket == before.ticket
    assert after.confidence < before.confidence


def test_decisions_are_read_from_duplicates_merges_and_votes(make_ticket: Make, tess: User) -> None:
    first = make_ticket("HP4520 printer error 0x61")
    other = make_ticket("Printer out of toner")
    solved = make_ticket("Printer prints stripes")
    change_ticket(
        ticket=solved, by=tess, via=Channel.WEB, changes={"status": "resolved", "resolution": "Clean the drum."}
    )
    marked, merged, open_one = (
        make_ticket(title)
        for title in ("Printer HP4520 error 0x61 again", "Error 0x61 on the printer", "Printer stripes, stripes")
    )
    look_at_all()
    offers = suggest_resolution(ticket=open_one, by=tess, now=timezone.now())
    (offer,) = [one for one in offers if one.suggestion.source_id == solved.pk]
    rate_suggestion(suggestion=offer.suggestion, helpful=False, by=tess, now=timezone.now())
    link_tickets(source=marked, target=first, kind=LinkKind.DUPLICATE, by=tess, via=Channel.WEB)
    merge_tickets(source=merged, target=first, by=tess, via=Channel.WEB)
    found = {(one.ticket, one.evidence.number): one.is_same for one in read_judged()}
    assert found == {
        (marked.pk, first.pk): True,
        (marked.pk, merged.pk): True,
        (marked.pk, other.pk): False,
        (marked.pk, solved.pk): False,
        (merged.pk, first.pk): True,
        (merged.pk, marked.pk): True,
        (merged.pk, other.pk): False,
        (merged.pk, solved.pk): False,
        (open_one.pk, solved.pk): False,
    }


def test_learning_is_for_admins_and_runs_apart(tess: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotAllowed):
        learn_kind(kind=Learning.SIMILAR, by=tess, now=timezone.now())
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(tasks, "manage", lambda *command: asked.append(command))
    tasks.learn_similar()
    assert asked == [("train_similar",)]
