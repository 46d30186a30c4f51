"""From the database to columns. `columns` fetches any query fast, `tickets` and `tables` say what is read, `desk` puts it together."""
