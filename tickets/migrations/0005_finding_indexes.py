from django.db import migrations, models
from django.db.models import F, Q

SEARCHED = ("ticket_search", "article_search")
# Columns that depend on each other; taken for independent, they make the planner look for what hardly ever occurs by walking the table.
TOGETHER = {
    "ticket_status_assignee": "status, assignee_id",
    "ticket_team_category": "team_id, category_id",
    "ticket_channel_category": "channel, category_id",
}


def on_postgres(*statements):
    def run(apps, editor):
        if editor.connection.vendor == "postgresql":
            for statement in statements:
                editor.execute(statement)

    return run


def index(*columns, name, **options):
    return migrations.AddIndex("ticket", models.Index(*columns, name=name, **options))


# What everybody may find is part of what staff may find: one index serves both searches at half the price of every write.
one_search_index = migrations.RunPython(
    on_postgres(*(f"DROP INDEX {table}_public" for table in SEARCHED)),
    on_postgres(
        *(
            f"CREATE INDEX {table}_public ON {table} USING gin (public) WITH (gin_pending_list_limit = 512)"
            for table in SEARCHED
        )
    ),
)
statistics = migrations.RunPython(
    on_postgres(
        *(f"CREATE STATISTICS {name} (mcv) ON {columns} FROM tickets_ticket" for name, columns in TOGETHER.items()),
        *(f"ALTER STATISTICS {name} SET STATISTICS 1000" for name in TOGETHER),
    ),
    on_postgres(*(f"DROP STATISTICS {name}" for name in TOGETHER)),
)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_numbers_from_1001")]
    operations = [
        one_search_index,
        index(F("risk_rank").desc(), F("id").desc(), name="ticket_by_risk", condition=Q(("archived_at", None))),
        index("urgency", name="ticket_by_urgency"),
        index("impact", name="ticket_by_impact"),
        index("channel", name="ticket_by_channel"),
        index("rating", name="ticket_by_rating", condition=~Q(rating=None)),
        index("resolved_at", name="ticket_by_resolved", condition=~Q(resolved_at=None)),
        index("closed_at", name="ticket_by_closed", condition=~Q(closed_at=None)),
        index("archived_at", name="ticket_by_archived", condition=~Q(archived_at=None)),
        statistics,
    ]
