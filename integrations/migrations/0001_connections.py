import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import integrations.models.connection
import integrations.models.delivery
import integrations.registry
import tickets.crypto


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tickets", "0007_other_systems_and_advice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "provider",
                    models.CharField(
                        choices=integrations.registry.provider_choices, max_length=30, verbose_name="system"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("credentials", tickets.crypto.EncryptedField(blank=True, editable=False)),
                (
                    "token",
                    models.CharField(
                        default=integrations.models.connection.new_token, editable=False, max_length=64, unique=True
                    ),
                ),
                ("is_enabled", models.BooleanField(default=True, verbose_name="enabled")),
                (
                    "health",
                    models.CharField(
                        choices=[("unknown", "Not tried yet"), ("well", "Works"), ("failing", "Fails")],
                        default="unknown",
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("health_detail", models.CharField(blank=True, editable=False, max_length=500)),
                ("checked_at", models.DateTimeField(editable=False, null=True)),
                (
                    "hands_on",
                    models.BooleanField(
                        default=False,
                        help_text="New tickets that fit below; others by hand only.",
                        verbose_name="hands tickets on by itself",
                    ),
                ),
                (
                    "tag",
                    models.CharField(
                        blank=True,
                        max_length=50,
                        validators=[django.core.validators.RegexValidator("^[^\\s,]*$", "A tag is one word.")],
                    ),
                ),
                (
                    "least_priority",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                ("sends_comments", models.BooleanField(default=True, verbose_name="sends replies")),
                ("sends_notes", models.BooleanField(default=False, verbose_name="sends internal notes")),
                ("sends_files", models.BooleanField(default=True, verbose_name="sends files")),
                ("takes_comments", models.BooleanField(default=True, verbose_name="takes comments")),
                (
                    "takes_as_notes",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise the requester reads them.",
                        verbose_name="takes them as internal notes",
                    ),
                ),
                (
                    "opens_tickets",
                    models.BooleanField(
                        default=False,
                        help_text="For records there that no ticket is linked to.",
                        verbose_name="opens tickets",
                    ),
                ),
                (
                    "sync_minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Minutes; 0: never, only webhooks tell.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="asks for changes every",
                    ),
                ),
                ("cursor", models.JSONField(blank=True, default=dict, editable=False)),
                ("next_sync_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.category",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.organization",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Who answers for it; asks for tickets opened from there where nobody else is known.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_enabled", True)),
                        fields=["next_sync_at"],
                        name="connection_by_next_sync",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("health__in", ["unknown", "well", "failing"])),
                        name="integrations_connection_health_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("least_priority__in", ["", "low", "medium", "high", "critical"])),
                        name="integrations_connection_priority_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("create", "Create the record"),
                            ("link_back", "Link back to the ticket"),
                            ("update", "Bring fields in step"),
                            ("comment", "Send a comment"),
                            ("attach", "Send a file"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "marker",
                    models.CharField(
                        default=integrations.models.delivery.new_marker, editable=False, max_length=40, unique=True
                    ),
                ),
                ("sent_at", models.DateTimeField(editable=False, null=True)),
                ("unknowns", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "attachment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.attachment",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.comment"
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="integrations.connection",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="integrations_delivery_due",
                    ),
                    models.Index(fields=["connection", "ticket", "id"], name="delivery_in_order"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="integrations_delivery_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verb__in", ["create", "link_back", "update", "comment", "attach"])),
                        name="integrations_delivery_verb_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("comment", None), _negated=True),
                        fields=("connection", "comment"),
                        name="integrations_delivery_comment_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("attachment", None), _negated=True),
                        fields=("connection", "attachment"),
                        name="integrations_delivery_file_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("verb", "create"), ("state__in", ["queued", "running"])),
                        fields=("connection", "ticket"),
                        name="integrations_delivery_create_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("remote_id", models.CharField(max_length=200)),
                ("remote_key", models.CharField(max_length=200)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("agreed", models.JSONField(default=dict)),
                ("remote_updated_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="integrations.connection"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="external_links", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "ticket"), name="integrations_externallink_once"),
                    models.UniqueConstraint(
                        fields=("connection", "remote_id"), name="integrations_externallink_once_there"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Disagreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("description", "Description"),
                            ("status", "Status"),
                            ("priority", "Priority"),
                            ("urgency", "Urgency"),
                            ("impact", "Impact"),
                            ("tags", "Tags"),
                            ("resolution", "Resolution"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ours", models.JSONField(null=True)),
                ("theirs", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "kept",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ours", "Ours"),
                            ("theirs", "Theirs"),
                            ("newest", "The newest"),
                            ("ask", "Ours, until somebody decides"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disagreements",
                        to="integrations.externallink",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "field__in",
                                [
                                    "title",
                                    "description",
                                    "status",
                                    "priority",
                                    "urgency",
                                    "impact",
                                    "tags",
                                    "resolution",
                                ],
                            )
                        ),
                        name="integrations_disagreement_field_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kept__in", ["", "ours", "theirs", "newest", "ask"])),
                        name="integrations_disagreement_kept",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at", None)),
                        fields=("link", "field"),
                        name="integrations_disagreement_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("comment", "Comment"), ("file", "File")], max_length=10)),
                ("remote_id", models.CharField(max_length=200)),
                (
                    "attachment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.attachment",
                    ),
                ),
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
                        related_name="parts",
                        to="integrations.externallink",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["comment", "file"])),
                        name="integrations_externalpart_kind_known",
                    ),
                    models.UniqueConstraint(
                        fields=("link", "kind", "remote_id"), name="integrations_externalpart_once_there"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("comment", None), _negated=True),
                        fields=("link", "comment"),
                        name="integrations_externalpart_comment_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("attachment", None), _negated=True),
                        fields=("link", "attachment"),
                        name="integrations_externalpart_file_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalConnection",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "provider",
                    models.CharField(
                        choices=integrations.registry.provider_choices, max_length=30, verbose_name="system"
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=100)),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("is_enabled", models.BooleanField(default=True, verbose_name="enabled")),
                (
                    "hands_on",
                    models.BooleanField(
                        default=False,
                        help_text="New tickets that fit below; others by hand only.",
                        verbose_name="hands tickets on by itself",
                    ),
                ),
                (
                    "tag",
                    models.CharField(
                        blank=True,
                        max_length=50,
                        validators=[django.core.validators.RegexValidator("^[^\\s,]*$", "A tag is one word.")],
                    ),
                ),
                (
                    "least_priority",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                ("sends_comments", models.BooleanField(default=True, verbose_name="sends replies")),
                ("sends_notes", models.BooleanField(default=False, verbose_name="sends internal notes")),
                ("sends_files", models.BooleanField(default=True, verbose_name="sends files")),
                ("takes_comments", models.BooleanField(default=True, verbose_name="takes comments")),
                (
                    "takes_as_notes",
                    models.BooleanField(
                        default=True,
                        help_text="Otherwise the requester reads them.",
                        verbose_name="takes them as internal notes",
                    ),
                ),
                (
                    "opens_tickets",
                    models.BooleanField(
                        default=False,
                        help_text="For records there that no ticket is linked to.",
                        verbose_name="opens tickets",
                    ),
                ),
                (
                    "sync_minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        help_text="Minutes; 0: never, only webhooks tell.",
                        validators=[django.core.validators.MaxValueValidator(1440)],
                        verbose_name="asks for changes every",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.category",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.organization",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Who answers for it; asks for tickets opened from there where nobody else is known.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical connection",
                "verbose_name_plural": "historical connections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="InboundEvent",
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
                ("delivery_id", models.CharField(max_length=200)),
                ("digest", models.CharField(help_text="SHA-256 of the body.", max_length=64)),
                ("record", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(blank=True, max_length=100)),
                ("body", models.BinaryField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inbound",
                        to="integrations.connection",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="integrations_inboundevent_due",
                    ),
                    models.Index(fields=["connection", "record", "id"], name="inbound_in_order"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="integrations_inboundevent_state_known",
                    ),
                    models.UniqueConstraint(
                        fields=("connection", "delivery_id"), name="integrations_inboundevent_once"
                    ),
                    models.UniqueConstraint(
                        fields=("connection", "digest"), name="integrations_inboundevent_same_body_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MappedField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ours",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("description", "Description"),
                            ("status", "Status"),
                            ("priority", "Priority"),
                            ("urgency", "Urgency"),
                            ("impact", "Impact"),
                            ("tags", "Tags"),
                            ("resolution", "Resolution"),
                        ],
                        max_length=20,
                        verbose_name="our field",
                    ),
                ),
                ("theirs", models.CharField(max_length=100, verbose_name="their field")),
                (
                    "direction",
                    models.CharField(
                        choices=[("both", "Both ways"), ("out", "From here to there"), ("in", "From there to here")],
                        default="both",
                        max_length=10,
                    ),
                ),
                (
                    "winner",
                    models.CharField(
                        choices=[
                            ("ours", "Ours"),
                            ("theirs", "Theirs"),
                            ("newest", "The newest"),
                            ("ask", "Ours, until somebody decides"),
                        ],
                        default="newest",
                        max_length=10,
                        verbose_name="when both changed",
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fields", to="integrations.connection"
                    ),
                ),
            ],
            options={
                "verbose_name": "field",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ours__in",
                                [
                                    "title",
                                    "description",
                                    "status",
                                    "priority",
                                    "urgency",
                                    "impact",
                                    "tags",
                                    "resolution",
                                ],
                            )
                        ),
                        name="integrations_mappedfield_ours_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["both", "out", "in"])),
                        name="integrations_mappedfield_direction_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("winner__in", ["ours", "theirs", "newest", "ask"])),
                        name="integrations_mappedfield_winner_known",
                    ),
                    models.UniqueConstraint(fields=("connection", "ours"), name="integrations_mappedfield_once"),
                    models.UniqueConstraint(
                        fields=("connection", "theirs"), name="integrations_mappedfield_once_there"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MappedValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("title", "Title"),
                            ("description", "Description"),
                            ("status", "Status"),
                            ("priority", "Priority"),
                            ("urgency", "Urgency"),
                            ("impact", "Impact"),
                            ("tags", "Tags"),
                            ("resolution", "Resolution"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ours", models.CharField(max_length=100, verbose_name="our value")),
                ("theirs", models.CharField(max_length=200, verbose_name="their value")),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="integrations.connection"
                    ),
                ),
            ],
            options={
                "verbose_name": "value",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "field__in",
                                [
                                    "title",
                                    "description",
                                    "status",
                                    "priority",
                                    "urgency",
                                    "impact",
                                    "tags",
                                    "resolution",
                                ],
                            )
                        ),
                        name="integrations_mappedvalue_field_known",
                    ),
                    models.UniqueConstraint(
                        fields=("connection", "field", "ours", "theirs"), name="integrations_mappedvalue_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncRun",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("changes", "What changed since the last time"), ("history", "Everything there is")],
                        default="changes",
                        max_length=20,
                    ),
                ),
                ("cursor", models.JSONField(default=dict, editable=False)),
                ("pages", models.PositiveIntegerField(default=0, editable=False)),
                ("seen", models.PositiveIntegerField(default=0, editable=False)),
                ("changed", models.PositiveIntegerField(default=0, editable=False)),
                ("refused", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="integrations.connection"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="integrations_syncrun_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="integrations_syncrun_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["changes", "history"])), name="integrations_syncrun_kind_known"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=("connection",),
                        name="integrations_syncrun_one_at_a_time",
                    ),
                ],
            },
        ),
    ]
