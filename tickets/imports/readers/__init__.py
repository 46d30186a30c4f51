"""One reader a format: `read(path, mapper)` yields tickets and refusals, `count` says how many, `DEFAULTS` usually maps right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tickets.choices import ImportFormat
from tickets.imports.mapping import FieldMapping, Mapper
from tickets.imports.readers import bugzilla, csv, jira, servicenow, zendesk
from tickets.imports.records import ImportedTicket, Refusal


@dataclass(frozen=True)
class Reader:
    read: Callable[[Path, Mapper], Iterator[ImportedTicket | Refusal]]
    count: Callable[[Path, Mapper], int]
    defaults: FieldMapping
    label: str


READERS: dict[str, Reader] = {
    ImportFormat.SERVICENOW: Reader(servicenow.read, servicenow.count, servicenow.DEFAULTS, "ServiceNow"),
    ImportFormat.JIRA: Reader(jira.read, jira.count, jira.DEFAULTS, "Jira"),
    ImportFormat.BUGZILLA: Reader(bugzilla.read, bugzilla.count, bugzilla.DEFAULTS, "Bugzilla"),
    ImportFormat.ZENDESK: Reader(zendesk.read, zendesk.count, zendesk.DEFAULTS, "Zendesk"),
    ImportFormat.CSV: Reader(csv.read, csv.count, csv.DEFAULTS, "Import"),
}
