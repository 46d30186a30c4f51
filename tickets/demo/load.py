"""The demo desk, loaded once, the same every time and always about the last 60 days."""

from datetime import datetime
from random import Random

from django.db import transaction

from tickets.demo.articles import make_articles
from tickets.demo.furniture import make_categories, make_fields, make_macros_and_views
from tickets.demo.people import make_cast
from tickets.demo.tickets import make_tickets
from tickets.models import User

SEED = 20_261
PEOPLE = ("admin@example.com", "manager@example.com", "tech@example.com", "customer@example.com")


def is_loaded() -> bool:
    return bool(User.objects.filter(email__in=PEOPLE).exists())


def load_demo(*, now: datetime) -> bool:
    """Load everything in one transaction; False, and nothing done, where the demo people already exist."""
    with transaction.atomic():
        if is_loaded():
            return False
        random = Random(SEED)  # noqa: S311 - the same every time is what a demo wants
        cast = make_cast(now)
        categories = make_categories()
        make_fields()
        make_macros_and_views(cast)
        make_articles(cast, categories, now)
        make_tickets(cast, categories, now.replace(microsecond=0), random)
    return True
