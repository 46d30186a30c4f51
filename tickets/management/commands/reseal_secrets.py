"""Encrypt all kept secrets with the present SECRET_KEY, so that the keys in SECRET_KEY_FALLBACKS can go."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import Model

from tickets.crypto import EncryptedField


class Command(BaseCommand):
    help = "Encrypt all kept secrets with the present SECRET_KEY; those whose key is gone stay as they are and are counted."

    def handle(self, *_: Any, **__: Any) -> None:
        done = lost = 0
        for model in apps.get_models():
            for field in model._meta.get_fields():
                if isinstance(field, EncryptedField):
                    again, gone = reseal(model, field.name)
                    done, lost = done + again, lost + gone
        self.stdout.write(f"{done} secrets encrypted with the present key.")
        if lost:
            self.stderr.write(f"{lost} cannot be read with any key there is. Give them again.")


def reseal(model: type[Model], column: str) -> tuple[int, int]:
    """Write each secret of a column anew; returns how many, and how many could not be read."""
    done = lost = 0
    for pk in model._default_manager.exclude(**{column: ""}).values_list("pk", flat=True):
        with transaction.atomic():
            row = model._default_manager.select_for_update().only(column).get(pk=pk)
            secret = getattr(row, column)
            if secret:
                model._default_manager.filter(pk=pk).update(**{column: secret})
                done += 1
            else:
                lost += 1
    return done, lost
