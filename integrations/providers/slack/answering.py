"""Who asks in Slack, and what they are told: nobody else reads it."""

from collections.abc import Mapping

from integrations.errors import Gone
from integrations.mail.letter import Person
from integrations.provider import Asked, Preview, Shown
from integrations.providers.slack import blocks
from integrations.providers.slack.api import SlackApi
from integrations.providers.slack.models import Member
from integrations.providers.slack.wording import escaped


def person(found: Member, team: str) -> Person | None:
    """Return who a member is, where this workspace vouches for the address: in a shared channel, others' people can ask, too."""
    is_ours = found.team_id == team and found.is_email_confirmed and not (found.is_bot or found.deleted)
    address = found.profile.email.strip().lower()
    return Person(found.shown_name, address) if is_ours and address else None


def tell(api: SlackApi, asked: Asked, text: str) -> None:
    """Answer at the address that Slack gave for it, for half an hour and five times; else in the channel, to this person only.

    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    if address := asked.place.get("response_url", ""):
        try:
            api.post_to(address, json={"response_type": "ephemeral", "replace_original": False, "text": escaped(text)})
            return
        except Gone:  # too late, or too often
            pass
    api.post("chat.postEphemeral", safe=True, channel=asked.place["channel"], user=asked.person, text=escaped(text))


def unfurl(api: SlackApi, shown: Shown, previews: Mapping[str, Preview], how: str) -> None:
    """Show what stands behind addresses: https://docs.slack.dev/reference/methods/chat.unfurl."""
    place = shown.place
    by_id = {name: place[name] for name in ("unfurl_id", "source")}
    where = by_id if all(by_id.values()) else {"channel": place["channel"], "ts": place["message_ts"]}
    told = {address: blocks.unfurled(address, preview, how) for address, preview in previews.items()}
    api.post("chat.unfurl", safe=True, unfurls=told, **where)
