"""Which version of an agent's configuration is in use. Read from the database each time, so that a change holds at once everywhere."""

import random
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from ai.agents.prompts import DELIVERED
from ai.choices import AgentType
from ai.models import AgentSetting, AIConfig
from ai.models.config import CONFIGURED
from tickets.models import Ticket


def setting_of(agent: AgentType) -> AgentSetting:
    """Return the agent's setting, with the delivered configuration as version 1 where it was never touched."""
    found = AgentSetting.objects.select_related("config", "trial").filter(agent=agent).first()
    return found or _delivered(agent)


def _delivered(agent: AgentType) -> AgentSetting:
    values = {"note": "As delivered", "made_at": timezone.now(), **DELIVERED[agent]}
    with transaction.atomic():
        config, _ = AIConfig.objects.get_or_create(agent=agent, number=1, defaults=values)
        setting, _ = AgentSetting.objects.get_or_create(agent=agent, defaults={"config": config})
    return setting


def version_for(agent: AgentType, ticket: Ticket | None = None) -> AIConfig:
    """Return the version that answers now. A version on trial gets its share of runs; one ticket always gets the same."""
    setting = setting_of(agent)
    if setting.trial is None or not setting.trial_share:
        return setting.config
    dice = random.Random(f"{agent}:{setting.trial_id}:{ticket.pk}") if ticket else random.Random()  # noqa: S311
    return setting.trial if dice.randrange(100) < setting.trial_share else setting.config


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `after` says otherwise than `before`."""
    return {name: after[name] for name in CONFIGURED if before[name] != after[name]}
