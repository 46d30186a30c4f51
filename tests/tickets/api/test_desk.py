"""Organizations, teams, technicians, categories, tags and articles through the API."""

import pytest

from tickets.actions.tickets import change_ticket
from tickets.choices import Channel
from tickets.models import Technician


def test_organizations(api, mona, carl):
    client = api(mona)
    made = client.post(
        "/organizations", {"name": "Initech", "domains": ["Initech.example", "initech.example"], "tier": "gold"}
    )
    assert made.status_code == 201
    assert (made.json()["domains"], made.json()["tier"]) == (["initech.example"], "gold")
    path = f"/organizations/{made.json()['id']}"
    assert client.patch(path, {"domains": [], "notes": "VIP"}).json()["domains"] == []
    assert client.post("/organizations", {"name": "Initech"}).json()["errors"].keys() == {"name"}
    assert client.delete(path).status_code == 204
    assert client.get(path).json()["is_active"] is False
    assert [row["name"] for row in client.get("/organizations?q=init").json()["results"]] == ["Initech"]


def test_a_domain_belongs_to_one_organization(api, mona, acme, globex):
    client = api(mona)
    client.patch(f"/organizations/{acme.pk}", {"domains": ["acme.example"]})
    refused = client.patch(f"/organizations/{globex.pk}", {"domains": ["acme.example"]})
    assert refused.json()["errors"].keys() == {"domains"}


def test_technicians_with_load_skills_and_availability(api, mona, tess, ticket, desktop):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"assignee": tess.pk})
    wish = {
        "max_load": 7,
        "teams": [desktop.pk, "network"],
        "skills": [{"skill": "VPN", "proficiency": 9, "certifications": ["CCNA"]}, {"skill": "Printers"}],
        "availability": [{"weekday": 0, "starts": "09:00", "ends": "17:30"}],
        "time_off": [{"first_day": "2026-12-24", "last_day": "2026-12-31", "reason": "Holiday"}],
    }
    path = f"/technicians/{tess.technician.pk}"
    changed = api(mona).patch(path, wish).json()
    assert (changed["load"], changed["max_load"]) == (1, 7)
    assert [team["name"] for team in changed["teams"]] == ["Desktop", "Network"]
    assert [(skill["skill"], skill["proficiency"]) for skill in changed["skills"]] == [("VPN", 9), ("Printers", 5)]
    assert changed["availability"] == wish["availability"]
    assert changed["time_off"] == wish["time_off"]
    assert api(tess).get(path).json() == changed
    assert api(tess).get(f"/technicians?team={desktop.pk}").json()["results"] == [changed]
    assert api(tess).get("/teams?q=desk").json()["results"][0]["members"] == [{"id": tess.pk, "name": "Tess"}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("skills", [{"skill": "VPN", "proficiency": 11}]),
        ("skills", [{"name": "VPN"}]),
        ("availability", [{"weekday": 0, "starts": "17:00", "ends": "09:00"}]),
        ("availability", [{"weekday": 7, "starts": "09:00", "ends": "17:00"}]),
        ("availability", [{"weekday": 1, "starts": "25:00", "ends": "26:00"}]),
        ("time_off", [{"first_day": "2026-12-31", "last_day": "2026-12-24"}]),
        ("teams", [999]),
        ("max_load", 0),
    ],
)
def test_a_technician_is_not_changed_to_nonsense(api, mona, tess, field, value):
    refused = api(mona).patch(f"/technicians/{tess.technician.pk}", {field: value})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


def test_a_manager_can_become_a_technician_once(api, mona, carl):
    assert api(mona).post("/technicians", {"user": mona.pk}).status_code == 201
    assert api(mona).post("/technicians", {"user": mona.pk}).json()["code"] == "already_technician"
    assert api(mona).post("/technicians", {"user": carl.pk}).json()["errors"].keys() == {"user"}
    assert Technician.objects.filter(user=mona).count() == 1


def test_the_category_tree(api, mona, carl):
    client = api(mona)
    top = client.post("/categories", {"name": "Hardware"}).json()
    low = client.post("/categories", {"name": "Laptop", "parent": top["id"]}).json()
    assert low["path"] == "Hardware / Laptop"
    client.patch(f"/categories/{top['id']}", {"name": "Devices"})
    assert client.get(f"/categories/{low['id']}").json()["path"] == "Devices / Laptop"
    circle = client.patch(f"/categories/{top['id']}", {"parent": low["id"]})
    assert (circle.status_code, list(circle.json()["errors"])) == (400, ["parent"])
    assert client.post("/categories", {"name": "Laptop", "parent": top["id"]}).json()["errors"].keys() == {"name"}
    assert client.delete(f"/categories/{top['id']}").json()["code"] == "in_use"
    client.patch(f"/categories/{low['id']}", {"is_active": False})
    assert [row["path"] for row in api(carl).get("/categories").json()["results"]] == ["Devices"]
    assert client.delete(f"/categories/{low['id']}").status_code == 204


def test_tags(api, mona, tess, ticket):
    change_ticket(ticket=ticket, by=tess, via=Channel.WEB, changes={"tags": ["vpn"]})
    (tag,) = api(tess).get("/tags").json()["results"]
    assert api(mona).delete(f"/tags/{tag['id']}").json()["code"] == "in_use"
    assert api(mona).patch(f"/tags/{tag['id']}", {"name": "Remote"}).json()["name"] == "remote"
    assert api(tess).get(f"/tickets/{ticket.pk}").json()["tags"] == ["remote"]
    assert api(mona).post("/tags", {"name": "two words"}).status_code == 400


def test_articles_from_draft_to_reader(api, tess, mona, carl):
    client = api(tess)
    made = client.post("/articles", {"title": "Reset the router", "body": "Hold it."})
    path = f"/articles/{made.json()['id']}"
    assert (made.json()["state"], made["ETag"]) == ("draft", '"1"')
    assert client.post(f"{path}/publish").json()["state"] == "published"
    assert client.patch(path, {"body": "Hold it longer."}, HTTP_IF_MATCH='"1"')["ETag"] == '"2"'
    assert (
        api(mona).patch(path, {"body": "Let go.", "version": 1}).json()["conflicts"]["body"]["theirs"]
        == "Hold it longer."
    )
    assert api(carl).get(path).json()["body"] == "Hold it."
    assert [row["title"] for row in api(carl).get("/articles?q=router").json()["results"]] == ["Reset the router"]
    assert api(carl).get("/articles?q=longer").json()["results"] == []
    assert client.post(f"{path}/publish", {"number": 2}).json()["published_version"] == 2
    assert client.post(f"{path}/publish", {"number": 9}).status_code == 404
    assert [v["number"] for v in client.get(f"{path}/versions").json()["results"]] == [2, 1]
    assert api(carl).post(f"{path}/rating", {"helpful": True}).json()["helpful"] == 1
    assert api(carl).post(f"{path}/rating", {}).status_code == 400
    assert client.delete(f"{path}/publish").status_code == 204
    assert api(carl).get(path).status_code == 404
