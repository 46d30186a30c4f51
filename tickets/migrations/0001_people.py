import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import tickets.models.validators


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, unique=True)),
                (
                    "tier",
                    models.CharField(
                        choices=[("standard", "Standard"), ("silver", "Silver"), ("gold", "Gold")],
                        default="standard",
                        max_length=20,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC", max_length=64, validators=[tickets.models.validators.validate_time_zone]
                    ),
                ),
                ("notes", models.TextField(blank=True, help_text="Seen by support staff only.")),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["standard", "silver", "gold"])),
                        name="tickets_organization_tier_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                (
                    "username",
                    models.CharField(
                        max_length=150,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[\\w.@+-]+$", "Use letters, digits and . @ + - _ only."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "Admin"),
                            ("manager", "Manager"),
                            ("technician", "Technician"),
                            ("requester", "Requester"),
                        ],
                        default="requester",
                        max_length=20,
                    ),
                ),
                (
                    "ticket_scope",
                    models.CharField(
                        choices=[
                            ("standard", "As the role says"),
                            ("teams", "Technician: only tickets of own teams"),
                            ("organization", "Requester: all tickets of the organization"),
                        ],
                        default="standard",
                        max_length=20,
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC", max_length=64, validators=[tickets.models.validators.validate_time_zone]
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("system", "Like the device"), ("light", "Light"), ("dark", "Dark")],
                        default="system",
                        max_length=20,
                    ),
                ),
                (
                    "signature",
                    models.TextField(blank=True, help_text="Added below replies, in Markdown.", max_length=2000),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="people",
                        to="tickets.organization",
                    ),
                ),
                (
                    "session_epoch",
                    models.PositiveIntegerField(default=0, editable=False, help_text="Raised to end all sessions."),
                ),
            ],
            options={
                "ordering": ["name", "email"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["admin", "manager", "technician", "requester"])),
                        name="tickets_user_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["system", "light", "dark"])), name="tickets_user_theme_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ticket_scope__in", ["standard", "teams", "organization"])),
                        name="tickets_user_ticket_scope_known",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="tickets_user_email_once"
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"), name="tickets_user_username_once"
                    ),
                ],
            },
        ),
    ]
