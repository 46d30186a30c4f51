"""Whatever is sent, the answer is a problem that names the field, never a 500."""

import json

import pytest

from tickets.models import CustomField, Ticket

JSON = "application/json"
EVIL = [
    None, True, 5, -1, 1.5, 2**63, 10**400, "", "   ", "a\x00b", "\ud800", "x" * 200_000, [], [[]], [None], {}, {"id": None},
    {"id": 2**70}, {"id": []}, {"a": {"b": {}}}, "99999999999999999999", "1e5", "٣", "²", "<script>alert(1)</script>", "'; DROP TABLE x; --",
]  # fmt: skip
WRITES = {
    "ticket": ("post", "/tickets", {"title": "x"}),
    "change": ("patch", "/tickets/{ticket}", {}),
    "replacement": ("put", "/tickets/{ticket}", {"title": "x"}),
    "comment": ("post", "/tickets/{ticket}/comments", {"body": "x"}),
    "link": ("post", "/tickets/{ticket}/links", {"target": 1, "kind": "related"}),
    "merge": ("post", "/tickets/{ticket}/merge", {"into": 1}),
    "rating": ("post", "/tickets/{ticket}/rating", {"rating": 1}),
    "watcher": ("post", "/tickets/{ticket}/watchers", {}),
    "time": ("post", "/tickets/{ticket}/time-entries", {"minutes": 5}),
    "bulk": ("post", "/tickets/bulk", {"ids": [1], "changes": {}}),
    "organization": ("post", "/organizations", {"name": "x"}),
    "team": ("post", "/teams", {"name": "x"}),
    "new technician": ("post", "/technicians", {}),
    "technician": ("patch", "/technicians/{technician}", {}),
    "category": ("post", "/categories", {"name": "x"}),
    "tag": ("post", "/tags", {"name": "x"}),
    "article": ("post", "/articles", {"title": "x", "body": "y"}),
    "profile": ("patch", "/users/me", {}),
    "sign-up": ("post", "/auth/register", {"email": "a@example.com", "password": "a-good-pass-phrase"}),
    "sign-in": ("post", "/auth/login", {"username": "x", "password": "y"}),
    "renewal": ("post", "/auth/refresh", {}),
}
FIELDS = [
    *(("ticket", field) for field in ["title", "description", "status", "priority", "urgency", "impact", "category", "organization", "requester", "assignee", "team", "tags", "due_at", "resolution", "custom_fields"]),
    *(("change", field) for field in ["title", "requester", "organization", "version", "status", "custom_fields", "due_at"]),
    ("replacement", "requester"), ("replacement", "custom_fields"), ("replacement", "version"),
    ("comment", "body"), ("comment", "internal"), ("link", "target"), ("link", "kind"), ("merge", "into"),
    ("rating", "rating"), ("rating", "comment"), ("watcher", "user"),
    ("time", "minutes"), ("time", "note"), ("time", "billable"), ("time", "worked_on"), ("bulk", "ids"), ("bulk", "changes"),
    *(("organization", field) for field in ["name", "tier", "time_zone", "notes", "domains", "is_active"]),
    *(("team", field) for field in ["name", "description", "lead", "is_active"]),
    *(("technician", field) for field in ["max_load", "teams", "skills", "availability", "time_off"]),
    ("new technician", "user"), ("category", "name"), ("category", "parent"), ("tag", "name"),
    *(("article", field) for field in ["title", "body", "category", "audience", "note"]),
    *(("profile", field) for field in ["name", "username", "time_zone", "theme", "signature"]),
    *(("sign-up", field) for field in ["email", "password", "username", "name"]),
    ("sign-in", "username"), ("sign-in", "password"), ("sign-in", "otp"), ("renewal", "refresh_token"),
]  # fmt: skip


@pytest.fixture
def generous(settings):
    settings.API_RATES = dict.fromkeys(settings.API_RATES, 0)
    settings.AXES_ENABLED = False
    settings.ACCOUNT_RATE_LIMITS = {}


@pytest.mark.parametrize(("write", "field"), FIELDS, ids=lambda v: v)
def test_no_value_breaks_a_field(api, ticket, ada, tess, generous, write, field):
    CustomField.objects.create(key="floor", label="Floor", kind="number")
    verb, path, body = WRITES[write]
    path = path.format(ticket=ticket.pk, technician=tess.technician.pk)
    client = api(ada)
    for n, value in enumerate(EVIL):
        body = {**body, "name": f"x{n}"} if "name" in body else body
        answer = getattr(client, verb)(path, json.dumps({**body, field: value}), content_type=JSON)
        assert answer.status_code < 500, value
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["code"]
        if answer.status_code == 400 and not isinstance(value, dict | list):
            assert any(name.partition(".")[0] == field for name in answer.json()["errors"]), (value, answer.json())


@pytest.mark.parametrize("value", [*EVIL, "x" * 3_000, "2026-02-30", "on"], ids=str)
@pytest.mark.parametrize("kind", ["text", "number", "choice", "date", "checkbox"])
def test_no_value_breaks_a_custom_field(api, tess, kind, value):
    CustomField.objects.create(key="extra", label="Extra", kind=kind, options=["a", "b"])
    body = json.dumps({"title": "x", "custom_fields": {"extra": value}})
    answer = api(tess).post("/tickets", body, content_type=JSON)
    assert answer.status_code in (201, 400)
    if answer.status_code == 400:
        assert all(name.startswith("custom_fields") for name in answer.json()["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"{", b'{"title": "a"', b"[]", b'"x"', b"null", b'{"title": NaN}', b'{"title": Infinity}', b'{"title": "\xff\xfe"}', b"\x00",
        b'{"title": "a\x00b"}', b'{"title": "x", "custom_fields": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        b'{"title": "x", "tags": ' + b"[" * 100_000, b'{"title": "x", "custom_fields": ' + b'{"a":' * 60 + b"1" + b"}" * 61,
        b'{"title": "\\ud83d"}', b'{"\\ud800": 1, "title": "x"}', b'{"a\\u0000b": 1, "title": "x"}', b'{"title": 1' + b"0" * 5000 + b"}",
        b"title=x",
    ],
    ids=range(18),
)  # fmt: skip
def test_a_body_that_cannot_be_read(api, tess, body):
    refused = api(tess).post("/tickets", body, content_type=JSON)
    assert refused.status_code == 400
    assert refused.json()["code"] in ("malformed", "invalid")
    assert not Ticket.objects.exists()


def test_a_body_may_not_be_endless(api, tess):
    refused = api(tess).post("/tickets", b'{"title": "' + b"x" * 3_000_000 + b'"}', content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_read(api, tess, content_type):
    refused = api(tess).generic("POST", "/tickets", b"title=x", content_type=content_type)
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ff",
        "tag=%00",
        "status=%00",
        "assignee=%ff",
        "created_after=%00",
        "ordering=%00",
        "cursor=%00",
        "cursor=%ff",
        "page_size=%D9%A3",
        "q=" + "x" * 20_000,
        "external_id=%00",
        "custom_fields.a=%00",
        "%00=1",
        "category=²",
    ],
)
@pytest.mark.parametrize("path", ["/tickets", "/articles", "/users", "/technicians", "/tickets/export"])
def test_no_query_breaks_a_list(api, tess, path, query):
    answer = api(tess).get(f"{path}?{query}")
    if answer.streaming:
        b"".join(answer.streaming_content)
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/1/comments/99999999999999999999",
        "/files/999999999999999999",
        "/teams/0",
        "/articles/x",
        "/nothing",
        "/tickets/",
        "/",
    ],
)
def test_addresses_that_do_not_exist(api, tess, path):
    refused = api(tess).get(path)
    assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")


def test_scripts_come_out_inert(api, ticket, tess):
    body = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) **bold**"
    html = api(tess).post(f"/tickets/{ticket.pk}/comments", {"body": body}).json()["html"]
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "<strong>bold</strong>" in html
