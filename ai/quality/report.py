"""The whole look at the advice: every advisor, and whom it serves how well. A fixed number of queries, whatever the desk's size."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ai.models import FieldSuggestion
from ai.permissions import require
from ai.quality.fairness import Group
from ai.quality.of_agents import agent_quality
from ai.quality.of_desk import dispatch_quality, resolution_quality
from ai.quality.of_groups import by_language, by_organization, language_name, organization_names
from ai.quality.of_risk import risk_quality
from ai.quality.of_triage import triage_quality, triage_speed
from ai.quality.shares import percentile
from ai.quality.tally import Advisor, Quality
from ai.quality.window import Window
from tickets.models import User

PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "A year"}
USUAL = 30
GROUPS_AT_MOST = 20  # and all that are worse
AT_MOST = 500_000  # suggestions that are gone through; a look stays a look of seconds


@dataclass(frozen=True)
class NamedGroup:
    """A group with what people call it; `group` has its figures."""

    name: str
    group: Group


@dataclass(frozen=True)
class Report:
    """Speed is how long a new ticket waited for its triage, in milliseconds: p50, p95."""

    window: Window
    qualities: list[Quality]
    speed: tuple[int | None, int | None]
    organizations: list[NamedGroup]
    languages: list[NamedGroup]

    def of(self, advisor: Advisor) -> list[Quality]:
        """Return the figures of all versions together, one for each subject."""
        return [one for one in self.qualities if one.key.advisor == advisor and not one.key.version]

    def versions_of(self, whole: Quality) -> list[Quality]:
        """Return the figures of each version, the newest first."""
        same = (whole.key.advisor, whole.key.subject)
        found = [one for one in self.qualities if (one.key.advisor, one.key.subject) == same and one.key.version]
        return sorted(found, key=lambda one: _number(one.key.version), reverse=True)


def report(*, reader: User, days: int, now: datetime) -> Report:
    """Look at what was advised in the last `days`, on tickets that `reader` sees. Raises NotAllowed."""
    require(reader, "ai.watch")
    window = window_of(days, now, reader)
    speed = triage_speed(window).milliseconds
    organizations = _shown(by_organization(window))
    names = organization_names(organizations)
    return Report(
        window,
        qualities(window),
        (percentile(speed, 0.5), percentile(speed, 0.95)),
        [NamedGroup(names.get(one.key, "Gone"), one) for one in organizations],
        [NamedGroup(language_name(one.key), one) for one in _shown(by_language(window))],
    )


def window_of(days: int, now: datetime, reader: User | None = None) -> Window:
    """Return the last `days`, or on a very busy desk the shorter time in which the newest `AT_MOST` suggestions were made."""
    newest = FieldSuggestion.objects.order_by("-made_at").values_list("made_at", flat=True)
    return Window(max([now - timedelta(days=days), *newest[AT_MOST : AT_MOST + 1]]), now, reader)


def qualities(window: Window) -> list[Quality]:
    """Return the figures of every advisor, of all versions and of each."""
    found = [*triage_quality(window), *risk_quality(window), *resolution_quality(window)]
    return [*found, *dispatch_quality(window), *agent_quality(window)]


def _shown(groups: list[Group]) -> list[Group]:
    return [one for at, one in enumerate(groups) if at < GROUPS_AT_MOST or one.is_worse]


def _number(version: str) -> int:
    digits = version.partition(" ")[0].removeprefix("v")
    return int(digits) if digits.isdigit() else -1
