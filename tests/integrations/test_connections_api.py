"""Connections over the API: by managers and admins, checked by the system's own schema, with secrets that go in and never come out."""

import pytest
from django.core.management import call_command

from integrations.errors import SignInRefused
from integrations.models import Connection, SyncRun
from tests.integrations.conftest import settle
from tickets.choices import WorkState

pytestmark = pytest.mark.django_db
JIRA = {
    "name": "Our Jira",
    "provider": "jira",
    "settings": {"base_url": "https://acme.atlassian.net/", "project_key": "HELP"},
    "credentials": {"email": "bot@acme.test", "api_token": "t0ken-of-jira", "webhook_secret": "s3cret-of-jira"},
}
ROOT = "/api/v1/integrations"


def test_a_connection_is_made_with_its_usual_mapping_and_keeps_its_secrets(api, mona):
    answer = api(mona).post(ROOT, JIRA)
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert made["settings"] == {
        "base_url": "https://acme.atlassian.net",
        "project_key": "HELP",
        "issue_type": "Task",
    }
    assert made["credentials_given"] == ["api_token", "email", "webhook_secret"]
    assert {"ours": "priority", "theirs": "priority", "direction": "both", "winner": "newest"} in made["fields"]
    assert made["owner"]["name"] == "Mona"
    row = Connection.objects.get()
    assert made["webhook_url"].endswith(f"/api/v1/integrations/jira/webhook/{row.token}")
    for address in (ROOT, f"{ROOT}/{row.pk}"):
        assert "of-jira" not in api(mona).get(address).content.decode()


def test_secrets_are_encrypted_at_rest_and_survive_a_new_key(api, mona, settings):
    api(mona).post(ROOT, JIRA)
    raw = Connection.objects.raw("SELECT id, credentials AS sealed FROM integrations_connection")[0].sealed
    assert "jira" not in raw
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for anybody"
    assert Connection.objects.get().secrets["api_token"] == "t0ken-of-jira"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"settings": {"base_url": "https://acme.atlassian.net"}}, "settings.project_key"),
        ({"settings": {"base_url": "gopher://acme", "project_key": "HELP"}}, "settings.base_url"),
        ({"settings": JIRA["settings"] | {"colour": "red"}}, "settings.colour"),
        ({"credentials": {"email": "bot@acme.test"}}, "credentials.api_token"),
        ({"provider": "fax"}, "provider"),
        ({"fields": [{"ours": "priority", "theirs": "a"}, {"ours": "priority", "theirs": "b"}]}, "fields"),
        ({"sync_minutes": -1}, "sync_minutes"),
        ({"shoe_size": 1}, "shoe_size"),
    ],
)
def test_bad_settings_are_refused_with_the_field_named(api, mona, change, field):
    answer = api(mona).post(ROOT, JIRA | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Connection.objects.exists()


def test_a_new_address_needs_the_secrets_again(api, mona):
    pk = api(mona).post(ROOT, JIRA).json()["id"]
    moved = {"settings": {"base_url": "https://evil.example.com"}}
    answer = api(mona).patch(f"{ROOT}/{pk}", moved)
    assert list(answer.json()["errors"]) == ["credentials"]
    answer = api(mona).patch(f"{ROOT}/{pk}", moved | {"credentials": {"email": "a@b.test", "api_token": "new"}})
    assert answer.json()["credentials_given"] == ["api_token", "email"]


def test_only_managers_and_admins_see_and_change_connections(api, connection, tess, carl, ada):
    for user in (tess, carl):
        for verb, address in (
            ("get", ROOT),
            ("get", f"{ROOT}/{connection.pk}"),
            ("patch", f"{ROOT}/{connection.pk}"),
            ("delete", f"{ROOT}/{connection.pk}"),
            ("post", f"{ROOT}/{connection.pk}/test"),
            ("post", f"{ROOT}/{connection.pk}/sync"),
            ("post", f"{ROOT}/{connection.pk}/renew-address"),
        ):
            answer = getattr(api(user), verb)(address)
            assert (answer.status_code, answer.json()["required_role"]) == (403, "manager"), address
    assert api(ada).get(ROOT).json()["results"][0]["name"] == "Elsewhere"


def test_testing_says_who_we_are_there_or_what_is_wrong(api, connection, mona, elsewhere):
    answer = api(mona).post(f"{ROOT}/{connection.pk}/test")
    assert answer.json() == {"status": "ok", "account": "us", "name": "Our account", "facts": []}
    elsewhere.fail("test", SignInRefused("Wrong token", 401))
    answer = api(mona).post(f"{ROOT}/{connection.pk}/test")
    assert (answer.status_code, answer.json()["detail"]) == (409, "Elsewhere says: Wrong token")
    found = api(mona).get(f"{ROOT}/{connection.pk}").json()
    assert (found["health"], found["health_detail"]) == ("refused", "Wrong token")


def test_a_run_is_begun_once_and_shown(api, connection, mona):
    answer = api(mona).post(f"{ROOT}/{connection.pk}/sync")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    assert api(mona).post(f"{ROOT}/{connection.pk}/sync").json()["code"] == "already_asked"
    settle()
    assert SyncRun.objects.get().state == WorkState.DONE
    assert api(mona).get(f"{ROOT}/{connection.pk}/sync").json()[0]["state"] == "done"


def test_a_ticket_is_handed_on_and_its_records_listed(api, connection, ticket, tess, carl):
    address = f"/api/v1/tickets/{ticket.pk}/external-links"
    answer = api(tess).post(address, {"connection": connection.pk})
    assert (answer.status_code, answer.json()["verb"]) == (202, "create")
    settle()
    assert api(tess).get(address).json() == [
        {
            "id": ticket.external_links.get().pk,
            "connection": {"id": connection.pk, "name": "Elsewhere"},
            "provider": "elsewhere",
            "key": "E-1",
            "url": "https://elsewhere.example.com/1",
            "disagreements": [],
        }
    ]
    assert api(carl).get(address).status_code == 403
    assert api(carl).post(address, {"connection": connection.pk}).status_code in (403, 404)


def test_deleting_a_connection_leaves_the_tickets(api, linked, mona, ticket):
    assert api(mona).delete(f"{ROOT}/{linked.connection_id}").status_code == 204
    ticket.refresh_from_db()
    assert not ticket.external_links.exists()


def test_secrets_are_encrypted_anew_and_need_the_old_key_no_more(api, mona, settings, capsys):
    api(mona).post(ROOT, JIRA)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for anybody"
    call_command("reseal_secrets")
    assert "1 secrets encrypted" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    assert Connection.objects.get().secrets["api_token"] == "t0ken-of-jira"
    settings.SECRET_KEY = "a third key, and the second is gone for good"
    call_command("reseal_secrets")
    assert "1 cannot be read" in capsys.readouterr().err
