"""What workers and the schedule do with tickets that are new."""

import ai.tasks  # noqa: F401 - carries out the work of this room
from ai.similar import meaning
from tickets import work


def look_at_all() -> None:
    """Carry out all work that waits, and index every text."""
    work.run_due()
    meaning.catch_up()
