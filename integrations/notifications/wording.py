"""What a notification says: the desk's own template, else the built-in words, filled in for one reader."""

from dataclasses import dataclass

from integrations.choices import Kind, Language
from integrations.models import MessageTemplate, Preferences
from integrations.notifications.audience import Occasion
from integrations.notifications.habits import language_of
from integrations.notifications.placeholders import Scene, fill, fill_html
from integrations.notifications.words import BUILT_IN, Words

TITLE_LENGTH = 300


@dataclass(frozen=True)
class Worded:
    title: str
    text: str
    html: str


def template_of(kind: Kind, language: Language) -> Words:
    """Return subject and text of a kind: the desk's own in the reader's language, else the built-in ones."""
    own = MessageTemplate.objects.filter(kind=kind, language=language).first()
    return (own.subject, own.text) if own else BUILT_IN[language][kind]


def worded(kind: Kind, occasion: Occasion, row: Preferences) -> Worded:
    """Return what somebody reads of an event."""
    language = language_of(row)
    return filled(template_of(kind, language), Scene(row.person, occasion, language))


def filled(words: Words, scene: Scene) -> Worded:
    subject, text = words
    title = " ".join(fill(subject, scene).split())[:TITLE_LENGTH]
    return Worded(title, fill(text, scene), fill_html(text, scene))
