import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ai", "0011_second_opinions"),
        ("tickets", "0008_advice_channel"),
    ]

    operations = [
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="ai.learnedmodel",
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
        migrations.AddField(
            model_name="triage",
            name="language",
            field=models.CharField(
                blank=True, help_text="ISO 639; `und` where unclear, empty until looked at.", max_length=3
            ),
        ),
        migrations.AddIndex(
            model_name="triage",
            index=models.Index(condition=models.Q(("language", "")), fields=["id"], name="ai_triage_without_language"),
        ),
        migrations.AddIndex(
            model_name="fieldsuggestion",
            index=models.Index(fields=["made_at"], name="field_suggestion_by_time"),
        ),
        migrations.AddIndex(
            model_name="suggestedresolution",
            index=models.Index(fields=["made_at"], name="ai_resolution_by_time"),
        ),
    ]
