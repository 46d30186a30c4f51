"""The OpenAPI document and the page that shows it."""

import io
import json

import pytest
from django.core.management import call_command
from openapi_spec_validator import validate

STATUSES = {"post": "400 401 403 409 413 415 429 503", "get": "400 401 403 429 503"}


@pytest.fixture(scope="module")
def document():
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)

    return json.loads(out.getvalue())


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_refusal_is_documented_as_a_problem(document):
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            wanted = set(STATUSES.get(verb, STATUSES["post"]).split())
            wanted |= {"404"} if "{" in path or (verb != "get" and "/auth/" not in path) else set()
            assert operation["responses"].keys() >= wanted, (path, verb)
            problem = operation["responses"]["400"]["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}


def test_what_is_kept_answers_304_without_a_body(document):
    kept = {
        path.removeprefix("/api/v1"): operation["responses"]["304"]
        for path, verbs in document["paths"].items()
        for operation in verbs.values()
        if any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", ()))
    }
    assert kept.keys() >= {"/sla/reports", "/sla/technicians/{id}/performance"}
    assert all("content" not in answer for answer in kept.values())


def test_the_contract_is_there(document):
    paths = {path.removeprefix("/api/v1") for path in document["paths"]}
    assert paths >= {
        "/auth/register", "/auth/login", "/auth/refresh", "/auth/logout", "/users/me", "/tickets", "/tickets/{reference}",
        "/tickets/{reference}/timeline", "/tickets/{reference}/comments", "/tickets/{reference}/attachments",
        "/tickets/{reference}/links", "/tickets/bulk", "/tickets/{reference}/merge", "/files/upload", "/files/{id}",
        "/files/{id}/content", "/files/jobs/{job_id}", "/technicians", "/teams", "/organizations", "/articles", "/categories", "/tags",
        "/sla/calendars", "/sla/policies", "/sla/breaches", "/sla/waivers", "/sla/reports", "/sla/escalation-rules",
        "/sla/technicians/{id}/performance", "/tickets/{reference}/sla",
    }  # fmt: skip


def test_a_problem_type_leads_to_its_section(document, api, db):
    problem = api().get("/tickets").json()
    section = problem["type"].partition("#section/Problems/")[2]
    assert f"\n## {section}\n" in document["info"]["description"]


def test_document_and_page_are_served_locally(client, db):
    assert client.get("/api/v1/schema").json()["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "https://" not in text.replace("https://spec", "")
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert "nonce-" in page["Content-Security-Policy"]
    assert "nonce-" not in client.get("/accounts/login/")["Content-Security-Policy"]
