"""The pages of signing in and of one's own account, and the admin, in a real browser."""

import pytest
from django.urls import reverse

from tests.browser.desk import Desk, assert_accessible, assert_fits
from tests.conftest import PASSWORD
from tickets.actions.invitations import invite_user
from tickets.models import User

SIZES = pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)], ids=["phone-light", "desk-dark"])
OUTSIDE = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
INSIDE = ["account_change_password", "account_email", "mfa_index", "account_logout", "people"]
ADMIN = ["admin:index", "admin:tickets_user_changelist", "admin:tickets_user_add", "admin:tickets_customfield_add"]


@SIZES
def test_pages_for_people_who_are_not_signed_in(desk: Desk, mona: User, width: int, dark: bool) -> None:
    invitation = invite_user(by=mona, email="zoe@example.com")
    page = desk.open(reverse("invitation", args=[invitation.token]), width=width, dark=dark)
    for path in ["", *map(reverse, OUTSIDE)]:
        if path:
            page.goto(path)
        assert_fits(page)
        assert_accessible(page)


@SIZES
def test_pages_of_the_own_account(desk: Desk, mona: User, carl: User, width: int, dark: bool) -> None:
    page = desk.open("/profile", by=mona, width=width, dark=dark)
    for route in INSIDE:
        page.goto(reverse(route))
        assert_fits(page)
        assert_accessible(page)
    page.goto(reverse("mfa_activate_totp"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    assert page.locator("img.qr").evaluate("picture => picture.naturalWidth") > 0
    assert_accessible(page)


def test_signing_in_by_keyboard_after_a_mistake(desk: Desk, carl: User) -> None:
    page = desk.open(reverse("account_login"))
    page.get_by_label("E-mail or username").fill("carl")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_inviting_from_the_page_of_people(desk: Desk, mona: User) -> None:
    page = desk.open(reverse("people"), by=mona)
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail").fill("zoe@example.com")
    assert_accessible(page)
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("on its way to zoe@example.com").wait_for()


def test_an_admin_signs_somebody_out_by_a_dialog(desk: Desk, ada: User, carl: User) -> None:
    page = desk.open(reverse("admin:tickets_user_change", args=[carl.pk]), by=ada)
    page.get_by_text("Sign out everywhere").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("Signed out everywhere.").wait_for()
    assert User.objects.get(pk=carl.pk).session_epoch == 1


@pytest.mark.parametrize("width", [390, 1440])
def test_the_admin_works_under_its_policy(desk: Desk, ada: User, width: int) -> None:
    page = desk.open(reverse("admin:index"), by=ada, width=width)
    for route in ADMIN:
        page.goto(reverse(route))
        assert_fits(page)
    page.goto(reverse("admin:tickets_user_changelist"))
    page.locator("a:has-text('Filters')").first.click()
    page.get_by_text("By role").wait_for()  # Alpine opened the sheet
