"""What a number is, by its form and by the word before it: most numbers in tickets are nobody's."""

import re

from tickets.personal.kinds import Kind

CALLS = re.compile(
    r"(?i)(?:\b|_)(?:tele?(?:fon|phone)?(?:nummer)?|phone|ph|mobile?|mob|cell|handy|fax|call(?:ed|ing)?|dial(?:ed)?|reach|whatsapp|sms"
    r"|contact|durchwahl|rückruf|callback|hotline)\b[^\w\n]{0,6}"
    r"(?:(?:phone|numbers?|nummer|nr|no|num|at|me|us|is|on|under|via)\b[^\w\n]{0,4}){0,3}\Z"
)
OTHERS = re.compile(
    r"(?i)(?:\b|_)(?:orders?|bestell\w*|invoices?|rechnung\w*|tickets?|cases?|incidents?|inc|po|refs?|reference|serial|s/?n|sn|ids?"
    r"|bugs?|build|version|ver|part|models?|kb|article|isbn|tracking|shipment|delivery|job|process|pid|code|errors?|msg|message|imei"
    r"|size|bytes|port|item|material|customer|document|dn|sto|task|change|chg|lot|batch|asset|plant|vendor|date|time|on|at|since"
    r"|until)\b[^\w\n]{0,3}(?:(?:numbers?|nr|no|num)\b)?[^\w\n]{0,4}\Z"
)
SOCIAL = re.compile(r"(?i)\b(?:ssn|social security(?: (?:number|no\.?|#))?)\W{0,3}(?:is\W{1,2})?\Z")
ACCOUNTS = re.compile(  # of a cloud, with twelve digits
    r"(?i)\b(?:account|acct)(?:[ _-]?(?:id|numbers?|no\.?|nr\.?|#))?[^\w\n]{0,4}(?:is )?\Z"
)
BANKED = re.compile(
    r"(?i)(?:\b(?:bank|savings|checking|giro)[ _-]?(?:account|acct|konto)"
    r"|\bkontonummer|\b(?:account|acct|a/c)[ _-]?(?:numbers?|no\.?|nr\.?))"
    r"[^\w\n]{0,4}(?:(?:numbers?|no|nr|is)\b[^\w\n]{0,4})?\Z"
)
DUMP = re.compile(r"(?:\b[0-9a-f]{4} ){2}\Z")  # bytes of memory or of a packet
PHONE_FORMS = re.compile(  # with an area code that stands apart
    r"\+[1-9][\d ()/.–-]*|\(\+?\d{1,3}\) ?\d{3,5}[-. ]\d{3}[-. ]\d{3,5}|\+?1?[ .-]?\(\d{3}\) ?\d{3}[ .-]?\d{4}|\(0\d{2,5}\)[ /-]?\d[\d /-]*"
    r"|(?:1[-.])?\d{3}([-.])\d{3}\1\d{4}"
    r"|[2-9]\d\d [2-9]\d\d[ -]\d{4}|00[1-9]\d{0,2}[ -]\(?\d[\d ()/-]*|0[1-9]\d{1,4}[ /-][1-9][\d ]{3,9}(?:-\d{1,4})?"
)
DATE = re.compile(r"(?:19|20)\d\d([-./ ]?)(?:0\d|1[0-2])\1[0-3]\d|[0-3]?\d([-./ ])[0-3]?\d\2(?:19|20)?\d\d\b")
CARDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|4[4-9]\d|5\d\d)\d{12}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)


def number(text: str, before: str) -> Kind | None:
    """Return what a number is; `before` is what stands on its left."""
    digits = "".join(char for char in text if char.isdecimal())
    if _is_ssn(text, digits, before):
        return Kind.SSN
    if (len(digits) == 12 and ACCOUNTS.search(before)) or (7 <= len(digits) <= 17 and BANKED.search(before)):
        return Kind.ACCOUNT
    if DUMP.search(before):
        return None
    other = OTHERS.search(before)
    if CARDS.fullmatch(digits) and is_luhn(digits) and not (other and text.isdecimal()) and _is_grouped(text):
        return Kind.CARD
    return Kind.PHONE if _is_phone(text, digits, before, bool(other)) else None


def _is_phone(text: str, digits: str, before: str, other: bool) -> bool:
    if text.count("(") > text.count(")"):
        text = text.lstrip("(")
    if not 7 <= len(digits) <= 15:
        return False
    if CALLS.search(before):
        return not DATE.match(text) and not re.fullmatch(r"\d+\.\d+", text)
    if other or re.fullmatch(r"\+?\d+\.\d+", text):
        return False
    return PHONE_FORMS.fullmatch(text) is not None and (text[0] != "+" or len(digits) >= 8)


def _is_ssn(text: str, digits: str, before: str) -> bool:
    """A social security number has no area 000, 666 or 9xx, no group 00 and no serial 0000."""
    if not re.fullmatch(r"\d{3}-\d{2}-\d{4}", text) and not (re.fullmatch(r"[\d -]+", text) and SOCIAL.search(before)):
        return False
    return (
        len(digits) == 9
        and digits[:3] not in ("000", "666")
        and digits[0] != "9"
        and digits[3:5] != "00"
        and digits[5:] != "0000"
    )


def _is_grouped(text: str) -> bool:
    """Whether the digits stand as on a card: all together, or in groups with the same sign between."""
    return re.fullmatch(r"\d+|\d{4}(?:[ -]\d{4,6}){2,4}(?:[ -]\d{1,5})?", text) is not None


def is_iban(text: str) -> bool:
    """Check an IBAN as ISO 13616 does: its first four characters moved to the end, letters as numbers, modulo 97 is 1."""
    plain = text.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def is_luhn(digits: str) -> bool:
    """Check the last digit of a card's number (ISO/IEC 7812)."""
    doubled = [
        int(digit) if place % 2 == 0 else sum(divmod(2 * int(digit), 10))
        for place, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0
