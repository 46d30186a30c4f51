"""Slack over its Web API: a ticket is a message in a channel, what is said about it is the message's thread."""

from typing import ClassVar

from integrations.choices import Ability
from integrations.errors import Refused
from integrations.http import Http
from integrations.provider import Defaults, Identity, Notice
from integrations.providers.slack import blocks, models
from integrations.providers.slack.api import RATE, SlackApi, said
from integrations.providers.slack.wording import escaped
from integrations.ticket_pages import number_in
from integrations.typed import TypedProvider
from tickets.models.ticket import reference_of

NOTICE = "ticketsite_notice"


class SlackProvider(TypedProvider[models.SlackSettings, models.SlackCredentials]):
    settings_model = models.SlackSettings
    credentials_model = models.SlackCredentials
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.NOTIFY})
    defaults: ClassVar[Defaults] = Defaults(fields=())

    def client(self) -> Http:
        return Http(
            name=self.name,
            base_url=self.settings.base_url,
            headers={"Authorization": f"Bearer {self.credentials.bot_token.get_secret_value()}"},
            rate=RATE,
            said=said,
        )

    @property
    def api(self) -> SlackApi:
        return SlackApi(self.http, self.name)

    def test(self) -> Identity:
        """Prove that the token is one of the workspace, and the channel one that the app may read."""
        me = models.Identified.model_validate(self.api.post("auth.test", safe=True))
        if me.team_id != self.settings.team_id:
            raise Refused(f"The token belongs to another workspace: {me.team} ({me.team_id}).")
        self.api.get("conversations.info", channel=self.settings.channel)
        return Identity(me.user_id, f"{me.user} in {me.team}")

    def notify(self, to: str, notice: Notice) -> str:
        """Post to a channel (its ID or name), or write to the person with this e-mail address; the id is channel and time.

        Slack knows no key of ours: where OutcomeUnknown is raised, the message may stand there.
        """
        channel = self._directly_to(to) if "@" in to else to or self.settings.channel
        number = number_in(notice.url)
        has_buttons = number is not None and self.credentials.signing_secret.get_secret_value()
        posted = models.Posted.model_validate(
            self.api.say(
                channel,
                text=escaped(notice.title)[: blocks.LONGEST_TITLE],
                blocks=blocks.notice(notice, reference_of(number) if number is not None and has_buttons else ""),
                metadata={"event_type": NOTICE, "event_payload": {"key": notice.key}},
            )
        )
        return f"{posted.channel}:{posted.ts}"

    def _directly_to(self, email: str) -> str:
        """Return the channel of the talk with a person. Raises Gone where nobody has this address."""
        found = self.api.get("users.lookupByEmail", email=email)
        member = models.Member.model_validate(found["user"])
        return str(self.api.post("conversations.open", users=member.id, safe=True)["channel"]["id"])
