"""What people decided about likeness: pairs that were marked, merged or judged, each with the evidence there was for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from ai.models import ResolutionVote
from ai.similar import finding
from ai.similar.fusing import Evidence
from tickets.choices import LinkKind
from tickets.models import Ticket, TicketLink

AT_MOST = 400  # tickets of each sort, the newest
SHOWN = 5  # candidates that stand beside a ticket


@dataclass(frozen=True)
class Judged:
    """Whether people took an earlier ticket for the same as `ticket`, and what spoke for it."""

    ticket: int
    evidence: Evidence
    is_same: bool


def read_judged() -> list[Judged]:
    """Return what was decided, tickets that came first first. What stood beside a marked duplicate and was not taken is no match."""
    originals = _originals()
    alike: dict[int, set[int]] = {}
    for pk, original in originals.items():
        alike.setdefault(original, {original}).add(pk)
    found = [one for ticket in _newest(originals) for one in _beside(ticket, alike[originals[ticket.pk]])]
    found += list(_votes({(one.ticket, one.evidence.number) for one in found}))
    return sorted(found, key=lambda one: one.ticket)


def _originals() -> dict[int, int]:
    """Return ticket → what it was merged into or is a duplicate of, all that are known."""
    links = TicketLink.objects.filter(kind=LinkKind.DUPLICATE).order_by("pk").values_list("source_id", "target_id")
    merged = Ticket.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")
    return dict(links) | {pk: into for pk, into in merged if into}


def _newest(originals: dict[int, int]) -> Iterator[Ticket]:
    numbers = sorted(originals, reverse=True)[: 2 * AT_MOST]
    yield from Ticket.objects.filter(pk__in=numbers).only("title", "description").iterator()


def _beside(ticket: Ticket, alike: set[int]) -> Iterator[Judged]:
    """Yield the candidates that stood beside a ticket when it was marked; those in `alike` are known to be the same."""
    evidence = finding.evidence_for(finding.ask(ticket.title, ticket.description), but={ticket.pk})
    earlier = [one for one in evidence if one.number < ticket.pk or one.number in alike]
    for one in sorted(earlier, key=lambda one: -one.sum)[:SHOWN]:
        yield Judged(ticket.pk, one, one.number in alike)


def _votes(known: set[tuple[int, int]]) -> Iterator[Judged]:
    """Yield resolutions of earlier tickets that people said helped, or did not."""
    rows = ResolutionVote.objects.filter(~Q(suggestion__source=None)).select_related("suggestion__ticket")
    for vote in rows.order_by("-pk")[:AT_MOST]:
        ticket, source = vote.suggestion.ticket, vote.suggestion.source_id
        if source is None or (ticket.pk, source) in known:
            continue
        known.add((ticket.pk, source))
        evidence = finding.evidence_for(finding.ask(ticket.title, ticket.description), but={ticket.pk})
        for one in evidence:
            if one.number == source:
                yield Judged(ticket.pk, one, vote.helpful)
