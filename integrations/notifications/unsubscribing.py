"""The link that ends mails of one kind without signing in."""

from typing import NamedTuple

from django.core import signing
from django.urls import reverse

from integrations.choices import Kind
from tickets.errors import NotFound
from tickets.models import User

SALT = "integrations.unsubscribe"


class Wish(NamedTuple):
    """Who wants no more mail of which kind; None is every kind."""

    person: User
    kind: Kind | None


def unsubscribe_url(person: User, kind: str) -> str:
    """Return the page, without the host. `kind` empty: every kind."""
    return reverse("unsubscribe", args=[signing.dumps([person.pk, kind], salt=SALT)])


def wish_of(token: str) -> Wish:
    """Return what a link asks for. Raises NotFound."""
    try:
        pk, kind = signing.loads(token, salt=SALT)
        return Wish(User.objects.get(pk=pk), Kind(kind) if kind else None)
    except (signing.BadSignature, User.DoesNotExist, ValueError):
        raise NotFound("This link is not valid. Sign in and choose what you hear of under your profile.") from None
