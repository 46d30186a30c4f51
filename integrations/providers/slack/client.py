"""Slack over its Web API: a ticket is a message in a channel, what is said about it is the message's thread."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from integrations.choices import Ability
from integrations.errors import Refused, RemoteError
from integrations.http import Http
from integrations.mail.letter import Person
from integrations.provider import (
    Acknowledgement,
    Asked,
    Call,
    Defaults,
    Draft,
    Identity,
    Notice,
    OutgoingComment,
    OutgoingFile,
    Page,
    Preview,
    RemoteRecord,
    RemoteRef,
    Shown,
    Values,
)
from integrations.providers.messages import DEFAULTS
from integrations.providers.slack import answering, blocks, files, mapping, models, threads, webhook
from integrations.providers.slack.api import RATE, SlackApi, own_address, said
from integrations.providers.slack.wording import escaped
from integrations.ticket_pages import number_in
from integrations.typed import TypedProvider
from tickets.models.ticket import reference_of

NOTICE = "ticketsite_notice"
OVERLAP = timedelta(minutes=2)
THREADS_FOR = timedelta(days=14)  # the age of messages whose threads are asked for answers that no call told of


class SlackProvider(TypedProvider[models.SlackSettings, models.SlackCredentials]):
    settings_model = models.SlackSettings
    credentials_model = models.SlackCredentials
    webhook = webhook
    abilities: ClassVar[frozenset[Ability]] = frozenset(Ability) - {
        Ability.TRANSITION,
        Ability.LINK_BACK,
        Ability.IMPORT,
    }
    defaults: ClassVar[Defaults] = DEFAULTS

    def client(self) -> Http:
        return self._http(self.settings.base_url)

    def _http(self, base_url: str) -> Http:
        return Http(
            name=self.name,
            base_url=base_url,
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

    def create(self, draft: Draft) -> RemoteRef:
        """Post the ticket as a message; what it stands for goes along where nobody sees it."""
        message = mapping.drafted(draft, has_buttons=self._hears)
        posted = models.Posted.model_validate(self.api.say(self.settings.channel, **message))
        url = ""
        with suppress(RemoteError):  # the message is there, with or without its address
            url = str(self.api.get("chat.getPermalink", channel=posted.channel, message_ts=posted.ts)["permalink"])
        return mapping.reference(posted.channel, posted.ts, url)

    def find(self, marker: str, since: datetime) -> RemoteRef | None:
        """Look through the channel since then for the message with our marker."""
        channel = self.settings.channel
        for message in threads.since(self.api, channel, since - OVERLAP):
            if message.payload(mapping.TICKET).get("marker") == marker:
                return mapping.reference(channel, message.ts)
        return None

    def update(self, ref: RemoteRef, fields: Values) -> None:
        """Write the message anew, with what it was told before."""
        channel, ts = mapping.place(ref)
        before = threads.first(self.api, channel, ts)
        message = mapping.redrafted(before, fields, has_buttons=self._hears)
        self.api.post("chat.update", safe=True, channel=channel, ts=ts, **message)

    def comment(self, ref: RemoteRef, comment: OutgoingComment) -> str:
        channel, ts = mapping.place(ref)
        return models.Posted.model_validate(self.api.say(channel, thread_ts=ts, **mapping.said(comment))).ts

    def edit(self, ref: RemoteRef, comment_id: str, comment: OutgoingComment) -> None:
        channel, _ = mapping.place(ref)
        self.api.post("chat.update", safe=True, channel=channel, ts=comment_id, **mapping.said(comment))

    def is_comment_gone(self, ref: RemoteRef, comment_id: str) -> bool:
        return not threads.has(self.api, *mapping.place(ref), comment_id)

    def find_comment(self, ref: RemoteRef, comment: OutgoingComment) -> str | None:
        thread = threads.thread(self.api, *mapping.place(ref))
        same = (said.ts for said in thread if said.payload(mapping.COMMENT).get("marker") == comment.marker)
        return next(same, None)

    def attach(self, ref: RemoteRef, file: OutgoingFile) -> str:
        return files.share(self.api, file, *mapping.place(ref))

    def find_file(self, ref: RemoteRef, file: OutgoingFile) -> str | None:
        """Look in the thread for a file of this name and size that the app shared."""
        shared = (
            shown for said in threads.thread(self.api, *mapping.place(ref)) if said.bot_id for shown in said.files
        )
        return next((shown.id for shown in shared if (shown.name, shown.size) == (file.filename, file.size)), None)

    def fetch(self, url: str, at_most: int) -> bytes:
        """Return a file with the help of our token, which goes to Slack only; who lacks the right is sent to a page to sign in."""
        there = urlsplit(own_address(url))
        client = self._http(f"{there.scheme}://{there.netloc}")
        try:
            return client.download(url, at_most, follows=False)
        finally:
            client.close()

    def read(self, ref: RemoteRef) -> RemoteRecord:
        return mapping.record(ref, threads.thread(self.api, *mapping.place(ref)), self._name_of)

    def changes(self, cursor: Mapping[str, Any]) -> Page:
        """Return tickets' messages of the last two weeks whose threads have answers since then."""
        now = time.time()
        told = float(cursor.get("since", now)) - OVERLAP.total_seconds()
        recent = threads.since(self.api, self.settings.channel, datetime.fromtimestamp(now, UTC) - THREADS_FOR)
        found = [message for message in recent if message.latest_reply and message.payload(mapping.TICKET)]
        records = [
            RemoteRecord(self._ref(message), {}, models.moment(message.latest_reply), in_scope=False)
            for message in found
            if float(message.latest_reply) > told
        ]
        return Page(sorted(records, key=lambda record: record.updated_at), {"since": now}, more=False)

    def notify(self, to: str, notice: Notice) -> str:
        """Post to a channel (its ID or name), or write to the person with this e-mail address; the id is channel and time.

        Slack knows no key of ours: where OutcomeUnknown is raised, the message may stand there.
        """
        channel = self._directly_to(to) if "@" in to else to or self.settings.channel
        number = number_in(notice.url)
        posted = models.Posted.model_validate(
            self.api.say(
                channel,
                text=escaped(notice.title[: blocks.LONGEST_TITLE]),
                blocks=blocks.notice(notice, reference_of(number) if number is not None and self._hears else ""),
                metadata={"event_type": NOTICE, "event_payload": {"key": notice.key}},
            )
        )
        return f"{posted.channel}:{posted.ts}"

    def _directly_to(self, email: str) -> str:
        """Return the channel of the talk with a person. Raises Gone where nobody has this address."""
        found = self.api.get("users.lookupByEmail", email=email)
        member = models.Member.model_validate(found["user"])
        return str(self.api.post("conversations.open", users=member.id, safe=True)["channel"]["id"])

    @property
    def opens_for_strangers(self) -> bool:
        return self.settings.opens_for_strangers

    def who(self, asked: Asked) -> Person | None:
        """Say who somebody is; None for guests from other workspaces, programs, and people of unconfirmed addresses."""
        return answering.person(threads.member(self.api, asked.person), self.settings.team_id)

    def answer(self, asked: Asked, text: str) -> None:
        answering.tell(self.api, asked, text)

    def preview(self, shown: Shown, previews: Mapping[str, Preview]) -> None:
        if previews and self.settings.unfurls != "nothing":
            answering.unfurl(self.api, shown, previews, self.settings.unfurls)

    @classmethod
    def challenge(cls, call: Call, credentials: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return webhook.challenge(call)

    @classmethod
    def acknowledged(cls, call: Call, answer: str) -> Acknowledgement | None:
        return webhook.acknowledged(call)

    @property
    def _hears(self) -> bool:
        """Whether a press of a button would be believed."""
        return bool(self.credentials.signing_secret.get_secret_value())

    def _ref(self, message: models.Message) -> RemoteRef:
        return mapping.reference(self.settings.channel, message.ts)

    def _name_of(self, person: str) -> str:
        return threads.name_of(self.api, self.settings.team_id, person)
