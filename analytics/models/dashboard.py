"""A person's arrangement of the dashboard."""

from django.db import models

from analytics.arrangement import Card, cards_of
from tickets.models import User


class Dashboard(models.Model):
    """`cards` holds the metrics in their order, as `analytics.arrangement` writes them."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="dashboard")
    cards = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"Dashboard of {self.person}"

    @staticmethod
    def of(person: User) -> list[Card]:
        """Return the cards as the person arranged them."""
        found = Dashboard.objects.filter(person=person).first()
        return cards_of(found.cards if found else [])
