"""What the sign-in page knows about the installation."""

from django import template
from django.conf import settings

from tickets.accounts.second_factor import must_have
from tickets.demo.people import PASSWORD
from tickets.models import User

register = template.Library()
DEMO_ADDRESSES = tuple(f"{name}@example.com" for name in ("admin", "manager", "tech", "customer"))


@register.simple_tag
def demo_people() -> list[User]:
    """Return the people of the demo, where it is switched on and loaded, in the order of their roles."""
    if not settings.DEMO:
        return []
    people = {user.email: user for user in User.objects.filter(email__in=DEMO_ADDRESSES, is_active=True)}
    return [people[address] for address in DEMO_ADDRESSES if address in people]


@register.simple_tag
def registration_open() -> bool:
    return bool(settings.REGISTRATION_OPEN)


@register.simple_tag
def second_factor_required(user: User) -> bool:
    return must_have(user)


@register.simple_tag
def demo_password() -> str:
    return PASSWORD
