"""A connection to Elsewhere, and to the mocks of vendors."""

import pytest

from integrations import tasks as outward
from integrations.actions.connect import save_connection
from integrations.actions.hand_on import hand_on
from integrations.models import Delivery, InboundEvent, InboundFile, MailAddress, SyncRun
from integrations.providers.slack import api as slack_api
from integrations.registry import PROVIDERS, Entry
from tests.integrations import elsewhere as place
from tests.integrations.workspace import SECRETS, settings_of, workspace
from tickets import tasks, work
from tickets.choices import WorkState

assert tasks.CARRIED_OUT_BY
assert outward.CARRIED_OUT_BY, "loaded, as every worker has them"


@pytest.fixture
def elsewhere(monkeypatch):
    """The other side, empty."""
    there = place.Elsewhere()
    monkeypatch.setattr(place.ElsewhereProvider, "there", there)
    monkeypatch.setitem(PROVIDERS, "elsewhere", Entry("Elsewhere", "tests.integrations.elsewhere:ElsewhereProvider"))
    return there


@pytest.fixture
def connect(elsewhere, mona):
    """`connect(**fields)` makes a connection to Elsewhere, owned by Mona."""

    def make(name="Elsewhere", **fields):
        given = {"name": name, "provider": "elsewhere", "settings": {}, "credentials": {"webhook_secret": "s3cret"}}
        return save_connection(by=mona, fields=given | fields)

    return make


@pytest.fixture
def connection(connect):
    return connect()


@pytest.fixture
def linked(connection, ticket, tess, elsewhere):
    """Carl's ticket, known elsewhere as record 1; returns its link."""
    hand_on(ticket=ticket, connection=connection, by=tess)
    settle()
    elsewhere.calls.clear()
    return connection.links.get()


@pytest.fixture
def mailbox(mona):
    """Acme's mailbox, which letters are handed to."""
    box = save_connection(by=mona, fields={"name": "Acme Help", "provider": "email", "settings": {}, "credentials": {}})
    MailAddress.objects.create(connection=box, address="help@acme.example")
    return box


OURS = (Delivery, InboundEvent, InboundFile, SyncRun)


def settle(rounds=8):
    """Carry out our work that is due or waits for its turn, time flying."""
    for _ in range(rounds):
        tried = 0
        for kind in OURS:
            for pk in kind.objects.filter(state=WorkState.QUEUED).order_by("pk").values_list("pk", flat=True):
                kind.objects.filter(pk=pk).update(due="2020-01-01T00:00:00Z")
                work.run(kind, pk)
                tried += 1
        if not tried:
            return


@pytest.fixture
def acme_slack(settings, monkeypatch):
    """Acme's Slack, where Mia is; a channel takes any number of messages a second."""
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(slack_api, "POSTS", slack_api.Rate(calls=1000, seconds=1))
    with workspace() as there:
        there.join("U1", "mia@example.com", "Mia Moss")
        yield there


@pytest.fixture
def slack(acme_slack, mona):
    """A connection to it, owned by Mona."""
    given = {"name": "Slack", "provider": "slack", "settings": settings_of(acme_slack.address), "credentials": SECRETS}
    return save_connection(by=mona, fields=given)
