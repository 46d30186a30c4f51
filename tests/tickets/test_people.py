"""Joining, changing a profile, roles, and losing access."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import RefreshToken

from tickets.actions.access import change_role, deactivate_user, end_sessions, reactivate_user
from tickets.actions.invitations import invite_user
from tickets.actions.people import add_person, join_organization_by_confirmed_domain, register_user, update_profile
from tickets.choices import Role
from tickets.errors import Conflict, Invalid, NotAllowed
from tickets.models import OrganizationDomain, User

GOOD = "seven quiet owls"


def test_who_registers_becomes_a_requester(db):
    user = register_user(email="New.Person@Example.com", password=GOOD, name=" New  Person ")
    assert (user.email, user.username, user.name, user.role) == (
        "new.person@example.com",
        "newperson",
        "New Person",
        Role.REQUESTER,
    )
    assert user.check_password(GOOD)
    assert not EmailAddress.objects.filter(user=user, verified=True).exists()


def test_registration_can_be_closed(db, settings):
    settings.REGISTRATION_OPEN = False
    with pytest.raises(NotAllowed) as refused:
        register_user(email="new@example.com", password=GOOD)
    assert refused.value.code == "registration_closed"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"email": "nobody"}, {"email"}),
        ({"email": "a\x00@example.com", "name": "x" * 151}, {"email", "name"}),
        ({"email": 7}, {"email"}),
        ({"email": "CARL@example.com"}, {"email"}),
        ({"username": "two words"}, {"username"}),
        ({"username": "carl@other.example"}, {"username"}),
        ({"password": "short"}, {"password"}),
        ({"password": "new@example.com"}, {"password"}),
        ({"password": None}, {"password"}),
    ],
)
def test_bad_registrations_name_the_field(carl, given, fields):
    with pytest.raises(Invalid) as refused:
        register_user(**{"email": "new@example.com", "password": GOOD, **given})
    assert refused.value.errors.keys() == fields


def test_people_change_their_own_profile(carl):
    changes = {"name": "Carl C.", "time_zone": "Asia/Tokyo", "theme": "dark", "signature": "**C**", "username": "cc"}
    user = update_profile(user=carl, by=carl, changes=changes)
    assert (user.name, user.time_zone, user.theme, user.signature, user.username) == tuple(changes.values())
    entry = user.history.first()
    assert (entry.history_user, entry.theme, entry.prev_record.theme) == (carl, "dark", "system")


def test_bad_profiles_name_every_field(carl, gina):
    with pytest.raises(Invalid) as refused:
        update_profile(
            user=carl,
            by=carl,
            changes={"time_zone": "Mars/Base", "theme": "pink", "username": "GINA", "password": "x", "name": 1},
        )
    assert refused.value.errors.keys() == {"time_zone", "theme", "username", "password", "name"}


def test_nobody_moves_themselves_to_another_organization(carl, globex):
    with pytest.raises(NotAllowed):
        update_profile(user=carl, by=carl, changes={"organization": globex.pk})
    with pytest.raises(NotAllowed):
        update_profile(user=carl, by=carl, changes={"ticket_scope": "organization"})


def test_a_manager_changes_requesters_but_no_admin(mona, ada, carl, globex, tess):
    assert update_profile(user=carl, by=mona, changes={"organization": "Globex"}).organization == globex
    with pytest.raises(NotAllowed) as refused:
        update_profile(user=ada, by=mona, changes={"name": "Ha"})
    assert refused.value.extra["required_role"] == "admin"
    with pytest.raises(NotAllowed):
        update_profile(user=carl, by=tess, changes={"name": "Ha"})


def test_a_new_address_from_an_admin_counts_as_confirmed(ada, carl):
    update_profile(user=carl, by=ada, changes={"email": "carl.new@example.com"})
    assert EmailAddress.objects.get(user=carl).email == "carl.new@example.com"
    assert EmailAddress.objects.get(user=carl).verified


def test_adding_a_person(ada, mona, acme):
    person = add_person(by=mona, email="zoe@example.com", role="technician", organization=acme.pk)
    assert (person.role, person.organization, person.has_usable_password()) == ("technician", acme, False)
    assert person.history.get().history_user == mona
    with pytest.raises(NotAllowed):
        add_person(by=mona, email="boss@example.com", role="admin")
    with pytest.raises(Invalid) as refused:
        add_person(by=ada, organization="Nowhere", time_zone="x")
    assert refused.value.errors.keys() == {"email", "organization", "time_zone"}


def test_the_last_admin_stays(ada, make_user):
    with pytest.raises(Conflict) as refused:
        change_role(user=ada, by=ada, role="manager")
    assert refused.value.code == "last_admin"
    second = make_user("Otto", Role.ADMIN)
    assert change_role(user=ada, by=second, role="manager").role == Role.MANAGER
    with pytest.raises(Conflict):
        change_role(user=second, by=second, role="requester")


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_step_down_at_once(make_user):
    for round in range(3):
        first, second = make_user(f"A{round}", Role.ADMIN), make_user(f"B{round}", Role.ADMIN)

        def step_down(admin):
            try:
                change_role(user=admin, by=admin, role="requester")
            except Conflict as error:
                return error.code
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(step_down, (first, second))) == ["done", "last_admin"]
        User.objects.filter(role=Role.ADMIN).update(role=Role.REQUESTER)


def test_a_manager_hands_out_lower_roles_only(mona, tess, carl):
    assert change_role(user=carl, by=mona, role="technician").role == Role.TECHNICIAN
    with pytest.raises(NotAllowed):
        change_role(user=tess, by=mona, role="manager")
    with pytest.raises(NotAllowed):
        change_role(user=mona, by=mona, role="admin")
    with pytest.raises(Invalid):
        change_role(user=tess, by=mona, role="king")


def test_deactivating_ends_sessions_and_tokens_and_counts_tickets(ada, tess, make_ticket, client):
    make_ticket(by=ada, assignee=tess.pk)
    client.force_login(tess)
    refresh = RefreshToken.for_user(tess)
    done = deactivate_user(user=tess, by=ada)
    assert (done.user.is_active, done.open_tickets) == (False, 1)
    reactivate_user(user=tess, by=ada)
    assert client.get("/accounts/password/change/").status_code == 302  # the old session does not come back
    with pytest.raises(TokenError):
        RefreshToken(str(refresh))
    assert [entry.is_active for entry in tess.history.all()] == [True, False, True]


def test_nobody_deactivates_themselves_or_somebody_above(ada, mona):
    with pytest.raises(NotAllowed):
        deactivate_user(user=ada, by=ada)
    with pytest.raises(NotAllowed):
        deactivate_user(user=ada, by=mona)


def test_sessions_end_everywhere_for_one_person_only(carl, gina, client):
    client.force_login(carl)
    end_sessions(gina)
    assert client.get("/accounts/password/change/").status_code == 200
    end_sessions(carl)
    assert client.get("/accounts/password/change/").status_code == 302


def test_a_confirmed_domain_leads_into_the_organization(acme, make_user):
    OrganizationDomain.objects.create(organization=acme, domain="example.com")
    sure, unsure = make_user("Sure"), make_user("Unsure", email_confirmed=False)
    assert join_organization_by_confirmed_domain(user=sure) == acme
    assert join_organization_by_confirmed_domain(user=unsure) is None
    assert User.objects.get(pk=unsure.pk).organization is None


def test_signing_in_leaves_no_trace_in_the_audit_trail(carl, client):
    client.force_login(carl)
    assert carl.history.count() == 1


def test_an_invitation_needs_a_free_address_and_a_role_below(mona, carl):
    with pytest.raises(Invalid):
        invite_user(by=mona, email="carl@example.com")
    with pytest.raises(Invalid):
        invite_user(by=mona, email=None)
    with pytest.raises(NotAllowed):
        invite_user(by=mona, email="new@example.com", role="admin")
    with pytest.raises(NotAllowed):
        invite_user(by=carl, email="new@example.com")
