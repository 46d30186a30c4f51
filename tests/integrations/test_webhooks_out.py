"""Webhooks out: every event told once to every address that hears of it, signed, sent until it is taken, and no more than its owner sees."""

import base64
import hashlib
import hmac
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from integrations.models import Hook, HookCall
from tests.integrations.server import serving
from tickets import work
from tickets.actions.conversation import add_comment
from tickets.actions.tickets import change_ticket
from tickets.choices import Channel, TicketScope, WorkState

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/hooks"


@pytest.fixture
def there(settings):
    settings.INTEGRATION_HOSTS = ["127.0.0.1"]
    with serving() as (address, script):
        yield address, script


@pytest.fixture
def hook(api, mona, there, ticket):
    """Mona's webhook, which hears of everything."""
    made = api(mona).post(ROOT, {"name": "Wallboard", "url": f"{there[0]}/hook?of=desk"}).json()
    return Hook.objects.get(pk=made["id"])


def send_all():
    for pk in HookCall.objects.filter(state=WorkState.QUEUED).order_by("pk").values_list("pk", flat=True):
        HookCall.objects.filter(pk=pk).update(due="2020-01-01T00:00:00Z")
        work.run(HookCall, pk)


def test_an_event_is_told_once_and_signed(hook, there, ticket, tess):
    script = there[1]
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    send_all()
    send_all()
    ((method, path, headers, body),) = script.asked
    assert (method, path) == ("POST", "/hook?of=desk")
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert (told["id"], told["type"]) == (headers["webhook-id"], "ticket_changed")
    assert told["data"]["event"]["changes"]["priority"] == ["medium", "high"]
    assert told["data"]["ticket"]["reference"] == ticket.reference
    assert told["data"]["ticket"]["priority"] == "high"


def test_a_reply_comes_with_its_words(hook, there, ticket, tess):
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Try **another** cable.")
    send_all()
    assert there[1].bodies()[0]["data"]["comment"]["body"] == "Try **another** cable."


def test_an_address_hears_only_of_what_it_asked_for(hook, there, api, mona, ticket, tess):
    assert api(mona).patch(f"{ROOT}/{hook.pk}", {"kinds": ["comment_added"]}).status_code == 200
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    assert HookCall.objects.count() == 0
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Hello")
    assert HookCall.objects.get().kind == "comment_added"


def test_nothing_is_told_that_the_owner_may_not_see(hook, there, tess, ticket):
    tess.ticket_scope = TicketScope.TEAMS
    tess.save()
    change_ticket(ticket=ticket, by=hook.owner, via=Channel.WEB, changes={"assignee": None, "team": None})
    HookCall.objects.all().delete()
    Hook.objects.update(owner=tess)
    change_ticket(ticket=ticket, by=hook.owner, via=Channel.WEB, changes={"priority": "low"})
    send_all()
    assert there[1].asked == []
    call = HookCall.objects.get()
    assert call.state == WorkState.DONE
    assert "may not see" in call.answer


@pytest.mark.parametrize("answer", [(500, {}, {}), (404, {}, {}), (302, {"Location": "/"}, {}), "cut"])
def test_what_is_not_taken_is_sent_again_with_the_same_id_and_body(hook, there, ticket, tess, answer):
    script = there[1]
    script.answers = [answer, (204, {}, b"")]
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    send_all()
    hook.refresh_from_db()
    assert hook.failing_since is not None
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "low"})
    send_all()
    first, *again = script.asked
    assert first[2]["webhook-id"] in [headers["webhook-id"] for _, _, headers, _ in again]
    assert first[3] in [body for *_, body in again]
    hook.refresh_from_db()
    assert hook.failing_since is None
    assert set(HookCall.objects.values_list("state", flat=True)) == {WorkState.DONE}


def test_attempts_last_three_days():
    seconds = sum(work.backoff(number).total_seconds() for number in range(1, HookCall.max_attempts))
    assert 2.5 * 86400 < seconds < 3.5 * 86400


def test_an_address_that_is_gone_for_good_is_switched_off(hook, there, ticket, tess):
    there[1].answers = [(410, {}, {})]
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    send_all()
    assert HookCall.objects.get().state == WorkState.QUARANTINED
    assert not Hook.objects.get().is_enabled
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "low"})
    assert HookCall.objects.count() == 1


@pytest.mark.parametrize("inside", ["http://169.254.169.254/latest", "https://10.0.0.7/hook", "https://[::1]/hook"])
def test_addresses_inside_are_not_called(api, mona, inside, settings):
    settings.INTEGRATION_HOSTS = []
    made = api(mona).post(ROOT, {"name": "Inside", "url": inside}).json()
    tried = api(mona).post(f"{ROOT}/{made['id']}/test").json()
    assert tried["state"] == "quarantined"
    assert tried["status"] is None


def test_a_test_says_what_it_got_and_is_not_sent_again(hook, there, api, mona):
    tried = api(mona).post(f"{ROOT}/{hook.pk}/test").json()
    assert (tried["kind"], tried["state"], tried["status"]) == ("ping", "done", 200)
    there[1].answers = [(503, {}, {})]
    tried = api(mona).post(f"{ROOT}/{hook.pk}/test").json()
    assert tried["state"] == "quarantined"


def test_the_log_is_read_and_a_call_sent_again(hook, there, api, mona, ticket, tess):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    (call,) = api(mona).get(f"{ROOT}/{hook.pk}/calls").json()["results"]
    assert call["state"] == "queued"
    again = f"{ROOT}/{hook.pk}/calls/{call['id']}/again"
    assert api(mona).post(again).status_code == 409
    send_all()
    assert api(mona).post(again).status_code == 202
    send_all()
    first, second = there[1].asked
    assert first[3] == second[3]
    assert first[2]["webhook-id"] == second[2]["webhook-id"]


def test_the_secret_is_told_once_and_renewed(api, mona, tess):
    made = api(mona).post(ROOT, {"name": "Wallboard", "url": "https://board.example.com"}).json()
    assert made["secret"].startswith("whsec_")
    one = f"{ROOT}/{made['id']}"
    assert "secret" not in api(mona).get(one).json()
    assert api(mona).post(f"{one}/secret").json()["secret"] != made["secret"]
    raw = Hook.objects.raw("SELECT id, secret AS sealed FROM integrations_hook")[0].sealed
    assert "whsec_" not in raw
    for address in (ROOT, one, f"{one}/calls"):
        assert api(tess).get(address).status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "nowhere"}, "url"),
        ({"url": "ftp://example.com/x"}, "url"),
        ({"url": ""}, "url"),
        ({"kinds": ["rain"]}, "kinds"),
        ({"name": ""}, "name"),
        ({"secret": "mine"}, "secret"),
        ({"owner": 0}, "owner"),
    ],
)
def test_what_cannot_be_is_refused(api, mona, change, field):
    answer = api(mona).post(ROOT, {"name": "Wallboard", "url": "https://board.example.com"} | change)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_without_its_secret_nothing_is_sent(hook, there, ticket, tess, settings):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"priority": "high"})
    settings.SECRET_KEY = "another key that is long enough for anybody"
    send_all()
    assert there[1].asked == []
    assert "renew it" in HookCall.objects.get().last_error


def test_secrets_are_sealed_anew_with_a_new_key(hook, settings):
    before = hook.secret
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for anybody"
    call_command("reseal_secrets")
    settings.SECRET_KEY_FALLBACKS = []
    assert Hook.objects.get().secret == before


def test_an_admin_adds_tests_and_reads_the_log(client, ada, there):
    client.force_login(ada)
    form = {"name": "Wallboard", "url": there[0], "owner": ada.pk, "is_enabled": "on", "kinds": ["ticket_created"]}
    assert client.post(reverse("admin:integrations_hook_add"), form).status_code == 302
    hook = Hook.objects.get()
    assert (hook.kinds, hook.is_enabled) == (["ticket_created"], True)
    change = reverse("admin:integrations_hook_change", args=[hook.pk])
    assert hook.secret in client.get(change).content.decode()
    client.post(reverse("admin:integrations_hook_try_it", args=[hook.pk]), {"_form_submitted": "True"})
    assert HookCall.objects.get().state == WorkState.DONE
    client.post(
        reverse("admin:integrations_hookcall_changelist"),
        {"action": "send_again", "_selected_action": [HookCall.objects.get().pk]},
    )
    send_all()
    assert len(there[1].asked) == 2
