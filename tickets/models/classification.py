"""How tickets are sorted: the category tree, tags, and fields that a desk adds of its own."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from tickets.choices import CustomFieldKind, one_of
from tickets.models.history import Trail

MAX_CATEGORY_DEPTH = 6


class CategoryQuerySet(models.QuerySet["Category"]):
    def subtree_ids(self, root_id: int) -> list[int]:
        """Return the ids of a category and everything below it."""
        children: dict[int | None, list[int]] = {}
        for pk, parent_id in self.values_list("pk", "parent_id"):
            children.setdefault(parent_id, []).append(pk)
        found, waiting = [], [root_id]
        while waiting:
            current = waiting.pop()
            found.append(current)
            waiting.extend(children.get(current, []))
        return found


class Category(models.Model):
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(
        max_length=700, editable=False, help_text="The names from the root down, kept for display and sorting."
    )
    skills = models.ManyToManyField(
        "tickets.Skill", blank=True, related_name="categories", help_text="What it takes to handle such tickets."
    )
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()
    history = Trail(m2m_fields=[skills])

    class Meta:
        ordering = ["path"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="tickets_category_once"),
            models.UniqueConstraint(  # SQLite cannot be told that two empty parents are the same
                fields=["name"], condition=models.Q(parent=None), name="tickets_category_top_once"
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def ancestors(self) -> list["Category"]:
        """Return the categories above, nearest first. Raises ValidationError where the tree runs in a circle or too deep."""
        found: list[Category] = []
        above = self.parent
        while above is not None:
            if above.pk == self.pk or len(found) >= MAX_CATEGORY_DEPTH:
                raise ValidationError(
                    {
                        "parent": f"Choose a parent that is not below this category, at most {MAX_CATEGORY_DEPTH} levels deep."
                    }
                )
            found.append(above)
            above = above.parent
        return found

    def clean(self) -> None:
        self.ancestors()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = " / ".join([*(c.name for c in reversed(self.ancestors())), self.name])
        super().save(*args, **kwargs)
        for child in self.children.all():
            child.save()


class Tag(models.Model):
    name = models.CharField(
        max_length=50, unique=True, validators=[RegexValidator(r"^[^\s,]+$", "A tag is one word without commas.")]
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CustomField(models.Model):
    """A field of its own that a desk adds to tickets. Values live in `Ticket.custom_fields` under `key`."""

    key = models.CharField(
        max_length=50,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", "Use lower-case letters, digits and _, like asset_number.")
        ],
        help_text="The name in the API; cannot be changed once tickets use it.",
    )
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=CustomFieldKind.choices)
    options = models.JSONField(default=list, blank=True, help_text="For a choice: the list of allowed values.")
    help_text = models.CharField(max_length=200, blank=True)
    is_required = models.BooleanField(default=False)
    on_portal = models.BooleanField(default=False, help_text="Requesters see it and may fill it in.")
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    history = Trail()

    class Meta:
        ordering = ["position", "label"]
        constraints = [one_of("kind", CustomFieldKind)]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        if not isinstance(self.options, list) or not all(isinstance(o, str) and o for o in self.options):
            raise ValidationError({"options": 'Write a list of words, like ["Laptop", "Phone"].'})
        if self.kind == CustomFieldKind.CHOICE and not self.options:
            raise ValidationError({"options": "A choice needs at least one option."})
