"""Keys, tokens and passwords: by how they begin, or by the word before them."""

import math
import re
from collections import Counter

PREFIXES = (
    r"(?:sk|pk|rk)[-_](?:[a-z]{2,10}[-_])?[A-Za-z0-9][-_A-Za-z0-9]{14,200}|gh[pousr]_\w{16,100}|github_pat_\w{16,100}"
    r"|glpat-[-\w]{16,100}|xox[abeprs]-[-A-Za-z0-9]{10,200}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[-\w]{30,50}|ya29\.[-\w]{20,300}"
    r"|npm_\w{30,50}|hf_\w{20,60}|SG\.[-\w]{16,40}\.[-\w]{16,60}|eyJ[-\w]{8,2000}(?:\.[-\w]{4,4000}){1,4}"
)
NAMED = (  # "password: hunter22", "api_key = 'f00...'"
    r"(?i:(?<![a-z])(?:pass(?:word|wort|wd|phrase)?|pwd|kennwort|secret|(?:access|auth|api|bearer)[-_ ]?(?:token|key)|token"
    r"|client[-_]secret|secret[-_]?(?:access[-_])?key|private[-_]?key))[\"']?(?:[ \t]{0,2}[:=]|[ \t]is\b)[ \t]{0,2}[\"']?"
    r"(?P<value>[^\s\"',;<>(){}\[\]]{4,200})"
)
NOT_A_VALUE = re.compile(  # what people write after "password:" without telling one
    r"[$%*{<?\\]|[xX.]{3}|__|--|//|(?i:none|null|true|false|yes|no|not|is|was|the|your|my|and|or|for|has|have|from|to|in|at|on|with|as"
    r"|it|this|that|wrong|expired?|reset|change|changed|required|invalid|incorrect|missing|empty|hidden|please|user|username|password|login|sign|unknown"
    r"|n/a|redacted|removed|same|see|via|sent|error|failed|rejected|denied)\b"
)


def is_told(named: str, value: str, after: str) -> bool:
    """Return whether what follows "password:" or "token=" is one: no word of the sentence, no variable and no call."""
    if NOT_A_VALUE.match(value) or after == "(":
        return False
    if not re.search("[:=]", named.removesuffix(value)):
        return re.search(r"\d", value) is not None and re.search(r"[^\W\d_]", value) is not None and len(value) >= 6
    if re.match(r"(?i)pass|pwd|kennwort", named):
        is_word = value.rstrip(".!?:").isalpha() and value.islower()
        return not is_word or after in ("", "\n", "\r") or "=" in named.removesuffix(value)
    return len(value) >= 16 and entropy(value) >= 3.0


def entropy(text: str) -> float:
    """Return Shannon's entropy of the characters, in bits each."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
