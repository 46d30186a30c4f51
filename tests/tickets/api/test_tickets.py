"""Tickets through the API."""

import pytest

from tickets.actions.merging import link_tickets
from tickets.choices import Channel
from tickets.models import CustomField, Ticket

CONTRACT = {
    "id", "reference", "title", "description", "status", "priority", "category", "urgency", "impact", "organization",
    "requester", "assignee", "team", "tags", "due_at", "risk", "created_at", "updated_at", "resolved_at", "version",
}  # fmt: skip


def test_only_a_title_is_required(api, carl, acme):
    answer = api(carl).post("/tickets", {"title": "No sound"})
    body = answer.json()
    assert answer.status_code == 201
    assert body.keys() >= CONTRACT
    assert (body["status"], body["organization"]) == ("open", {"id": acme.pk, "name": "Acme"})
    assert (answer["ETag"], answer["Location"]) == ('"1"', f"/api/v1/tickets/{body['id']}")
    event = Ticket.objects.get().events.get()
    assert event.channel == Channel.API


def test_a_requester_may_say_how_pressing_it_is(api, carl, tess):
    made = api(carl).post("/tickets", {"title": "Server down", "priority": "critical"})
    assert made.json()["priority"] == "critical"
    assert api(carl).post("/tickets", {"title": "x", "assignee": tess.pk}).json()["errors"].keys() == {"assignee"}


def test_staff_set_everything(api, tess, carl, network):
    body = {
        "title": "VPN", "description": "**down**", "priority": "high", "requester": carl.pk, "assignee": tess.pk,
        "team": {"id": network.pk, "name": "Network"}, "tags": ["vpn", "Remote"], "due_at": "2026-12-01T10:00:00+01:00",
    }  # fmt: skip
    made = api(tess).post("/tickets", body).json()
    assert made["requester"] == {"id": carl.pk, "name": "Carl"}
    assert made["tags"] == ["remote", "vpn"]
    assert made["due_at"] == "2026-12-01T09:00:00Z"
    assert "<strong>" in made["description_html"]


@pytest.mark.parametrize("form", ["{}", "T-{}", "t-{}"])
def test_a_ticket_goes_by_number_or_reference(api, ticket, carl, form):
    answer = api(carl).get(f"/tickets/{form.format(ticket.pk)}")
    assert (answer.status_code, answer.json()["reference"]) == (200, ticket.reference)


@pytest.mark.parametrize("path", ["0", "T-", "x", "99999999999999999999", "1e3", "%00", "-1"])
def test_what_is_no_ticket_is_not_found(api, tess, path):
    assert api(tess).get(f"/tickets/{path}").status_code == 404


def test_different_fields_merge_and_the_same_field_conflicts(api, ticket, tess, mona):
    api(tess).patch(f"/tickets/{ticket.pk}", {"priority": "high"})
    assert api(mona).patch(f"/tickets/{ticket.pk}", {"impact": "low", "version": 1}).json()["version"] == 3
    refused = api(mona).patch(f"/tickets/{ticket.pk}", {"priority": "low", "version": 1})
    assert refused.status_code == 409
    problem = refused.json()
    assert problem["conflicts"] == {"priority": {"yours": "low", "theirs": "high"}}
    assert (problem["version"], problem["code"]) == (3, "stale_version")


def test_if_match_refuses_any_newer_version(api, ticket, tess):
    client = api(tess)
    assert client.patch(f"/tickets/{ticket.pk}", {"priority": "high"}, HTTP_IF_MATCH='"1"')["ETag"] == '"2"'
    stale = client.put(f"/tickets/{ticket.pk}", {"title": "New"}, HTTP_IF_MATCH='"1"')
    assert (stale.status_code, stale.json()["version"]) == (409, 2)
    assert client.patch(f"/tickets/{ticket.pk}", {"priority": "low"}, HTTP_IF_MATCH="x").status_code == 400
    assert client.patch(f"/tickets/{ticket.pk}", {"priority": "low"}, HTTP_IF_MATCH="*").status_code == 200


@pytest.mark.parametrize("who", ["tess", "carl"])
def test_what_was_read_can_be_put_back(api, ticket, who, request):
    client = api(request.getfixturevalue(who))
    read = client.get(f"/tickets/{ticket.pk}").json()
    answer = client.put(f"/tickets/{ticket.pk}", {**read, "title": "Printer smokes"})
    assert answer.status_code == 200, answer.json()
    assert answer.json() == {**read, "title": "Printer smokes", "version": 2, "updated_at": answer.json()["updated_at"]}


def test_what_put_leaves_out_is_emptied(api, tess, network):
    made = api(tess).post("/tickets", {"title": "x", "description": "y", "tags": ["a"], "team": network.pk}).json()
    put = api(tess).put(f"/tickets/{made['id']}", {"title": "x"}).json()
    assert (put["description"], put["tags"], put["team"]) == ("", [], None)
    assert api(tess).put(f"/tickets/{made['id']}", {"description": "z"}).json()["errors"].keys() == {"title"}


def test_delete_archives(api, ticket, tess, mona):
    refused = api(tess).delete(f"/tickets/{ticket.pk}")
    assert (refused.status_code, refused.json()["required_role"]) == (403, "manager")
    assert api(mona).delete(f"/tickets/{ticket.pk}").status_code == 204
    assert api(tess).get("/tickets").json()["results"] == []
    assert api(tess).get("/tickets?archived=true").json()["results"][0]["id"] == ticket.pk
    assert api(mona).post(f"/tickets/{ticket.pk}/restore").json()["archived_at"] is None


def test_pages_lead_through_the_whole_list(api, make_ticket, tess):
    made = [make_ticket(f"Ticket {n}").pk for n in range(7)]
    client, path, seen = api(tess), "/tickets?page_size=3&ordering=-created_at", []
    while path:
        page = client.get(path).json()
        seen += [row["id"] for row in page["results"]]
        last, path = page, page["next"]
    assert seen == made[::-1]
    assert [row["id"] for row in client.get(last["previous"]).json()["results"]] == made[1:4][::-1]


@pytest.mark.parametrize(
    "query",
    [
        "page_size=0",
        "page_size=201",
        "page_size=x",
        "ordering=title",
        "cursor=abc",
        "cursor=WzEsMl0",
        "status=new",
        "flavour=1",
        "assignee=9" * 30,
    ],
)
def test_a_list_says_what_is_wrong_with_its_query(api, tess, query):
    refused = api(tess).get(f"/tickets?{query}")
    assert refused.status_code == 400
    assert query.partition("=")[0] in refused.json()["errors"]


def test_search_and_filters(api, make_ticket, tess):
    make_ticket("Mail is slow")
    fire = make_ticket("Printer on fire")
    api(tess).patch(f"/tickets/{fire.pk}", {"assignee": tess.pk, "tags": ["hot"]})
    for query in ("q=fire", "assignee=me", "tag=hot", "q=print&status=open,pending"):
        assert [row["id"] for row in api(tess).get(f"/tickets?{query}").json()["results"]] == [fire.pk]


@pytest.mark.parametrize("path", ["/tickets?page_size=200", "/tickets/export"])
def test_a_list_costs_the_same_however_long(api, make_ticket, tess, network, path, django_assert_max_num_queries):
    client = api(tess)
    for n in range(12):
        ticket = make_ticket(f"Ticket {n}")
        client.patch(f"/tickets/{ticket.pk}", {"assignee": tess.pk, "team": network.pk, "tags": [f"t{n}", "x"]})
    with django_assert_max_num_queries(5):
        answer = client.get(path)
        b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_bulk_tells_of_each(api, make_ticket, tess, carl, gina):
    ours, theirs = make_ticket(), make_ticket(by=gina)
    wish = {"ids": [ours.pk, theirs.pk, 5], "changes": {"priority": "critical", "add_tags": ["storm"]}}
    answer = api(tess).post("/tickets/bulk", wish).json()
    assert answer["changed"] == [ours.pk, theirs.pk]
    assert list(answer["refused"]) == ["5"]
    refused = api(carl).post("/tickets/bulk", {**wish, "changes": {"priority": "low"}}).json()
    assert (refused["changed"], len(refused["refused"])) == ([], 3)


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"ids": "all", "changes": {"status": "open"}},
        {"ids": [1], "changes": {}},
        {"ids": [1], "changes": {"status": "lost"}},
        {"ids": [[]], "changes": {"status": "open"}},
        {"ids": [2**70], "changes": {"status": "open"}},
        {"ids": [1] * 2000, "changes": {"status": "open"}},
        {"ids": [1], "changes": [1]},
    ],
)
def test_a_bulk_change_without_sense_is_refused(api, tess, wish):
    assert api(tess).post("/tickets/bulk", wish).status_code == 400


def test_merge_and_undo(api, make_ticket, tess):
    source, target = make_ticket("One"), make_ticket("Two")
    merged = api(tess).post(f"/tickets/{source.pk}/merge", {"into": target.reference})
    assert merged.json()["id"] == target.pk
    assert api(tess).get(f"/tickets/{source.pk}").json()["merged_into"] == target.pk
    assert api(tess).post(f"/tickets/{source.pk}/merge", {"into": target.pk}).json()["code"] == "already_merged"
    assert api(tess).post(f"/tickets/{source.pk}/unmerge").json()["merged_into"] is None
    assert api(tess).post(f"/tickets/{source.pk}/merge", {"into": 99}).status_code == 404
    assert api(tess).post(f"/tickets/{source.pk}/merge", {}).status_code == 400


def test_rating(api, ticket, carl, tess):
    assert api(carl).post(f"/tickets/{ticket.pk}/rating", {"rating": 5}).json()["code"] == "not_resolved"
    api(tess).patch(f"/tickets/{ticket.pk}", {"status": "resolved", "resolution": "Water"})
    assert api(carl).post(f"/tickets/{ticket.pk}/rating", {"rating": 5, "comment": "Thanks"}).json()["rating"] == 5
    for wrong in ({"rating": 6}, {"rating": "5"}, {"rating": True}, {}, {"rating": 5, "comment": 7}):
        assert api(carl).post(f"/tickets/{ticket.pk}/rating", wrong).status_code == 400


def test_the_export_runs_nothing_in_a_spreadsheet(api, make_ticket, tess):
    for title in ('=HYPERLINK("http://x")', "+1", "-2+3", "@SUM(A1)", "  =1", 'plain, "quoted"'):
        make_ticket(title)
    answer = api(tess).get("/tickets/export?status=open")
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert text.count("\r\n") == 7
    assert '"\'=HYPERLINK(""http://x"")"' in text
    assert all(f"'{start}" in text for start in ("+1", "-2+3", "@SUM"))
    assert '"plain, ""quoted"""' in text


def test_links_show_what_the_reader_may_see(api, make_ticket, tess, milo, carl, desktop):
    one, two = make_ticket(), make_ticket()
    made = api(tess).post(f"/tickets/{one.pk}/links", {"target": two.pk, "kind": "parent"})
    assert made.status_code == 201
    assert api(tess).get(f"/tickets/{two.pk}/links").json() == [made.json()]
    api(tess).patch(f"/tickets/{one.pk}", {"team": desktop.pk})
    assert api(milo).get(f"/tickets/{one.pk}/links").json() == []
    assert api(tess).post(f"/tickets/{two.pk}/links", {"target": one.pk, "kind": "parent"}).status_code == 409
    assert api(tess).post(f"/tickets/{two.pk}/links", {"target": one.pk, "kind": "cousin"}).status_code == 400
    assert api(carl).post(f"/tickets/{two.pk}/links", {"target": one.pk, "kind": "related"}).status_code == 403
    assert api(tess).delete(f"/tickets/{two.pk}/links/{made.json()['id']}").status_code == 204
    link = link_tickets(source=one, target=two, kind="related", by=tess, via=Channel.WEB)
    other = make_ticket()
    assert api(tess).delete(f"/tickets/{other.pk}/links/{link.pk}").status_code == 404


@pytest.fixture
def floor_and_margin(db):
    CustomField.objects.create(key="floor", label="Floor", kind="number", on_portal=True)
    CustomField.objects.create(key="margin", label="Margin", kind="number")


def test_a_requester_sees_the_custom_fields_of_the_portal(api, floor_and_margin, ticket, tess, carl):
    changed = api(tess).patch(f"/tickets/{ticket.pk}", {"custom_fields": {"floor": 3, "margin": 40}})
    assert changed.json()["custom_fields"] == {"floor": 3, "margin": 40}
    assert api(carl).get(f"/tickets/{ticket.pk}").json()["custom_fields"] == {"floor": 3}
    assert api(carl).get("/tickets").json()["results"][0]["custom_fields"] == {"floor": 3}
    timeline = api(carl).get(f"/tickets/{ticket.pk}/timeline").json()["results"]
    assert timeline[-1]["changes"] == {"custom_fields.floor": [None, 3]}


def test_put_leaves_alone_the_custom_fields_one_cannot_see(api, floor_and_margin, ticket, tess, carl):
    api(tess).patch(f"/tickets/{ticket.pk}", {"custom_fields": {"floor": 3, "margin": 40}})
    assert api(carl).put(f"/tickets/{ticket.pk}", {"title": "x"}).json()["custom_fields"] == {}
    assert api(tess).get(f"/tickets/{ticket.pk}").json()["custom_fields"] == {"margin": 40}
    CustomField.objects.update(is_active=False)
    read = api(tess).get(f"/tickets/{ticket.pk}").json()
    assert api(tess).put(f"/tickets/{ticket.pk}", read).json()["custom_fields"] == {"margin": 40}


def test_giving_a_ticket_out_of_hand_still_answers(api, make_ticket, milo, tess, desktop, network):
    ticket = make_ticket()
    api(tess).patch(f"/tickets/{ticket.pk}", {"team": desktop.pk})
    assert api(milo).patch(f"/tickets/{ticket.pk}", {"team": network.pk}).json()["team"]["name"] == "Network"
    assert api(milo).get(f"/tickets/{ticket.pk}").status_code == 404
