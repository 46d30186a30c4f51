from django.db import migrations

FIRST = 1001


def start_at_first(apps, editor):
    """T-1001 is the first ticket: the id is the number people use, so it starts where numbers look like numbers."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH {FIRST}")
    else:
        editor.execute("DELETE FROM sqlite_sequence WHERE name = 'tickets_ticket'")  # left by the making of the table
        editor.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets_ticket', {FIRST - 1})")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_search_tables")]
    operations = [migrations.RunPython(start_at_first, migrations.RunPython.noop)]
