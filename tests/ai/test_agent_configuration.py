"""Agents are configured in versions: each change is the next one, holds at once, and can be gone back on."""

import pytest

from ai.actions.config import save_config, try_config
from ai.choices import AgentType
from ai.config import setting_of, version_for
from ai.models import AIConfig, ModelProvider
from tickets.errors import Invalid
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/ai-config/customer_support_agent"


def test_an_agent_is_delivered_ready_to_use(api, tess):
    read = api(tess).get(ADDRESS).json()
    assert read["agent_type"] == "customer_support_agent"
    assert read["version"] == 1
    assert {"model", "temperature", "max_tokens", "system_prompt", "tools_enabled", "updated_at"} <= read.keys()


def test_a_change_makes_the_next_version_and_holds_at_once(api, ada):
    changed = api(ada).put(ADDRESS, {"system_prompt": "Be kind.", "temperature": 0.3, "max_tokens": 2500}).json()
    assert changed["agent_type"] == "customer_support_agent"
    assert (changed["status"], changed["version"]) == ("updated", 2)
    assert changed["changes"] == {"system_prompt": "Be kind.", "temperature": 0.3, "max_tokens": 2500}
    assert api(ada).get(ADDRESS).json()["system_prompt"] == "Be kind."
    assert version_for(AgentType.CUSTOMER_SUPPORT).number == 2
    assert AIConfig.objects.get(agent="customer_support_agent", number=1).temperature == 0.2


def test_a_change_that_changes_nothing_makes_no_version(api, ada):
    assert api(ada).put(ADDRESS, {"temperature": 0.2}).json()["version"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"temperature": 2.5},
        {"temperature": True},
        {"temperature": "hot"},
        {"max_tokens": 0},
        {"max_tokens": 1.5},
        {"timeout": 10_000},
        {"system_prompt": " "},
        {"system_prompt": "x" * 20_001},
        {"model": ""},
        {"model": "openai:"},
        {"tools_enabled": ["rm_rf"]},
        {"tools_enabled": "get_ticket"},
        {"api_key": "x"},
    ],
)
def test_nonsense_is_refused_by_field(api, ada, body):
    answer = api(ada).put(ADDRESS, body)
    assert answer.status_code == 400
    assert "validation" in answer.json()["detail"].lower()
    assert list(answer.json()["errors"]) == list(body)


def test_only_admins_change_and_requesters_do_not_even_read(api, mona, carl):
    for address, verb in ((ADDRESS, "put"), (f"{ADDRESS}/rollback", "post"), (f"{ADDRESS}/trial", "post")):
        refused = getattr(api(mona), verb)(address, {})
        assert (refused.status_code, refused.json()["required_role"]) == (403, "admin")
    assert api(carl).get(ADDRESS).status_code == 403
    assert api(mona).get("/api/v1/ai-config/other_agent").status_code == 404


def test_going_back_is_a_version_of_its_own(api, ada):
    api(ada).put(ADDRESS, {"temperature": 0.9, "note": "Livelier"})
    back = api(ada).post(f"{ADDRESS}/rollback", {}).json()
    assert back == {
        "agent_type": "customer_support_agent",
        "status": "rolled_back",
        "version": 3,
        "changes": {"temperature": 0.2},
    }
    again = api(ada).post(f"{ADDRESS}/rollback", {"version": 2}).json()
    assert (again["version"], again["changes"]) == (4, {"temperature": 0.9})
    assert api(ada).post(f"{ADDRESS}/rollback", {"version": 99}).status_code == 404
    history = api(ada).get(f"{ADDRESS}/history").json()["results"]
    assert [(line["version"], line["note"], line["is_active"]) for line in history] == [
        (4, "Back to version 2", True),
        (3, "Back to version 1", False),
        (2, "Livelier", False),
        (1, "As delivered", False),
    ]
    assert history[2]["changes"] == {"temperature": 0.9}
    assert history[2]["made_by"]["name"] == "Ada"


def test_a_version_may_wait_and_a_stale_write_is_refused(api, ada):
    saved = api(ada).put(ADDRESS, {"temperature": 1, "activate": False}).json()
    assert (saved["status"], saved["version"]) == ("saved", 2)
    assert api(ada).get(ADDRESS).json()["version"] == 1
    assert api(ada).put(ADDRESS, {"temperature": 0.5, "version": 1}).status_code == 409


def test_a_share_of_the_runs_meets_the_version_on_trial_and_a_ticket_always_the_same(ada, ticket):
    agent = AgentType.SUMMARY
    save_config(by=ada, agent=agent, changes={"temperature": 1.5}, activate=False)
    try_config(by=ada, agent=agent, number=2, share=50)
    tickets = [Ticket(pk=number) for number in range(400)]
    met = [version_for(agent, one).number for one in tickets]
    assert 120 < met.count(2) < 280
    assert [version_for(agent, one).number for one in tickets] == met
    try_config(by=ada, agent=agent, number=None, share=0)
    assert setting_of(agent).trial is None
    with pytest.raises(Invalid):
        try_config(by=ada, agent=agent, number=2, share=101)


def test_the_admin_makes_versions_and_goes_back(client, ada):
    client.force_login(ada)
    form = client.get("/admin/ai/aiconfig/add/?agent=summary_agent")
    assert form.status_code == 200
    values = setting_of(AgentType.SUMMARY).config.values
    said = {**values, "agent": "summary_agent", "temperature": "1.5", "tools_enabled": "", "note": "", "activate": "on"}
    assert client.post("/admin/ai/aiconfig/add/", said).status_code == 302
    assert setting_of(AgentType.SUMMARY).config.number == 2
    assert client.post("/admin/ai/aiconfig/add/", {**said, "temperature": "9"}).status_code == 200
    first = AIConfig.objects.get(agent="summary_agent", number=1)
    client.post("/admin/ai/aiconfig/", {"action": "go_back", "_selected_action": [first.pk]})
    assert setting_of(AgentType.SUMMARY).config.values["temperature"] == values["temperature"]


def test_a_key_goes_into_the_admin_and_never_comes_out(client, ada):
    client.force_login(ada)
    said = {
        "name": "one",
        "kind": "openai",
        "model": "m",
        "new_key": "sk-secret-key-of-mine",
        "position": 1,
        "is_active": "on",
    }
    said |= {"timeout_seconds": 20, "concurrency": 4, "masks": "on"}
    answer = client.post("/admin/ai/modelprovider/add/", said)
    assert answer.status_code == 302, answer.context["errors"]
    row = ModelProvider.objects.get()
    assert row.api_key == "sk-secret-key-of-mine"
    address = f"/admin/ai/modelprovider/{row.pk}/change/"
    assert "sk-secret" not in client.get(address).content.decode()
    client.post(address, {**said, "new_key": ""})
    assert ModelProvider.objects.get().api_key == "sk-secret-key-of-mine"
    client.post(address, {**said, "new_key": "-"})
    assert ModelProvider.objects.get().api_key == ""
