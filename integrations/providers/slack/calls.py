"""What Slack sends: events as JSON, slash commands as forms, presses and shortcuts as a form with JSON in its field `payload`."""

from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError

from integrations.choices import WebhookRefusal
from integrations.errors import WebhookRefused
from integrations.providers.slack.models import Message, Text
from integrations.shapes import Remote


class SharedLink(Remote):
    url: Text = ""


class Event(Remote):
    """Of the types `message` and `link_shared`."""

    type: Text = ""
    subtype: Text = ""
    channel: Text = ""
    user: Text = ""
    bot_id: Text = ""
    ts: Text = ""
    thread_ts: Text = ""
    message: Message | None = None  # as it is after a change
    previous_message: Message | None = None
    deleted_ts: Text = ""
    links: list[SharedLink] = []
    message_ts: Text = ""
    unfurl_id: Text = ""
    source: Text = ""

    @property
    def thread(self) -> str:
        """The message that is answered: changes and deletions tell it of the answer."""
        answers = filter(None, (self.message, self.previous_message))
        return self.thread_ts or next((answer.thread_ts for answer in answers if answer.thread_ts), "")


class EventCall(Remote):
    type: Text = ""
    challenge: Text = ""
    team_id: Text = ""
    event_id: Text = ""
    event: Event = Event()


class Command(Remote):
    """A slash command."""

    team_id: Text = ""
    channel_id: Text = ""
    user_id: Text = ""
    text: Text = ""
    response_url: Text = ""
    trigger_id: Text = ""


class Team(Remote):
    id: Text = ""
    domain: Text = ""


class Named(Remote):
    id: Text = ""


class Action(Remote):
    action_id: Text = ""
    value: Text = ""


class Interaction(Remote):
    """A button that was pressed (`block_actions`), or a shortcut of a message (`message_action`)."""

    type: Text = ""
    callback_id: Text = ""
    team: Team = Team()
    user: Named = Named()
    channel: Named = Named()
    message: Message | None = None
    actions: list[Action] = []
    response_url: Text = ""
    trigger_id: Text = ""


def read(body: bytes) -> EventCall | Command | Interaction:
    """Return what a body says. Raises WebhookRefused."""
    try:
        if body.lstrip().startswith(b"{"):
            return EventCall.model_validate_json(body)
        form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
        return _of_form(form)
    except (ValidationError, ValueError):
        raise WebhookRefused(WebhookRefusal.MALFORMED) from None


def _of_form(form: dict[str, Any]) -> Command | Interaction:
    if "payload" in form:
        return Interaction.model_validate_json(form["payload"])
    return Command.model_validate(form)
