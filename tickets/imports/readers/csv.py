"""Any table with one row a ticket and column names in its first line."""

from tickets.imports.mapping import FieldMapping
from tickets.imports.readers.tables import read_table

DEFAULTS = FieldMapping()
read = read_table
