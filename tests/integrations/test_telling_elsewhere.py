"""Messages leave the desk by Slack, Teams and SMS: to people who want them there, and to channels that routes name."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.utils import DNS_NAME
from django.utils import timezone

from integrations.actions.bounces import note_bounce
from integrations.actions.connect import save_connection
from integrations.actions.preferences import save_preferences
from integrations.actions.routes import save_route
from integrations.mail.letter import Bounce
from integrations.models import DeadAddress, Message, Notification
from integrations.opened import opened
from integrations.provider import Notice
from integrations.providers.sms.client import LONGEST, short
from sla import tasks
from sla.actions.calendars import save_calendar
from sla.actions.policies import save_policy
from sla.actions.rules import save_rule
from sla.actions.watch import watch
from tests.integrations.server import serving
from tests.integrations.telling import give_up, spread
from tests.sla.conftest import ROUND_THE_CLOCK
from tests.vendors import mocks
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.errors import Invalid, NotAllowed
from tickets.models import OutgoingMail

pytestmark = pytest.mark.django_db
assert tasks.CARRIED_OUT_BY, "loaded, as every worker has them"
WEB = Channel.WEB
POSTED = {"ok": True, "channel": "C1H9RESGL", "ts": "1503435956.000247"}
NUMBER = "+4930123456"


@pytest.fixture(autouse=True)
def own_machine(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]


@pytest.fixture
def slack(mona):
    def connect(address):
        fields = {
            "name": "Slack",
            "provider": "slack",
            "settings": {"base_url": address, "channel": "C1H9RESGL", "team_id": "T12345678"},
            "credentials": {"bot_token": "xoxb-1", "signing_secret": "s3cret"},
        }
        return save_connection(by=mona, fields=fields)

    return connect


@pytest.fixture
def gateway(mona):
    """A gateway for text messages."""
    with serving() as (address, script):
        settings = {"base_url": address, "path": "/v1/send", "test_number": "+4915112345678"}
        fields = {"name": "SMS", "provider": "sms", "settings": settings, "credentials": {"secret": "Bearer k3y"}}
        save_connection(by=mona, fields=fields)
        yield script


@pytest.fixture
def assigned(ticket, tess, mona):
    """Tess has it, and everything so far is told."""
    change_ticket(ticket=ticket, by=mona, via=WEB, changes={"assignee": tess.pk, "priority": "critical"})
    spread()
    Notification.objects.all().delete()
    mail.outbox.clear()
    return ticket


@pytest.fixture
def breach(assigned, ada, monkeypatch):
    """`breach()` lets Carl's critical ticket stay unanswered for too long."""
    calendar = save_calendar(by=ada, fields={"name": "Round the clock", **ROUND_THE_CLOCK})
    fields = {"name": "All", "is_default": True, "targets": {"first_response": {"critical": "1 h"}}}
    save_policy(by=ada, fields=fields | {"calendar": calendar.pk}, scope="open")
    work.run_due()

    def go():
        now = assigned.created_at + timedelta(hours=1, minutes=1)
        monkeypatch.setattr(timezone, "now", lambda: now)
        watch(now)
        spread()

    return go


def note(ticket, by, body="@tess look"):
    add_comment(ticket=ticket, by=by, via=WEB, body=body, internal=True)
    spread()


def media(person):
    """Return where a message went, and what became of it."""
    rows = Message.objects.filter(notification__person=person).order_by("pk")
    return list(rows.values_list("medium", "outcome"))


def test_the_breach_of_a_critical_ticket_reaches_the_channel_once(breach, slack, mona, ticket):
    routed = {"kinds": ["sla_breached"], "least_priority": "critical", "channel": "C0ONCALL01"}
    with serving() as (address, script):
        script.answers = [(200, {}, POSTED)]
        connection = slack(address)
        for name in ("On call", "On call, again"):
            save_route(by=mona, fields={"name": name, "connection": connection.pk, **routed})
        breach()
        (sent,) = [body for body in script.bodies() if "blocks" in body]
    assert sent["channel"] == "C0ONCALL01"
    assert f"Promise broken: [{ticket.reference}] {ticket.title}" in json.dumps(sent)
    assert f"/tickets/{ticket.reference}" in json.dumps(sent)
    row = Message.objects.get(notification=None)
    assert (row.outcome, row.medium) == ("sent", "slack")


def test_the_channel_that_an_escalation_names_is_one_of_slack(breach, slack, mona, ticket):
    save_rule(
        by=mona, fields={"name": "Late", "metric": "first_response", "channel": "C0ONCALL01", "notify_managers": True}
    )
    with serving() as (address, script):
        script.answers = [(200, {}, POSTED)]
        slack(address)
        breach()
        work.run_due(timezone.now())
        spread()
        (sent,) = [body for body in script.bodies() if "blocks" in body]
    assert sent["channel"] == "C0ONCALL01"
    assert f"Needs attention: [{ticket.reference}]" in json.dumps(sent)


@pytest.mark.slow
def test_a_breach_is_a_message_that_slack_takes(breach, slack, mona):
    with mocks("slack") as addresses:
        connection = slack(addresses["slack"])
        save_route(by=mona, fields={"name": "On call", "kinds": ["sla_breached"], "connection": connection.pk})
        breach()
    assert Message.objects.get(notification=None).outcome == "sent"


@pytest.mark.parametrize(
    "narrower", [{"least_priority": "critical"}, {"threshold": 100}, {"kinds": ["rated"]}, {"is_active": False}]
)
def test_what_does_not_fit_takes_no_route(assigned, slack, mona, tess, desktop, narrower):
    change_ticket(ticket=assigned, by=mona, via=WEB, changes={"priority": "high"})
    fields = {"name": "Notes", "kinds": ["sla_warning", "note"], "person": mona.pk}
    save_route(by=mona, fields={**fields, "team": desktop.pk})
    save_route(by=mona, fields={**fields, "name": "Narrow", **narrower})
    note(assigned, tess, "Hm.")
    told = Notification.objects.filter(person=mona).exists()
    assert told == ("threshold" in narrower), "a threshold is for promises only"


def test_a_route_tells_a_person_and_a_team_only_what_they_may_see(assigned, mona, ada, tess, milo, network):
    save_route(by=mona, fields={"name": "A", "kinds": ["note"], "person": ada.pk})
    save_route(by=mona, fields={"name": "B", "kinds": ["note"], "person": milo.pk, "to_team": network.pk})
    note(assigned, mona, "Hm.")
    assert Notification.objects.filter(kind="note").count() == 2
    assert set(Notification.objects.values_list("person__name", flat=True)) == {"Ada", "Tess"}


NONSENSE = [
    ("kinds", {"kinds": []}),
    ("kinds", {"kinds": ["budget"]}),
    ("person", {"person": None}),
    ("channel", {"channel": "#x"}),
    ("threshold", {"threshold": 0}),
    ("least_priority", {"least_priority": "huge"}),
    ("colour", {"colour": "red"}),
]


@pytest.mark.parametrize(("field", "fields"), NONSENSE)
def test_a_route_that_makes_no_sense_is_refused(mona, field, fields):
    with pytest.raises(Invalid) as refused:
        save_route(by=mona, fields={"name": "A", "kinds": ["note"], "person": mona.pk, **fields})
    assert list(refused.value.errors) == [field]


def test_routes_are_for_managers_and_lead_to_what_people_read(connection, mona, tess):
    with pytest.raises(NotAllowed):
        save_route(by=tess, fields={"name": "A", "kinds": ["note"], "person": tess.pk})
    with pytest.raises(Invalid, match="Correct"):
        save_route(by=mona, fields={"name": "A", "kinds": ["note"], "connection": connection.pk})


def test_who_wants_slack_gets_it_by_their_address(assigned, slack, tess, mona):
    save_preferences(by=tess, fields={"media": {"mention": ["app", "slack"]}})
    routes = {
        "GET /users.lookupByEmail": (200, {}, {"ok": True, "user": {"id": "U1"}}),
        "POST /conversations.open": (200, {}, {"ok": True, "channel": {"id": "D1"}}),
    }
    with serving(routes) as (address, script):
        script.answers = [(200, {}, POSTED)]
        slack(address)
        note(assigned, mona)
        assert any("users.lookupByEmail" in path for path in script.paths())
    assert media(tess) == [("slack", "sent")]
    assert mail.outbox == []


def test_a_text_message_is_sent_as_the_template_says(assigned, gateway, tess, mona):
    save_preferences(by=tess, fields={"media": {"mention": ["sms"]}, "phone": "+49 30 123 456"})
    note(assigned, mona, '@tess "quoted" {to}')
    ((method, path, headers, body),) = gateway.asked
    assert (method, path, headers["Authorization"]) == ("POST", "/v1/send", "Bearer k3y")
    sent = json.loads(body)
    assert sent["to"] == NUMBER
    assert sent["text"].startswith(f"Mona mentions you: [{assigned.reference}] Printer is on fire http")
    assert not Notification.objects.visible_to(tess).exists(), "only where they want it"


def test_without_a_number_or_a_gateway_nothing_is_sent_there(assigned, tess, mona):
    save_preferences(by=tess, fields={"media": {"mention": ["sms", "slack", "email"]}})
    note(assigned, mona)
    assert media(tess) == [("email", "sent")]


def test_what_fails_for_good_goes_to_the_next_place_once(assigned, gateway, tess, mona):
    gateway.answers = [(400, {}, {"error": "bad number +4930"})]
    save_preferences(by=tess, fields={"media": {"mention": ["sms"]}, "phone": NUMBER, "order": ["sms", "email"]})
    note(assigned, mona)
    failed = Message.objects.get(medium="sms")
    assert failed.outcome == "failed"
    assert NUMBER not in failed.last_error
    spread()
    assert media(tess) == [("sms", "failed"), ("email", "sent")]
    assert len(mail.outbox) == 1


def test_a_mail_that_comes_back_leads_to_the_next_place_too(assigned, gateway, tess, mona):
    save_preferences(by=tess, fields={"phone": NUMBER})
    note(assigned, mona)
    assert media(tess) == [("email", "sent")]
    back = Bounce(tess.email, mail.outbox[0].extra_headers["Message-ID"], "5.1.1", is_hard=True)
    note_bounce(back)
    note_bounce(back)
    spread()
    assert media(tess) == [("email", "failed"), ("sms", "sent")]


def test_so_does_one_that_no_server_takes(assigned, gateway, tess, mona, settings, monkeypatch):
    monkeypatch.setattr(DNS_NAME, "_fqdn", "desk.example", raising=False)  # a lookup that some networks answer late
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    save_preferences(by=tess, fields={"phone": NUMBER})
    note(assigned, mona)
    give_up(OutgoingMail.objects.get())
    spread()
    assert media(tess) == [("email", "failed"), ("sms", "sent")]


def test_what_reaches_nobody_elsewhere_is_read_here(assigned, gateway, tess, mona, client):
    gateway.answers = [(400, {}, {})]
    DeadAddress.objects.create(address=tess.email)
    save_preferences(by=tess, fields={"media": {"mention": ["sms"], "note": ["sms"]}})
    note(assigned, mona, "No number yet.")
    save_preferences(by=tess, fields={"phone": NUMBER})
    note(assigned, mona)
    assert Notification.objects.visible_to(tess).count() == 1
    spread()
    assert media(tess) == [("sms", "failed"), ("email", "failed")]
    assert Notification.objects.visible_to(tess).count() == 2


def test_trouble_is_tried_again_before_another_place_is(assigned, gateway, tess, mona):
    gateway.answers = [(429, {"Retry-After": "60"}, {}), (200, {}, {})]
    save_preferences(by=tess, fields={"media": {"mention": ["sms"]}, "phone": NUMBER})
    note(assigned, mona)
    assert media(tess) == [("sms", "")]
    Message.objects.update(due="2020-01-01T00:00:00Z")
    cache.clear()  # the pause that was asked for
    spread()
    assert media(tess) == [("sms", "sent")]


def test_whether_a_lost_message_arrived_nobody_asks_twice(assigned, gateway, tess, mona):
    gateway.answers = ["cut"]
    save_preferences(by=tess, fields={"media": {"mention": ["sms"]}, "phone": NUMBER})
    note(assigned, mona)
    spread()
    assert media(tess) == [("sms", "unknown"), ("email", "sent")]
    assert len(gateway.asked) == 1


def test_a_dead_address_leads_to_the_next_place(assigned, gateway, tess, mona):
    DeadAddress.objects.create(address=tess.email)
    save_preferences(by=tess, fields={"phone": NUMBER})
    note(assigned, mona)
    give_up(Message.objects.get(medium="email"))
    spread()
    assert media(tess) == [("email", "failed"), ("sms", "sent")]
    assert mail.outbox == []


def test_a_message_shortens_its_title_never_the_address():
    words = short(Notice("1", "word " * 100, "", "https://desk.example.com/tickets/T-1"))
    assert len(words) <= LONGEST
    assert words.endswith("… https://desk.example.com/tickets/T-1")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("template", "{to}"),
        ("template", '{"to": "{to}"}'),
        ("path", "v1"),
        ("header", "A: b"),
        ("test_number", "030"),
        ("method", "DELETE"),
    ],
)
def test_a_gateway_that_cannot_work_is_refused(mona, field, value):
    settings = {"base_url": "https://sms.example.com", "test_number": NUMBER, field: value}
    with pytest.raises(Invalid) as refused:
        save_connection(by=mona, fields={"name": "SMS", "provider": "sms", "settings": settings, "credentials": {}})
    assert list(refused.value.errors) == [f"settings.{field}"]


@pytest.mark.parametrize(
    ("how", "expected"),
    [({"method": "GET"}, "GET /?to=%2B4930123456&text="), ({"form": "form"}, "POST /")],
)
def test_a_gateway_may_want_a_form_or_an_address(mona, how, expected):
    with serving() as (address, script):
        settings = {"base_url": address, "test_number": NUMBER, **how}
        fields = {"name": "SMS", "provider": "sms", "settings": settings, "credentials": {}}
        with opened(save_connection(by=mona, fields=fields)) as provider:
            assert provider.test().account == NUMBER
        assert script.paths()[0].startswith(expected)
        if "form" in how:
            assert script.asked[0][3] == b"to=%2B4930123456&text=Ticketsite+is+connected."
