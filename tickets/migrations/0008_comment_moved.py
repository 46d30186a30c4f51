from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_other_systems_and_advice"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ticketevent",
            name="tickets_ticketevent_kind_known",
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ticket_created", "Created"),
                    ("ticket_changed", "Changed"),
                    ("comment_added", "Commented"),
                    ("comment_edited", "Comment edited"),
                    ("comment_redacted", "Comment redacted"),
                    ("comment_moved", "Comment moved"),
                    ("time_logged", "Time logged"),
                    ("attachment_added", "File attached"),
                    ("attachment_removed", "File removed"),
                    ("watchers_changed", "Watchers changed"),
                    ("tickets_linked", "Linked"),
                    ("tickets_unlinked", "Unlinked"),
                    ("ticket_merged", "Merged"),
                    ("ticket_unmerged", "Merge undone"),
                    ("ticket_archived", "Archived"),
                    ("ticket_restored", "Restored"),
                    ("ticket_rated", "Rated"),
                    ("sla_warning", "SLA warning"),
                    ("sla_breached", "SLA breached"),
                    ("sla_acknowledged", "SLA breach acknowledged"),
                    ("sla_escalated", "SLA escalated"),
                    ("sla_waived", "SLA breach waived"),
                    ("sla_unwaived", "SLA waiver taken back"),
                    ("externally_linked", "Linked with another system"),
                    ("externally_differed", "Different in another system"),
                ],
                max_length=30,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "ticket_created",
                            "ticket_changed",
                            "comment_added",
                            "comment_edited",
                            "comment_redacted",
                            "comment_moved",
                            "time_logged",
                            "attachment_added",
                            "attachment_removed",
                            "watchers_changed",
                            "tickets_linked",
                            "tickets_unlinked",
                            "ticket_merged",
                            "ticket_unmerged",
                            "ticket_archived",
                            "ticket_restored",
                            "ticket_rated",
                            "sla_warning",
                            "sla_breached",
                            "sla_acknowledged",
                            "sla_escalated",
                            "sla_waived",
                            "sla_unwaived",
                            "externally_linked",
                            "externally_differed",
                        ],
                    )
                ),
                name="tickets_ticketevent_kind_known",
            ),
        ),
    ]
