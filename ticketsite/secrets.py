"""The signing key of an installation that was given none: made once, kept beside the data, readable by its owner only."""

import contextlib
import os
import secrets
from pathlib import Path


def kept_secret(folder: Path) -> str:
    """Return the key in `folder/secret_key`, making it first where it is missing; safe when two processes start at once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret_key"
    if not path.exists():
        draft = folder / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):  # another process was first; its key stands
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
