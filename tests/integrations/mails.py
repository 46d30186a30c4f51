"""Raw mails for tests, and a mailbox that they come into."""

from email.message import EmailMessage

from integrations.actions.storing import receive_letter
from integrations.models import InboundEvent
from tests.integrations.conftest import settle


def raw_mail(body="Hello\n", *, sender="Carl <carl@example.com>", to="help@acme.example", subject="Printer", **headers):
    """Return a well-formed mail; header names are written with underscores."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0000"
    given = {"Message_ID": f"<{abs(hash((body, sender, subject)))}@mail.example>"} | headers
    for name, value in given.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def arrive(mailbox, mail):
    """Let a mail come in and be carried out; returns the stored row, None where it was known."""
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    row = receive_letter(connection=mailbox, raw=raw)
    settle()
    return row and InboundEvent.objects.get(pk=row.pk)


def answer(sent, body, sender, **headers):
    """Return a person's answer to a mail of ours, as their program would write it."""
    quoted = "\n".join(f"> {line}" for line in sent.body.splitlines())
    told = sent.extra_headers
    given = {
        "In_Reply_To": told["Message-ID"],
        "References": f"{told['References']} {told['Message-ID']}",
        "to": (sent.reply_to or [sent.from_email])[0],
        "subject": f"Re: {sent.subject}",
    }
    return raw_mail(
        f"{body}\n\nOn Mon, Nov 2, 2026 at 10:00 AM Desk wrote:\n{quoted}\n", sender=sender, **given | headers
    )
