"""What holds for each page: no errors, no sideways scrolling, nothing that WCAG 2.2 AA forbids; in both themes, on phone and desk."""

from tests.browser.desk import Desk, assert_accessible, assert_fits
from tickets.models import User


def test_a_page_that_is_not_there(desk: Desk, tess: User) -> None:
    desk.accept("404")
    page = desk.open("/no/such/page", by=tess, width=390)
    assert_fits(page)
    assert_accessible(page)
