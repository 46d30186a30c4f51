"""How the command fails: with a sentence that says what to do, and an exit code."""

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


class Failure(Exception):
    """What was asked cannot be done; the message says what to do."""

    code = FAILED
