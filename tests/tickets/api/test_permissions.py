"""Who may do what through the API: a stranger learns nothing, a requester works on the own tickets, roles rise from there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets.actions.conversation import add_comment
from tickets.actions.files import attach_file
from tickets.choices import Channel
from tickets.models import Article, Category, Tag, Team

PEOPLE = ["nobody", "gina", "carl", "cleo", "milo", "tess", "mona", "ada"]


def upload():
    return SimpleUploadedFile("log.txt", b"it burns")


@pytest.fixture
def things(ticket, carl, tess, acme, network):
    """Acme's ticket with a reply, a note and a file, and one of everything else."""
    reply = add_comment(ticket=ticket, by=carl, via=Channel.WEB, body="Help")
    note = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Hm", internal=True)
    file = attach_file(ticket=ticket, by=carl, via=Channel.WEB, file=upload())
    hidden = attach_file(ticket=ticket, by=tess, via=Channel.WEB, file=upload(), comment=note)
    return {
        "ticket": ticket.pk, "reply": reply.pk, "note": note.pk, "file": file.pk, "job": file.job.pk, "hidden": hidden.pk,
        "acme": acme.pk, "carl": carl.pk, "tess": tess.pk, "team": network.pk, "technician": tess.technician.pk,
        "category": Category.objects.create(name="Mail").pk, "tag": Tag.objects.create(name="odd").pk,
    }  # fmt: skip


# One column a person, in the order of PEOPLE.
MATRIX = [
    ("get", "/tickets/{ticket}", None, "401 404 200 200 404 200 200 200"),
    ("patch", "/tickets/{ticket}", {"title": "y"}, "401 404 200 403 404 200 200 200"),
    ("patch", "/tickets/{ticket}", {"priority": "high"}, "401 404 403 403 404 200 200 200"),
    ("put", "/tickets/{ticket}", {"title": "y"}, "401 404 200 403 404 200 200 200"),
    ("delete", "/tickets/{ticket}", None, "401 404 403 403 404 403 204 204"),
    ("post", "/tickets/{ticket}/restore", None, "401 404 403 403 404 403 200 200"),
    ("get", "/tickets/{ticket}/timeline", None, "401 404 200 200 404 200 200 200"),
    ("get", "/tickets/{ticket}/comments", None, "401 404 200 200 404 200 200 200"),
    ("post", "/tickets/{ticket}/comments", {"body": "x"}, "401 404 201 201 404 201 201 201"),
    ("post", "/tickets/{ticket}/comments", {"body": "x", "internal": True}, "401 404 403 403 404 201 201 201"),
    ("get", "/tickets/{ticket}/comments/{note}", None, "401 404 404 404 404 200 200 200"),
    ("patch", "/tickets/{ticket}/comments/{reply}", {"body": "y"}, "401 404 200 403 404 403 200 200"),
    ("delete", "/tickets/{ticket}/comments/{reply}", None, "401 404 403 403 404 403 204 204"),
    ("get", "/tickets/{ticket}/attachments", None, "401 404 200 200 404 200 200 200"),
    ("get", "/tickets/{ticket}/links", None, "401 404 200 200 404 200 200 200"),
    ("get", "/tickets/{ticket}/watchers", None, "401 404 200 200 404 200 200 200"),
    ("post", "/tickets/{ticket}/watchers", {}, "401 404 200 200 404 200 200 200"),
    ("post", "/tickets/{ticket}/watchers", {"user": "{tess}"}, "401 404 403 403 404 200 200 200"),
    ("delete", "/tickets/{ticket}/watchers/{carl}", None, "401 404 204 404 404 404 404 404"),
    ("get", "/tickets/{ticket}/time-entries", None, "401 404 403 403 404 200 200 200"),
    ("post", "/tickets/{ticket}/time-entries", {"minutes": 5}, "401 404 403 403 404 201 201 201"),
    ("post", "/tickets/{ticket}/rating", {"rating": 5}, "401 404 409 403 404 403 403 403"),
    ("get", "/files/{file}", None, "401 404 200 200 404 200 200 200"),
    ("get", "/files/{file}/content", None, "401 404 200 200 404 200 200 200"),
    ("get", "/files/jobs/{job}", None, "401 404 200 200 404 200 200 200"),
    ("get", "/files/{hidden}", None, "401 404 404 404 404 200 200 200"),
    ("delete", "/files/{file}", None, "401 404 204 403 404 403 204 204"),
    ("get", "/users", None, "401 403 403 403 200 200 200 200"),
    ("get", "/users/{carl}", None, "401 403 200 403 200 200 200 200"),
    ("get", "/organizations/{acme}", None, "401 404 200 200 200 200 200 200"),
    ("post", "/organizations", {"name": "New"}, "401 403 403 403 403 403 201 201"),
    ("patch", "/organizations/{acme}", {"tier": "gold"}, "401 404 403 403 403 403 200 200"),
    ("get", "/teams", None, "401 403 403 403 200 200 200 200"),
    ("patch", "/teams/{team}", {"description": "x"}, "401 403 403 403 403 403 200 200"),
    ("get", "/technicians", None, "401 403 403 403 200 200 200 200"),
    ("patch", "/technicians/{technician}", {"max_load": 5}, "401 403 403 403 403 403 200 200"),
    ("get", "/categories", None, "401 200 200 200 200 200 200 200"),
    ("post", "/categories", {"name": "New"}, "401 403 403 403 403 403 201 201"),
    ("delete", "/tags/{tag}", None, "401 403 403 403 403 403 204 204"),
    ("post", "/articles", {"title": "x", "body": "y"}, "401 403 403 403 201 201 201 201"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "path", "body", "statuses"), MATRIX, ids=lambda v: v if isinstance(v, str) else "")
@pytest.mark.parametrize("who", PEOPLE)
def test_matrix(api, request, things, verb, path, body, statuses, who):
    user = None if who == "nobody" else request.getfixturevalue(who)
    wanted = int(statuses.split()[PEOPLE.index(who)])
    body = {
        name: things[value.strip("{}")] if str(value).startswith("{") else value for name, value in (body or {}).items()
    }
    answer = getattr(api(user), verb)(path.format(**things), body or None)
    assert answer.status_code == wanted
    if wanted >= 400:
        assert answer["Content-Type"] == "application/problem+json"
    if wanted == 403:
        assert answer.json()["code"]
        assert answer.json().get("required_role") in ("technician", "manager", "admin", "requester")


def test_a_stranger_finds_nothing_of_acme(api, things, gina, make_ticket):
    mine = make_ticket("Mine", by=gina)
    client = api(gina)
    for query in (
        "",
        "?q=printer",
        f"?organization={things['acme']}",
        f"?requester={things['carl']}",
        "?archived=true",
    ):
        assert [row["id"] for row in client.get(f"/tickets{query}").json()["results"]] in ([mine.pk], [])
    assert client.post(f"/tickets/{mine.pk}/comments", {"body": "x"}).status_code == 201
    assert client.get(f"/tickets/{mine.pk}/comments/{things['reply']}").status_code == 404
    assert client.post("/tickets", {"title": "x", "organization": things["acme"]}).status_code == 404
    assert client.post("/tickets", {"title": "x", "requester": things["carl"]}).status_code == 404
    assert [row["name"] for row in client.get("/organizations").json()["results"]] == ["Globex"]
    text = b"".join(client.get("/tickets/export").streaming_content).decode()
    assert "Printer" not in text
    assert (
        client.post("/files/upload", {"file": upload(), "ticket_id": things["ticket"]}, format="multipart").status_code
        == 404
    )


def test_a_requester_is_not_told_of_internal_things(api, things, carl):
    client = api(carl)
    assert [row["body"] for row in client.get(f"/tickets/{things['ticket']}/comments").json()["results"]] == ["Help"]
    timeline = client.get(f"/tickets/{things['ticket']}/timeline").json()["results"]
    assert [event["kind"] for event in timeline] == ["ticket_created", "comment_added", "attachment_added"]
    assert "Hm" not in str(timeline)
    assert len(client.get(f"/tickets/{things['ticket']}/attachments").json()) == 1
    organization = client.get(f"/organizations/{things['acme']}").json()
    assert "notes" not in organization
    assert "domains" not in organization


def test_drafts_are_for_those_who_write(api, tess, carl, mona):
    pk = api(tess).post("/articles", {"title": "Router", "body": "Press"}).json()["id"]
    assert api(carl).get(f"/articles/{pk}").status_code == 404
    assert api(carl).get("/articles").json()["results"] == []
    assert api(carl).post(f"/articles/{pk}/publish").status_code == 404
    api(tess).post(f"/articles/{pk}/publish")
    assert api(carl).get(f"/articles/{pk}").json()["html"] == "<p>Press</p>\n"
    assert api(carl).patch(f"/articles/{pk}", {"body": "x"}).status_code == 403
    assert api(carl).get(f"/articles/{pk}/versions").status_code == 403
    assert api(tess).delete(f"/articles/{pk}").status_code == 403
    assert api(mona).delete(f"/articles/{pk}").status_code == 204
    assert Article.objects.get().archived_at


def test_an_inactive_user_is_nobody(api, carl):
    client = api(carl)
    carl.is_active = False
    carl.save()
    assert client.get("/tickets").status_code == 401


def test_a_page_of_ours_may_call_with_its_session_but_not_a_foreign_one(client, carl, ticket):
    client.force_login(carl, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/api/v1/tickets/{ticket.pk}").status_code == 200
    said = client.post(f"/api/v1/tickets/{ticket.pk}/comments", {"body": "x"}, content_type="application/json")
    assert said.json()["channel"] == "portal"
    client.handler.enforce_csrf_checks = True
    refused = client.post(f"/api/v1/tickets/{ticket.pk}/comments", {"body": "x"}, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert Team.objects.count() == 1
