"""Signing up, in and out; what tokens are good for and when they end."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from rest_framework_simplejwt.tokens import AccessToken

from tests.conftest import PASSWORD
from tickets.actions.access import deactivate_user, end_sessions
from tickets.live.credentials import authenticate
from tickets.models import OrganizationDomain, User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NEW = {"username": "testuser", "email": "test@example.com", "password": "securepassword123"}


def code(step=0):
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + step))


@pytest.fixture
def tokens(api, carl):
    return api().post("/auth/login", {"username": carl.username, "password": PASSWORD}).json()


def bearing(api, token):
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@pytest.mark.parametrize(
    "name", [{"username": "carl"}, {"email": "carl@example.com"}, {"email": "CARL"}, {"username": "Carl@Example.com"}]
)
def test_sign_in_by_either_name(api, carl, name):
    answer = api().post("/auth/login", {**name, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 1800)
    me = bearing(api, answer.json()["access_token"]).get("/users/me").json()
    assert (me["email"], me["roles"]) == ("carl@example.com", ["requester"])
    assert "password" not in str(me)


@pytest.mark.parametrize("wrong", [{"username": "carl"}, {"username": "nobody"}])
def test_a_wrong_password_and_a_wrong_name_read_the_same(api, carl, wrong):
    refused = api().post("/auth/login", {**wrong, "password": "not it at all"})
    problem = refused.json()
    problem.pop("request_id")
    assert refused.status_code == 401
    assert problem["code"] == "wrong_credentials"
    assert "carl" not in str(problem)


def test_ten_wrong_passwords_lock_the_name_out(api, carl):
    for _ in range(10):
        last = api().post("/auth/login", {"username": "carl", "password": "wrong wrong"})
    refused = api().post("/auth/login", {"username": "carl", "password": PASSWORD})
    assert (last.status_code, refused.status_code) == (429, 429)
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "locked_out"
    assert int(refused["Retry-After"]) > 60


def test_a_second_factor_is_asked_for(api, carl):
    TOTP.activate(carl, SECRET)
    given = {"username": "carl", "password": PASSWORD}
    assert api().post("/auth/login", given).json()["code"] == "mfa_required"
    assert api().post("/auth/login", {**given, "otp": "000000"}).json()["code"] == "wrong_otp"
    used = code()
    assert "access_token" in api().post("/auth/login", {**given, "otp": used}).json()
    assert api().post("/auth/login", {**given, "otp": used}).json()["code"] == "wrong_otp"


def test_programs_of_staff_wait_for_a_required_second_factor(api, tess, settings):
    given = {"username": "tess", "password": PASSWORD}
    early = api().post("/auth/login", given).json()["access_token"]
    settings.SECOND_FACTOR_REQUIRED = True
    for refused in (api().post("/auth/login", given), bearing(api, early).get("/tickets")):
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert authenticate({"query_string": f"token={early}".encode()}) is None  # a socket's
    TOTP.activate(tess, SECRET)
    assert "access_token" in api().post("/auth/login", {**given, "otp": code()}).json()
    assert authenticate({"query_string": f"token={early}".encode()}).user == tess


def test_wrong_codes_lock_out_too(api, carl):
    TOTP.activate(carl, SECRET)
    given = {"username": "carl", "password": PASSWORD, "otp": "000000"}
    codes = [api().post("/auth/login", given).json()["code"] for _ in range(10)]
    assert codes[-1] == "locked_out"
    assert Authenticator.objects.count() == 1


def test_a_refresh_token_is_good_for_one_use(api, tokens):
    fresh = api().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    assert fresh.json()["refresh_token"] != tokens["refresh_token"]
    assert bearing(api, fresh.json()["access_token"]).get("/users/me").status_code == 200
    again = api().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    assert (again.status_code, again.json()["code"]) == (401, "token_not_valid")


def test_signing_out_ends_the_refresh_token(api, tokens):
    assert api().post("/auth/logout", {"refresh_token": tokens["refresh_token"]}).status_code == 204
    assert api().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 401
    assert api().post("/auth/logout", {"refresh_token": tokens["refresh_token"]}).status_code == 401


def new_password(user, admin):
    user.set_password("another good pass-phrase")
    user.save()


@pytest.mark.parametrize(
    "end",
    [new_password, lambda user, admin: end_sessions(user), lambda user, admin: deactivate_user(user=user, by=admin)],
)
def test_both_tokens_end_with_the_sessions(api, tokens, carl, ada, end):
    end(carl, ada)
    refused = bearing(api, tokens["access_token"]).get("/users/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "token_not_valid")
    assert api().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 401


@pytest.mark.parametrize("token", ["x", "a.b.c", "", "\xe9", "eyJhbGciOiJub25lIn0.eyJ1c2VyX2lkIjoxfQ."])
def test_what_is_no_token_is_refused(api, carl, token):
    client = api()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    refused = client.get("/tickets")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Bearer")
    assert "/api/v1/auth/refresh" in refused.json()["detail"]
    assert api().post("/auth/refresh", {"refresh_token": token}).status_code in (400, 401)


def test_a_refresh_token_opens_no_door_and_an_access_token_renews_nothing(api, tokens):
    assert bearing(api, tokens["refresh_token"]).get("/users/me").status_code == 401
    assert api().post("/auth/refresh", {"refresh_token": tokens["access_token"]}).status_code == 401


def test_a_token_of_nobody(api, carl):
    token = AccessToken.for_user(carl)
    token["user_id"] = "9" * 30
    assert bearing(api, str(token)).get("/users/me").status_code == 401


def test_signing_up_makes_a_requester_who_can_start_at_once(api, acme, mailoutbox):
    OrganizationDomain.objects.create(organization=acme, domain="example.com")
    answer = api().post("/auth/register", NEW)
    assert (answer.status_code, answer.json()["username"]) == (201, "testuser")
    assert "password" not in answer.json()
    user = User.objects.get()
    assert (user.role, user.organization) == ("requester", None)
    assert not EmailAddress.objects.get(user=user).verified
    assert mailoutbox[0].to == ["test@example.com"]
    tokens = api().post("/auth/login", {"username": "testuser", "password": NEW["password"]}).json()
    client = bearing(api, tokens["access_token"])
    assert client.post("/tickets", {"title": "Test issue"}).status_code == 201
    assert len(client.get("/tickets").json()["results"]) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "testuser@example"}, "password"),
        ({"email": "no address"}, "email"),
        ({"email": ["x"]}, "email"),
        ({"email": None}, "email"),
        ({"username": "carl"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": 5}, "username"),
        ({"role": "admin"}, "role"),
        ({"name": "x" * 200}, "name"),
    ],
)
def test_signing_up_names_what_is_wrong(api, carl, change, field):
    refused = api().post("/auth/register", {**NEW, **change})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert User.objects.count() == 1


def test_signing_up_does_not_tell_who_is_registered(api, carl, mailoutbox):
    known = api().post("/auth/register", {**NEW, "email": "Carl@example.com"})
    unknown = api().post("/auth/register", {**NEW, "email": "New@example.com"})
    assert (known.status_code, known.json().keys()) == (201, unknown.json().keys())
    assert known.json()["username"] == unknown.json()["username"] == "testuser"
    assert User.objects.filter(email__icontains="carl").get() == carl
    assert (known.json()["email"], unknown.json()["email"]) == ("carl@example.com", "new@example.com")
    both = api().post("/auth/register", {**NEW, "email": "carl@example.com", "username": "carl"})
    assert list(both.json()["errors"]) == ["username"]
    assert [mail.to for mail in mailoutbox] == [["carl@example.com"], ["new@example.com"]]


def test_signing_up_can_be_closed_and_is_limited(api, db, settings):
    settings.REGISTRATION_OPEN = False
    assert api().post("/auth/register", NEW).json()["code"] == "registration_closed"
    settings.REGISTRATION_OPEN = True
    settings.API_RATES = {**settings.API_RATES, "register": 2}
    cache.clear()
    answers = [
        api().post("/auth/register", {**NEW, "username": f"u{n}", "email": f"u{n}@example.com"}) for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2]["Retry-After"]) > 0


def test_own_preferences(api, carl):
    changed = api(carl).patch("/users/me", {"time_zone": "Asia/Tokyo", "theme": "dark"}).json()
    assert (changed["time_zone"], changed["theme"]) == ("Asia/Tokyo", "dark")
    for wrong in (
        {"role": "admin"},
        {"organization": 1},
        {"time_zone": "Mars"},
        {"email": "x@example.com"},
        {"theme": 1},
    ):
        refused = api(carl).patch("/users/me", wrong)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, list(wrong))
