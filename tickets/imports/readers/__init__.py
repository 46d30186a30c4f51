"""One reader a format: `read(path, mapper)` yields tickets and refusals, `DEFAULTS` is the mapping that usually fits."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tickets.choices import ImportFormat
from tickets.imports.mapping import FieldMapping, Mapper
from tickets.imports.readers import bugzilla, csv, jira, servicenow, zendesk
from tickets.imports.records import ImportedTicket, Refusal


class Reader(NamedTuple):
    read: Callable[[Path, Mapper], Iterator[ImportedTicket | Refusal]]
    defaults: FieldMapping
    label: str


READERS: dict[str, Reader] = {
    ImportFormat.SERVICENOW: Reader(servicenow.read, servicenow.DEFAULTS, "ServiceNow"),
    ImportFormat.JIRA: Reader(jira.read, jira.DEFAULTS, "Jira"),
    ImportFormat.BUGZILLA: Reader(bugzilla.read, bugzilla.DEFAULTS, "Bugzilla"),
    ImportFormat.ZENDESK: Reader(zendesk.read, zendesk.DEFAULTS, "Zendesk"),
    ImportFormat.CSV: Reader(csv.read, csv.DEFAULTS, "Import"),
}
