"""A small cast that every test may call on stage: Acme and Globex ask for help, Tess and Milo give it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from tests.api_client import ApiClient
from tests.made_database import django_db_keepdb, django_db_setup  # noqa: F401 - in place of pytest-django's
from tickets.accounts.tokens import tokens_for
from tickets.actions.tickets import create_ticket
from tickets.choices import Channel, Role, TicketScope
from tickets.models import Organization, Team, Technician, Ticket, User
from tickets.publisher import publisher

PASSWORD = "a-good-pass-phrase"
# A busy machine is no failure. `--hypothesis-profile long` looks further; .ci/run does so for the arithmetic.
hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.register_profile("long", deadline=None, max_examples=800)
hypothesis_settings.load_profile("default")


@pytest.fixture(autouse=True)
def quiet_process(
    settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Keep files out of the data folder, hashing fast, the cache empty, and the broker out of tests that do not ask for it."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    if "publishing" not in request.fixturenames:
        monkeypatch.setattr(publisher, "say", lambda *_: None)
    yield
    cache.clear()


@pytest.fixture
def publishing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ask for the real publisher: wake-ups and live pushes go out, and neither they nor a pause after a failure reach the next test."""
    monkeypatch.setattr(publisher, "_deaf_until", {})
    yield
    publisher.wait_until_quiet()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    def make(name: str, role: str = Role.REQUESTER, **fields: Any) -> User:
        fields = {"email_confirmed": True, **fields}
        return User.objects.create_user(f"{name.lower()}@example.com", PASSWORD, name=name, role=role, **fields)

    return make


@pytest.fixture
def acme(db: None) -> Organization:
    return Organization.objects.create(name="Acme", time_zone="Europe/Berlin")


@pytest.fixture
def globex(db: None) -> Organization:
    return Organization.objects.create(name="Globex", time_zone="America/New_York")


@pytest.fixture
def network(db: None) -> Team:
    return Team.objects.create(name="Network")


@pytest.fixture
def desktop(db: None) -> Team:
    return Team.objects.create(name="Desktop")


@pytest.fixture
def ada(make_user: Callable[..., User]) -> User:
    """The admin."""
    return make_user("Ada", Role.ADMIN)


@pytest.fixture
def mona(make_user: Callable[..., User]) -> User:
    """The manager."""
    return make_user("Mona", Role.MANAGER)


@pytest.fixture
def tess(make_user: Callable[..., User], network: Team) -> User:
    """A technician of the network team who sees every ticket."""
    user = make_user("Tess", Role.TECHNICIAN)
    Technician.objects.create(user=user).teams.add(network)
    return user


@pytest.fixture
def milo(make_user: Callable[..., User], desktop: Team) -> User:
    """A technician limited to the tickets of the desktop team."""
    user = make_user("Milo", Role.TECHNICIAN, ticket_scope=TicketScope.TEAMS)
    Technician.objects.create(user=user).teams.add(desktop)
    return user


@pytest.fixture
def carl(make_user: Callable[..., User], acme: Organization) -> User:
    """A requester at Acme."""
    return make_user("Carl", organization=acme)


@pytest.fixture
def cleo(make_user: Callable[..., User], acme: Organization) -> User:
    """Acme's office manager, who sees all tickets of Acme."""
    return make_user("Cleo", organization=acme, ticket_scope=TicketScope.ORGANIZATION)


@pytest.fixture
def gina(make_user: Callable[..., User], globex: Organization) -> User:
    """A requester at Globex, a stranger to Acme."""
    return make_user("Gina", organization=globex)


@pytest.fixture
def make_ticket(tess: User, carl: User) -> Callable[..., Ticket]:
    def make(title: str = "Printer is on fire", by: User | None = None, **fields: Any) -> Ticket:
        who = by or carl
        return create_ticket(by=who, via=Channel.PORTAL, fields={"title": title, **fields})

    return make


@pytest.fixture
def ticket(make_ticket: Callable[..., Ticket]) -> Ticket:
    """Carl's ticket."""
    return make_ticket()


@pytest.fixture
def api(db: None) -> Callable[..., ApiClient]:
    """`api(user)` bears the user's token, `api()` nobody's."""

    def client(user: User | None = None) -> ApiClient:
        made = ApiClient()
        if user:
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens_for(user)['access_token']}")
        return made

    return client
