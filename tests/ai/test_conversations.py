"""Conversations with an agent: answers in pieces, on good days and on bad ones."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart

from ai.actions.conversations import CONVERSATIONS_AT_MOST, ask_agent, forget_conversation, stop_answer
from ai.choices import RunOutcome, TurnState
from ai.llm import streamed
from ai.models import AIRun, Conversation, ModelBudget, ModelProvider, Turn
from ai.talking import answering, keeping
from ai.talking.showing import shown
from tests.ai.brains import fails, speaks
from tests.ai.looking import look_at_all
from tests.ai.talks import put, write
from tickets.actions.conversation import add_comment
from tickets.actions.knowledge import publish_article, write_article
from tickets.choices import Channel
from tickets.errors import Conflict, Invalid, NotAllowed, NotFound
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
BROKEN_LINE = ModelHTTPError(500, "m")


def test_an_answer_comes_in_pieces_and_its_run_is_recorded(brains, tess):
    brains["one"] = speaks("The printer ", "is on ", "fire.")
    turn = put(tess)
    assert (turn.state, turn.answer, turn.reason) == (TurnState.DONE, "The printer is on fire.", "")
    run = AIRun.objects.get()
    assert (run.outcome, run.agent, run.user, run.channel) == (RunOutcome.DONE, "customer_support_agent", tess, "web")
    assert turn.run == run
    assert run.config.number == 1
    assert run.cost > 0


def test_a_placeholder_in_two_pieces_is_put_back_and_what_only_looks_like_one_is_said(brains, tess, ticket):
    def echo(messages, info):
        word = next(word for word in brains.heard().split() if word.startswith("[EMAIL"))
        return speaks("Write to ", word[:4], word[4:-1], word[-1], " today [EMA", "IL me] [")(messages, info)

    brains["one"] = echo
    turn = put(tess, "Who is ada@acme.example ?", ticket=ticket)
    assert turn.answer == "Write to ada@acme.example today [EMAIL me] ["
    assert "ada@" not in brains.heard()
    assert "Carl" not in brains.heard()
    assert turn.run.hidden_values >= 2


def uses(tool, arguments, *words):
    """A model that uses a tool, then says these words and what it got."""

    def brain(messages, info):
        parts = [part for message in messages if isinstance(message, ModelRequest) for part in message.parts]
        got = [part for part in parts if isinstance(part, ToolReturnPart)]
        return speaks(*words)(messages, info) if got else ModelResponse(parts=[ToolCallPart(tool, arguments)])

    return brain


def test_tools_are_told_as_they_are_used_and_people_in_their_results_stay_here(brains, tess, make_ticket):
    make_ticket("Printer jams and prints stripes", description="Carl says so")
    look_at_all()
    brains["one"] = uses("find_similar_tickets", {"text": "printer jams and prints stripes"}, "Clean it.")
    turn = put(tess, "The printer jams")
    assert turn.answer == "Clean it."
    (step,) = turn.steps
    assert (step["said"], step["found"], step["state"]) == ("Looked for similar tickets", "1 found", "done")
    assert "Printer jams" in brains.heard()
    assert "Carl" not in brains.heard()


def test_a_tool_that_refuses_is_told_too(brains, tess):
    brains["one"] = uses("get_ticket", {"ticket_id": "T-999"}, "No such ticket.")
    (step,) = put(tess).steps
    assert (step["said"], step["found"], step["state"]) == ("Read T-999", "not possible", "refused")


def test_the_next_question_knows_what_was_said(brains, tess):
    brains["one"] = speaks("It is the fuser.")
    first = put(tess, "What burns?")
    put(tess, "How long does it take?", conversation=first.conversation)
    asked = brains.calls[-1][1]
    said = [str(part.content) for message in asked for part in message.parts]
    assert said == ["What burns?", "It is the fuser.", "How long does it take?"]


def test_a_conversation_about_a_ticket_reads_it_as_it_is_now_while_its_person_may(brains, milo, tess, make_ticket):
    ticket = make_ticket("Screen is dark", team="Desktop", by=tess)
    brains["one"] = speaks("Turn it on.")
    turn = put(milo, "What now?", ticket=ticket)
    add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="They never plug it in", internal=True)
    put(milo, "And now?", conversation=turn.conversation)
    heard = brains.heard()
    assert "Screen is dark" in heard
    assert "They never plug it in" in heard
    assert heard.index("<data-") < heard.index("Screen is dark")
    Ticket.objects.update(team=None, assignee=None)
    brains.calls.clear()
    put(milo, "Still there?", conversation=turn.conversation)
    assert "Screen is dark" not in brains.heard()


def test_an_answer_that_breaks_off_is_kept_as_far_as_it_came_and_paid(brains, tess):
    brains["one"] = speaks("First pull ", "the plug, ", then=BROKEN_LINE)
    turn = put(tess)
    assert (turn.state, turn.answer) == (TurnState.BROKEN, "First pull the plug, ")
    assert "cannot be reached" in turn.reason
    assert turn.ended_at is not None
    run = AIRun.objects.get()
    assert (run.outcome, [one["outcome"] for one in run.attempts]) == (RunOutcome.UNAVAILABLE, ["unavailable"])
    assert run.output_tokens > 0
    assert run.cost > 0


def test_who_fails_before_the_first_word_is_passed_over(brains, tess):
    brains["bad"] = fails(ModelHTTPError(401, "m"))
    brains["next"] = speaks("Here.")
    turn = put(tess)
    assert (turn.state, turn.answer) == (TurnState.DONE, "Here.")
    assert turn.run.provider == "next"


def test_a_provider_that_falls_silent_is_not_waited_for(brains, tess):
    async def dozes(messages, info):
        yield "Let me "
        await asyncio.sleep(60)

    brains["slow"] = dozes
    ModelProvider.objects.update(timeout_seconds=1)
    turn = put(tess)
    assert (turn.state, turn.answer, turn.run.outcome) == (TurnState.BROKEN, "Let me ", RunOutcome.TIMEOUT)


def test_an_answer_that_drips_for_ever_is_ended(brains, tess, monkeypatch):
    async def drips(messages, info):
        while True:
            yield "drip "
            await asyncio.sleep(0.01)

    monkeypatch.setattr(streamed, "STRETCH", 0.05)  # of 20 s
    brains["one"] = drips
    turn = put(tess)
    assert (turn.state, turn.run.outcome) == (TurnState.BROKEN, RunOutcome.TIMEOUT)
    assert turn.answer.startswith("drip ")


def test_a_provider_whose_streams_keep_breaking_is_given_a_rest(brains, tess):
    brains["one"] = speaks("Well, ", then=BROKEN_LINE)
    for _ in range(4):
        assert put(tess).state == TurnState.BROKEN
    rested = put(tess)
    assert (rested.state, rested.run.outcome) == (TurnState.LOCAL, RunOutcome.UNAVAILABLE)
    assert len(brains.calls) == 4


def test_a_conversation_deleted_in_the_middle_of_an_answer_ends_it(brains, tess, monkeypatch):
    monkeypatch.setattr(answering, "KEEP_EVERY", 0.01)

    async def talks_on(messages, info):
        yield "Once "
        await sync_to_async(Conversation.objects.all().delete, thread_sensitive=True)()
        await asyncio.sleep(60)

    brains["one"] = talks_on
    turn = ask_agent(by=tess, question="Tell me")
    with pytest.raises(Turn.DoesNotExist):
        write(turn)
    assert AIRun.objects.get().outcome == RunOutcome.STOPPED


def test_an_empty_answer_is_none(brains, tess):
    brains["one"] = speaks(" ")
    turn = put(tess)
    assert turn.state == TurnState.LOCAL
    assert turn.run.outcome == RunOutcome.NONSENSE


def test_a_stopped_answer_keeps_what_was_said_and_its_run_says_so(brains, tess, monkeypatch):
    monkeypatch.setattr(answering, "TELL_EVERY", 0.01)
    monkeypatch.setattr(answering, "KEEP_EVERY", 0.01)

    async def talks_on(messages, info):
        yield "Once upon a time "
        await sync_to_async(stop_it, thread_sensitive=True)()
        await asyncio.sleep(60)
        yield "there was a printer."

    def stop_it():
        stop_answer(turn=Turn.objects.get(), by=tess)

    brains["one"] = talks_on
    turn = put(tess)
    assert (turn.state, turn.answer) == (TurnState.STOPPED, "Once upon a time ")
    run = AIRun.objects.get()
    assert run.outcome == RunOutcome.STOPPED
    assert run.cost > 0
    stop_answer(turn=turn, by=tess)  # harmless


def test_without_a_model_the_desk_answers_with_what_it_has(tess, make_ticket):
    done = make_ticket("VPN drops every ten minutes [x](http://evil.example)")
    look_at_all()
    article = write_article(by=tess, fields={"title": "VPN drops", "body": "Update the client."})
    publish_article(article=article, by=tess)
    turn = put(tess, "The VPN drops every ten minutes")
    assert (turn.state, AIRun.objects.count()) == (TurnState.LOCAL, 0)
    assert "No language model is configured" in turn.reason
    assert f"{done.reference} VPN drops every ten minutes" in turn.answer
    assert "Update the client" in turn.answer
    assert [step["found"] for step in turn.steps][:2] == ["1 found", "1 found"]
    html = shown(turn.answer)
    assert f'href="/tickets/{done.reference}"' in html
    assert "<a" not in html[html.index("evil") - 20 : html.index("evil") + 20]


def test_nothing_to_find_is_said_in_words(tess):
    turn = put(tess, "Xyzzy")
    assert turn.answer.startswith("Nothing on the desk comes close")


@pytest.mark.parametrize("why", ["budget", "busy"])
def test_where_no_model_may_be_asked_the_desk_answers_and_says_why(brains, tess, monkeypatch, why):
    brains["one"] = speaks("no")
    if why == "budget":
        ModelBudget.objects.create(pk=1, monthly_limit=Decimal(0))
    else:
        monkeypatch.setattr(answering, "AT_ONCE", answering.Seats(0))
    turn = put(tess)
    assert turn.state == TurnState.LOCAL
    assert ("budget" in turn.reason) == (why == "budget")
    assert not brains.calls


def test_one_answer_at_a_time(tess, milo):
    first = ask_agent(by=tess, question="One")
    with pytest.raises(Conflict):
        ask_agent(by=tess, question="Two")
    ask_agent(by=milo, question="Three")
    write(first)
    ask_agent(by=tess, question="Four", conversation=first.conversation)


def test_conversations_are_bounded_in_size_and_number(tess, monkeypatch):
    for nonsense in ("", " ", "x" * 8_001, None, "a\x00b"):
        with pytest.raises(Invalid):
            ask_agent(by=tess, question=nonsense)
    first = put(tess, "The first")
    monkeypatch.setattr("ai.actions.conversations.TURNS_AT_MOST", 1)
    with pytest.raises(Conflict, match="Begin a new one"):
        ask_agent(by=tess, question="Too many", conversation=first.conversation)
    now = timezone.now()
    rows = [Conversation(user=tess, title="x", began_at=now, spoke_at=now) for _ in range(CONVERSATIONS_AT_MOST - 1)]
    Conversation.objects.bulk_create(rows)
    put(tess, "One more")
    assert Conversation.objects.count() == CONVERSATIONS_AT_MOST
    assert not Conversation.objects.filter(pk=first.conversation_id).exists()


def test_an_answer_is_not_longer_than_it_may_be(brains, tess, monkeypatch):
    monkeypatch.setattr("ai.talking.voice.ANSWER_LENGTH", 10)
    brains["one"] = speaks("0123456", "789ABC", "\x00DEF")
    assert put(tess).answer == "0123456789"


def test_a_conversation_is_its_owner_s_alone_and_not_for_requesters(tess, ada, carl, ticket, milo):
    turn = put(tess)
    assert not Conversation.objects.visible_to(ada).exists()
    for act in (
        lambda: ask_agent(by=ada, question="Let me in", conversation=turn.conversation),
        lambda: stop_answer(turn=turn, by=ada),
        lambda: forget_conversation(conversation=turn.conversation, by=ada),
        lambda: ask_agent(by=milo, question="About it", ticket=ticket),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotAllowed):
        ask_agent(by=carl, question="Hello")
    forget_conversation(conversation=turn.conversation, by=tess)
    assert not Turn.objects.exists()


def test_what_nobody_goes_on_with_is_forgotten_and_a_dead_process_s_answer_closed(tess, milo):
    turn = ask_agent(by=tess, question="Are you there?")
    now = timezone.now()
    assert keeping.close_silent_turns(now) == 0
    keeping.keep(turn, "Yes, I", [])
    assert keeping.close_silent_turns(now + timedelta(minutes=5)) == 1
    turn.refresh_from_db()
    assert (turn.state, turn.answer) == (TurnState.BROKEN, "Yes, I")
    put(milo)
    Conversation.objects.filter(user=tess).update(spoke_at=now - timedelta(days=31))
    keeping.forget_old_conversations(now)
    assert Conversation.objects.get().user == milo


def test_links_in_answers_lead_to_this_desk_only(settings):
    html = shown(
        f"[a](/tickets/T-1) [b]({settings.SITE_URL}/x) [c](https://evil.example/?q=secret) [d](//evil.example) "
        "https://evil.example ![e](https://evil.example/p.png) <script>1</script>"
    )
    assert html.count("href=") == 2
    assert "<img" not in html
    assert "<script" not in html
