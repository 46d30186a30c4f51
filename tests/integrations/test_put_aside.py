"""What of another system's answers cannot be read is kept, shown to those who can mend it, and goes once it can be read."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.actions.connect import save_connection
from integrations.actions.forget import forget_old
from integrations.actions.sync import ask_for_sync
from integrations.aside import gathering
from integrations.choices import SyncKind
from integrations.errors import Refused
from integrations.models import PutAside, SyncRun
from integrations.providers.github import models as github_models
from integrations.providers.intercom import models as intercom_models
from integrations.providers.salesforce import models as salesforce_models
from integrations.providers.superops import models as superops_models
from integrations.shapes import readable
from tests.integrations.conftest import settle
from tests.integrations.server import serving
from tests.integrations.test_github import ISSUES, issue, said
from tickets.choices import WorkState
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db
BAD = {**issue(8, body="Call Mia on 555-0199"), "updated_at": "yesterday"}


@pytest.mark.parametrize(
    ("model", "row", "named"),
    [
        (github_models.Issue, {"number": 8, "id": 1008}, ("record", "8")),
        (salesforce_models.Case, {"Id": "500x"}, ("record", "500x")),
        (superops_models.Note, {"noteId": 5}, ("comment", "n5")),
        (intercom_models.Conversation, {"id": "9"}, ("record", "conversations/9")),
        (github_models.Issue, {"title": "?"}, ("record", "")),
        (github_models.Comment, ["?"], ("comment", "")),
    ],
)
def test_a_row_is_known_by_its_id_wherever_it_has_one(model, row, named):
    with gathering() as unread:
        assert readable(model, [row]) == []
    assert [(one.kind, one.remote_id) for one in unread] == [named]


@pytest.fixture
def github(settings, mona):
    """A connection to a repository that has issue 7, and 8 which cannot be read; returns it with its `routes`."""
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    routes = {
        f"GET {ISSUES}": (200, {}, [BAD, issue(7)]),
        f"GET {ISSUES}/7": (200, {}, issue(7)),
        f"GET {ISSUES}/8": (200, {}, BAD),
        f"GET {ISSUES}/7/comments": (200, {}, [said(1, "Still burning"), {"id": 2, "body": "From my phone"}]),
        f"GET {ISSUES}/8/comments": (200, {}, []),
    }
    with serving(routes) as (address, script):
        there = {"base_url": address, "repository": "acme/printers"}
        fields = {"name": "GitHub", "provider": "github", "settings": there, "credentials": {"token": "ghp_x"}}
        yield save_connection(by=mona, fields={**fields, "opens_tickets": True}), script.routes


def ask(connection, mona, kind=SyncKind.CHANGES):
    run = ask_for_sync(by=mona, connection=connection, kind=kind)
    settle()
    return SyncRun.objects.get(pk=run.pk)


def act(client, action, row):
    given = {"action": action, "_selected_action": row.pk}
    return client.post(reverse("admin:integrations_putaside_changelist"), given, follow=True).text


def test_the_rest_is_taken_and_the_row_kept_once_with_the_reason(github, mona, caplog):
    connection, _ = github
    with caplog.at_level(logging.DEBUG):
        assert ask(connection, mona).state == WorkState.DONE
        ask(connection, mona)
    assert Ticket.objects.count() == 1
    record, comment = PutAside.objects.order_by("-kind")
    assert (record.remote_id, record.record, record.times) == ("8", "8", 2)
    assert "updated_at" in record.why
    assert "555-0199" in record.raw
    assert (comment.remote_id, comment.record, comment.times) == ("2", "7", 1)
    assert "555-0199" not in caplog.text + record.why


def test_managers_see_it_and_have_it_read_again(github, mona, client):
    connection, routes = github
    ask(connection, mona)
    client.force_login(mona)
    page = client.get(reverse("integrations")).text
    assert "2 put aside" in page
    assert "Record 8" in page
    assert "555-0199" not in page
    row = PutAside.objects.get(kind="record")
    again = reverse("integration_read_again", args=[row.pk])
    assert "updated_at" in client.post(again, follow=True).text
    assert PutAside.objects.get(pk=row.pk).times == 2
    routes[f"GET {ISSUES}/8"] = (200, {}, issue(8, title="Now with a date"))
    assert "Read, and taken over" in client.post(again, follow=True).text
    assert Ticket.objects.filter(title="Now with a date").exists()
    assert not PutAside.objects.filter(pk=row.pk).exists()
    assert "not there any more" in client.post(again, follow=True).text


def test_what_can_be_read_later_goes_by_itself(github, mona):
    connection, routes = github
    ask(connection, mona)
    routes[f"GET {ISSUES}/7"] = (200, {}, issue(7, updated_at="2026-01-05T11:00:00Z"))
    routes[f"GET {ISSUES}/7/comments"] = (200, {}, [said(1, "Still burning"), said(2, "From my phone")])
    routes[f"GET {ISSUES}"] = (200, {}, [issue(7, updated_at="2026-01-05T11:00:00Z")])
    ask(connection, mona)
    assert PutAside.objects.filter(record="7").count() == 0
    assert Comment.objects.filter(body="From my phone").exists()


def test_a_comparison_reports_it(github, mona):
    connection, _ = github
    ask(connection, mona)
    (line,) = ask(connection, mona, SyncKind.CHECK).report
    assert (line["key"], line["outcome"]) == ("#7", "unreadable")
    assert "Comment 2" in line["theirs"]


def test_admins_see_the_row_and_read_it_again_or_delete_it(github, mona, ada, client):
    connection, routes = github
    ask(connection, mona)
    client.force_login(ada)
    row = PutAside.objects.get(kind="record")
    assert "555-0199" in client.get(reverse("admin:integrations_putaside_change", args=[row.pk])).text
    shown = client.get(reverse("admin:integrations_connection_change", args=[connection.pk])).text
    assert "Works" in shown
    assert "(&#x27;well&#x27;" not in shown
    assert "updated_at" in act(client, "read_again", row)
    routes[f"GET {ISSUES}/8"] = (404, {}, {})
    assert "1 read." in act(client, "read_again", row)
    nameless = PutAside.objects.create(connection=connection, kind="other", digest="d", why="?", last_at=timezone.now())
    assert "names no record" in act(client, "read_again", nameless)
    client.post(reverse("admin:integrations_putaside_delete", args=[nameless.pk]), {"post": "yes"})
    assert list(PutAside.objects.values_list("kind", flat=True)) == ["comment"]


def test_what_the_desk_refuses_is_kept_like_it(connect, elsewhere, mona):
    connection = connect(opens_tickets=True)
    elsewhere.make()
    elsewhere.fail("read", Refused("You may not see this one."))
    assert ask(connection, mona).refused == 1
    assert PutAside.objects.get().why == "You may not see this one."
    elsewhere.set("1", summary="Another one")
    ask(connection, mona)
    assert (PutAside.objects.count(), Ticket.objects.count()) == (0, 1)


def test_a_record_that_our_account_may_not_read_stops_no_other(github, mona):
    connection, routes = github
    routes[f"GET {ISSUES}"] = (200, {}, [issue(9), issue(7)])
    routes[f"GET {ISSUES}/9"] = (403, {}, {"message": "Resource not accessible"})
    run = ask(connection, mona)
    assert (run.state, run.refused, Ticket.objects.count()) == (WorkState.DONE, 1, 1)
    assert "Resource not accessible" in PutAside.objects.get(record="9").why
    routes[f"GET {ISSUES}/7"] = (401, {}, {"message": "Bad credentials"})
    routes[f"GET {ISSUES}"] = (200, {}, [issue(7, updated_at="2026-01-05T11:00:00Z")])
    assert ask(connection, mona).state == WorkState.QUARANTINED
    assert not PutAside.objects.filter(record="7", kind="record").exists()


def test_it_is_counted_and_let_go_of_in_the_end(github, mona, client):
    connection, _ = github
    ask(connection, mona)
    assert 'ticketsite_put_aside_total{kind="record",provider="github"}' in client.get("/metrics").text
    forget_old(timezone.now() + timedelta(days=29))
    assert PutAside.objects.count() == 2
    forget_old(timezone.now() + timedelta(days=31))
    assert PutAside.objects.count() == 0
