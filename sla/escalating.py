"""Which rules look at a promise, and when their levels are due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.models import Clock, Escalation, EscalationRule, PolicyVersion
from sla.quiet import QuietHours


@dataclass
class Rules:
    """The active rules, and which policy each version belongs to."""

    rules: list[EscalationRule]
    policies: dict[int, int]

    @classmethod
    def read(cls) -> "Rules":
        rules = list(EscalationRule.objects.filter(is_active=True).select_related("quiet_calendar"))
        policies = dict(PolicyVersion.objects.values_list("pk", "policy_id")) if rules else {}
        return cls(rules, policies)

    def of(self, clock: Clock) -> dict[int, EscalationRule]:
        """Return the rule of each level for a promise; where several would do, the one that says most about it."""
        found: dict[int, EscalationRule] = {}
        for rule in self.rules:
            if _fits(rule, clock, self.policies.get(clock.policy_version_id)):
                rival = found.get(rule.level)
                if rival is None or (_weight(rule), -rule.pk) > (_weight(rival), -rival.pk):
                    found[rule.level] = rule
        return found

    def plan(self, clock: Clock, percent: int, reached_at: datetime, now: datetime) -> Iterator[Escalation]:
        """Yield the levels that a threshold sets off; a level with a delay counts it from the one before, see `carry_out`."""
        for level, rule in self.of(clock).items():
            if rule.threshold == percent and rule.since <= reached_at:
                yield Escalation(
                    clock_id=clock.pk,
                    rule=rule,
                    level=level,
                    percent=percent,
                    reached_at=reached_at,
                    due=quiet_hours_of(rule).wait(now + timedelta(minutes=rule.delay_minutes)),
                    woken_at=now,
                    created_at=now,
                )


def _fits(rule: EscalationRule, clock: Clock, policy: int | None) -> bool:
    return rule.policy_id in (None, policy) and rule.kind in ("", clock.kind) and rule.metric in ("", clock.metric)


def _weight(rule: EscalationRule) -> tuple[bool, bool, bool]:
    return rule.policy_id is not None, bool(rule.metric), bool(rule.kind)


def quiet_hours_of(rule: EscalationRule) -> QuietHours:
    calendar = rule.quiet_calendar.latest.compiled if rule.quiet_calendar else None
    return QuietHours(calendar, rule.quiet_from, rule.quiet_until, rule.quiet_zone)
