"""Work of this room: claim and call."""

from datetime import timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from ai.actions import opinions, risk, triage
from ai.actions.dispatch import follow_rules
from ai.actions.proposals import forget_old_proposals
from ai.child import manage
from ai.choices import RunOutcome
from ai.llm.books import close_lost_runs
from ai.models import SecondOpinion, Triage
from ai.pushing import push_triaged
from ai.similar import meaning
from ai.similar.index import wait_for
from ai.talking import keeping
from tickets.publisher import publisher
from tickets.work import handles, put_off

AT_ONCE = 5_000  # forecasts in one go; what is left follows seconds later
TAKEN_UP = 5_000
ASKED_AGAIN = timedelta(seconds=30)
WAITS_FOR_A_PLACE = timedelta(minutes=15)


@shared_task(name="ai.dispatch")
def give_out_tickets() -> None:
    """Give out what the rules of dispatch name. Sent every minute."""
    follow_rules(timezone.now())


@shared_task(name="ai.tidy_runs")
def tidy_runs() -> None:
    """Note that runs whose process died came to nothing; forget proposals that nobody decided on, and old conversations."""
    now = timezone.now()
    close_lost_runs(now)
    forget_old_proposals(now)
    keeping.close_silent_turns(now)
    keeping.forget_old_conversations(now)


@shared_task(name="ai.index_similar")
def index_similar() -> None:
    """Index tickets whose text is new, and then what they mean. Sent every few seconds."""
    meaning.catch_up()


@shared_task(name="ai.foretell_risk")
def foretell_risk() -> None:
    """Make the forecasts that are due. Sent every few seconds."""
    risk.foretell_due(timezone.now(), AT_ONCE)


@shared_task(name="ai.take_up_risk")
def take_up_risk() -> None:
    """Begin to foretell what came in without an event. Sent every few minutes."""
    risk.take_up(timezone.now(), TAKEN_UP)


@shared_task(name="ai.learn_risk")
def learn_risk() -> None:
    """Learn anew, in a child process with limits. Sent every night."""
    manage("train_risk")


@handles(Triage)
def carry_out_triage(row: Triage) -> None:
    """Look at a new ticket, and tell who follows it. Index and forecast take it up, also where triage fails."""
    with transaction.atomic():
        wait_for([row.ticket_id])
        risk.ask_anew([row.ticket_id], timezone.now())
        triage.note_languages([row])
    found = {one.field: one for one in triage.triage_ticket(ticket=row.ticket, now=timezone.now())}
    row.ticket.refresh_from_db()
    told = triage.outcome(row.ticket, found)
    transaction.on_commit(lambda: publisher.say(push_triaged, told))


@handles(SecondOpinion)
def carry_out_second_opinion(row: SecondOpinion) -> None:
    """Ask about unsure advice; again a little later while all places of the model are taken."""
    now = timezone.now()
    if opinions.give_opinion(ticket=row.ticket) == RunOutcome.BUSY and row.created_at > now - WAITS_FOR_A_PLACE:
        put_off(row, timezone.now() + ASKED_AGAIN)


@shared_task(name="ai.take_up_triage")
def take_up_triage() -> None:
    """See to tickets that came in without an event or before languages were noted, and rank people anew for those that wait.

    Sent every few minutes.
    """
    now = timezone.now()
    triage.take_up_missed(now)
    triage.rank_anew(now)
    triage.take_up_languages()


@shared_task(name="ai.learn_similar")
def learn_similar() -> None:
    """Learn anew how sure likeness is, in a child process with limits. Sent every night."""
    manage("train_similar")


@shared_task(name="ai.learn_triage")
def learn_triage() -> None:
    """Learn anew from closed tickets, in a child process with limits. Sent every night."""
    manage("train_triage")
