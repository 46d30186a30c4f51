"""Connections in the admin: a form drawn from each system's own schema, whose secrets are never shown again."""

import pytest
from django.urls import reverse

from integrations.models import Connection, SyncRun
from tests.integrations.conftest import settle

pytestmark = pytest.mark.django_db
ADD = "admin:integrations_connection_add"
CHANGE = "admin:integrations_connection_change"


@pytest.fixture
def boss(ada, client):
    client.force_login(ada)
    return client


def form(ada, **changes):
    return {
        "name": "Our Jira",
        "owner": ada.pk,
        "is_enabled": "on",
        "sync_minutes": 5,
        "settings.base_url": "https://acme.atlassian.net",
        "settings.project_key": "HELP",
        "settings.issue_type": "Bug",
        "credentials.email": "bot@acme.test",
        "credentials.api_token": "t0ken-of-jira",
        **changes,
    }


def rows(connection):
    """What the mapping's formsets are sent."""
    sent = {}
    for prefix, kept, columns in (
        ("fields", connection.fields.all(), ("ours", "theirs", "direction", "winner")),
        ("values", connection.values.all(), ("field", "ours", "theirs")),
    ):
        sent |= {f"{prefix}-TOTAL_FORMS": len(kept), f"{prefix}-INITIAL_FORMS": len(kept)}
        for number, row in enumerate(kept):
            sent |= {f"{prefix}-{number}-{column}": getattr(row, column) for column in columns}
            sent |= {f"{prefix}-{number}-id": row.pk, f"{prefix}-{number}-connection": connection.pk}
    return sent


def test_each_system_has_its_own_fields(boss):
    page = boss.get(reverse(ADD), {"system": "jira"}).content.decode()
    assert 'name="settings.project_key"' in page
    assert 'name="credentials.api_token"' in page
    page = boss.get(reverse(ADD), {"system": "github"}).content.decode()
    assert 'name="settings.repository"' in page
    assert "settings.project_key" not in page


def test_a_connection_is_added_and_its_secrets_are_not_shown_again(boss, ada):
    answer = boss.post(reverse(ADD) + "?system=jira", form(ada))
    assert answer.status_code == 302, answer.context["errors"]
    row = Connection.objects.get()
    assert (row.settings["issue_type"], row.secrets["api_token"]) == ("Bug", "t0ken-of-jira")
    assert row.fields.count() == 5
    page = boss.get(reverse(CHANGE, args=[row.pk])).content.decode()
    assert "t0ken-of-jira" not in page
    assert row.token in page


def test_bad_settings_stand_beside_their_field(boss, ada):
    answer = boss.post(reverse(ADD) + "?system=jira", form(ada, **{"settings.project_key": "not a key"}))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["settings.project_key"]


def test_what_is_left_empty_stays_and_the_mapping_is_edited_beside(boss, ada):
    boss.post(reverse(ADD) + "?system=jira", form(ada))
    row = Connection.objects.get()
    changed = form(ada, name="Jira", **{"credentials.api_token": "", "credentials.email": ""})
    sent = rows(row) | {"fields-0-winner": "ask"}
    answer = boss.post(reverse(CHANGE, args=[row.pk]), changed | sent)
    assert answer.status_code == 302, answer.context["errors"]
    row.refresh_from_db()
    assert (row.name, row.secrets["api_token"], row.fields.first().winner) == ("Jira", "t0ken-of-jira", "ask")


@pytest.mark.parametrize(
    ("button", "words"),
    [("try_it", "There we are Our account"), ("ask_now", "A run has begun"), ("renew_address", "known no more")],
)
def test_buttons_say_what_came_of_them(boss, connection, button, words):
    address = reverse(f"admin:integrations_connection_{button}", args=[connection.pk])
    assert boss.get(address).status_code == 200
    assert not SyncRun.objects.exists()
    answer = boss.post(address, {"_form_submitted": "True"}, follow=True)
    assert words in answer.content.decode()
    settle()
    assert SyncRun.objects.count() == (1 if button == "ask_now" else 0)
