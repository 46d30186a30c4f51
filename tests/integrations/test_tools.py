"""Programs and models hand tickets on with the same tools, as the person they act for."""

import pytest

from ai.tools.registry import Caller, call
from integrations.actions.connect import save_connection
from integrations.models import Delivery
from tickets.errors import DomainError, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def github(mona):
    given = {"settings": {"repository": "acme/desk"}, "credentials": {"token": "t"}}
    return save_connection(by=mona, fields={"name": "Code", "provider": "github", **given})


@pytest.mark.parametrize(
    ("tool", "more"),
    [("create_github_issue", {}), ("create_integration_ticket", {"integration_type": "github"})],
)
def test_a_tool_hands_a_ticket_on_once(github, ticket, tess, tool, more):
    asked = {"ticket_id": ticket.reference, **more}
    answer = call(Caller(tess), tool, asked)
    assert answer == {"status": "queued", "integration": "github", "connection": "Code", "ticket_id": ticket.reference}
    assert Delivery.objects.get().asked_by == tess
    with pytest.raises(DomainError) as refused:
        call(Caller(tess), tool, asked)
    assert refused.value.code == "already_asked"


def test_a_tool_says_which_record_there_is(github, ticket, tess):
    github.links.create(ticket=ticket, remote_id="7", remote_key="#7", url="https://github.com/acme/desk/issues/7")
    answer = call(Caller(tess), "create_github_issue", {"ticket_id": ticket.pk})
    assert (answer["status"], answer["key"]) == ("linked", "#7")


def test_a_tool_sees_what_its_user_sees(github, ticket, milo):
    with pytest.raises(NotFound):
        call(Caller(milo), "create_github_issue", {"ticket_id": ticket.pk})
