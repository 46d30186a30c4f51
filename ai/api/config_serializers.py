"""Shapes of agents' configurations."""

from typing import Any

from rest_framework import serializers

from ai.actions.config import Saved
from ai.choices import AgentType
from ai.config import differences
from ai.models import AgentSetting, AIConfig
from tickets.api.serializers.common import ReferenceSerializer, Shape
from tickets.api.views import reference


class ConfigFieldsSerializer(serializers.Serializer[Any]):
    system_prompt = serializers.CharField(required=False)
    model = serializers.CharField(
        required=False, help_text="`default`, a model of the first provider, or `provider:model`."
    )
    temperature = serializers.FloatField(required=False, help_text="0 to 2.")
    max_tokens = serializers.IntegerField(required=False)
    timeout = serializers.IntegerField(required=False, help_text="Seconds for a whole run.")
    tools_enabled = serializers.ListField(child=serializers.CharField(), required=False)


class ConfigWriteSerializer(ConfigFieldsSerializer):
    note = serializers.CharField(required=False, help_text="What changes, for the history.")
    activate = serializers.BooleanField(required=False, help_text="`false` saves the version without using it.")
    version = serializers.IntegerField(
        required=False, help_text="The newest you know; a newer one is refused with 409."
    )


class ConfigSerializer(ConfigFieldsSerializer):
    agent_type = serializers.ChoiceField(AgentType.choices)
    version = serializers.IntegerField()
    trial = serializers.DictField(allow_null=True, help_text="The version tried beside it: `{version, share}`.")
    updated_at = serializers.DateTimeField()
    updated_by = ReferenceSerializer(allow_null=True)


class ConfigSavedSerializer(serializers.Serializer[Any]):
    agent_type = serializers.ChoiceField(AgentType.choices)
    status = serializers.ChoiceField(["updated", "saved", "rolled_back"])
    version = serializers.IntegerField()
    changes = serializers.DictField(help_text="Field → what it says now.")


class ConfigVersionSerializer(ConfigFieldsSerializer):
    version = serializers.IntegerField()
    note = serializers.CharField()
    made_by = ReferenceSerializer(allow_null=True)
    made_at = serializers.DateTimeField()
    changes = serializers.DictField(help_text="What it says otherwise than the version before.")
    is_active = serializers.BooleanField()


class RollbackSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(required=False, help_text="Without it, the one before the present one.")


class TrialSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(allow_null=True, help_text="`null` ends the trial.")
    share = serializers.IntegerField(required=False, help_text="Percent of the runs, 0 to 100.")


class ConfigTestSerializer(ConfigFieldsSerializer):
    tickets = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="1 to 5 tickets; the latest resolved where none is named.",
    )


class ConfigTestResultSerializer(serializers.Serializer[Any]):
    agent_type = serializers.ChoiceField(AgentType.choices)
    results = serializers.ListField(child=serializers.DictField(), help_text="What it said of each ticket.")
    agreement = serializers.FloatField(allow_null=True, help_text="Share of categories that people settled on too.")


def config_shape(setting: AgentSetting) -> Shape:
    config = setting.config
    trial = {"version": setting.trial.number, "share": setting.trial_share} if setting.trial else None
    return {
        "agent_type": config.agent,
        **config.values,
        "version": config.number,
        "trial": trial,
        "updated_at": config.made_at,
        "updated_by": reference(config.made_by),
    }


def saved_shape(saved: Saved, status: str) -> Shape:
    config = saved.config
    return {"agent_type": config.agent, "status": status, "version": config.number, "changes": saved.changes}


def version_shape(config: AIConfig, before: AIConfig | None, active: int) -> Shape:
    return {
        "version": config.number,
        **config.values,
        "note": config.note,
        "made_by": reference(config.made_by),
        "made_at": config.made_at,
        "changes": differences(before.values, config.values) if before else {},
        "is_active": config.pk == active,
    }
