"""Letters become tickets, replies and notes; who may not speak there opens a ticket that says why; what no person wrote waits."""

import pytest

from integrations.actions.letters import release_letter
from integrations.mail.outgoing import compose
from integrations.models import DeadAddress, HeldLetter, MailAddress, MailMessage
from tests.integrations.mails import answer, arrive, raw_mail
from tickets.actions.conversation import add_comment
from tickets.actions.merging import merge_tickets
from tickets.choices import Channel, WorkState
from tickets.errors import Conflict, NotAllowed
from tickets.models import Attachment, Category, Comment, OrganizationDomain, Ticket, TicketLink, User

pytestmark = pytest.mark.django_db


def told(ticket, person, key="1", **more):
    """A mail of ours about the ticket."""
    return compose(ticket=ticket, recipient=person, subject="News", text="What we wrote\nbefore", key=key, **more)


def held():
    row = HeldLetter.objects.get()
    return row.reason, row.detail


def test_a_letter_of_somebody_known_opens_a_ticket(mailbox, carl):
    arrive(mailbox, raw_mail("My printer burns.\n\n-- \nCarl, Acme\n", subject="Fire"))
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.description, ticket.requester) == ("Fire", "My printer burns.", carl)
    assert (ticket.channel, ticket.organization) == (Channel.EMAIL, carl.organization)
    assert MailMessage.objects.get().folded == "-- \nCarl, Acme"


def test_a_letter_of_a_stranger_makes_a_requester_who_cannot_sign_in(mailbox, acme):
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    arrive(mailbox, raw_mail(sender="Nora <Nora@Acme.example>"))
    nora = User.objects.get(email="nora@acme.example")
    assert (nora.name, nora.organization, nora.role) == ("Nora", acme, "requester")
    assert not nora.has_usable_password()
    assert Ticket.objects.get().requester == nora


@pytest.mark.parametrize(
    ("opens", "sender", "opened"),
    [
        ("known people", "carl@example.com", True),
        ("known people", "nora@acme.example", False),
        ("known domains", "nora@acme.example", True),
        ("known domains", "zoe@elsewhere.example", False),
        ("everybody", "zoe@elsewhere.example", True),
    ],
)
def test_who_may_open_tickets_is_the_mailboxs_to_say(mailbox, carl, acme, opens, sender, opened):
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    mailbox.settings["opens"] = opens
    mailbox.save()
    arrive(mailbox, raw_mail(sender=sender))
    assert Ticket.objects.exists() == opened
    assert HeldLetter.objects.filter(reason="closed_door").exists() != opened


def test_e_mail_in_reply_out_reply_in_same_ticket(mailbox, carl, tess):
    arrive(mailbox, raw_mail("My printer burns."))
    ticket = Ticket.objects.get()
    comment = add_comment(ticket=ticket, by=tess, via=Channel.WEB, body="Which one?")
    sent = told(ticket, carl, event=ticket.events.get(data__comment_id=comment.pk))
    assert sent.from_email == "Acme Help <help@acme.example>"
    opening = MailMessage.objects.get(direction="in")
    assert sent.extra_headers["In-Reply-To"] == opening.message_id
    arrive(mailbox, answer(sent, "The red one.", carl.email))
    reply = ticket.comments.get(author=carl)
    assert (reply.body, reply.is_internal, reply.channel) == ("The red one.", False, Channel.EMAIL)
    assert "> What we wrote" in reply.mails.get().folded
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("without", ["plus", "references", "both"])
def test_any_of_address_references_and_subject_finds_the_ticket(mailbox, ticket, carl, without):
    sent = told(ticket, carl)
    lacks = {}
    if without in ("plus", "both"):
        lacks["to"] = "help@acme.example"
    if without in ("references", "both"):
        lacks |= {"In_Reply_To": "", "References": ""}
    arrive(mailbox, answer(sent, "The red one.", carl.email, **lacks))
    assert ticket.comments.get().body == "The red one."


def test_a_signed_address_is_worth_nothing_from_somebody_else(mailbox, ticket, carl, gina):
    sent = told(ticket, carl)
    arrive(mailbox, answer(sent, "Give me access.", gina.email, In_Reply_To="", References=""))
    assert not ticket.comments.exists()
    made = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (made.requester, made.organization) == (gina, gina.organization)
    note = made.comments.get()
    assert note.is_internal
    assert ticket.reference in note.body
    assert TicketLink.objects.filter(source=ticket, target=made).exists()


@pytest.mark.parametrize(("who", "joins"), [("cleo", True), ("gina", False), ("tess", True)])
def test_who_sees_a_ticket_may_reply_to_it_by_mail(mailbox, ticket, request, who, joins):
    person = request.getfixturevalue(who)
    arrive(mailbox, answer(told(ticket, person), "A word.", person.email))
    assert ticket.comments.filter(author=person, is_internal=False).exists() == joins


def test_a_subject_alone_is_no_way_into_a_ticket_one_takes_no_part_in(mailbox, ticket, cleo):
    arrive(mailbox, raw_mail("A word.", sender=cleo.email, subject=f"[{ticket.reference}] Printer"))
    assert not ticket.comments.exists()
    assert Ticket.objects.count() == 2


def test_staff_write_notes_with_a_first_line(mailbox, ticket, tess):
    arrive(mailbox, answer(told(ticket, tess), "#note\nHe is always like that.", tess.email))
    note = ticket.comments.get()
    assert (note.body, note.is_internal, note.author) == ("He is always like that.", True, tess)


def test_a_requester_has_no_notes_to_write(mailbox, ticket, carl):
    arrive(mailbox, answer(told(ticket, carl), "#note\nHello", carl.email))
    assert not ticket.comments.get().is_internal


SPOOFED = "mx.acme.example; spf=fail smtp.mailfrom=evil.example; dmarc=fail header.from=example.com"
PROVEN = "mx.acme.example; spf=pass smtp.mailfrom=example.com; dmarc=pass header.from=example.com"


@pytest.mark.parametrize(
    ("results", "through"),
    [(PROVEN, True), (SPOOFED, False), ("mx.evil.example; dmarc=pass", False), ("", False)],
)
def test_a_colleagues_address_alone_speaks_for_nobody(mailbox, ticket, carl, tess, results, through):
    mailbox.settings["trusted_server"] = "mx.acme.example"
    mailbox.save()
    known = told(ticket, carl).extra_headers["Message-ID"]
    arrive(
        mailbox,
        raw_mail("Pay here.", sender=tess.email, In_Reply_To=known, Authentication_Results=results, subject="Re: News"),
    )
    assert ticket.comments.exists() == through


def test_a_proof_of_forgery_beats_the_mail_that_was_answered(mailbox, ticket, tess):
    mailbox.settings["trusted_server"] = "mx.acme.example"
    mailbox.save()
    arrive(mailbox, answer(told(ticket, tess), "Pay here.", tess.email, Authentication_Results=SPOOFED))
    assert not ticket.comments.exists()


def test_a_reply_to_a_merged_ticket_reaches_the_one_that_stands(mailbox, make_ticket, carl, tess):
    old, new = make_ticket(), make_ticket("The same")
    sent = told(old, carl)
    merge_tickets(source=old, target=new, by=tess, via=Channel.WEB)
    arrive(mailbox, answer(sent, "The red one.", carl.email))
    assert new.comments.filter(author=carl).exists()


def test_a_letter_that_comes_again_is_taken_once(mailbox, carl):
    mail = raw_mail()
    first = arrive(mailbox, mail)
    assert first.state == WorkState.DONE
    assert arrive(mailbox, mail) is None
    mail["Received"] = "from elsewhere"
    assert arrive(mailbox, mail) is None, "the same letter over another way"
    assert Ticket.objects.count() == 1


def test_a_message_id_that_somebody_else_used_hides_no_letter(mailbox, carl, gina):
    arrive(mailbox, raw_mail("One", Message_ID="<same@mail.example>"))
    arrive(mailbox, raw_mail("Two", sender=gina.email, Message_ID="<same@mail.example>"))
    assert Ticket.objects.count() == 2


def test_the_address_decides_what_a_ticket_begins_with(mailbox, carl, network):
    hardware = Category.objects.create(name="Hardware")
    MailAddress.objects.create(
        connection=mailbox, address="printers@acme.example", team=network, category=hardware, priority="high"
    )
    arrive(mailbox, raw_mail(to="Someone <x@there.example>", Cc="Printers@acme.example"))
    ticket = Ticket.objects.get()
    assert (ticket.team, ticket.category, ticket.priority) == (network, hardware, "high")


def test_people_on_copy_follow_where_we_know_them(mailbox, carl, gina, acme):
    OrganizationDomain.objects.create(organization=acme, domain="acme.example")
    copies = "gina@example.com, Nora <nora@acme.example>, zoe@elsewhere.example, help+x@acme.example, carl@example.com"
    arrive(mailbox, raw_mail(Cc=copies))
    watchers = Ticket.objects.get().watchers.values_list("email", flat=True)
    assert sorted(watchers) == ["gina@example.com", "nora@acme.example"]


def with_files(*files):
    mail = raw_mail("See the files.")
    for name, content, kind in files:
        mail.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)
    return mail


def test_files_are_kept_and_those_that_may_not_be_are_named(mailbox, carl):
    files = [
        ("log.txt", b"a log", ("application", "octet-stream")),
        ("run.exe", b"MZ\0\0", ("application", "x-dosexec")),
    ]
    arrive(mailbox, with_files(*files))
    assert [row.filename for row in Attachment.objects.all()] == ["log.txt"]
    note = Comment.objects.get()
    assert note.is_internal
    assert "run.exe" in note.body


def test_files_of_a_reply_are_part_of_it(mailbox, ticket, carl):
    mail = answer(told(ticket, carl), "Here.", carl.email)
    mail.add_attachment(b"a log", maintype="application", subtype="octet-stream", filename="log.txt")
    arrive(mailbox, mail)
    assert Attachment.objects.get().comment == ticket.comments.get()


HELD = [
    ("automatic", {"Auto_Submitted": "auto-replied"}),
    ("automatic", {"Auto_Submitted": "auto-generated"}),
    ("automatic", {"X_Auto_Response_Suppress": "All"}),
    ("automatic", {"Precedence": "auto_reply"}),
    ("automatic", {"X_Autoreply": "yes"}),
    ("automatic", {"subject": "Out of office: Printer"}),
    ("automatic", {"Return_Path": "<>"}),
    ("bulk", {"Precedence": "bulk"}),
    ("bulk", {"List_Id": "<news.example>"}),
    ("ours", {"sender": "help+T1.abc@acme.example"}),
]


@pytest.mark.parametrize(("reason", "headers"), HELD, ids=[f"{reason}-{next(iter(given))}" for reason, given in HELD])
def test_what_no_person_wrote_waits(mailbox, carl, reason, headers):
    arrive(mailbox, raw_mail(**headers))
    assert held()[0] == reason
    assert not Ticket.objects.exists()


def test_programs_are_let_in_where_the_mailbox_says_so_but_not_their_answers(mailbox, carl):
    mailbox.settings["programs_may"] = True
    mailbox.save()
    arrive(mailbox, raw_mail("Disk full", Auto_Submitted="auto-generated", Precedence="bulk"))
    assert Ticket.objects.count() == 1
    arrive(mailbox, raw_mail("I am away", Auto_Submitted="auto-replied"))
    assert held()[0] == "automatic"


def test_our_own_mail_coming_back_opens_nothing(mailbox, ticket, carl):
    arrive(mailbox, told(ticket, carl).message().as_bytes())
    assert held()[0] == "ours"
    assert Ticket.objects.count() == 1


def test_a_loop_ends(mailbox, carl):
    mailbox.settings["letters_an_hour"] = 3
    mailbox.save()
    for number in range(5):
        arrive(mailbox, raw_mail(f"Number {number}", Message_ID=f"<{number}@mail.example>"))
    assert Ticket.objects.count() == 3
    assert set(HeldLetter.objects.values_list("reason", flat=True)) == {"loop"}


def test_what_waits_is_released_once_by_who_may(mailbox, carl, mona):
    arrive(mailbox, raw_mail("I am away", Auto_Submitted="auto-replied"))
    row = HeldLetter.objects.get()
    with pytest.raises(NotAllowed):
        release_letter(held=row, by=carl)
    release_letter(held=row, by=mona)
    assert Ticket.objects.get().requester == carl
    with pytest.raises(Conflict):
        release_letter(held=row, by=mona)


def test_who_was_switched_off_opens_nothing(mailbox, carl):
    User.objects.filter(pk=carl.pk).update(is_active=False)
    arrive(mailbox, raw_mail())
    assert held()[0] == "closed_door"


def bounce(sent, status="5.1.1", action="failed", address="carl@example.com"):
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: help@acme.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b-{status}{action}@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {sent}
To: {address}
--b--
""".encode()


@pytest.mark.parametrize(
    ("status", "action", "bounced", "dead"),
    [
        ("5.1.1", "failed", True, True),
        ("5.2.2", "failed", True, False),
        ("5.7.1", "failed", True, False),
        ("4.4.7", "delayed", False, False),
    ],
)
def test_a_bounce_is_noted_and_a_hard_one_ends_mail_to_the_address(
    mailbox, ticket, carl, status, action, bounced, dead
):
    sent = told(ticket, carl).extra_headers["Message-ID"]
    arrive(mailbox, bounce(sent, status, action))
    assert bool(MailMessage.objects.get().bounced_at) == bounced
    assert DeadAddress.objects.filter(address=carl.email).exists() == dead
    assert ticket.comments.filter(is_internal=True).exists() == bounced
    assert held()[0] == "bounce"


def test_a_bounce_in_a_servers_own_words_is_understood(mailbox, ticket, carl):
    sent = told(ticket, carl).extra_headers["Message-ID"]
    body = f"Could not deliver to carl@example.com: 550 5.1.1 user unknown\n\nMessage-ID: {sent}\n"
    arrive(mailbox, raw_mail(body, sender="MAILER-DAEMON@mx.example", subject="failure notice"))
    assert DeadAddress.objects.filter(address=carl.email).exists()


def test_nobody_can_silence_an_address_with_a_made_up_bounce(mailbox, ticket, carl):
    told(ticket, carl)
    arrive(mailbox, bounce("<guess@acme.example>"))
    assert not DeadAddress.objects.exists()


def test_a_letter_that_cannot_be_taken_leaves_nothing_and_can_be_tried_again(mailbox, carl, settings, tmp_path):
    row = arrive(mailbox, raw_mail("x" * 200_000))
    assert row.state == WorkState.DONE
    ticket = Ticket.objects.get()
    assert len(ticket.description) <= 100_000
    assert Attachment.objects.get().file_size == 200_000


def test_letters_of_one_thread_are_carried_out_in_their_order(mailbox, carl):
    late = raw_mail("Second", References="<root@mail.example>", Message_ID="<2@mail.example>")
    first = raw_mail("First", Message_ID="<root@mail.example>")
    rows = [arrive(mailbox, first), arrive(mailbox, late)]
    assert {row.record for row in rows} == {"<root@mail.example>"}
    assert Ticket.objects.get().comments.get().body == "Second"
