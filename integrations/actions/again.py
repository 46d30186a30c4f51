"""Giving what is stuck another try."""

from integrations.models import Connection, Hook, HookCall
from integrations.permissions import Actor, require
from integrations.standing import OF_CONNECTIONS
from tickets import work
from tickets.choices import WorkState
from tickets.errors import NotFound
from tickets.models import Work

OF_HOOKS: tuple[type[Work], ...] = (HookCall,)
KINDS = {kind._meta.label: kind for kind in OF_CONNECTIONS + OF_HOOKS}


def try_again(*, by: Actor, kind: str, pk: int) -> None:
    """Give one stuck row a fresh set of attempts. Raises NotFound, NotAllowed."""
    require(by, "integration.manage")
    model = KINDS.get(kind)
    row = model._default_manager.filter(pk=pk, state=WorkState.QUARANTINED).first() if model else None
    if row is None:
        raise NotFound("It is not stuck any more. Load the page again.")
    work.run_again(row)


def try_all_again(*, by: Actor, of: Connection | Hook) -> int:
    """Give everything that is stuck of one connection or webhook another try; returns how much that was."""
    require(by, "integration.manage")
    kinds = OF_HOOKS if isinstance(of, Hook) else OF_CONNECTIONS
    stuck = {"hook" if isinstance(of, Hook) else "connection": of, "state": WorkState.QUARANTINED}
    rows = [row for kind in kinds for row in kind._default_manager.filter(**stuck)]
    for row in rows:
        work.run_again(row)
    return len(rows)
