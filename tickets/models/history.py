"""The audit trail of configuration: who changed what, when. Tickets have their event log instead."""

from collections.abc import Collection
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class Trail(HistoricalRecords):  # type: ignore[misc]
    """A history that skips saves of nothing but excluded columns, such as the moment of a sign-in."""

    def __init__(self, *args: Any, excluded_fields: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, excluded_fields=list(excluded_fields), **kwargs)

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None:
        columns = kwargs.get("update_fields")
        if created or columns is None or set(columns) - set(self.excluded_fields):
            super().post_save(instance, created, using=using, **kwargs)
