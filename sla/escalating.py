"""Which rules look at a promise, and when their levels are due."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sla.models import Escalation, EscalationRule, PolicyVersion
from sla.quiet import QuietHours
from sla.watched import WatchedClock


class Rules:
    """The active rules as of one moment; each question is thought about once."""

    def __init__(self, rules: list[EscalationRule], policies: dict[int, int], now: datetime) -> None:
        self.rules, self.now = rules, now
        self._policies = policies  # version → policy
        self._chosen: dict[tuple[int, str, str], list[EscalationRule]] = {}
        self._due: dict[int, datetime] = {}

    @classmethod
    def read(cls, now: datetime) -> "Rules":
        rules = list(EscalationRule.objects.filter(is_active=True).select_related("quiet_calendar"))
        return cls(rules, dict(PolicyVersion.objects.values_list("pk", "policy_id")) if rules else {}, now)

    def plan(self, clock: WatchedClock, percent: int, reached_at: datetime) -> Iterator[Escalation]:
        """Yield the levels that a threshold sets off; a level with a delay counts it from the one before, see `carry_out`."""
        for rule in self._of(clock):
            if rule.threshold == percent and rule.since <= reached_at:
                yield Escalation(
                    clock_id=clock.pk,
                    rule=rule,
                    level=rule.level,
                    percent=percent,
                    reached_at=reached_at,
                    due=self._when(rule),
                )

    def _of(self, clock: WatchedClock) -> list[EscalationRule]:
        """Return the rule of each level for a promise; where several would do, the one that says most about it."""
        key = clock.policy_version_id, clock.kind, clock.metric
        if key not in self._chosen:
            policy = self._policies.get(clock.policy_version_id)
            fitting = [rule for rule in self.rules if _fits(rule, clock, policy)]
            fitting.sort(key=lambda rule: (_weight(rule), -rule.pk))
            self._chosen[key] = list({rule.level: rule for rule in fitting}.values())
        return self._chosen[key]

    def _when(self, rule: EscalationRule) -> datetime:
        if rule.pk not in self._due:
            self._due[rule.pk] = quiet_hours_of(rule).wait(self.now + timedelta(minutes=rule.delay_minutes))
        return self._due[rule.pk]


def _fits(rule: EscalationRule, clock: WatchedClock, policy: int | None) -> bool:
    return rule.policy_id in (None, policy) and rule.kind in ("", clock.kind) and rule.metric in ("", clock.metric)


def _weight(rule: EscalationRule) -> tuple[bool, bool, bool]:
    return rule.policy_id is not None, bool(rule.metric), bool(rule.kind)


def quiet_hours_of(rule: EscalationRule) -> QuietHours:
    calendar = rule.quiet_calendar.latest.compiled if rule.quiet_calendar else None
    return QuietHours(calendar, rule.quiet_from, rule.quiet_until, rule.quiet_zone)
