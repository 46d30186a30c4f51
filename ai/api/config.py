"""Configuration of the agents: read, changed into the next version, gone back on, tried."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ai.actions.config import roll_back_config, save_config, try_config
from ai.api import config_serializers as shapes
from ai.choices import AgentType
from ai.config import setting_of
from ai.models import AIConfig
from ai.permissions import require
from tickets.api import pages
from tickets.api.schema import describe, page_of, paged
from tickets.api.views import ApiView, flag, only
from tickets.errors import NotFound
from tickets.fields import whole_number

TAG = "AI configuration"
BY_NUMBER = {"number": "number"}


class AgentDoor(ApiView):
    """Answers about one agent."""

    def agent(self, name: str) -> AgentType:
        """Return the agent that the address names, to support staff. Raises NotAllowed, NotFound."""
        require(self.user, "ai.advise")
        try:
            return AgentType(name)
        except ValueError:
            raise NotFound(f"There is no such agent. There are {', '.join(AgentType.values)}.") from None


class ConfigView(AgentDoor):
    @describe("Read an agent's configuration", tag=TAG, gives=shapes.ConfigSerializer)
    def get(self, request: Request, agent_type: str) -> Response:
        """The version in use. For support staff."""
        return Response(shapes.config_shape(setting_of(self.agent(agent_type))))

    @describe(
        "Change an agent's configuration",
        tag=TAG,
        takes=shapes.ConfigWriteSerializer,
        gives=shapes.ConfigSavedSerializer,
    )
    def put(self, request: Request, agent_type: str) -> Response:
        """What is given makes the next version, in use at once in every process; the rest stays. Admins."""
        agent = self.agent(agent_type)
        body = dict(self.body)
        note, base = body.pop("note", ""), body.pop("version", None)
        activate = flag(body, "activate", default=True)
        body.pop("activate", None)
        saved = save_config(
            by=self.user,
            agent=agent,
            changes=body,
            note=str(note),
            activate=activate,
            base=None if base is None else whole_number(base, "version"),
        )
        return Response(shapes.saved_shape(saved, "updated" if saved.is_active else "saved"))


class ConfigHistoryView(AgentDoor):
    @describe(
        "List an agent's versions", tag=TAG, gives=page_of(shapes.ConfigVersionSerializer), parameters=paged(BY_NUMBER)
    )
    def get(self, request: Request, agent_type: str) -> Response:
        """Newest first, each with what it changed. For support staff."""
        agent = self.agent(agent_type)
        active = setting_of(agent).config_id
        rows = AIConfig.objects.filter(agent=agent).select_related("made_by")

        def each(found: list[AIConfig]) -> list[dict[str, Any]]:
            before = {config.number + 1: config for config in rows.filter(number__in=[c.number - 1 for c in found])}
            return [shapes.version_shape(config, before.get(config.number), active) for config in found]

        return pages.page_at_once(request, rows, each, orderings=BY_NUMBER, default="-number")


class ConfigRollbackView(AgentDoor):
    @describe(
        "Go back to an earlier version",
        tag=TAG,
        takes=shapes.RollbackSerializer,
        gives=shapes.ConfigSavedSerializer,
    )
    def post(self, request: Request, agent_type: str) -> Response:
        """Makes a new version that says what the earlier one said. Admins."""
        agent = self.agent(agent_type)
        wanted = only(self.body, "version").get("version")
        number = None if wanted is None else whole_number(wanted, "version")
        saved = roll_back_config(by=self.user, agent=agent, number=number)
        return Response(shapes.saved_shape(saved, "rolled_back"))


class ConfigTrialView(AgentDoor):
    @describe(
        "Try a version beside the one in use", tag=TAG, takes=shapes.TrialSerializer, gives=shapes.ConfigSerializer
    )
    def post(self, request: Request, agent_type: str) -> Response:
        """A share of the runs uses it; a ticket always meets the same version. Admins."""
        agent = self.agent(agent_type)
        body = only(self.body, "version", "share")
        wanted = body.get("version")
        number = None if wanted is None else whole_number(wanted, "version")
        try_config(by=self.user, agent=agent, number=number, share=body.get("share", 10))
        return Response(shapes.config_shape(setting_of(agent)))
