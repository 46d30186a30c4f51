"""E-mail: rows of outgoing mail, so that one is written exactly once; the mail's own worker sends it."""

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from integrations.mail.outgoing import AddressRefuses, compose, takes_mail
from integrations.models import Message, Notification, Preferences
from integrations.notifications.channels.base import Channel, absolute
from integrations.notifications.habits import language_of
from integrations.notifications.unsubscribing import unsubscribe_url
from integrations.notifications.wording import Worded
from integrations.notifications.words import DIGEST, SEE
from tickets.models import User


class EmailChannel(Channel):
    stores = True

    def reaches(self, habits: Preferences) -> bool:
        return bool(habits.person.email)

    def send(self, message: Message, words: Worded, habits: Preferences) -> None:
        row = message.notification
        if row is None:
            return  # routes do not lead to mailboxes
        context = {
            "words": words,
            "url": absolute(row.url),
            "see": SEE[language_of(habits)] if row.ticket else "",
            "preferences_url": absolute(reverse("notification_preferences")),
            "language": habits.language,
        }
        text = render_to_string("integrations/notifications/mail.txt", context)
        html = render_to_string("integrations/notifications/mail.html", context)
        stop = absolute(unsubscribe_url(habits.person, row.kind))
        _letter(row, words.title, text, html, stop).send()


def _letter(row: Notification, subject: str, text: str, html: str, stop: str) -> EmailMessage:
    if row.ticket is None:
        return plain_letter(row.person, subject, text, html, stop)
    return compose(
        ticket=row.ticket,
        recipient=row.person,
        subject=subject,
        text=text,
        html=html,
        key=row.key,
        event=row.event,
        unsubscribe_url=stop,
    )


def plain_letter(person: User, subject: str, text: str, html: str, stop: str) -> EmailMessage:
    """Return a mail that is not about one ticket. Raises AddressRefuses."""
    if not takes_mail(person.email):
        raise AddressRefuses("Mail to this address came back. Clear it under Dead addresses once it works again.")
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    letter = EmailMultiAlternatives(subject, text, None, [person.email], headers=headers)
    letter.attach_alternative(html, "text/html")
    return letter


def send_digest(rows: Sequence[Notification], habits: Preferences) -> None:
    """Send several notifications of one person as one mail. Raises AddressRefuses."""
    context = {
        "rows": [(row, absolute(row.url)) for row in rows],
        "preferences_url": absolute(reverse("notification_preferences")),
        "language": habits.language,
    }
    text = render_to_string("integrations/notifications/digest.txt", context)
    html = render_to_string("integrations/notifications/digest.html", context)
    subject = DIGEST[language_of(habits)].format(len(rows))
    plain_letter(habits.person, subject, text, html, absolute(unsubscribe_url(habits.person, ""))).send()
