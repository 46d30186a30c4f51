"""Jira's export as CSV: times like `30/Sep/21 17:20`, and a column `Comment` for each comment, written `time;author;text`."""

from collections.abc import Iterator
from pathlib import Path

from tickets.choices import Level
from tickets.imports.mapping import FieldMapping, Mapper
from tickets.imports.readers.tables import Row, count_rows, read_rows, refusal, tag_names, ticket_of
from tickets.imports.records import ImportedTicket, Refusal, Refused, Step

# Major is what a Jira issue gets when nobody chooses.
DEFAULTS = FieldMapping(values={"priority": {"critical": Level.HIGH, "major": Level.MEDIUM}})
count = count_rows
COMMENTS, LABELS = ("Comment", "Comments"), "Labels"


def read(path: Path, mapper: Mapper) -> Iterator[ImportedTicket | Refusal]:
    for row in read_rows(path, mapper):
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield _ticket(row, mapper)
        except Refused as error:
            yield refusal(row, error)


def _ticket(row: Row, mapper: Mapper) -> ImportedTicket:
    ticket = ticket_of(row, mapper)
    labels = row.repeated.get(LABELS)
    if labels:
        ticket.steps[0].values["tags"] = tag_names(labels, mapper)
    spoken = [text for name in COMMENTS for text in row.repeated.get(name, [])]
    if spoken and ticket.dated:
        ticket.steps += [_comment(text, mapper) for text in spoken]
        ticket.steps = [ticket.steps[0], *sorted(ticket.steps[1:], key=lambda step: step.at)]
    return ticket


def _comment(text: str, mapper: Mapper) -> Step:
    moment, _, rest = text.partition(";")
    author, _, body = rest.partition(";")
    who = mapper.name("comment author", author)
    return Step(
        mapper.moment("comment", moment), mapper.person("comment author", who), comment=mapper.text("comment", body)
    )
