"""Bugzilla's list as CSV. Its column of the last change counts as the time of resolution only where the bug is resolved."""

from tickets.imports.mapping import FieldMapping
from tickets.imports.readers.tables import count_rows, read_table

DEFAULTS = FieldMapping()
read = read_table
count = count_rows
