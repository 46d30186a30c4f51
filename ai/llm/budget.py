"""What may still be spent this month. A run sets aside the most it may come to before it asks, so that many at once stay below too."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from ai.models import AIRun, BudgetNotice, ModelBudget
from integrations.actions.notify import notify_people
from integrations.choices import Kind
from tickets.choices import Role
from tickets.models import User


def month_of(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(now: datetime) -> Decimal:
    """Return USD of this month (UTC), what running runs have set aside included."""
    found = AIRun.objects.filter(started_at__gte=month_of(now)).aggregate(total=Sum("cost"))["total"]
    return found or Decimal(0)


def limit(budget: ModelBudget | None = None) -> Decimal:
    budget = budget or ModelBudget.objects.first()
    held = budget.monthly_limit if budget else None
    return Decimal(str(settings.AI_MONTHLY_BUDGET)) if held is None else held


def set_aside(run: AIRun, now: datetime) -> Decimal:
    """Save a new run with what it may come to, which is nothing once the month's budget is used up."""
    with transaction.atomic():
        budget, _ = ModelBudget.objects.select_for_update().get_or_create(pk=1)
        left = max(limit(budget) - spent(now), Decimal(0))
        run.cost = min(Decimal(str(settings.AI_RUN_BUDGET)), left)
        run.save(force_insert=True)
    return run.cost


def tell_of_spending(now: datetime) -> None:
    """Tell the admins when the month's spending passes a mark, once for each mark."""
    budget = ModelBudget.objects.first()
    ceiling = limit(budget)
    total = spent(now)
    for percent in sorted({budget.alert_percent if budget else 80, 100}):
        if total * 100 >= ceiling * percent and total > 0:
            _tell_once(percent, total, ceiling, now)


def _tell_once(percent: int, total: Decimal, ceiling: Decimal, now: datetime) -> None:
    with transaction.atomic():
        _, first = BudgetNotice.objects.get_or_create(month=month_of(now).date(), percent=percent)
        if first:
            notify_people(
                kind=Kind.BUDGET,
                key=f"budget:{month_of(now):%Y-%m}:{percent}",
                people=User.objects.filter(role=Role.ADMIN, is_active=True),
                title=f"Language models have used {percent} % of the month's budget",
                text=f"{total:.2f} of {ceiling:.2f} USD are used or set aside in {now:%B}. At 100 % the providers that cost "
                "something are asked no more; rules and local models go on.",
                url="/admin/ai/modelbudget/",
            )
