"""Pages of Zendesk's API, one file or many: tickets with the people, organizations, groups and audits that belong to them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

from tickets.imports.files import read_pages
from tickets.imports.mapping import FieldMapping, Mapper, safe
from tickets.imports.readers.tables import tag_names
from tickets.imports.records import ImportedTicket, Person, Refusal, Refused, Step, UnreadableFile

DEFAULTS = FieldMapping()
KINDS = ("tickets", "users", "organizations", "groups", "audits")
DELETED = "deleted"
FIELDS = {  # Zendesk's name of a field → ours
    "subject": "title",
    "status": "status",
    "priority": "priority",
    "requester_id": "requester",
    "assignee_id": "assignee",
    "group_id": "team",
    "organization_id": "organization",
    "tags": "tags",
    "type": "category",
    "due_at": "due_at",
}


@dataclass
class Export:
    """All pages together, by id. `tickets` keeps the place of each for the report."""

    tickets: list[tuple[int, Any]] = field(default_factory=list)
    names: dict[str, dict[int, Mapping[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    audits: dict[int, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    refusals: list[Refusal] = field(default_factory=list)


def read(path: Path, mapper: Mapper) -> Iterator[ImportedTicket | Refusal]:
    """Yield every ticket of the pages; then those that only audits tell of. A ticket's own page wins over its audits."""
    export = _collect(path)
    yield from export.refusals
    known: set[int] = set()
    for line, raw in export.tickets:
        try:
            yield _Teller(export, mapper).ticket(line, raw)
        except Refused as error:
            yield Refusal(line, safe(str(error)), _id_of(raw))
        if isinstance(raw, Mapping) and isinstance(raw.get("id"), int):
            known.add(raw["id"])
    line = len(export.tickets)
    for ticket_id in sorted(export.audits.keys() - known):
        line += 1
        try:
            yield _Teller(export, mapper).ticket(line, {"id": ticket_id})
        except Refused as error:
            yield Refusal(line, safe(str(error)), str(ticket_id))


def count(path: Path, mapper: Mapper) -> int:
    """Return how many records `read` will yield; the pages are in memory anyway."""
    return sum(1 for _ in read(path, mapper))


def _id_of(raw: Any) -> str:
    return safe(str(raw.get("id", "")))[:200] if isinstance(raw, Mapping) else ""


def _collect(path: Path) -> Export:
    export, any_page = Export(), False
    for name, content in read_pages(path):
        if isinstance(content, ValueError):
            export.refusals.append(Refusal(0, safe(f"{name}: {content}")))
            continue
        if not isinstance(content, Mapping):
            export.refusals.append(Refusal(0, safe(f"{name}: This is no page of Zendesk's API.")))
            continue
        for kind in KINDS:
            rows = content.get(kind)
            any_page = any_page or isinstance(rows, list)
            for row in rows if isinstance(rows, list) else []:
                _keep(export, kind, row)
    if not any_page:
        raise UnreadableFile("There is no page with tickets, users, organizations, groups or audits in this file.")
    for audits in export.audits.values():
        audits.sort(key=lambda audit: (str(audit.get("created_at")), str(audit.get("id"))))
    return export


def _keep(export: Export, kind: str, row: Any) -> None:
    if kind == "tickets":
        export.tickets.append((len(export.tickets) + 1, row))
    elif isinstance(row, Mapping) and kind == "audits" and isinstance(row.get("ticket_id"), int):
        export.audits[row["ticket_id"]].append(row)
    elif isinstance(row, Mapping) and isinstance(row.get("id"), int):
        export.names[kind][row["id"]] = row


class _Teller:
    """Tells one ticket from its page and its audits."""

    def __init__(self, export: Export, mapper: Mapper) -> None:
        self.export, self.mapper = export, mapper

    def ticket(self, line: int, raw: Any) -> ImportedTicket:
        if not isinstance(raw, Mapping):
            raise Refused("The entry is no object.")
        if raw.get("status") == DELETED:
            raise Refused("The ticket was deleted in the other system.")
        external_id = self.mapper.identifier(_text(raw.get("id")))
        audits = self.export.audits.get(raw["id"], [])
        page = self._values({name: raw[name] for name in FIELDS if name in raw}, first=False)
        steps = [step for audit in audits for step in self._steps(audit)]
        if not steps and "created_at" not in raw:
            raise Refused("The ticket has no time of its creation.")
        created = self.mapper.moment("created_at", _text(raw.get("created_at"))) if "created_at" in raw else steps[0].at
        begun = steps[0].values if steps and "title" in steps[0].values else {}
        first = Step(created, page.get("requester") or begun.get("requester") or "", page | begun)
        first.values["title"], first.values["description"] = self.mapper.titled(
            first.values.get("title") or "", _text(raw.get("description")) or self._first_words(audits), external_id
        )
        rest = steps[1:] if begun else steps
        told = ImportedTicket(line, external_id, [first, *sorted(rest, key=lambda step: step.at)])
        self._catch_up(told, page, raw)
        return told

    def _first_words(self, audits: list[Mapping[str, Any]]) -> str:
        spoken = [event for audit in audits[:1] for event in _events(audit) if event.get("type") == "Comment"]
        return _text(spoken[0].get("plain_body") or spoken[0].get("body")) if spoken else ""

    def _catch_up(self, told: ImportedTicket, page: dict[str, Any], raw: Mapping[str, Any]) -> None:
        """Add what the page knows beyond the audits, at the time of its last change."""
        now, missing = told.final, {}
        missing = {name: value for name, value in page.items() if name != "title" and now.get(name) != value}
        if missing:
            updated = _text(raw.get("updated_at")) or _text(raw.get("created_at"))
            last = told.steps[-1].at
            at = max(last, self.mapper.moment("updated_at", updated)) if updated else last
            told.steps.append(Step(at, "", missing))

    def _steps(self, audit: Mapping[str, Any]) -> Iterator[Step]:
        """Yield what an audit tells: the changes of fields as one step, and each comment but the first, which is the description."""
        at = self.mapper.moment("created_at", _text(audit.get("created_at")))
        author = self._person(audit.get("author_id"))
        changes = {e["field_name"]: e.get("value") for e in _events(audit) if e.get("field_name") in FIELDS}
        creating = any(event.get("type") == "Create" for event in _events(audit))
        if changes:
            yield Step(at, author or "", self._values(changes, first=creating))
        for event in _events(audit):
            body = self.mapper.text("comment", _text(event.get("plain_body") or event.get("body"))).strip()
            if event.get("type") == "Comment" and body and not creating:
                who = self._person(event.get("author_id")) or author or ""
                said = {"internal": event.get("public") is False, "comment_id": _text(event.get("id"))[:200]}
                yield Step(at, who, comment=body, **said)  # type: ignore[arg-type]

    def _values(self, raw: Mapping[str, Any], *, first: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in raw.items():
            values[FIELDS[name]] = self._value(FIELDS[name], value)
        return {name: value for name, value in values.items() if value or not first}

    def _value(self, field: str, value: Any) -> Any:
        match field:
            case "requester" | "assignee":
                return self._person(value)
            case "team" | "organization":
                return self._name("groups" if field == "team" else "organizations", value)
            case "status" | "priority":
                return self.mapper.choice(field, _text(value))
            case "tags":
                words = value if isinstance(value, list) else _text(value).split()
                return tag_names(map(_text, words), self.mapper)
            case "due_at":
                return self.mapper.moment(field, _text(value)) if value else None
            case "category":
                return [self.mapper.name(field, _text(value)).capitalize()] if value else []
        return self.mapper.name(field, _text(value), 100_000)

    def _person(self, ref: Any) -> Person | None:
        number = _number(ref)
        if number is None or number < 0:
            return None
        row = self.export.names["users"].get(number)
        if row is None:
            return Person(f"Zendesk user {number}")
        name, email = _text(row.get("name")) or f"Zendesk user {number}", _text(row.get("email"))
        organization = self._name("organizations", row.get("organization_id")) if row.get("organization_id") else ""
        if not email:
            name = f"{name} ({number})"  # names occur twice, ids do not
        return self.mapper.person("person", name, email, organization)

    def _name(self, kind: str, ref: Any) -> str:
        number = _number(ref)
        if number is None:
            return ""
        row = self.export.names[kind].get(number, {})
        name = self.mapper.name(kind, _text(row.get("name")))
        return name or f"Zendesk {kind.removesuffix('s')} {number}"


def _events(audit: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    events = audit.get("events")
    rows = [event for event in events if isinstance(event, Mapping)] if isinstance(events, list) else []
    return sorted(rows, key=itemgetter("id")) if all(isinstance(row.get("id"), int) for row in rows) else rows


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _number(ref: Any) -> int | None:
    text = _text(ref)
    return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) < 25 else None
