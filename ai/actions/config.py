"""Configurations of agents: the next version, going back, and trying one beside the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from ai.choices import AgentType
from ai.config import differences, setting_of
from ai.llm.providers import names
from ai.models import AgentSetting, AIConfig
from ai.models.config import CONFIGURED
from ai.permissions import Actor, require
from ai.tools.names import TOOLS
from tickets.errors import Conflict, Invalid, NotFound
from tickets.fields import text
from tickets.models import User

PROMPT_LENGTH = 20_000
MOST_TOKENS = 32_000
LONGEST = 120  # seconds
REFUSED = "Validation failed: correct the fields named in errors and send the request again."


@dataclass(frozen=True)
class Saved:
    """A new version, what it says otherwise than the one before, and whether it is in use."""

    config: AIConfig
    changes: dict[str, Any]
    is_active: bool


def save_config(
    *,
    by: Actor,
    agent: AgentType,
    changes: Mapping[str, Any],
    note: str = "",
    activate: bool = True,
    base: int | None = None,
) -> Saved:
    """Make the next version out of the one in use and put it to use, at once and everywhere, unless `activate` says no.

    With `base`, a number that is not the newest any more is refused. Raises NotAllowed, Invalid, Conflict.
    """
    require(by, "ai.manage")
    values = clean_config(changes)
    with transaction.atomic():
        setting = _locked(agent)
        newest = _newest(agent)
        if base is not None and base != newest:
            raise Conflict("Somebody saved a newer version. Read it, then send your changes again.", version=newest)
        before = setting.config.values
        after = before | values
        changed = differences(before, after)
        if activate and not changed:
            return Saved(setting.config, {}, True)
        config = _next(agent, newest + 1, after, note, by)
        if activate:
            _put_to_use(setting, config)
    return Saved(config, changed, activate)


def roll_back_config(*, by: Actor, agent: AgentType, number: int | None = None) -> Saved:
    """Make a version that says what an earlier one said, and put it to use; without a number the one before. Raises NotFound."""
    require(by, "ai.manage")
    with transaction.atomic():
        setting = _locked(agent)
        earlier = AIConfig.objects.filter(agent=agent, **({"number": number} if number is not None else {}))
        if number is None:
            earlier = earlier.filter(number__lt=setting.config.number)
        source = earlier.order_by("-number").first()
        if source is None:
            raise NotFound("There is no such version. The history lists those there are.")
        changed = differences(setting.config.values, source.values)
        if not changed:
            return Saved(setting.config, {}, True)
        config = _next(agent, _newest(agent) + 1, source.values, f"Back to version {source.number}", by)
        _put_to_use(setting, config)
    return Saved(config, changed, True)


def try_config(*, by: Actor, agent: AgentType, number: int | None, share: int) -> AgentSetting:
    """Let `share` percent of the runs use version `number`, the others the one in use; None ends the trial."""
    require(by, "ai.manage")
    if isinstance(share, bool) or not isinstance(share, int) or not 0 <= share <= 100:
        raise Invalid({"share": ["Choose 0 to 100 percent."]}, REFUSED)
    with transaction.atomic():
        setting = _locked(agent)
        setting.trial = None if number is None else find_version(agent, number)
        setting.trial_share = 0 if number is None else share
        setting.save()
    return setting


def use_config(*, by: Actor, config: AIConfig) -> AgentSetting:
    """Put a version to use that was saved without."""
    require(by, "ai.manage")
    with transaction.atomic():
        setting = _locked(AgentType(config.agent))
        _put_to_use(setting, config)
    return setting


def find_version(agent: AgentType, number: int) -> AIConfig:
    found = AIConfig.objects.filter(agent=agent, number=number).first()
    if found is None:
        raise NotFound("There is no such version. The history lists those there are.")
    return found


def draft_of(agent: AgentType, changes: Mapping[str, Any]) -> AIConfig:
    """Return what `save_config` would make, not saved. Raises Invalid."""
    values = setting_of(agent).config.values | clean_config(changes)
    return AIConfig(agent=agent, number=_newest(agent) + 1, made_at=timezone.now(), **values)


def clean_config(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return checked values. Raises Invalid with every field that needs attention."""
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, value in changes.items():
        try:
            values[name] = CHECKS[name](value)
        except KeyError:
            errors[name] = [f"There is no such field. Set {', '.join(CONFIGURED)}."]
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise Invalid(errors, REFUSED)
    return values


def _number(value: Any, least: float, most: float, *, whole: bool) -> Any:
    right = isinstance(value, int) if whole else isinstance(value, int | float)
    if isinstance(value, bool) or not right or not least <= value <= most:
        raise ValueError(f"Choose a {'whole ' if whole else ''}number from {least:g} to {most:g}.")
    return value


def _model(value: Any) -> str:
    name = text(value, 160, required=True)
    _provider, colon, model = name.partition(":")
    if colon and not model:
        raise ValueError(f"Name the model after the provider, as in {names()[0] if names() else 'openai'}:gpt-4o-mini.")
    return name


def _tools(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError("Give a list of names of tools.")
    unknown = [name for name in value if name not in TOOLS]
    if unknown:
        raise ValueError(f"There is no tool {', '.join(unknown)}. There are {', '.join(TOOLS)}.")
    return list(dict.fromkeys(value))


CHECKS: dict[str, Any] = {
    "system_prompt": lambda value: text(value, PROMPT_LENGTH, required=True),
    "model": _model,
    "temperature": lambda value: float(_number(value, 0, 2, whole=False)),
    "max_tokens": lambda value: _number(value, 1, MOST_TOKENS, whole=True),
    "timeout": lambda value: _number(value, 1, LONGEST, whole=True),
    "tools_enabled": _tools,
}


def _locked(agent: AgentType) -> AgentSetting:
    setting_of(agent)
    return AgentSetting.objects.select_for_update(of=("self",)).select_related("config").get(agent=agent)


def _newest(agent: AgentType) -> int:
    newest = AIConfig.objects.filter(agent=agent).order_by("-number").values_list("number", flat=True).first()
    return newest or 0


def _next(agent: AgentType, number: int, values: Mapping[str, Any], note: str, by: Actor) -> AIConfig:
    made_by = by if isinstance(by, User) else None
    return AIConfig.objects.create(
        agent=agent, number=number, note=note[:200], made_by=made_by, made_at=timezone.now(), **values
    )


def _put_to_use(setting: AgentSetting, config: AIConfig) -> None:
    """The version takes over all runs; a trial ends with it, because what it was compared with is gone."""
    setting.config, setting.trial, setting.trial_share = config, None, 0
    setting.save()
