from itertools import islice

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

AT_ONCE = 1_000


def take_over_notices(apps, schema_editor):
    """Bring what escalations told people so far, as notifications of the same age."""
    notices = apps.get_model("sla", "Notice").objects.select_related("ticket").order_by("pk")
    notification = apps.get_model("integrations", "Notification")
    rows = (
        notification(
            person_id=notice.recipient_id,
            kind="escalated",
            ticket_id=notice.ticket_id,
            key=f"notice:{notice.pk}",
            title=f"[T-{notice.ticket_id}] {notice.ticket.title}",
            text=notice.text,
            url=f"/tickets/T-{notice.ticket_id}",
            created_at=notice.created_at,
            read_at=notice.read_at,
        )
        for notice in notices.iterator(AT_ONCE)
    )
    while batch := list(islice(rows, AT_ONCE)):
        notification.objects.bulk_create(batch)


class Migration(migrations.Migration):
    run_before = [("sla", "0005_notifications_instead_of_notices")]
    dependencies = [
        ("sla", "0004_at_risk_and_foreseen"),
        ("integrations", "0003_hooks"),
        ("tickets", "0007_other_systems_and_advice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalMessageTemplate",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "You are mentioned"),
                            ("assigned", "Assigned to you"),
                            ("escalated", "Escalated to you"),
                            ("sla_breached", "Promise broken"),
                            ("sla_warning", "Promise in danger"),
                            ("receipt", "Your request has arrived"),
                            ("reply", "Reply"),
                            ("note", "Internal note"),
                            ("resolved", "Resolved"),
                            ("merged", "Merged"),
                            ("status", "Status changed"),
                            ("rated", "Rated"),
                            ("team_assigned", "Handed to your team"),
                            ("new_ticket", "New ticket for your team"),
                            ("connection", "Another system fails"),
                            ("budget", "Budget of language models"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("de", "Deutsch")], default="en", max_length=5),
                ),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField(max_length=5000)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
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
            ],
            options={
                "verbose_name": "historical template",
                "verbose_name_plural": "historical templates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRoute",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=100)),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("kinds", models.JSONField(default=list)),
                (
                    "least_priority",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        help_text="Empty: any of them.",
                        max_length=20,
                    ),
                ),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Percent of the promised time, for what concerns promises; 100 is the breach.",
                        null=True,
                        verbose_name="least share used",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        help_text="Of the connection, like #on-call. Empty: where its settings say.",
                        max_length=200,
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
                    "connection",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="integrations.connection",
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
                        help_text="Empty: any of them.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.organization",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
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
                        help_text="Empty: any of them.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
                (
                    "to_team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.team",
                        verbose_name="everybody of the team",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical route",
                "verbose_name_plural": "historical routes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "You are mentioned"),
                            ("assigned", "Assigned to you"),
                            ("escalated", "Escalated to you"),
                            ("sla_breached", "Promise broken"),
                            ("sla_warning", "Promise in danger"),
                            ("receipt", "Your request has arrived"),
                            ("reply", "Reply"),
                            ("note", "Internal note"),
                            ("resolved", "Resolved"),
                            ("merged", "Merged"),
                            ("status", "Status changed"),
                            ("rated", "Rated"),
                            ("team_assigned", "Handed to your team"),
                            ("new_ticket", "New ticket for your team"),
                            ("connection", "Another system fails"),
                            ("budget", "Budget of language models"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("de", "Deutsch")], default="en", max_length=5),
                ),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField(max_length=5000)),
            ],
            options={
                "verbose_name": "template",
                "ordering": ["kind", "language"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "mention",
                                    "assigned",
                                    "escalated",
                                    "sla_breached",
                                    "sla_warning",
                                    "receipt",
                                    "reply",
                                    "note",
                                    "resolved",
                                    "merged",
                                    "status",
                                    "rated",
                                    "team_assigned",
                                    "new_ticket",
                                    "connection",
                                    "budget",
                                ],
                            )
                        ),
                        name="integrations_messagetemplate_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "de"])),
                        name="integrations_messagetemplate_language_known",
                    ),
                    models.UniqueConstraint(fields=("kind", "language"), name="integrations_template_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "You are mentioned"),
                            ("assigned", "Assigned to you"),
                            ("escalated", "Escalated to you"),
                            ("sla_breached", "Promise broken"),
                            ("sla_warning", "Promise in danger"),
                            ("receipt", "Your request has arrived"),
                            ("reply", "Reply"),
                            ("note", "Internal note"),
                            ("resolved", "Resolved"),
                            ("merged", "Merged"),
                            ("status", "Status changed"),
                            ("rated", "Rated"),
                            ("team_assigned", "Handed to your team"),
                            ("new_ticket", "New ticket for your team"),
                            ("connection", "Another system fails"),
                            ("budget", "Budget of language models"),
                        ],
                        max_length=20,
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("is_shown", models.BooleanField(default=True, verbose_name="shown behind the bell")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        models.F("person"),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("is_shown", True)),
                        name="notification_of_person",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "mention",
                                    "assigned",
                                    "escalated",
                                    "sla_breached",
                                    "sla_warning",
                                    "receipt",
                                    "reply",
                                    "note",
                                    "resolved",
                                    "merged",
                                    "status",
                                    "rated",
                                    "team_assigned",
                                    "new_ticket",
                                    "connection",
                                    "budget",
                                ],
                            )
                        ),
                        name="integrations_notification_kind_known",
                    ),
                    models.UniqueConstraint(fields=("person", "key"), name="integrations_notification_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preferences",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("media", models.JSONField(default=dict)),
                (
                    "order",
                    models.JSONField(default=list, help_text="Where to try next when a message cannot be delivered."),
                ),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("de", "Deutsch")], default="en", max_length=5),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\+[1-9]\\d{6,14}$", "Write the number with its country, like +4930123456."
                            )
                        ],
                    ),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("quiet_days", models.JSONField(default=list)),
                (
                    "quiet_zone",
                    models.CharField(blank=True, help_text="Empty: the zone of the profile.", max_length=64),
                ),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("off", "At once"),
                            ("hourly", "Together, every hour"),
                            ("daily", "Together, once a day"),
                        ],
                        default="off",
                        max_length=10,
                    ),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=8, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "preferences",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__in", ["off", "hourly", "daily"])),
                        name="integrations_preferences_digest_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "de"])),
                        name="integrations_preferences_language_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__lte", 23)), name="integrations_preferences_hour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_until", None)),
                            models.Q(("quiet_from__isnull", False), ("quiet_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="integrations_preferences_quiet_both",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("kinds", models.JSONField(default=list)),
                (
                    "least_priority",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        help_text="Empty: any of them.",
                        max_length=20,
                    ),
                ),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Percent of the promised time, for what concerns promises; 100 is the breach.",
                        null=True,
                        verbose_name="least share used",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        help_text="Of the connection, like #on-call. Empty: where its settings say.",
                        max_length=200,
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="routes",
                        to="integrations.connection",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: any of them.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.organization",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: any of them.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
                (
                    "to_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.team",
                        verbose_name="everybody of the team",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("least_priority__in", ["", "low", "medium", "high", "critical"])),
                        name="integrations_route_priority_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("connection", None), ("person", None), ("to_team", None), _negated=True),
                        name="integrations_route_leads_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
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
                    "medium",
                    models.CharField(
                        choices=[
                            ("app", "Here"),
                            ("email", "E-mail"),
                            ("slack", "Slack"),
                            ("teams", "Teams"),
                            ("sms", "SMS"),
                        ],
                        max_length=10,
                    ),
                ),
                ("in_digest", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "You are mentioned"),
                            ("assigned", "Assigned to you"),
                            ("escalated", "Escalated to you"),
                            ("sla_breached", "Promise broken"),
                            ("sla_warning", "Promise in danger"),
                            ("receipt", "Your request has arrived"),
                            ("reply", "Reply"),
                            ("note", "Internal note"),
                            ("resolved", "Resolved"),
                            ("merged", "Merged"),
                            ("status", "Status changed"),
                            ("rated", "Rated"),
                            ("team_assigned", "Handed to your team"),
                            ("new_ticket", "New ticket for your team"),
                            ("connection", "Another system fails"),
                            ("budget", "Budget of language models"),
                        ],
                        max_length=20,
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "Sent"),
                            ("dropped", "Not needed any more"),
                            ("unknown", "Perhaps sent"),
                            ("failed", "Failed"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("tried_at", models.DateTimeField(editable=False, null=True)),
                (
                    "connection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.connection",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticketevent",
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="integrations.notification",
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="integrations.route",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="integrations_message_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="integrations_message_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("medium__in", ["app", "email", "slack", "teams", "sms"])),
                        name="integrations_message_medium_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "mention",
                                    "assigned",
                                    "escalated",
                                    "sla_breached",
                                    "sla_warning",
                                    "receipt",
                                    "reply",
                                    "note",
                                    "resolved",
                                    "merged",
                                    "status",
                                    "rated",
                                    "team_assigned",
                                    "new_ticket",
                                    "connection",
                                    "budget",
                                ],
                            )
                        ),
                        name="integrations_message_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["", "sent", "dropped", "unknown", "failed"])),
                        name="integrations_message_outcome_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("notification", None), _negated=True),
                        fields=("notification", "medium"),
                        name="integrations_message_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("notification", None)),
                        fields=("event", "connection", "channel"),
                        name="integrations_message_to_channel_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mutes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mutes", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "ticket"), name="integrations_mute_once")],
            },
        ),
        migrations.CreateModel(
            name="News",
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
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticketevent"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "news",
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="integrations_news_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="integrations_news_state_known",
                    )
                ],
            },
        ),
        migrations.RunPython(take_over_notices, migrations.RunPython.noop),
    ]
