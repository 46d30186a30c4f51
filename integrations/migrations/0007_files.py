import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0006_answers"),
        ("tickets", "0008_comment_moved"),
    ]

    operations = [
        migrations.CreateModel(
            name="InboundFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("quarantined", "Quarantined"),
                        ],
                        default="queued",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "due",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, help_text="Not tried before this moment."
                    ),
                ),
                (
                    "woken_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        help_text="When a worker was last told about it.",
                    ),
                ),
                (
                    "leased_until",
                    models.DateTimeField(
                        editable=False, help_text="While this lies ahead, a worker has it.", null=True
                    ),
                ),
                ("lease", models.CharField(blank=True, editable=False, max_length=32)),
                ("last_error", models.TextField(blank=True, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(editable=False, null=True)),
                ("remote_id", models.CharField(max_length=200)),
                ("filename", models.CharField(max_length=300)),
                ("url", models.TextField()),
                ("is_internal", models.BooleanField(default=False)),
                (
                    "comment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.comment"
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbound_files",
                        to="integrations.externallink",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="integrations_inboundfile_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="integrations_inboundfile_state_known",
                    ),
                    models.UniqueConstraint(fields=("link", "remote_id"), name="integrations_inboundfile_once"),
                ],
            },
        ),
    ]
