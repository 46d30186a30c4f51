"""The rows of the queue and the cards of the board: one format string each, because a template takes three times as long over fifty."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tickets.choices import Status
from tickets.finding.lines import Line
from tickets.pages.board import next_columns
from tickets.templatetags.desk import avatar, due, icon, level, status, tags, when

register = template.Library()
ROW = """
<tr id="t-{id}" data-version="{version}">
  <td class="c-select"><label class="hit"><input type="checkbox" name="ids" value="{id}" aria-label="Select {reference}"></label></td>
  <td class="c-ref">{reference}</td>
  <td class="c-title"><div class="cell"><a href="{tickets_url}/{reference}" dir="auto" title="{title}">{title}</a>{tags}</div></td>
  <td class="c-requester"><div class="cell"><bdi class="cut">{requester}</bdi>{organization}</div></td>
  <td class="c-state">{status}</td>
  <td class="c-priority">{priority}</td>
  <td class="c-due">{due}</td>
  <td class="c-risk">{risk}</td>
  <td class="c-assignee"><span class="person">{assignee}</span></td>
  <td class="c-updated faint">{updated}</td>
</tr>
"""
CARD = """
<article class="board-card" id="card-{id}" draggable="true" data-card
  data-status="{status}" data-version="{version}" aria-labelledby="card-title-{id}">
  <p class="board-card-top"><span class="meta">{reference}</span>{organization}</p>
  <h3 id="card-title-{id}"><a href="{tickets_url}/{reference}" draggable="false"><bdi>{title}</bdi></a></h3>
  {tags}
  <p class="board-card-foot">{priority}{due}<span class="person">{assignee}</span></p>
  <details class="board-move">
    <summary aria-label="Move {reference} to another status">{move_icon}</summary>
    <form method="post" action="{board_url}/{id}" hx-post="{board_url}/{id}" hx-target="#card-{id}" hx-swap="outerHTML">
      <input type="hidden" name="version" value="{version}">{hidden}<span class="meta">Move to</span> {buttons}
    </form>
  </details>
</article>
"""
HIDDEN = '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="query" value="{}">'
NOBODY, UNASSIGNED = SafeString('<span class="faint">Nobody</span>'), SafeString('<span class="meta">Unassigned</span>')


@register.simple_tag
def rows(lines: Iterable[Line]) -> SafeString:
    """Return the rows of the queue."""
    tickets_url = reverse("queue")
    return format_html_join("", ROW, (_cells(line, tickets_url) for line in lines))


def _cells(line: Line, tickets_url: str) -> dict[str, Any]:
    name, organization = line.assignee, line.organization
    return {
        "id": line.pk,
        "version": line.version,
        "reference": line.reference,
        "tickets_url": tickets_url,
        "title": line.title,
        "tags": tags(line.tags),
        "requester": line.requester,
        "organization": format_html('<bdi class="faint cut">{}</bdi>', organization) if organization else "",
        "status": status(line.status),
        "priority": level(line.priority),
        "due": due(line.due_at, line.is_resolved, line.risk),
        "risk": level(line.risk, "Risk"),
        "assignee": format_html("{}<bdi>{}</bdi>", avatar(name, "small"), name.split(" ")[0]) if name else NOBODY,
        "updated": when(line.updated_at),
    }


@register.simple_tag(takes_context=True)
def cards(context: template.Context, lines: Iterable[Line]) -> SafeString:
    """Return the cards of a column; each moves itself with a form, so that no JavaScript is needed."""
    same = {
        "tickets_url": reverse("queue"),
        "board_url": reverse("board"),
        "hidden": format_html(HIDDEN, context["csrf_token"], context["question"]),
        "move_icon": icon("arrows-right-left"),
    }
    return format_html_join("", CARD, (_card(line) | same for line in lines))


def _card(line: Line) -> dict[str, Any]:
    name, organization = line.assignee, line.organization
    person = format_html('{}<bdi class="visually-hidden">{}</bdi>', avatar(name, "small"), name) if name else UNASSIGNED
    return {
        "id": line.pk,
        "version": line.version,
        "reference": line.reference,
        "status": line.status,
        "organization": format_html('<bdi class="meta cut">{}</bdi>', organization) if organization else "",
        "title": line.title,
        "tags": tags(line.tags),
        "priority": level(line.priority),
        "due": due(line.due_at, risk=line.risk) if line.due_at and not line.is_resolved else "",
        "assignee": person,
        "buttons": move_buttons(line.status),
    }


@cache
def move_buttons(here: str) -> SafeString:
    """Return the buttons that move a card of the board from this status."""
    button = '<button class="button small" type="submit" name="status" value="{}">{}{}</button>'
    asks = {Status.RESOLVED: "…"}  # a question follows
    return format_html_join("", button, ((s.value, s.label, asks.get(s, "")) for s in next_columns(here)))
