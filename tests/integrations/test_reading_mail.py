"""Raw mails in every shape that programs send: read without raising, and without losing a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.hypertext import markdown
from integrations.mail.folding import fold
from integrations.mail.reading import read_envelope, read_letter
from tickets.text import render


def mail(head, body=b"Hello\n"):
    raw = head if isinstance(head, bytes) else head.encode()
    return raw.strip(b"\n") + b"\n\n" + (body if isinstance(body, bytes) else body.encode())


def parts(*given, kind="mixed"):
    """A body of parts, each with its own head."""
    inner = b"".join(b"--b\n" + (part if isinstance(part, bytes) else part.encode()) + b"\n" for part in given)
    return mail(f'From: a@b.example\nContent-Type: multipart/{kind}; boundary="b"', inner + b"--b--\n")


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nWhat I say"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>What I <b>say</b></p>"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (mail("Content-Type: text/plain; charset=utf-8", "Größe"), "Größe"),
        (mail("Content-Type: text/plain; charset=iso-8859-1", "Größe".encode("latin-1")), "Größe"),
        (mail("Content-Type: text/plain; charset=utf-8", "Größe".encode("latin-1")), "Größe"),
        (mail("Content-Type: text/plain; charset=no-such-thing", "Größe"), "Größe"),
        (mail("Content-Type: text/plain; charset=zip", "Größe"), "Größe"),
        (mail("Content-Type: text/plain; charset=gb2312", "镕".encode("gb18030")), "镕"),
        (mail("Content-Type: text/plain; charset=iso-2022-jp", "日本".encode("iso-2022-jp")), "日本"),
        (mail("", "Größe".encode("latin-1")), "Größe"),
        (mail("Content-Transfer-Encoding: base64", b"R3LDvMOfZQ"), "Grüße"),
        (mail("Content-Transfer-Encoding: base64", b"!!! no base64"), None),
        (mail("Content-Transfer-Encoding: quoted-printable", b"Gr=C3=BC=C3=9Fe=\n!"), "Grüße!"),
        (mail("Content-Transfer-Encoding: x-unknown", b"Hello"), "Hello"),
        (mail("Content-Type: ;;;=", b"Hello"), "Hello"),
        (mail('Content-Type: multipart/mixed; boundary="b"', b"no parts at all"), "no parts at all"),
        (mail("Content-Type: multipart/mixed", b"--b\n\nno boundary"), "--b\n\nno boundary"),
        (b"no head, only words", None),
        (b"\n\nHello", "Hello"),
        (mail("From: x", b"a\0b"), "ab"),
        (parts(PLAIN, HTML, kind="alternative"), "What I say"),
        (parts("Content-Type: text/plain\n\n \n", HTML, kind="alternative"), "What I **say**"),
        (parts(HTML), "What I **say**"),
        (parts(PLAIN, "Content-Type: text/plain\n\nand more"), "What I say\n\nand more"),
        (mail("Content-Type: text/plain; format=flowed", b"One \nline\nanother"), "One line\nanother"),
    ],
)
def test_a_body_is_read_whatever_it_claims_to_be(raw, text):
    letter = read_letter(raw)
    if text is None:
        assert letter.text or letter.headers
    else:
        assert letter.text == text


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?Q?Gr=C3=BC?= =?utf-8?Q?=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
        ("=?nonsense?Q?Hello?= there", "Hello there"),
        ("=?utf-8?B?!!!?= there", "there"),
        ("=?iso-8859-1*de?Q?Gr=FC=DFe?=", "Grüße"),
        ("Folded\n over two lines", "Folded over two lines"),
        ("=?utf-8?Q?a\n b", "=?utf-8?Q?a b"),
    ],
)
def test_a_subject_is_read_as_people_see_it(value, subject):
    assert read_letter(mail(f"Subject: {value}")).subject.endswith(subject)


def test_eight_bit_headers_are_read():
    letter = read_letter(mail("From: Jörg <j@b.example>\nSubject: Größe".encode()))
    assert (letter.sender.name, letter.sender.address, letter.subject) == ("Jörg", "j@b.example", "Größe")
    assert read_letter(mail("Subject: Größe".encode("latin-1"))).subject == "Größe"


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("From: Carl <Carl@Example.com>", "carl@example.com"),
        ('From: "Doe, Jane" <jane@b.example>', "jane@b.example"),
        ("From: jane@b.example (Jane)", "jane@b.example"),
        ("From: Jane <jane@b.example", "jane@b.example"),
        ("From: =?utf-8?Q?J=C3=B6rg?= <j@b.example>", "j@b.example"),
        ("From: nobody\nReturn-Path: <r@b.example>", "r@b.example"),
        ("From: undisclosed:;", ""),
        ("X: y", ""),
        ("From: a@b@c", ""),
    ],
)
def test_a_sender_is_found_where_there_is_one(line, address):
    assert read_letter(mail(line)).sender.address == address


def test_a_head_of_any_size_is_read():
    raw = mail("Content-Type: text/plain; " + "a=b; " * 40_000 + "\nFrom: a@b.example", "Hello")
    assert (read_letter(raw).text, read_letter(raw).sender.address) == ("Hello", "a@b.example")


def test_a_thread_begins_with_its_oldest_reference():
    head = "Message-ID: <3@x>\nReferences: <1@x>\n\t<2@x>\nIn-Reply-To: <2@x>"
    assert read_envelope(mail(head)) == ("<3@x>", "<1@x>")
    assert read_letter(mail(head)).references == ("<1@x>", "<2@x>")
    assert read_envelope(mail("Message-ID: <3@x>")) == ("<3@x>", "<3@x>")


def test_files_and_pictures_are_kept_with_their_names():
    image = 'Content-Type: image/png; name="=?utf-8?Q?gr=C3=BCn.png?="\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\niVBORw=='
    named = "Content-Type: text/plain\nContent-Disposition: attachment; filename*=utf-8''gr%C3%BCn.txt\n\na log"
    forwarded = "Content-Type: message/rfc822\n\nSubject: before\n\nOlder"
    outlook = 'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n\neJ8+Ig=='
    letter = read_letter(parts(PLAIN, image, named, forwarded, outlook, kind="related"))
    assert letter.text == "What I say"
    found = {file.filename: file for file in letter.files}
    assert list(found) == ["grün.png", "grün.txt", "part-4.eml", "winmail.dat"]
    assert found["grün.png"].content_id == "pic@x"
    assert b"Older" in found["part-4.eml"].content


def test_an_invitation_beside_the_words_stays_a_file():
    letter = read_letter(parts(PLAIN, HTML, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR", kind="alternative"))
    assert (letter.text, [file.filename for file in letter.files]) == ("What I say", ["part-2.ics"])


def test_what_nobody_could_have_nested_is_kept_as_it_is():
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(2000))
    letter = read_letter(b"From: a@b.example\n" + deep + b"\nWhat I say\n")
    assert letter.sender.address == "a@b.example"
    assert "What I say" in letter.text + letter.folded


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Desk <d@x> wrote:\n> Really?", "Yes."),
        ("Yes.\n\nOn Mon, Nov 2, 2026 at 10:00 AM\nDesk <d@x> wrote:\n\n> Really?", "Yes."),
        ("Ja.\n\nAm 02.11.2026 um 10:00 schrieb Desk:\n> Wirklich?", "Ja."),
        ("Oui.\n\nLe lun. 2 nov. 2026 à 10:00, Desk <d@x> a écrit :\n> Vraiment ?", "Oui."),
        ("Yes.\n\n-----Original Message-----\nFrom: Desk\n\nReally?", "Yes."),
        ("Yes.\n\nFrom: Desk <d@x>\nSent: Monday\nTo: Carl\n\nReally?", "Yes."),
        ("Yes.\n\n**Von:** Desk\n**Gesendet:** Montag\n\nWirklich?", "Yes."),
        ("Yes.\n\n> Really?", "Yes."),
        ("Yes.\n\n-- \nCarl", "Yes."),
        ("Yes.\n\n> Really?\n\n-- \nCarl", "Yes."),
        ("Yes.\n\nSent from my iPhone", "Yes."),
        ("> Really?", "> Really?"),
        ("On Monday I wrote:\nthat it burns", "On Monday I wrote:\nthat it burns"),
        ("From: our house\nit burns", "From: our house\nit burns"),
    ],
)
def test_what_was_written_is_told_from_what_was_said_before(text, said):
    found, folded = fold(text)
    if said == "On Monday I wrote:\nthat it burns":
        assert said in f"{found}\n{folded}"
    else:
        assert found == said
        assert (text == said) == (not folded)


def test_answers_between_the_quotes_are_what_was_written():
    text = "See below.\n\nOn Mon, Nov 2, 2026 Desk wrote:\n> Which one?\nThe red one.\n> When?\nNow."
    assert fold(text) == (text, "")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ('<a href="https://x.example/">there</a>', "[there](<https://x.example/>)"),
        ('<a href="javascript:alert(1)">there</a>', "there"),
        ("<script>alert(1)</script><style>p{}</style>seen", "seen"),
        ("<blockquote>before</blockquote>after", "> before\n\nafter"),
        ("<pre>a\n  b</pre>", "```\na\n  b\n```"),
        ("1 &lt; 2 *not bold*", "1 \\< 2 \\*not bold\\*"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ('<img src="cid:x" alt="a plan">', "[a plan]"),
        ("<p>never closed <b>bold", "never closed **bold**"),
        ("<ul><li>" * 20_000 + "deep", "deep"),
        ("<!--" * 50_000 + "seen", ""),
    ],
)
def test_html_is_told_in_markdown(html, text):
    assert markdown(html).replace("\\[", "[").replace("\\]", "]") == text


def test_what_came_as_html_cannot_run():
    letter = read_letter(
        parts(
            'Content-Type: text/html\n\n<p onclick="x()">Hi <img src=x onerror=alert(1)><iframe src="//e"></iframe></p>'
        )
    )
    html = render(letter.text)
    assert "Hi" in html
    assert not any(word in html for word in ("onclick", "onerror", "<img", "<iframe"))


@pytest.mark.parametrize(
    "text", ["\n" * 50_000, "On " * 20_000, ">" * 50_000, "> a\n" * 20_000, "From: x\n" * 10_000, "mail " * 20_000]
)
def test_long_texts_of_one_kind_are_folded_too(text):
    said, folded = fold(text)
    assert len(said) + len(folded) <= len(text)


HEADS = st.text(alphabet=st.characters(min_codepoint=1, max_codepoint=0x2FF), max_size=60)


@given(st.binary(max_size=600))
def test_no_bytes_at_all_make_reading_fail(raw):
    letter = read_letter(raw)
    read_envelope(raw)
    for text in (letter.text, letter.folded, letter.subject, letter.sender.name):
        assert "\0" not in text
        text.encode()


@given(
    st.sampled_from(
        [
            "text/plain",
            "text/html",
            "multipart/mixed; boundary=b",
            "multipart/alternative; boundary=b",
            "message/rfc822",
            "multipart/report; boundary=b",
            "message/delivery-status",
            "x",
        ]
    ),
    st.sampled_from(["", "utf-8", "utf-16", "zip", "gb2312", "utf-7", "idna", "punycode", "x\0y"]),
    st.sampled_from(["7bit", "base64", "quoted-printable", "x-uuencode", ""]),
    st.binary(max_size=300),
    HEADS,
)
def test_no_head_makes_reading_fail(kind, charset, encoding, body, line):
    subject = line.replace("\n", " ").replace("\r", " ")
    head = f"From: {subject}\nTo: {subject}\nSubject: {subject}\nDate: {subject}\nContent-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\nContent-Disposition: {subject}"
    letter = read_letter(mail(head.encode("utf-8", "surrogatepass"), b"--b\n\n" + body + b"\n--b--"))
    letter.text.encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=400))
def test_folding_loses_no_word(text):
    said, folded = fold(text)
    assert f"{said}\n{folded}".split() == text.split()


@given(st.text(alphabet="ab \n<>/pbi&;\"'=!-", max_size=200))
def test_no_html_makes_reading_fail(html):
    assert isinstance(markdown(html), str)
