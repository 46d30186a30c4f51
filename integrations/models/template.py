"""The words of notifications, where the desk wants others than the built-in ones."""

from django.db import models

from integrations.choices import Kind, Language
from tickets.choices import one_of
from tickets.models.history import Trail


class MessageTemplate(models.Model):
    """Subject and text of one kind in one language; placeholders are in `integrations/notifications/placeholders.py`."""

    kind = models.CharField(max_length=20, choices=Kind.choices)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=5_000)

    history = Trail()

    class Meta:
        ordering = ["kind", "language"]
        verbose_name = "template"
        constraints = [
            one_of("kind", Kind),
            one_of("language", Language),
            models.UniqueConstraint(fields=["kind", "language"], name="integrations_template_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_language_display()}"
