from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0010_mail_of_hosted_senders"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("archived_at", None)),
                fields=["created_at", "resolved_at"],
                include=(
                    "id",
                    "first_responded_at",
                    "status",
                    "priority",
                    "category",
                    "team",
                    "assignee",
                    "organization",
                    "channel",
                    "rating",
                    "reopen_count",
                    "reply_count",
                    "merged_into",
                    "archived_at",
                ),
                name="ticket_figures",
            ),
        ),
    ]
