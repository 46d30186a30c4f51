import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0002_policies_and_clocks"),
        ("tickets", "0006_sla_events"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EscalationRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customer", "SLA: promised to the customer, from the ticket's creation"),
                            ("internal", "OLA: promised by a team or vendor, from each assignment"),
                        ],
                        help_text="Empty: SLA and OLA.",
                        max_length=20,
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("first_response", "First response"),
                            ("next_response", "Next response"),
                            ("resolution", "Resolution"),
                        ],
                        help_text="Empty: any of them.",
                        max_length=20,
                    ),
                ),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="Percent of the target; 150 is half of it too late."
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="1 comes first; each level once for each promise."
                    ),
                ),
                (
                    "delay_minutes",
                    models.PositiveIntegerField(
                        default=0, help_text="Real time after the level before; without one, after the threshold."
                    ),
                ),
                ("notify_assignee", models.BooleanField(default=False)),
                ("notify_lead", models.BooleanField(default=False, help_text="The lead of the ticket's team.")),
                ("notify_managers", models.BooleanField(default=False)),
                (
                    "channel",
                    models.CharField(
                        blank=True, help_text="Named in the event, for an integration to deliver there.", max_length=100
                    ),
                ),
                ("raise_priority", models.BooleanField(default=False, help_text="By one level.")),
                ("tag", models.CharField(blank=True, max_length=50)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("quiet_zone", models.CharField(default="UTC", max_length=64)),
                ("since", models.DateTimeField(help_text="Looks at what is reached from then on.")),
                (
                    "notify_person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="sla.policy",
                    ),
                ),
                (
                    "quiet_calendar",
                    models.ForeignKey(
                        blank=True,
                        help_text="Outside of its hours it waits until they begin.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.calendar",
                    ),
                ),
                (
                    "reassign_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["level", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["", "customer", "internal"])), name="sla_rule_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("metric__in", ["", "first_response", "next_response", "resolution"])),
                        name="sla_rule_metric_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("threshold__gte", 1), ("threshold__lte", 1000)),
                        name="sla_rule_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
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
                ("level", models.PositiveSmallIntegerField()),
                ("percent", models.PositiveSmallIntegerField()),
                ("reached_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("carried_out", "Carried out"),
                            ("acknowledged", "Stopped by an acknowledgement"),
                            ("waived", "Stopped by a waiver"),
                            ("not_needed", "The promise had ended"),
                        ],
                        max_length=20,
                    ),
                ),
                ("told", models.JSONField(default=list, help_text="Who was told, as the log names them.")),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="escalations",
                        to="sla.clock",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="escalations",
                        to="sla.escalationrule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="sla_escalation_unfinished",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="sla_escalation_state_known",
                    ),
                    models.UniqueConstraint(fields=("clock", "level"), name="sla_escalation_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["", "carried_out", "acknowledged", "waived", "not_needed"])
                        ),
                        name="sla_escalation_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalEscalationRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=100)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("customer", "SLA: promised to the customer, from the ticket's creation"),
                            ("internal", "OLA: promised by a team or vendor, from each assignment"),
                        ],
                        help_text="Empty: SLA and OLA.",
                        max_length=20,
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("first_response", "First response"),
                            ("next_response", "Next response"),
                            ("resolution", "Resolution"),
                        ],
                        help_text="Empty: any of them.",
                        max_length=20,
                    ),
                ),
                (
                    "threshold",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="Percent of the target; 150 is half of it too late."
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        default=1, help_text="1 comes first; each level once for each promise."
                    ),
                ),
                (
                    "delay_minutes",
                    models.PositiveIntegerField(
                        default=0, help_text="Real time after the level before; without one, after the threshold."
                    ),
                ),
                ("notify_assignee", models.BooleanField(default=False)),
                ("notify_lead", models.BooleanField(default=False, help_text="The lead of the ticket's team.")),
                ("notify_managers", models.BooleanField(default=False)),
                (
                    "channel",
                    models.CharField(
                        blank=True, help_text="Named in the event, for an integration to deliver there.", max_length=100
                    ),
                ),
                ("raise_priority", models.BooleanField(default=False, help_text="By one level.")),
                ("tag", models.CharField(blank=True, max_length=50)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_until", models.TimeField(blank=True, null=True)),
                ("quiet_zone", models.CharField(default="UTC", max_length=64)),
                ("since", models.DateTimeField(help_text="Looks at what is reached from then on.")),
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
                (
                    "notify_person",
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
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sla.policy",
                    ),
                ),
                (
                    "quiet_calendar",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Outside of its hours it waits until they begin.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="sla.calendar",
                    ),
                ),
                (
                    "reassign_to",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical escalation rule",
                "verbose_name_plural": "historical escalation rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Marking",
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
                ("position", models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])), fields=["due"], name="sla_marking_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="sla_marking_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        models.F("recipient"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="sla_notice_of_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500)),
                ("terms", models.JSONField(default=dict, help_text="The filter by which the breaches were chosen.")),
                ("breach_count", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reached_at", models.DateTimeField()),
                ("expected_at", models.DateTimeField(help_text="The first moment at which it could be noticed.")),
                ("detected_at", models.DateTimeField()),
                ("is_late", models.BooleanField(default=False, help_text="The watch had not run when it was reached.")),
                (
                    "is_quiet",
                    models.BooleanField(
                        default=False, help_text="Noted only: reached before the ticket was promised this."
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("customer", "SLA: promised to the customer, from the ticket's creation"),
                            ("internal", "OLA: promised by a team or vendor, from each assignment"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "metric",
                    models.CharField(
                        choices=[
                            ("first_response", "First response"),
                            ("next_response", "Next response"),
                            ("resolution", "Resolution"),
                        ],
                        max_length=20,
                    ),
                ),
                ("target", models.DurationField()),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                ("customer_impact", models.CharField(max_length=300)),
                ("escalation_required", models.BooleanField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clock",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="breach", to="sla.clock"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.organization",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="breaches", to="sla.policyversion"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.team"
                    ),
                ),
                (
                    "technician",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="breaches", to="tickets.ticket"
                    ),
                ),
                (
                    "waiver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="breaches",
                        to="sla.waiver",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "breaches",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("reached_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="sla_breach_by_time",
                    ),
                    models.Index(models.F("technician"), models.F("reached_at"), name="sla_breach_by_technician"),
                    models.Index(
                        models.F("detected_at"),
                        condition=models.Q(("acknowledged_at", None), ("waiver", None)),
                        name="sla_breach_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["customer", "internal"])), name="sla_breach_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("metric__in", ["first_response", "next_response", "resolution"])),
                        name="sla_breach_metric_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["low", "medium", "high", "critical"])),
                        name="sla_breach_severity_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlyWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reached_at", models.DateTimeField()),
                ("expected_at", models.DateTimeField(help_text="The first moment at which it could be noticed.")),
                ("detected_at", models.DateTimeField()),
                ("is_late", models.BooleanField(default=False, help_text="The watch had not run when it was reached.")),
                (
                    "is_quiet",
                    models.BooleanField(
                        default=False, help_text="Noted only: reached before the ticket was promised this."
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="warnings",
                        to="sla.clock",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("clock", "percent"), name="sla_earlywarning_once")],
            },
        ),
    ]
