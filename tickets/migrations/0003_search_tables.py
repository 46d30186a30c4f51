from django.db import migrations

POSTGRES = """
CREATE TABLE {table} (id bigint PRIMARY KEY, public tsvector NOT NULL, staff tsvector NOT NULL);
CREATE INDEX {table}_public ON {table} USING gin (public) WITH (gin_pending_list_limit = 512);
CREATE INDEX {table}_staff ON {table} USING gin (staff) WITH (gin_pending_list_limit = 512);
"""
SQLITE = "CREATE VIRTUAL TABLE {table} USING fts5(title, public, internal, tokenize = 'porter unicode61 remove_diacritics 2')"
TABLES = ("ticket_search", "article_search")


def create(apps, editor):
    sql = POSTGRES if editor.connection.vendor == "postgresql" else SQLITE
    for table in TABLES:
        editor.execute(sql.format(table=table))


def drop(apps, editor):
    for table in TABLES:
        editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_desk")]
    operations = [migrations.RunPython(create, drop)]
