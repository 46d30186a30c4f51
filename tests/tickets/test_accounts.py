"""Signing in, up and out, the second factor, lock-out, reset and invitations, through the pages."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse
from django.utils import timezone

from tests.conftest import PASSWORD
from tickets import work
from tickets.actions.access import deactivate_user, reactivate_user
from tickets.actions.invitations import invite_user, revoke_invitation
from tickets.models import Invitation, OrganizationDomain, OutgoingMail, User

NEW = "nine calm rivers"


@pytest.fixture(autouse=True)
def stored_mail(settings):
    """The product's own way of sending, which pytest-django replaces."""
    settings.EMAIL_BACKEND = "tickets.mail.StoredMailBackend"


def sign_in(client, name, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": name, "password": password}, **extra)


def second_factor(client):
    """Set up the second factor for who is signed in; returns its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml' in page.text
    secret = page.context["form"].secret
    assert "not right" in client.post(reverse("mfa_activate_totp"), {"code": "000000"}).text
    done = client.post(reverse("mfa_activate_totp"), {"code": now_code(secret)})
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def is_signed_in(client):
    return client.get(reverse("account_change_password")).status_code == 200


def mails(settings):
    """Send what waits, then return the texts that went out, oldest first."""
    work.run_due()
    folder = settings.EMAIL_FILE_PATH
    return (
        [path.read_text() for path in sorted(folder.iterdir(), key=lambda p: p.stat().st_mtime_ns)]
        if folder.exists()
        else []
    )


def link_in(text):
    return re.search(r"http://[^/\s]+(/\S+)", text)[1]


def now_code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize("name", ["carl", "carl@example.com", "CARL@Example.com", " Carl "])
def test_signing_in_by_either_name(carl, client, name):
    assert sign_in(client, name).status_code == 302
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(carl, client):
    def words(name):
        answer = sign_in(client, name, "wrong")
        text = re.sub(r'value="[^"]*"', "", answer.text)
        return answer.status_code, re.sub(r"hx-headers=\S+ \S+", "", text)

    assert words("carl") == words("nobody") == words("nobody@example.com") == words("carl@example.com")


def test_many_wrong_passwords_lock_out_whoever_the_name_belongs_to(carl, client, settings):
    for name in ("carl@example.com", "nobody@example.com"):
        answers = [sign_in(client, name, "wrong").status_code for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
        assert answers[0] == 200
        assert answers[-1] == 429
    answer = sign_in(client, "carl@example.com")
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Too many attempts" in answer.text
    assert not is_signed_in(client)


def test_a_lock_out_is_for_one_network_only(carl, client, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        sign_in(client, "carl", "wrong", REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, "carl", REMOTE_ADDR="203.0.113.9").status_code == 429
    assert sign_in(client, "carl", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_signing_up_confirming_and_landing_in_the_organization(db, acme, client, settings):
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    given = {"name": "Nia New", "email": "nia@acme.example", "password1": NEW}
    answer = client.post(reverse("account_signup"), given)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    [mail] = mails(settings)
    page = link_in(mail)
    assert "Nia" not in mail
    assert client.get(page).status_code == 200
    assert User.objects.get(email="nia@acme.example").organization is None
    client.post(page)
    person = User.objects.get(email="nia@acme.example")
    assert (person.name, person.organization, person.role) == ("Nia New", acme, "requester")
    assert sign_in(client, "nia@acme.example", NEW).status_code == 302
    assert is_signed_in(client)


def test_signing_up_with_a_known_address_looks_the_same_and_tells_its_owner(carl, client, settings):
    given = {"name": "Mallory", "email": "carl@example.com", "password1": NEW}
    answer = client.post(reverse("account_signup"), given)
    assert answer["Location"] == reverse("account_email_verification_sent")
    [mail] = mails(settings)
    assert "already has an account" in mail
    assert "To: carl@example.com" in mail
    assert User.objects.filter(email="carl@example.com").count() == 1


def test_signing_up_can_be_closed(db, client, settings):
    settings.REGISTRATION_OPEN = False
    given = {"name": "Nia", "email": "nia@acme.example", "password1": NEW}
    assert "Sign-up is closed" in client.get(reverse("account_signup")).text
    client.post(reverse("account_signup"), given)
    assert not User.objects.exists()
    assert reverse("account_signup") not in client.get(reverse("account_login")).text


def test_an_unconfirmed_address_is_confirmed_before_the_first_visit(make_user, client, settings):
    make_user("Una", email_confirmed=False)
    assert sign_in(client, "una")["Location"] == reverse("account_email_verification_sent")
    assert not is_signed_in(client)
    client.post(link_in(mails(settings)[0]))
    assert sign_in(client, "una").status_code == 302
    assert is_signed_in(client)


def test_resetting_a_password_ends_every_session_and_does_not_tell_who_exists(carl, client, settings):
    client.force_login(carl)
    other = type(client)()
    unknown = other.post(reverse("account_reset_password"), {"email": "nobody@example.com"}, follow=True)
    known = other.post(reverse("account_reset_password"), {"email": "carl@example.com"}, follow=True)
    strip = re.compile(r"hx-headers=\S+ \S+")
    assert strip.sub("", unknown.text) == strip.sub("", known.text)
    [mail] = mails(settings)
    page = other.get(link_in(mail), follow=True)
    done = other.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert not is_signed_in(client)
    assert sign_in(other, "carl", NEW).status_code == 302
    again = type(client)().get(link_in(mail), follow=True)
    assert "has ended" in again.text
    assert "was reset" in mails(settings)[-1]


def test_resetting_the_password_ends_a_lock_out(carl, client, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        sign_in(client, "carl", "wrong")
    assert sign_in(client, "carl").status_code == 429
    client.post(reverse("account_reset_password"), {"email": "carl@example.com"})
    page = client.get(link_in(mails(settings)[0]), follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert sign_in(client, "carl", NEW).status_code == 302


def test_asking_too_often_is_answered_with_a_pause(db, client):
    answers = [client.post(reverse("account_reset_password"), {"email": "x@example.com"}) for _ in range(6)]
    assert answers[0].status_code == 302
    assert (answers[-1].status_code, "Slow down" in answers[-1].text) == (429, True)


def test_changing_the_password_keeps_this_session_and_ends_the_others(carl, client):
    other = type(client)()
    for each in (client, other):
        sign_in(each, "carl")
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_weak_and_wrong_passwords_are_refused(carl, client):
    sign_in(client, "carl")
    page = reverse("account_change_password")
    for given in (
        {"oldpassword": "wrong", "password1": NEW, "password2": NEW},
        {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
        {"oldpassword": PASSWORD, "password1": NEW, "password2": "different one"},
    ):
        answer = client.post(page, given)
        assert (answer.status_code, 'class="error"' in answer.text) == (200, True)
    assert User.objects.get(pk=carl.pk).check_password(PASSWORD)


def test_the_second_factor_from_setting_up_to_a_recovery_code(carl, client):
    sign_in(client, "carl")
    second_factor(client)
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    client.post(reverse("account_logout"))

    assert sign_in(client, "carl")["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert "not right" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).text
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    sign_in(client, "carl")
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})  # works once
    assert not is_signed_in(client)


def test_staff_set_up_a_required_second_factor_before_anything_else(tess, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    setting_up = reverse("mfa_activate_totp")
    sign_in(client, "tess")
    for path in ("/", "/tickets", "/portal", "/knowledge", "/profile"):
        assert client.get(path)["Location"] == setting_up
    assert client.post("/tickets/new", {"title": "Not yet"})["Location"] == setting_up
    assert client.get("/find", headers={"hx-request": "true"}).headers["HX-Refresh"] == "true"
    assert client.get("/api/v1/tickets").json()["code"] == "second_factor_required"
    second_factor(client)
    assert client.get("/tickets").status_code == 200
    assert client.get("/api/v1/tickets").status_code == 200
    assert reverse("mfa_deactivate_totp") not in client.get(reverse("mfa_index")).text
    assert "Your role needs" in client.post(reverse("mfa_deactivate_totp")).text
    assert Authenticator.objects.filter(user=tess, type="totp").exists()


def test_a_required_second_factor_is_for_staff_only(carl, ada, client, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "carl")
    assert client.get("/portal").status_code == 200
    second_factor(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=carl, type="totp").exists()
    client.force_login(ada)
    assert client.get("/admin/")["Location"] == reverse("mfa_activate_totp")


def test_what_changes_the_account_asks_again_who_it_is(carl, client):
    sign_in(client, "carl")
    wishes = {"mfa_activate_totp": {}, "account_email": {"email": "carl@new.example", "action_add": ""}}
    for page, given in wishes.items():
        assert client.post(reverse(page), given)["Location"].startswith(reverse("account_reauthenticate"))
    assert "not your password" in client.post(reverse("account_reauthenticate"), {"password": "wrong"}).text


def test_a_secret_of_the_second_factor_is_not_stored_readable(carl, client):
    sign_in(client, "carl")
    secret = second_factor(client)
    assert secret not in str(list(Authenticator.objects.filter(user=carl).values_list("data", flat=True)))


def test_a_new_address_counts_once_it_is_confirmed(carl, gina, client, settings):
    sign_in(client, "carl")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.post(reverse("account_email"), {"email": "carl@new.example", "action_add": ""})
    assert User.objects.get(pk=carl.pk).email == "carl@example.com"
    assert "carl@new.example" in client.get(reverse("account_email")).text
    client.post(link_in(mails(settings)[0]))
    assert User.objects.get(pk=carl.pk).email == "carl@new.example"


def test_a_deactivated_person_is_out_at_once(ada, carl, client):
    sign_in(client, "carl")
    deactivate_user(user=carl, by=ada)
    assert not is_signed_in(client)
    answer = sign_in(client, "carl")
    assert not is_signed_in(client)
    assert answer.status_code in (200, 302)


def test_tokens_of_a_deactivated_person_die_and_stay_dead(ada, carl, client):
    answer = client.post("/api/v1/auth/login", {"username": "carl", "password": PASSWORD}, "application/json")
    tokens = answer.json()
    header = {"authorization": f"Bearer {tokens['access_token']}"}
    assert client.get("/api/v1/users/me", headers=header).status_code == 200
    deactivate_user(user=carl, by=ada)
    again = {"refresh_token": tokens["refresh_token"]}
    assert client.get("/api/v1/users/me", headers=header).status_code == 401
    reactivate_user(user=carl, by=ada)
    assert client.get("/api/v1/users/me", headers=header).status_code == 401
    assert client.post("/api/v1/auth/refresh", again, "application/json").status_code == 401


def test_an_invitation_from_mail_to_first_visit(mona, acme, client, settings):
    with timezone.override("Asia/Tokyo"):  # as a page of somebody in Tokyo does
        invite_user(by=mona, email="Zoe@Acme.example", role="technician", organization=acme.pk)
    [mail] = mails(settings)
    assert "Mona invites you" in mail
    assert f"{Invitation.objects.get().expires_at:%H:%M} UTC" in mail
    page = link_in(mail)
    assert "technician" in client.get(page).text
    weak = client.post(page, {"name": "Zoe", "password": "short"})
    assert (weak.status_code, "too short" in weak.text) == (200, True)
    client.post(page, {"name": "Zoe Z.", "password": NEW})
    zoe = User.objects.get(email="zoe@acme.example")
    assert (zoe.name, zoe.role, zoe.organization) == ("Zoe Z.", "technician", acme)
    assert EmailAddress.objects.get(user=zoe).verified
    assert is_signed_in(client)
    assert zoe.history.first().history_user == mona
    again = type(client)().post(page, {"name": "Eve", "password": NEW})
    assert (again.status_code, "already used" in again.text) == (409, True)


def test_invitations_that_do_not_work(mona, client):
    old, revoked, replaced = (invite_user(by=mona, email=f"{name}@x.example") for name in ("old", "revoked", "again"))
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_invitation(invitation=revoked, by=mona)
    invite_user(by=mona, email="again@x.example")
    for invitation in (old, revoked, replaced):
        page = reverse("invitation", args=[invitation.token])
        assert client.get(page).status_code == 409
        assert client.post(page, {"name": "Eve", "password": NEW}).status_code == 409
    assert client.get(reverse("invitation", args=["nonsense"])).status_code == 404
    assert not User.objects.filter(email__endswith="x.example").exists()


def test_an_invitation_outranks_somebody_who_signed_up_with_the_address_before(mona, client, settings):
    squatter = User.objects.create_user("zoe@acme.example", "the squatter knows this")
    invitation = invite_user(by=mona, email="zoe@acme.example", role="technician")
    client.post(reverse("invitation", args=[invitation.token]), {"name": "Zoe", "password": NEW})
    zoe = User.objects.get(pk=squatter.pk)
    assert (zoe.role, zoe.check_password(NEW)) == ("technician", True)


def test_demo_people_are_named_only_in_the_demo(client, settings, make_user):
    make_user("Admin", "admin")
    assert "admin@example.com" not in client.get(reverse("account_login")).text
    settings.DEMO = True
    assert "admin@example.com" in client.get(reverse("account_login")).text


def test_account_pages_keep_the_strict_policy(client, db):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_with_https_the_pages_move_there_and_cookies_stay_there(carl, client, settings):
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    assert client.get(reverse("account_login"))["Location"].startswith("https://")
    answer = client.post(reverse("account_login"), {"login": "carl", "password": PASSWORD}, secure=True)
    assert answer.status_code == 302
    assert client.cookies["sessionid"]["secure"]


def test_sent_mail_leaves_no_body_behind(mona, settings):
    invitation = invite_user(by=mona, email="zoe@acme.example")
    assert invitation.token.encode() in bytes(OutgoingMail.objects.get().message)
    mails(settings)
    mail = OutgoingMail.objects.get()
    assert (mail.state, bytes(mail.message)) == ("done", b"")
