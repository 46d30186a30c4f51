"""Which of our fields is which of theirs, and which value stands for which. Edited with the connection."""

from django.core.exceptions import ValidationError
from django.db import models

from integrations.choices import Direction, Field, Winner
from integrations.models.connection import Connection
from tickets.choices import Level, Status, one_of

WORDED: dict[str, type[models.TextChoices]] = {  # fields of few values, each to be mapped
    Field.STATUS: Status,
    Field.PRIORITY: Level,
    Field.URGENCY: Level,
    Field.IMPACT: Level,
}


def checked_value(field: str, ours: str) -> str:
    """Return a value of ours that can be mapped. Raises ValueError."""
    if field not in WORDED:
        raise ValueError("Values of this field are told as they are.")
    if ours not in WORDED[field].values:
        raise ValueError(f"Choose one of {', '.join(WORDED[field].values)}.")
    return ours


class MappedField(models.Model):
    """A field kept in step."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="fields")
    ours = models.CharField("our field", max_length=20, choices=Field.choices)
    theirs = models.CharField("their field", max_length=100)
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.BOTH)
    winner = models.CharField("when both changed", max_length=10, choices=Winner.choices, default=Winner.NEWEST)

    class Meta:
        ordering = ["pk"]
        verbose_name = "field"
        constraints = [
            one_of("ours", Field),
            one_of("direction", Direction),
            one_of("winner", Winner),
            models.UniqueConstraint(fields=["connection", "ours"], name="integrations_mappedfield_once"),
            models.UniqueConstraint(fields=["connection", "theirs"], name="integrations_mappedfield_once_there"),
        ]

    def __str__(self) -> str:
        return f"{self.get_ours_display()} – {self.theirs}"


class MappedValue(models.Model):
    """A value here and there. Where several rows fit, the first one holds."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="values")
    field = models.CharField(max_length=20, choices=Field.choices)
    ours = models.CharField("our value", max_length=100)
    theirs = models.CharField("their value", max_length=200)

    class Meta:
        ordering = ["pk"]
        verbose_name = "value"
        constraints = [
            one_of("field", Field),
            models.UniqueConstraint(
                fields=["connection", "field", "ours", "theirs"], name="integrations_mappedvalue_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.ours} – {self.theirs}"

    def clean(self) -> None:
        try:
            checked_value(self.field, self.ours)
        except ValueError as error:
            raise ValidationError({"ours": str(error)}) from None
