"""Any table with one row a ticket and column names in its first line."""

from tickets.imports.mapping import FieldMapping
from tickets.imports.readers.tables import count_rows, read_table

DEFAULTS = FieldMapping()
read = read_table
count = count_rows
