"""How second opinions of a language model fare: right is what the ticket holds once people have decided on the advice."""

from ai.advising import key_of
from ai.choices import AdviceState, AgentType, TriageField
from ai.models import AIRun
from ai.quality.calibration import BINS
from ai.quality.of_triage import advised_in
from ai.quality.tally import Advisor, Fate, Tallies
from ai.quality.window import Window

NEWEST = 2_000  # opinions
DECIDED = (AdviceState.ACCEPTED, AdviceState.CORRECTED)
COLUMNS = {
    TriageField.CATEGORY: "ticket__category",
    TriageField.PRIORITY: "ticket__priority",
    TriageField.URGENCY: "ticket__urgency",
    TriageField.IMPACT: "ticket__impact",
}


def count_opinions(tallies: Tallies, window: Window) -> None:
    """Count the newest opinions for the agent that gave them; one that named no value counts as none."""
    rows = advised_in(window).filter(state__in=DECIDED, opinion__isnull=False, field__in=COLUMNS).order_by("-made_at")
    found = [row for row in rows.values("field", "opinion", *COLUMNS.values())[:NEWEST] if row["opinion"]["value"]]
    runs = AIRun.objects.filter(pk__in={row["opinion"]["run"] for row in found} - {None})
    names = {pk: version_name(number, model) for pk, number, model in runs.values_list("pk", "config__number", "model")}
    for row in found:
        opinion, holds = row["opinion"], row[COLUMNS[TriageField(row["field"])]]
        fate = Fate.ACCEPTED if key_of(opinion["value"]) == holds else Fate.CORRECTED
        sure = float(opinion["confidence"])
        for tally in tallies.of(Advisor.AGENT, AgentType.CATEGORIZATION, names.get(opinion["run"], "gone")):
            tally.outcomes[fate] += 1
            tally.weigh(min(int(sure * BINS), BINS - 1), sure, fate, 1)


def version_name(number: int | None, model: str) -> str:
    """Return what a version of an agent is called, with the model that answered."""
    return " ".join(filter(None, (f"v{number}" if number else "unversioned", model)))
