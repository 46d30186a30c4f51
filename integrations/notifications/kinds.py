"""The one table of notifications: who hears of each kind, where unless they say otherwise, and what cannot wait. Pure."""

from typing import NamedTuple

from integrations.choices import Kind, Medium

NOWHERE: tuple[Medium, ...] = ()
HERE = (Medium.APP,)
HERE_AND_MAIL = (Medium.APP, Medium.EMAIL)
MAIL = (Medium.EMAIL,)


class Rule(NamedTuple):
    """`staff` and `requesters` are the media of those who never said otherwise; None: such people never hear of it.

    What is urgent is told at once, in quiet hours too, and is never kept for a digest.
    """

    audience: str
    staff: tuple[Medium, ...] | None
    requesters: tuple[Medium, ...] | None
    urgent: bool = False


KINDS: dict[Kind, Rule] = {
    Kind.MENTION: Rule("Who is called by @name", HERE_AND_MAIL, HERE_AND_MAIL),
    Kind.ASSIGNED: Rule("The new assignee", HERE_AND_MAIL, None),
    Kind.ESCALATED: Rule("Whom the escalation rule names", HERE_AND_MAIL, None, urgent=True),
    Kind.SLA_BREACHED: Rule("The assignee and the team's lead", HERE_AND_MAIL, None, urgent=True),
    Kind.SLA_WARNING: Rule("The assignee", HERE, None),
    Kind.RECEIPT: Rule("The requester, unless another system brought it", None, MAIL),
    Kind.REPLY: Rule("Requester, assignee, watchers", HERE_AND_MAIL, HERE_AND_MAIL),
    Kind.NOTE: Rule("Assignee and watchers at the desk", HERE, None),
    Kind.RESOLVED: Rule("Requester, assignee, watchers", HERE, HERE_AND_MAIL),
    Kind.MERGED: Rule("Requester and watchers of the ticket that was closed", HERE, HERE_AND_MAIL),
    Kind.STATUS: Rule("Requester, assignee, watchers", HERE, HERE),
    Kind.RATED: Rule("The assignee", HERE, None),
    Kind.TEAM_ASSIGNED: Rule("Everybody of the team", HERE, None),
    Kind.NEW_TICKET: Rule("Everybody of the team", NOWHERE, None),
    Kind.CONNECTION: Rule("Who looks after connections", HERE_AND_MAIL, None),
    Kind.BUDGET: Rule("Admins", HERE_AND_MAIL, None),
}


def kinds_for(*, staff: bool) -> list[Kind]:
    """Return what somebody at the desk, or a requester, may hear of."""
    return [kind for kind in Kind if usual(kind, staff=staff) is not None]


def usual(kind: Kind, *, staff: bool) -> tuple[Medium, ...] | None:
    """Return where somebody is told who never said otherwise; None where they never are."""
    rule = KINDS[kind]
    return rule.staff if staff else rule.requesters
