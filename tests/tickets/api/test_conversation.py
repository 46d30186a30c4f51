"""Comments, timeline, watchers, time and files through the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.tickets.test_files import PNG, stored
from tickets import work


def png(name="screen.png", content=PNG):
    return SimpleUploadedFile(name, content)


def test_a_reply_and_its_place_in_the_timeline(api, ticket, tess, carl):
    made = api(carl).post(f"/tickets/{ticket.pk}/comments", {"body": "It *smokes* @tess"}).json()
    assert (made["author"]["name"], made["channel"], made["internal"]) == ("Carl", "api", False)
    assert "<em>smokes</em>" in made["html"]
    edited = api(carl).patch(f"/tickets/{ticket.pk}/comments/{made['id']}", {"body": "It burns"}).json()
    assert edited["edited_at"]
    assert api(tess).get(f"/tickets/{ticket.pk}/comments").json()["results"] == [edited]
    timeline = api(tess).get(f"/tickets/{ticket.pk}/timeline").json()["results"]
    assert [(e["version"], e["kind"], e["actor"]) for e in timeline] == [
        (1, "ticket_created", "Carl"),
        (2, "comment_added", "Carl"),
        (3, "comment_edited", "Carl"),
    ]
    missed = api(tess).get(f"/tickets/{ticket.pk}/timeline?after=2").json()["results"]
    assert [e["version"] for e in missed] == [3]
    assert api(tess).get(f"/tickets/{ticket.pk}/timeline?after=x").status_code == 400
    assert [person["name"] for person in api(tess).get(f"/tickets/{ticket.pk}/watchers").json()] == ["Tess"]


def test_a_redacted_comment_keeps_its_place(api, ticket, tess, mona):
    made = api(tess).post(f"/tickets/{ticket.pk}/comments", {"body": "secret"}).json()
    path = f"/tickets/{ticket.pk}/comments/{made['id']}"
    assert api(tess).delete(path).status_code == 204
    assert api(tess).get(path).json()["body"] == ""
    assert api(tess).patch(path, {"body": "again"}).json()["code"] == "redacted"


def test_time(api, ticket, tess):
    made = api(tess).post(
        f"/tickets/{ticket.pk}/time-entries",
        {"minutes": 30, "note": "Phone", "billable": False, "worked_on": "2026-11-01"},
    )
    assert made.status_code == 201
    entries = api(tess).get(f"/tickets/{ticket.pk}/time-entries").json()
    assert [(e["minutes"], e["billable"], e["worked_on"]) for e in entries] == [(30, False, "2026-11-01")]


def test_a_file_goes_up_is_looked_at_and_comes_down(api, ticket, carl):
    client = api(carl)
    answer = client.post(
        "/files/upload", {"file": png("../../Bild ü.png"), "ticket_id": ticket.reference}, format="multipart"
    )
    made = answer.json()
    assert answer.status_code == 201
    assert made.keys() >= {"id", "job_id", "filename", "file_type", "file_size", "ticket_id", "processing_status"}
    assert (made["filename"], made["file_type"], made["processing_status"]) == ("Bild ü.png", "image/png", "queued")
    work.run_due()
    job = client.get(f"/files/jobs/{made['job_id']}").json()
    assert (job["processing_status"], job["stage"], job["error"]) == ("completed", "validation", None)
    content = client.get(f"/files/{made['id']}/content")
    assert b"".join(content.streaming_content) == PNG
    assert content["Content-Disposition"].startswith("attachment; filename")
    assert (content["Content-Type"], content["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert client.get(f"/tickets/{ticket.pk}/attachments").json()[0]["id"] == made["id"]
    assert client.delete(f"/files/{made['id']}").status_code == 204
    assert client.get(f"/files/{made['id']}/content").status_code == 404


def test_a_file_of_a_note_is_internal(api, ticket, tess, carl):
    note = api(tess).post(f"/tickets/{ticket.pk}/comments", {"body": "Log", "internal": True}).json()
    wish = {"file": png(), "comment_id": note["id"]}
    made = api(tess).post(f"/tickets/{ticket.pk}/attachments", wish, format="multipart").json()
    assert (made["internal"], made["comment_id"]) == (True, note["id"])
    refused = api(carl).post(f"/tickets/{ticket.pk}/attachments", {**wish, "file": png()}, format="multipart")
    assert refused.status_code == 404


def test_too_large_and_wrong_types_leave_nothing_behind(api, ticket, carl, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    client = api(carl)
    for size in (1001, 300_000):
        refused = client.post(
            "/files/upload", {"file": png(content=b"x" * size), "ticket_id": ticket.pk}, format="multipart"
        )
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    refused = client.post(
        "/files/upload", {"file": png("run.exe", b"MZ" + b"\0" * 60), "ticket_id": ticket.pk}, format="multipart"
    )
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_type")
    assert not stored(settings)
    assert client.get(f"/tickets/{ticket.pk}/attachments").json() == []


@pytest.mark.parametrize(
    ("form", "field"),
    [({}, "ticket_id"), ({"ticket_id": "{ticket}"}, "file"), ({"ticket_id": "{ticket}", "file": "text"}, "file")],
)
def test_an_upload_says_what_is_missing(api, ticket, carl, form, field):
    form = {name: value.format(ticket=ticket.pk) for name, value in form.items()}
    refused = api(carl).post("/files/upload", form, format="multipart")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc', b"\xff" * 50],
)
@pytest.mark.parametrize("boundary", ["; boundary=x", "", "; boundary="])
def test_a_broken_form_is_refused(api, ticket, carl, body, boundary):
    refused = api(carl).generic(
        "POST", f"/tickets/{ticket.pk}/attachments", body, content_type=f"multipart/form-data{boundary}"
    )
    assert refused.status_code == 400
