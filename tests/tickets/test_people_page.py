"""The page on which managers and admins invite people, give them roles and take access away."""

import pytest
from django.urls import reverse

from tickets.actions.invitations import invite_user
from tickets.models import Invitation


@pytest.fixture
def manager(mona, client):
    client.force_login(mona)
    return client


def test_it_is_for_managers(client, tess, carl, mona):
    for person, status in ((tess, 403), (carl, 404), (mona, 200)):
        client.force_login(person)
        assert client.get(reverse("people")).status_code == status
        assert (reverse("people") in client.get(reverse("profile")).text) is (person == mona)


def test_a_manager_invites_and_revokes(manager, mona, acme):
    given = {"email": "zoe@example.com", "role": "technician", "organization": acme.pk}
    answer = manager.post(reverse("people"), given, follow=True)
    assert "on its way to zoe@example.com" in answer.text
    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.organization, invitation.invited_by) == ("technician", acme, mona)
    manager.post(reverse("people_revoke", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert not invitation.is_open


@pytest.mark.parametrize(
    "given",
    [
        {"role": "admin"},
        {"role": "manager"},
        {"email": "carl@example.com"},
        {"email": "x"},
        {"email": "a\x00@b.example"},
    ],
)
def test_bad_invitations_say_why(given, manager, carl):
    answer = manager.post(reverse("people"), {"email": "zoe@example.com", "role": "requester", **given})
    assert (answer.status_code, 'class="error"' in answer.text) == (400, True)
    assert not Invitation.objects.exists()


def test_a_manager_gives_lower_roles_to_people_below(manager, carl, ada, tess):
    manager.post(reverse("people_role", args=[carl.pk]), {"role": "technician"})
    carl.refresh_from_db()
    assert carl.role == "technician"
    assert manager.post(reverse("people_role", args=[carl.pk]), {"role": "admin"}).status_code == 403
    assert manager.post(reverse("people_role", args=[ada.pk]), {"role": "requester"}).status_code == 403
    assert manager.post(reverse("people_role", args=[carl.pk]), {"role": "king"}).status_code == 400
    assert manager.post(reverse("people_role", args=[999_999]), {"role": "requester"}).status_code == 404


def test_a_manager_deactivates_and_reactivates(manager, tess, ada, make_ticket, client):
    make_ticket(by=ada, assignee=tess.pk)
    theirs = type(client)()
    theirs.force_login(tess)
    answer = manager.post(reverse("people_active", args=[tess.pk]), follow=True)
    assert "1 unresolved tickets" in answer.text
    assert theirs.get(reverse("profile")).status_code == 302
    manager.post(reverse("people_active", args=[tess.pk]), {"active": "yes"})
    tess.refresh_from_db()
    assert tess.is_active
    assert manager.post(reverse("people_active", args=[ada.pk])).status_code == 403


def test_nothing_is_written_by_a_mere_visit(manager, tess):
    for route in ("people_role", "people_active"):
        assert manager.get(reverse(route, args=[tess.pk])).status_code == 405


def test_finding_people(manager, carl, gina, mona):
    def names(**given):
        return {person.name for person, _ in manager.get(reverse("people"), given).context["rows"]}

    assert names() == {"Carl", "Gina", "Mona"}
    assert names(q="CAR") == {"Carl"}
    assert names(q="gina@") == {"Gina"}
    assert names(role="manager") == {"Mona"}
    assert names(role="king", q="a\x00") == {"Carl", "Gina", "Mona"}


def test_an_invitation_ends_with_the_right_to_give_it(mona, client):
    invitation = invite_user(by=mona, email="zoe@example.com", role="technician")
    mona.role = "requester"
    mona.save()
    assert client.get(reverse("invitation", args=[invitation.token])).status_code == 409
