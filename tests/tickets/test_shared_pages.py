"""The pages where staff keep their saved views and macros."""

import pytest
from django.urls import reverse

from tickets.actions.views import save_macro, save_view
from tickets.choices import Sharing
from tickets.models import Macro, SavedView


@pytest.fixture
def desk(client, tess):
    client.force_login(tess)
    return client


def text(response):
    return response.content.decode()


def test_a_view_is_made_changed_and_removed(desk, tess, network):
    given = {"name": "Hot", "query": "priority=high&assignee=me", "sharing": "team", "team": network.pk}
    page = text(desk.post(reverse("saved_view_new"), given, follow=True))
    assert "Priority: High" in page
    view = SavedView.objects.get()
    assert (view.owner, view.sharing, view.team) == (tess, Sharing.TEAM, network)
    desk.post(reverse("saved_view", args=[view.pk]), given | {"name": "Hotter", "sharing": "private", "team": ""})
    view.refresh_from_db()
    assert (view.name, view.team) == ("Hotter", None)
    desk.post(reverse("saved_view_remove", args=[view.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"query": "priority=enormous"},
        {"sharing": "team", "team": ""},
        {"sharing": "world"},
        {"team": "77"},
    ],
)
def test_a_refused_view_says_why(desk, bad):
    response = desk.post(reverse("saved_view_new"), {"name": "Kept", "query": "", "sharing": "private"} | bad)
    assert response.status_code == 400
    assert 'role="alert"' in text(response)
    assert not SavedView.objects.exists()


def test_a_new_view_starts_with_the_queues_filters(desk):
    page = text(desk.get(reverse("saved_view_new"), {"query": "?status=open&tag=vpn"}))
    assert "status=open&amp;tag=vpn" in page


def test_others_see_what_is_shared_but_only_owners_and_managers_change_it(desk, client, mona, milo, tess):
    private = save_view(by=milo, name="Milo's own", query="")
    shared = save_view(by=milo, name="For all", query="", sharing="shared")
    page = text(desk.get(reverse("saved_views")))
    assert "For all" in page
    assert "Milo&#x27;s own" not in page
    assert desk.get(reverse("saved_view", args=[private.pk])).status_code == 404
    assert desk.post(reverse("saved_view_remove", args=[shared.pk])).status_code == 403
    client.force_login(mona)
    client.post(reverse("saved_view_remove", args=[shared.pk]))
    assert not SavedView.objects.filter(pk=shared.pk).exists()


def test_a_macro_is_made_changed_and_removed(desk, tess, network):
    given = {
        "name": "Ask for a screenshot",
        "text": "Hello {{ requester.first_name }}, please send one.",
        "status": "pending",
        "to_team": network.pk,
        "tags": "waiting, screenshot",
        "sharing": "shared",
    }
    desk.post(reverse("macro_new"), given)
    macro = Macro.objects.get()
    assert macro.changes == {"status": "pending", "team": network.pk, "tags": ["waiting", "screenshot"]}
    form = text(desk.get(reverse("macro", args=[macro.pk])))
    assert "waiting screenshot" in form
    assert 'value="pending" selected' in form
    desk.post(
        reverse("macro", args=[macro.pk]), {"name": "Note", "text": "x", "is_internal": "on", "sharing": "private"}
    )
    macro.refresh_from_db()
    assert (macro.changes, macro.is_internal, macro.sharing) == ({}, True, Sharing.PRIVATE)
    desk.post(reverse("macro_remove", args=[macro.pk]))
    assert not Macro.objects.exists()


def test_a_macro_assigns_to_somebody_or_to_whoever_uses_it(desk, tess):
    for wish in ("me", tess.pk):
        desk.post(reverse("macro_new"), {"name": f"To {wish}", "assignee": wish, "sharing": "private"})
        macro = Macro.objects.get(name=f"To {wish}")
        assert macro.changes == {"assignee": wish}
        assert f'value="{wish}" selected' in text(desk.get(reverse("macro", args=[macro.pk])))


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "Hello {{ requester.shoe_size }}"},
        {"text": ""},
        {"status": "resolved"},
        {"tags": "x" * 60},
        {"assignee": "9999"},
        {"name": "a\x00b"},
    ],
)
def test_a_refused_macro_says_why(desk, bad):
    response = desk.post(reverse("macro_new"), {"name": "Kept name", "text": "Hi", "sharing": "private"} | bad)
    assert response.status_code == 400
    assert not Macro.objects.exists()


def test_nobody_opens_anothers_private_macro(desk, milo):
    macro = save_macro(by=milo, name="Mine", text_template="Hi")
    assert desk.get(reverse("macro", args=[macro.pk])).status_code == 404
    assert desk.post(reverse("macro_remove", args=[macro.pk])).status_code == 404
    assert Macro.objects.exists()
