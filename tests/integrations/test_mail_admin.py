"""Mailboxes, held letters and dead addresses in the admin."""

import pytest
from django.urls import reverse

from integrations.models import Connection, DeadAddress, HeldLetter, MailAddress
from tests.integrations.mails import arrive, raw_mail
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, ada):
    client.force_login(ada)
    return client


def act(client, name, action, row):
    return client.post(
        reverse(f"admin:integrations_{name}_changelist"), {"action": action, "_selected_action": [row.pk]}, follow=True
    )


def test_a_mailbox_is_made_and_told_its_addresses(admin, ada, network):
    given = {"name": "Help", "owner": ada.pk, "is_enabled": "on", "sync_minutes": 1}
    own = {"host": "imap.acme.example", "port": 993, "security": "TLS", "user": "help", "folder": "INBOX"}
    own |= {"opens": "everybody", "letters_an_hour": 50, "plus_addresses": "on"}
    own |= {"smtp_port": 587, "smtp_security": "STARTTLS"}
    given |= {f"settings.{name}": value for name, value in own.items()} | {"credentials.password": "secret"}
    admin.post(f"{reverse('admin:integrations_connection_add')}?system=email", given)
    box = Connection.objects.get(provider="email")
    assert (box.settings["host"], box.secrets["password"]) == ("imap.acme.example", "secret")
    page = reverse("admin:integrations_connection_change", args=[box.pk])
    shown = admin.get(page).text
    assert "hands tickets on" not in shown
    assert "Ask what changed" in shown
    assert "Take over everything" not in shown
    assert "Compare everything" not in shown
    rows = {"addresses-TOTAL_FORMS": 1, "addresses-INITIAL_FORMS": 0, "addresses-0-connection": box.pk}
    rows |= {"addresses-0-address": "Help@acme.example", "addresses-0-team": network.pk, "addresses-0-priority": "high"}
    answer = admin.post(page, given | rows)
    assert answer.status_code == 302, answer.text[:3000]
    row = MailAddress.objects.get()
    assert (row.address, row.team, row.priority) == ("Help@acme.example", network, "high")
    rows |= {"addresses-INITIAL_FORMS": 1, "addresses-0-id": row.pk, "addresses-0-address": "desk@acme.example"}
    admin.post(page, given | rows)
    assert MailAddress.objects.get(pk=row.pk).address == "desk@acme.example"
    admin.post(page, given | rows | {"addresses-0-DELETE": "on"})
    assert not MailAddress.objects.exists()


def test_a_held_letter_is_read_and_released_with_one_click(admin, mailbox, carl):
    arrive(mailbox, raw_mail("I am <b>away</b>", Auto_Submitted="auto-replied"))
    row = HeldLetter.objects.get()
    assert "&lt;b&gt;away" in admin.get(reverse("admin:integrations_heldletter_change", args=[row.pk])).text
    assert "1 released." in act(admin, "heldletter", "release", row).text
    assert Ticket.objects.get().requester == carl
    assert "released already" in act(admin, "heldletter", "release", row).text


def test_a_dead_address_is_cleared(admin):
    row = DeadAddress.objects.create(address="carl@example.com", detail="5.1.1")
    act(admin, "deadaddress", "clear", row)
    assert not DeadAddress.objects.exists()


def test_nothing_is_handed_on_to_a_mailbox(client, mailbox, ticket, tess):
    client.force_login(tess)
    assert "Hand on to" not in client.get(reverse("ticket", args=[ticket.pk])).text
