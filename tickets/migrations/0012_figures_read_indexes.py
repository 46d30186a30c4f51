from django.db import migrations, models

FIGURES = (
    *("id", "first_responded_at", "status", "priority", "category", "team", "assignee", "organization"),
    *("channel", "rating", "reopen_count", "reply_count", "merged_into", "archived_at"),
)


def said_by(side: str) -> migrations.AddIndex:
    condition = models.Q(data__side=side, kind="comment_added")
    return migrations.AddIndex(
        "ticketevent",
        models.Index(
            fields=["occurred_at"],
            include=("ticket", "version"),
            condition=condition,
            name=f"event_said_by_{side}",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0011_figures_index"),
    ]

    operations = [
        migrations.RemoveIndex("ticket", "ticket_figures"),
        migrations.AddIndex(
            "ticket",
            models.Index(
                fields=["resolved_at", "created_at"],
                include=FIGURES,
                condition=models.Q(archived_at=None),
                name="ticket_figures",
            ),
        ),
        said_by("desk"),
        said_by("customer"),
    ]
