import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0001_calendars"),
        ("tickets", "0004_numbers_from_1001"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
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
                ("reason", models.CharField(max_length=200)),
                ("created_since", models.DateTimeField(null=True)),
                ("position", models.BigIntegerField(default=0, editable=False)),
                ("looked_at", models.PositiveIntegerField(default=0, editable=False)),
                ("changed", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="sla_application_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="sla_application_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Backfill",
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
                ("tickets", models.JSONField(help_text="Numbers of the tickets.")),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="sla_backfill_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="sla_backfill_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=32)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="sla_edition_one_row")],
            },
        ),
        migrations.CreateModel(
            name="OrganizationCalendar",
            fields=[
                (
                    "organization",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sla_calendar",
                        serialize=False,
                        to="tickets.organization",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="organizations", to="sla.calendar"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("customer", "SLA: promised to the customer, from the ticket's creation"),
                            ("internal", "OLA: promised by a team or vendor, from each assignment"),
                        ],
                        default="customer",
                        max_length=20,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "policies",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["customer", "internal"])), name="sla_policy_kind_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=100, help_text="Policies are tried in this order; the first that fits holds."
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "is_default",
                    models.BooleanField(
                        default=False, help_text="Holds where no other policy fits; has no conditions."
                    ),
                ),
                (
                    "conditions",
                    models.JSONField(
                        default=dict,
                        help_text="organizations, tiers, categories, teams, tags, channels → accepted ids or values.",
                    ),
                ),
                ("targets", models.JSONField(default=dict, help_text="Metric → priority → minutes of working time.")),
                ("pauses", models.JSONField(default=dict, help_text="Metric → statuses in which its time rests.")),
                ("warnings", models.JSONField(default=list, help_text="Percentages of a target at which to warn.")),
                (
                    "uses_customers_calendar",
                    models.BooleanField(
                        default=False, help_text="Count by the organization's own calendar where it has one."
                    ),
                ),
                (
                    "after_ticket",
                    models.BigIntegerField(default=0, help_text="Holds for tickets with a higher number only."),
                ),
                (
                    "created_since",
                    models.DateTimeField(help_text="Holds for tickets created from then on only.", null=True),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar"),
                ),
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
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="sla.policy"
                    ),
                ),
            ],
            options={
                "ordering": ["policy", "-number"],
                "constraints": [models.UniqueConstraint(fields=("policy", "number"), name="sla_policyversion_once")],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                (
                    "serial",
                    models.PositiveIntegerField(
                        help_text="Counts next responses, and assignments of an internal promise."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("met", "Met"),
                            ("missed", "Missed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=20,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "due_at",
                    models.DateTimeField(
                        help_text="When the target is used up; empty while time rests before that.", null=True
                    ),
                ),
                ("used", models.DurationField(help_text="Working time of the closed segments.")),
                ("since", models.DateTimeField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("reply", "Staff replied"),
                            ("message", "The customer wrote"),
                            ("status", "Status changed"),
                            ("priority", "Priority changed"),
                            ("team", "Team changed"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge undone"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("terms", "Another policy or calendar holds"),
                            ("lapsed", "No policy holds"),
                            ("applied", "An edited policy or calendar was applied"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=100)),
                ("event", models.PositiveIntegerField(help_text="The version of the ticket's event.", null=True)),
                (
                    "target",
                    models.DurationField(
                        help_text="Promised working time; empty while nothing is promised.", null=True
                    ),
                ),
                (
                    "announced",
                    models.PositiveSmallIntegerField(default=0, help_text="The highest percentage announced so far."),
                ),
                (
                    "next_percent",
                    models.PositiveSmallIntegerField(help_text="To be announced next; 100 is the breach.", null=True),
                ),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "quiet_until",
                    models.DateTimeField(
                        help_text="A breach before this moment, by an import or an edit, is noted without alerts.",
                        null=True,
                    ),
                ),
                (
                    "calendar_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="sla.calendarversion",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clocks", to="sla.policyversion"
                    ),
                ),
            ],
            options={
                "ordering": ["ticket", "kind", "metric", "serial"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at", None), _negated=True),
                        fields=["next_at"],
                        name="sla_clock_to_announce",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["running", "paused"])),
                        fields=["due_at", "id"],
                        name="sla_clock_open_by_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["customer", "internal"])), name="sla_clock_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("metric__in", ["first_response", "next_response", "resolution"])),
                        name="sla_clock_metric_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "paused", "met", "missed", "cancelled"])),
                        name="sla_clock_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "created",
                                    "reply",
                                    "message",
                                    "status",
                                    "priority",
                                    "team",
                                    "merged",
                                    "unmerged",
                                    "archived",
                                    "restored",
                                    "terms",
                                    "lapsed",
                                    "applied",
                                ],
                            )
                        ),
                        name="sla_clock_cause_known",
                    ),
                    models.UniqueConstraint(fields=("ticket", "kind", "metric", "serial"), name="sla_clock_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("running", models.BooleanField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("reply", "Staff replied"),
                            ("message", "The customer wrote"),
                            ("status", "Status changed"),
                            ("priority", "Priority changed"),
                            ("team", "Team changed"),
                            ("merged", "Merged"),
                            ("unmerged", "Merge undone"),
                            ("archived", "Archived"),
                            ("restored", "Restored"),
                            ("terms", "Another policy or calendar holds"),
                            ("lapsed", "No policy holds"),
                            ("applied", "An edited policy or calendar was applied"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=100)),
                ("event", models.PositiveIntegerField(null=True)),
                ("target", models.DurationField(null=True)),
                (
                    "calendar_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.calendarversion",
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="segments",
                        to="sla.clock",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.policyversion",
                    ),
                ),
            ],
            options={
                "ordering": ["clock", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                [
                                    "created",
                                    "reply",
                                    "message",
                                    "status",
                                    "priority",
                                    "team",
                                    "merged",
                                    "unmerged",
                                    "archived",
                                    "restored",
                                    "terms",
                                    "lapsed",
                                    "applied",
                                ],
                            )
                        ),
                        name="sla_segment_cause_known",
                    ),
                    models.UniqueConstraint(fields=("clock", "number"), name="sla_segment_once"),
                ],
            },
        ),
    ]
