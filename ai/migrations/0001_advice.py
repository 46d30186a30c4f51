import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import tickets.crypto


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tickets", "0007_other_systems_and_advice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ModelBudget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "monthly_limit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="USD; empty: AI_MONTHLY_BUDGET of the environment. When it is used up, providers that cost something are asked no more until the month ends.",
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "alert_percent",
                    models.PositiveSmallIntegerField(
                        default=80,
                        help_text="Admins get a mail at this share.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SimilarIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("documents", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SimilarPosting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "word", "block", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.IntegerField()),
                ("block", models.IntegerField()),
                ("count", models.IntegerField()),
                ("postings", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="AIConfig",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agent",
                    models.CharField(
                        choices=[
                            ("customer_support_agent", "Ticket from free text"),
                            ("categorization_agent", "Categorisation"),
                            ("file_analysis_agent", "File analysis"),
                            ("summary_agent", "Summary of a conversation"),
                            ("reply_agent", "Reply draft"),
                        ],
                        max_length=40,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("system_prompt", models.TextField()),
                ("model", models.CharField(max_length=160)),
                ("temperature", models.FloatField()),
                ("max_tokens", models.PositiveIntegerField()),
                ("timeout", models.PositiveSmallIntegerField(help_text="Seconds for the whole run.")),
                ("tools_enabled", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "agent configuration",
                "ordering": ["agent", "-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "agent__in",
                                [
                                    "customer_support_agent",
                                    "categorization_agent",
                                    "file_analysis_agent",
                                    "summary_agent",
                                    "reply_agent",
                                ],
                            )
                        ),
                        name="ai_aiconfig_agent_known",
                    ),
                    models.UniqueConstraint(fields=("agent", "number"), name="ai_aiconfig_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgentSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agent",
                    models.CharField(
                        choices=[
                            ("customer_support_agent", "Ticket from free text"),
                            ("categorization_agent", "Categorisation"),
                            ("file_analysis_agent", "File analysis"),
                            ("summary_agent", "Summary of a conversation"),
                            ("reply_agent", "Reply draft"),
                        ],
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "trial_share",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Percent of the runs that use the version on trial.",
                        validators=[django.core.validators.MaxValueValidator(100)],
                    ),
                ),
                (
                    "config",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ai.aiconfig"),
                ),
                (
                    "trial",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ai.aiconfig",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "agent__in",
                                [
                                    "customer_support_agent",
                                    "categorization_agent",
                                    "file_analysis_agent",
                                    "summary_agent",
                                    "reply_agent",
                                ],
                            )
                        ),
                        name="ai_agentsetting_agent_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("trial_share__lte", 100)), name="ai_agentsetting_share"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AIRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agent",
                    models.CharField(
                        choices=[
                            ("customer_support_agent", "Ticket from free text"),
                            ("categorization_agent", "Categorisation"),
                            ("file_analysis_agent", "File analysis"),
                            ("summary_agent", "Summary of a conversation"),
                            ("reply_agent", "Reply draft"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Web"),
                            ("portal", "Portal"),
                            ("api", "API"),
                            ("email", "E-mail"),
                            ("webhook", "Webhook"),
                            ("mcp", "MCP"),
                            ("cli", "Command line"),
                            ("import", "Import"),
                            ("system", "System"),
                            ("ai", "Advice"),
                        ],
                        max_length=20,
                    ),
                ),
                ("provider", models.CharField(blank=True, max_length=50)),
                ("model", models.CharField(blank=True, max_length=160)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("remembered", "Answered from memory"),
                            ("no_model", "No model configured"),
                            ("busy", "All places taken"),
                            ("budget", "Budget used up"),
                            ("timeout", "Too slow"),
                            ("unavailable", "Provider not available"),
                            ("rejected", "Provider rejected the request"),
                            ("refused", "Model refused"),
                            ("nonsense", "Answer made no sense"),
                            ("too_long", "Took too many steps"),
                            ("stopped", "Stopped by the person"),
                            ("lost", "Broken off"),
                        ],
                        default="running",
                        max_length=20,
                    ),
                ),
                (
                    "detail",
                    models.CharField(blank=True, help_text="The kind of error, without what was said.", max_length=300),
                ),
                (
                    "attempts",
                    models.JSONField(default=list, help_text="Each request: provider, outcome, milliseconds."),
                ),
                ("input_tokens", models.PositiveIntegerField(default=0)),
                ("output_tokens", models.PositiveIntegerField(default=0)),
                ("cost", models.DecimalField(decimal_places=6, default=0, help_text="USD.", max_digits=12)),
                (
                    "hidden_values",
                    models.PositiveIntegerField(default=0, help_text="Personal values that did not leave."),
                ),
                ("milliseconds", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "config",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="ai.aiconfig"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="ai_runs",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "AI run",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["started_at"], name="ai_run_by_start"),
                    models.Index(fields=["agent", "started_at"], name="ai_run_by_agent"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "agent__in",
                                [
                                    "customer_support_agent",
                                    "categorization_agent",
                                    "file_analysis_agent",
                                    "summary_agent",
                                    "reply_agent",
                                ],
                            )
                        ),
                        name="ai_airun_agent_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "running",
                                    "done",
                                    "remembered",
                                    "no_model",
                                    "busy",
                                    "budget",
                                    "timeout",
                                    "unavailable",
                                    "rejected",
                                    "refused",
                                    "nonsense",
                                    "too_long",
                                    "stopped",
                                    "lost",
                                ],
                            )
                        ),
                        name="ai_airun_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                ["web", "portal", "api", "email", "webhook", "mcp", "cli", "import", "system", "ai"],
                            )
                        ),
                        name="ai_airun_channel_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("percent", models.PositiveSmallIntegerField()),
                ("told_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("month", "percent"), name="ai_budgetnotice_once")],
            },
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agent",
                    models.CharField(
                        choices=[
                            ("customer_support_agent", "Ticket from free text"),
                            ("categorization_agent", "Categorisation"),
                            ("file_analysis_agent", "File analysis"),
                            ("summary_agent", "Summary of a conversation"),
                            ("reply_agent", "Reply draft"),
                        ],
                        default="customer_support_agent",
                        max_length=40,
                    ),
                ),
                ("title", models.CharField(help_text="How its first question begins.", max_length=120)),
                ("began_at", models.DateTimeField()),
                ("spoke_at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-spoke_at", "-pk"],
                "indexes": [models.Index(fields=["user", "-spoke_at"], name="ai_conversation_by_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "agent__in",
                                [
                                    "customer_support_agent",
                                    "categorization_agent",
                                    "file_analysis_agent",
                                    "summary_agent",
                                    "reply_agent",
                                ],
                            )
                        ),
                        name="ai_conversation_agent_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("made_at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField(help_text="Until it was made.", null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "Proposed"), ("applied", "Applied")], default="proposed", max_length=20
                    ),
                ),
                (
                    "placements",
                    models.JSONField(
                        default=list, help_text="ticket, worker (none: it waits), points, terms with words."
                    ),
                ),
                ("applied_at", models.DateTimeField(null=True)),
                ("outcome", models.JSONField(default=dict, help_text="Tickets given out, and why others were not.")),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
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
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["proposed", "applied"])), name="ai_dispatchplan_state_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "least_priority",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        default="low",
                        help_text="Only tickets of this priority or above.",
                        max_length=20,
                    ),
                ),
                (
                    "only_on_shift",
                    models.BooleanField(default=True, help_text="Only to people who are at work at that moment."),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only tickets of this team; all when empty.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="tickets.team",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("least_priority__in", ["low", "medium", "high", "critical"])),
                        name="ai_dispatchrule_least_priority_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDispatchRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=100)),
                (
                    "least_priority",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        default="low",
                        help_text="Only tickets of this priority or above.",
                        max_length=20,
                    ),
                ),
                (
                    "only_on_shift",
                    models.BooleanField(default=True, help_text="Only to people who are at work at that moment."),
                ),
                ("is_active", models.BooleanField(default=True)),
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
                    "team",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Only tickets of this team; all when empty.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical dispatch rule",
                "verbose_name_plural": "historical dispatch rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalModelBudget",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "monthly_limit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="USD; empty: AI_MONTHLY_BUDGET of the environment. When it is used up, providers that cost something are asked no more until the month ends.",
                        max_digits=10,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                    ),
                ),
                (
                    "alert_percent",
                    models.PositiveSmallIntegerField(
                        default=80,
                        help_text="Admins get a mail at this share.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
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
                "verbose_name": "historical model budget",
                "verbose_name_plural": "historical model budgets",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalModelProvider",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        db_index=True,
                        max_length=50,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9_-]*$", "Use small letters, digits, - and _."
                            )
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("openai", "OpenAI"),
                            ("anthropic", "Anthropic"),
                            ("compatible", "A server that speaks OpenAI's protocol"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "model",
                    models.CharField(help_text="Used where an agent's configuration names no other.", max_length=100),
                ),
                (
                    "base_url",
                    models.CharField(
                        blank=True,
                        help_text="Of a server of your own, such as http://127.0.0.1:11434/v1 for Ollama; empty for the provider's own.",
                        max_length=300,
                        validators=[django.core.validators.URLValidator(["http", "https"])],
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, help_text="The lowest is asked first.")),
                ("is_active", models.BooleanField(default=True)),
                (
                    "timeout_seconds",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="For one answer.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                    ),
                ),
                (
                    "concurrency",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="Requests at once, all processes.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(64),
                        ],
                    ),
                ),
                (
                    "input_price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="USD for a million tokens; empty: list price.",
                        max_digits=10,
                        null=True,
                    ),
                ),
                (
                    "output_price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="USD for a million tokens; empty: list price.",
                        max_digits=10,
                        null=True,
                    ),
                ),
                (
                    "masks",
                    models.BooleanField(
                        default=True,
                        help_text="Switch off only for a server of your own.",
                        verbose_name="hides personal data",
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
                "verbose_name": "historical model provider",
                "verbose_name_plural": "historical model providers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTriageRule",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=100)),
                (
                    "position",
                    models.PositiveIntegerField(default=100, help_text="Rules are read from the lowest number up."),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "words",
                    models.JSONField(
                        default=list, help_text="Words or phrases; one of them is enough. A * ends a beginning."
                    ),
                ),
                (
                    "confidence",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="How often it is right, in percent, as far as you know.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "category_name",
                    models.CharField(
                        blank=True,
                        help_text="For a rule that comes with the product: the category of this name.",
                        max_length=100,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                (
                    "impact",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                ("tags", models.JSONField(blank=True, default=list)),
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
                "verbose_name": "historical triage rule",
                "verbose_name_plural": "historical triage rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTriageSetting",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("priority", "Priority"),
                            ("urgency", "Urgency"),
                            ("impact", "Impact"),
                            ("team", "Team"),
                            ("assignee", "Technician"),
                            ("tags", "Tags"),
                        ],
                        db_index=True,
                        max_length=20,
                    ),
                ),
                (
                    "suggest_from",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Percent. What is less sure is not shown.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "apply_from",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Percent. What is as sure as this is set at once. Empty: suggest only. Never what a person has set.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "ask_model",
                    models.BooleanField(
                        default=False,
                        help_text="Ask a language model about what is not sure enough to be set. Category and levels only; it sets nothing.",
                        verbose_name="second opinion",
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
                "verbose_name": "historical triage setting",
                "verbose_name_plural": "historical triage settings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LearnedModel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("triage", "Triage"), ("risk", "Breach risk"), ("similar", "Similar tickets")],
                        max_length=20,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("candidate", "Candidate"), ("active", "Active"), ("retired", "Retired")],
                        default="candidate",
                        max_length=20,
                    ),
                ),
                ("learned_at", models.DateTimeField()),
                ("examples", models.PositiveIntegerField(help_text="Tickets it was learned from.")),
                (
                    "metrics",
                    models.JSONField(
                        default=dict, help_text="Figures on tickets later than those it was learned from."
                    ),
                ),
                ("verdict", models.CharField(blank=True, help_text="Why it is used, or is not.", max_length=500)),
                ("artifact", models.BinaryField()),
            ],
            options={
                "ordering": ["kind", "-number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["triage", "risk", "similar"])),
                        name="ai_learnedmodel_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["candidate", "active", "retired"])),
                        name="ai_learnedmodel_state_known",
                    ),
                    models.UniqueConstraint(fields=("kind", "number"), name="ai_learnedmodel_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")), fields=("kind",), name="ai_learnedmodel_one_active"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("priority", "Priority"),
                            ("urgency", "Urgency"),
                            ("impact", "Impact"),
                            ("team", "Team"),
                            ("assignee", "Technician"),
                            ("tags", "Tags"),
                        ],
                        max_length=20,
                    ),
                ),
                ("value", models.JSONField()),
                ("confidence", models.FloatField()),
                ("reasons", models.JSONField(default=list)),
                ("others", models.JSONField(default=list)),
                ("opinion", models.JSONField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("rule", "Rule"), ("model", "Learned"), ("dispatch", "Dispatch")], max_length=20
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Suggested"),
                            ("applied", "Applied"),
                            ("accepted", "Accepted"),
                            ("corrected", "Corrected"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="field_suggestions",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="field_suggestions",
                        to="ai.learnedmodel",
                    ),
                ),
            ],
            options={
                "ordering": ["ticket", "pk"],
                "indexes": [
                    models.Index(fields=["field", "state"], name="field_suggestion_by_state"),
                    models.Index(fields=["made_at"], name="field_suggestion_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("field__in", ["category", "priority", "urgency", "impact", "team", "assignee", "tags"])
                        ),
                        name="ai_fieldsuggestion_field_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["rule", "model", "dispatch"])),
                        name="ai_fieldsuggestion_source_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "applied", "accepted", "corrected", "dismissed"])),
                        name="ai_fieldsuggestion_state_known",
                    ),
                    models.UniqueConstraint(fields=("ticket", "field"), name="ai_fieldsuggestion_once"),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                        name="ai_fieldsuggestion_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="McpToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="The program or machine that uses it.", max_length=100)),
                ("fingerprint", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "epoch",
                    models.PositiveIntegerField(editable=False, help_text="The user's session epoch when it was made."),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(editable=False, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mcp_tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "MCP token",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ModelProvider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        max_length=50,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9_-]*$", "Use small letters, digits, - and _."
                            )
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("openai", "OpenAI"),
                            ("anthropic", "Anthropic"),
                            ("compatible", "A server that speaks OpenAI's protocol"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "model",
                    models.CharField(help_text="Used where an agent's configuration names no other.", max_length=100),
                ),
                (
                    "base_url",
                    models.CharField(
                        blank=True,
                        help_text="Of a server of your own, such as http://127.0.0.1:11434/v1 for Ollama; empty for the provider's own.",
                        max_length=300,
                        validators=[django.core.validators.URLValidator(["http", "https"])],
                    ),
                ),
                (
                    "api_key",
                    tickets.crypto.EncryptedField(
                        blank=True,
                        help_text="Kept encrypted. Empty: OPENAI_API_KEY, ANTHROPIC_API_KEY or AI_API_KEY of the environment.",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, help_text="The lowest is asked first.")),
                ("is_active", models.BooleanField(default=True)),
                (
                    "timeout_seconds",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="For one answer.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                    ),
                ),
                (
                    "concurrency",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="Requests at once, all processes.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(64),
                        ],
                    ),
                ),
                (
                    "input_price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="USD for a million tokens; empty: list price.",
                        max_digits=10,
                        null=True,
                    ),
                ),
                (
                    "output_price",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="USD for a million tokens; empty: list price.",
                        max_digits=10,
                        null=True,
                    ),
                ),
                (
                    "masks",
                    models.BooleanField(
                        default=True,
                        help_text="Switch off only for a server of your own.",
                        verbose_name="hides personal data",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["openai", "anthropic", "compatible"])),
                        name="ai_modelprovider_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "compatible"), _negated=True),
                            models.Q(("base_url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ai_modelprovider_has_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tool", models.CharField(max_length=60)),
                ("arguments", models.JSONField(help_text="Emptied once it is settled.")),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "Waiting"), ("approved", "Approved"), ("declined", "Declined")],
                        default="pending",
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "run",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="proposals", to="ai.airun"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["user", "state"], name="ai_proposal_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "approved", "declined"])),
                        name="ai_proposal_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskForecast",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="risk_forecast",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("probability", models.FloatField(null=True)),
                (
                    "completion_at",
                    models.DateTimeField(help_text="When about half of such tickets are done.", null=True),
                ),
                ("reasons", models.JSONField(default=list, help_text="Sentences with `raises`, the strongest first.")),
                ("said", models.CharField(blank=True, help_text="Why nothing is foretold.", max_length=200)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "due",
                    models.DateTimeField(
                        help_text="When it has to be looked at again; empty where nothing is open.", null=True
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="ai.learnedmodel"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due", None), _negated=True), fields=["due"], name="ai_riskforecast_due"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("probability", None),
                            models.Q(("probability__gte", 0), ("probability__lte", 1)),
                            _connector="OR",
                        ),
                        name="ai_riskforecast_share",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskSample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "moment",
                    models.CharField(
                        choices=[
                            ("creation", "At creation"),
                            ("day", "After a day"),
                            ("three_days", "After three days"),
                        ],
                        max_length=20,
                    ),
                ),
                ("percent", models.PositiveSmallIntegerField()),
                ("taken_at", models.DateTimeField()),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risk_samples",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="ai.learnedmodel"
                    ),
                ),
            ],
            options={
                "ordering": ["ticket", "pk"],
                "indexes": [models.Index(fields=["taken_at"], name="ai_risksample_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("moment__in", ["creation", "day", "three_days"])),
                        name="ai_risksample_moment_known",
                    ),
                    models.UniqueConstraint(fields=("ticket", "moment"), name="ai_risksample_once"),
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 0), ("percent__lte", 100)), name="ai_risksample_share"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondOpinion",
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
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="second_opinion", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["due"],
                        name="ai_secondopinion_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="ai_secondopinion_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SentenceVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("vector", models.BinaryField()),
                ("sketch", models.BinaryField()),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SimilarDocument",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                ("words", models.BinaryField()),
                (
                    "has_vector",
                    models.BooleanField(default=False, help_text="Whether the sentence vector is that of this text."),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("has_vector", False)), fields=["ticket"], name="ai_document_without_vector"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SimilarWaiting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SuggestedResolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("offered", "Offered"), ("accepted", "Accepted"), ("discarded", "Discarded")],
                        default="offered",
                        max_length=20,
                    ),
                ),
                ("confidence", models.FloatField()),
                ("made_at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField(help_text="Until it was found.", null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
                (
                    "article",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.article"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "ordering": ["-confidence", "pk"],
                "indexes": [models.Index(fields=["made_at"], name="ai_resolution_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["offered", "accepted", "discarded"])),
                        name="ai_suggestedresolution_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("article__isnull", False), ("source", None)),
                            models.Q(("article", None), ("source__isnull", False)),
                            _connector="OR",
                        ),
                        name="ai_resolution_one_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("ticket")), _negated=True),
                        name="ai_resolution_of_another",
                    ),
                    models.UniqueConstraint(fields=("ticket", "source"), name="ai_resolution_once_a_ticket"),
                    models.UniqueConstraint(fields=("ticket", "article"), name="ai_resolution_once_an_article"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResolutionVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("helpful", models.BooleanField()),
                ("given_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="ai.suggestedresolution"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("suggestion", "user"), name="ai_resolution_vote_once")],
            },
        ),
        migrations.CreateModel(
            name="ToolCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tool", models.CharField(max_length=60)),
                ("code", models.CharField(help_text="`ok`, or the code of the refusal.", max_length=50)),
                ("milliseconds", models.PositiveIntegerField(default=0)),
                ("called_at", models.DateTimeField(auto_now_add=True)),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tool_calls",
                        to="ai.airun",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "user",
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
            name="Triage",
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
                    "language",
                    models.CharField(
                        blank=True, help_text="ISO 639; `und` where unclear, empty until looked at.", max_length=3
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="triage", to="tickets.ticket"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])), fields=["due"], name="ai_triage_due"
                    ),
                    models.Index(
                        condition=models.Q(("language", "")), fields=["id"], name="ai_triage_without_language"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["queued", "running", "done", "quarantined"])),
                        name="ai_triage_state_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TriageRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "position",
                    models.PositiveIntegerField(default=100, help_text="Rules are read from the lowest number up."),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "words",
                    models.JSONField(
                        default=list, help_text="Words or phrases; one of them is enough. A * ends a beginning."
                    ),
                ),
                (
                    "confidence",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="How often it is right, in percent, as far as you know.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "category_name",
                    models.CharField(
                        blank=True,
                        help_text="For a rule that comes with the product: the category of this name.",
                        max_length=100,
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                (
                    "impact",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("critical", "Critical")],
                        max_length=20,
                    ),
                ),
                ("tags", models.JSONField(blank=True, default=list)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.category",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.team",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["", "low", "medium", "high", "critical"])),
                        name="ai_triagerule_priority_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["", "low", "medium", "high", "critical"])),
                        name="ai_triagerule_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("impact__in", ["", "low", "medium", "high", "critical"])),
                        name="ai_triagerule_impact_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 1), ("confidence__lte", 100)),
                        name="ai_triagerule_confidence",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TriageSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("category", "Category"),
                            ("priority", "Priority"),
                            ("urgency", "Urgency"),
                            ("impact", "Impact"),
                            ("team", "Team"),
                            ("assignee", "Technician"),
                            ("tags", "Tags"),
                        ],
                        max_length=20,
                        unique=True,
                    ),
                ),
                (
                    "suggest_from",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Percent. What is less sure is not shown.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "apply_from",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Percent. What is as sure as this is set at once. Empty: suggest only. Never what a person has set.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "ask_model",
                    models.BooleanField(
                        default=False,
                        help_text="Ask a language model about what is not sure enough to be set. Category and levels only; it sets nothing.",
                        verbose_name="second opinion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("field__in", ["category", "priority", "urgency", "impact", "team", "assignee", "tags"])
                        ),
                        name="ai_triagesetting_field_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("suggest_from__gte", 1), ("suggest_from__lte", 100)),
                        name="ai_triagesetting_suggest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("apply_from", None),
                            models.Q(("apply_from__gte", 1), ("apply_from__lte", 100)),
                            _connector="OR",
                        ),
                        name="ai_triagesetting_apply",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.TextField()),
                ("answer", models.TextField(blank=True)),
                ("steps", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Being written"),
                            ("done", "Answered"),
                            ("local", "Answered without a model"),
                            ("stopped", "Stopped"),
                            ("broken", "Broken off"),
                        ],
                        default="running",
                        max_length=20,
                    ),
                ),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why no model answered, or not to the end.", max_length=300),
                ),
                ("asked_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="ai.conversation"
                    ),
                ),
                (
                    "run",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="turn", to="ai.airun"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["running", "done", "local", "stopped", "broken"])),
                        name="ai_turn_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")), fields=("user",), name="ai_turn_one_at_a_time"
                    ),
                ],
            },
        ),
    ]
