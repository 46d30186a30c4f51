"""The systems we can talk to, one line each. A provider's module is loaded when it is first used, because its libraries are large."""

from importlib import import_module
from typing import NamedTuple

from integrations.provider import Provider
from tickets.errors import Invalid


class Entry(NamedTuple):
    label: str
    place: str  # the module that holds the class, and the class
    keeps_records: bool = True  # tickets can be handed on to it


PROVIDERS: dict[str, Entry] = {
    "jira": Entry("Jira", "integrations.providers.jira.client:JiraProvider"),
    "zendesk": Entry("Zendesk", "integrations.providers.zendesk.client:ZendeskProvider"),
    "salesforce": Entry("Salesforce", "integrations.providers.salesforce.client:SalesforceProvider"),
    "superops": Entry("SuperOps", "integrations.providers.superops.client:SuperOpsProvider"),
    "intercom": Entry("Intercom", "integrations.providers.intercom.client:IntercomProvider"),
    "github": Entry("GitHub", "integrations.providers.github.client:GitHubProvider"),
    "slack": Entry("Slack", "integrations.providers.slack.client:SlackProvider"),
    "teams": Entry("Microsoft Teams", "integrations.providers.teams.client:TeamsProvider"),
    "sms": Entry("SMS gateway", "integrations.providers.sms.client:SmsProvider", keeps_records=False),
    "email": Entry("E-mail", "integrations.providers.email.client:EmailProvider", keeps_records=False),
}


def provider_choices() -> list[tuple[str, str]]:
    return [(kind, entry.label) for kind, entry in PROVIDERS.items()]


def label_of(kind: str) -> str:
    """Return the system's name; of one that is no longer known, its kind."""
    return PROVIDERS[kind].label if kind in PROVIDERS else kind


def keeps_records(kind: str) -> bool:
    """Return whether a ticket can be known there; elsewhere people only read and write messages."""
    return kind in PROVIDERS and PROVIDERS[kind].keeps_records


def provider_class(kind: str) -> type[Provider]:
    """Return the class that talks to systems of this kind. Raises Invalid."""
    if kind not in PROVIDERS:
        raise Invalid({"provider": [f"Choose one of {', '.join(PROVIDERS)}."]})
    module, _, name = PROVIDERS[kind].place.partition(":")
    found: type[Provider] = getattr(import_module(module), name)
    return found
