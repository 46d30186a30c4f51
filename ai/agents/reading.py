"""Reading files that belong to a request: what each is, and what is found in it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ai.agents.sorting import SHOWN, names_of, outcome_shape, request_text
from ai.choices import AgentType
from ai.llm.asking import ask
from ai.llm.question import Answer, Question
from ai.llm.untrusted import marked
from ai.models import AIConfig
from ai.tools.files import analyze_file
from tickets.choices import Channel
from tickets.errors import Invalid
from tickets.models import User

if TYPE_CHECKING:  # they load pydantic, see `ai/lazy.py`
    from ai.agents.outputs import FilesReport

FILES_AT_MOST = 10
SAID_OF_EACH = 500  # characters, where no model puts it in short


def read_files(by: User, files: Any) -> list[dict[str, Any]]:
    """Return what is found in each file the user may see. Raises Invalid, NotFound."""
    if not isinstance(files, list) or len(files) > FILES_AT_MOST:
        raise Invalid({"files": [f"Give a list of at most {FILES_AT_MOST} ids of uploaded files."]})
    return [analyze_file(by, file) for file in files]


def described(found: Iterable[dict[str, Any]]) -> str:
    """Return what was found as text for a prompt; names of files are foreign text too."""
    lines = (
        f"{file['filename']} ({file['file_type']}): {file['extracted_text'] or 'not readable here'}" for file in found
    )
    text = "\n".join(lines)
    return f"\n\nFiles:\n{marked(text[:SHOWN])}" if text else ""


def analyze_files(
    *,
    by: User,
    via: Channel,
    user_input: Any,
    files: Any,
    config: AIConfig | None = None,
    remember: bool = True,
) -> dict[str, Any]:
    """Say what files show; without a model, what they are. Raises Invalid, NotFound."""
    said = request_text(user_input) if user_input else "What do these files show?"
    found = read_files(by, files)
    if not found:
        raise Invalid({"files": ["Name at least one file."]})
    answer: Answer[FilesReport] = ask(
        Question(
            agent=AgentType.FILE_ANALYSIS,
            text=f"The request:\n{marked(said[:SHOWN])}{described(found)}",
            output="FilesReport",
            by=by,
            via=via,
            names=names_of(by, None),
            config=config,
            remember=remember,
        )
    )
    summary = answer.value.summary if answer.value else "\n".join(map(_in_short, found))
    return {"files": found, "summary": summary, **outcome_shape(answer)}


def _in_short(file: dict[str, Any]) -> str:
    """Return what a file begins with, or why it could not be read."""
    return f"{file['filename']}: {file['extracted_text'][:SAID_OF_EACH].strip() or file['detail']}"
