"""The built-in words, by language and kind: subject and text. A paragraph that is only `{{ comment.text }}` keeps its form in mail."""

from integrations.choices import Kind, Language
from sla.choices import Metric
from tickets.choices import Level, Status

ABOUT = "[{{ ticket.reference }}] {{ ticket.title }}"
COMMENT = "{{ comment.text }}"
Words = tuple[str, str]

ENGLISH: dict[Kind, Words] = {
    Kind.MENTION: (f"{{{{ actor.name }}}} mentions you: {ABOUT}", COMMENT),
    Kind.ASSIGNED: (
        f"Assigned to you: {ABOUT}",
        "{{ actor.name }} gave you this ticket of {{ requester.name }}. Priority: {{ ticket.priority }}.",
    ),
    Kind.ESCALATED: (
        f"Needs attention: {ABOUT}",
        "{{ sla.metric }} {{ sla.due }}: {{ sla.percent }} % of the time is used up. Escalation level {{ sla.level }}.",
    ),
    Kind.SLA_BREACHED: (f"Promise broken: {ABOUT}", "{{ sla.metric }} {{ sla.due }}. Priority: {{ ticket.priority }}."),
    Kind.SLA_WARNING: (
        f"Promise in danger: {ABOUT}",
        "{{ sla.metric }} {{ sla.due }}: {{ sla.percent }} % of the time is used up.",
    ),
    Kind.RECEIPT: (
        ABOUT,
        "Hello {{ requester.first_name }},\n\nyour request has arrived as {{ ticket.reference }}. We will get back to you.",
    ),
    Kind.REPLY: (f"Re: {ABOUT}", COMMENT),
    Kind.NOTE: (f"Note by {{{{ actor.name }}}}: {ABOUT}", COMMENT),
    Kind.RESOLVED: (f"Resolved: {ABOUT}", "{{ actor.name }} resolved this ticket.\n\n{{ ticket.resolution }}"),
    Kind.MERGED: (f"Merged: {ABOUT}", "It goes on in {{ merged.into }}. Both conversations are shown there."),
    Kind.STATUS: (f"{{{{ ticket.status }}}}: {ABOUT}", "{{ actor.name }} set the status to {{ ticket.status }}."),
    Kind.RATED: (f"{{{{ rating }}}} of 5: {ABOUT}", "{{ requester.name }} rated your answer.\n\n{{ rating.comment }}"),
    Kind.TEAM_ASSIGNED: (
        f"For {{{{ team.name }}}}: {ABOUT}",
        "{{ actor.name }} handed this ticket to your team. Priority: {{ ticket.priority }}.",
    ),
    Kind.NEW_TICKET: (
        f"New: {ABOUT}",
        "{{ requester.name }} asks the team {{ team.name }}. Priority: {{ ticket.priority }}.",
    ),
}
GERMAN: dict[Kind, Words] = {
    Kind.MENTION: (f"{{{{ actor.name }}}} erwähnt Sie: {ABOUT}", COMMENT),
    Kind.ASSIGNED: (
        f"Ihnen zugewiesen: {ABOUT}",
        "{{ actor.name }} hat Ihnen dieses Ticket von {{ requester.name }} gegeben. Priorität: {{ ticket.priority }}.",
    ),
    Kind.ESCALATED: (
        f"Braucht Aufmerksamkeit: {ABOUT}",
        "{{ sla.metric }} {{ sla.due }}: {{ sla.percent }} % der Zeit sind verbraucht. Eskalationsstufe {{ sla.level }}.",
    ),
    Kind.SLA_BREACHED: (
        f"Zusage gebrochen: {ABOUT}",
        "{{ sla.metric }} {{ sla.due }}. Priorität: {{ ticket.priority }}.",
    ),
    Kind.SLA_WARNING: (
        f"Zusage in Gefahr: {ABOUT}",
        "{{ sla.metric }} {{ sla.due }}: {{ sla.percent }} % der Zeit sind verbraucht.",
    ),
    Kind.RECEIPT: (
        ABOUT,
        "Guten Tag {{ requester.name }},\n\nIhre Anfrage ist als {{ ticket.reference }} angekommen. Wir melden uns.",
    ),
    Kind.REPLY: (f"Re: {ABOUT}", COMMENT),
    Kind.NOTE: (f"Notiz von {{{{ actor.name }}}}: {ABOUT}", COMMENT),
    Kind.RESOLVED: (f"Gelöst: {ABOUT}", "{{ actor.name }} hat dieses Ticket gelöst.\n\n{{ ticket.resolution }}"),
    Kind.MERGED: (f"Zusammengeführt: {ABOUT}", "Es geht weiter in {{ merged.into }}. Dort stehen beide Gespräche."),
    Kind.STATUS: (
        f"{{{{ ticket.status }}}}: {ABOUT}",
        "{{ actor.name }} hat den Status geändert: {{ ticket.status }}.",
    ),
    Kind.RATED: (
        f"{{{{ rating }}}} von 5: {ABOUT}",
        "{{ requester.name }} hat Ihre Antwort bewertet.\n\n{{ rating.comment }}",
    ),
    Kind.TEAM_ASSIGNED: (
        f"Für {{{{ team.name }}}}: {ABOUT}",
        "{{ actor.name }} hat dieses Ticket Ihrem Team gegeben. Priorität: {{ ticket.priority }}.",
    ),
    Kind.NEW_TICKET: (
        f"Neu: {ABOUT}",
        "{{ requester.name }} fragt das Team {{ team.name }}. Priorität: {{ ticket.priority }}.",
    ),
}
BUILT_IN = {Language.ENGLISH: ENGLISH, Language.GERMAN: GERMAN}

IN_GERMAN = {
    Status.OPEN: "Offen",
    Status.IN_PROGRESS: "In Arbeit",
    Status.PENDING: "Wartet auf Sie",
    Status.ON_HOLD: "Angehalten",
    Status.RESOLVED: "Gelöst",
    Status.CLOSED: "Geschlossen",
    Level.LOW: "niedrig",
    Level.MEDIUM: "mittel",
    Level.HIGH: "hoch",
    Level.CRITICAL: "kritisch",
    Metric.FIRST_RESPONSE: "Erste Antwort",
    Metric.NEXT_RESPONSE: "Nächste Antwort",
    Metric.RESOLUTION: "Lösung",
}
SEE = {Language.ENGLISH: "Open the ticket", Language.GERMAN: "Ticket öffnen"}
DIGEST = {Language.ENGLISH: "{} notifications", Language.GERMAN: "{} Benachrichtigungen"}
DUE = {Language.ENGLISH: ("is due", "was due"), Language.GERMAN: ("fällig", "war fällig")}


def label(member: Status | Level | Metric, language: Language) -> str:
    """Return a state in the reader's language."""
    return IN_GERMAN[member] if language == Language.GERMAN else str(member.label)
