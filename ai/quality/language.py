"""What language a ticket is written in: by its script, and in Latin letters by the words that every sentence of a language needs.

Cheap and careful: a few words that say nothing either way, such as "VPN down", are in no language. Plain Python.
"""

import re
from collections import Counter

READ_AT_MOST = 2_000  # characters
UNCLEAR = "und"  # as ISO 639-2 has it
LEAST_WORDS = 2  # that speak for a language
LEAST_LETTERS = 4  # of a script
MARKS = {  # letters that only one of the languages of a script has
    "uk": "іїєґ",
    "fa": "پچژگ",
}
SCRIPTS = (
    ("ja", "\u3040-\u30ff"),  # before Chinese, whose characters it shares
    ("ko", "\uac00-\ud7af\u1100-\u11ff"),
    ("zh", "\u3400-\u9fff"),
    ("ru", "\u0400-\u04ff"),
    ("ar", "\u0600-\u06ff"),
    ("el", "\u0370-\u03ff"),
    ("he", "\u0590-\u05ff"),
    ("th", "\u0e00-\u0e7f"),
    ("hi", "\u0900-\u097f"),
)
NEARER = {"ru": "uk", "ar": "fa"}
LETTERS = {language: re.compile(f"[{letters}]") for language, letters in SCRIPTS}
WORDS = re.compile(r"[^\W\d_]+")
COMMON = {
    "en": "the is are was and not of to in my for with have has it this that when can cannot does please we you on",
    "de": "der die das und ist nicht ein eine ich wir mit auf für kann sich wird bei nach beim seit den dem bitte kein keine",
    "fr": "le la les et est pas une des je nous avec pour dans sur que qui ne ce ma mon depuis bonjour du au aux plus",
    "es": "el la los las y es no una un con para por que del mi se en al desde puedo hola cuando está muy pero",
    "pt": "o os as e é não uma um com para por que do da dos das meu minha em ao desde posso quando está nao olá",
    "it": "il lo la gli e è non una un con per che del della di mi si nel alla dal posso quando sono anche buongiorno",
    "nl": "de het een en is niet van ik wij met voor op kan naar bij sinds graag mijn ook maar deze zijn wordt geen",
    "pl": "nie jest na się i w z do że mam proszę od przy jak nie ma po czy dla mój można został",
    "sv": "och är inte att det en ett jag vi med för på kan har från när min den som av",
    "da": "og er ikke at det en et jeg vi med for på kan har fra når min den som af",
    "nb": "og er ikke å det en et jeg vi med for på kan har fra når min den som av",
    "fi": "ja ei on se että en mutta kun minun ole olen voi tämä ovat kanssa miten hei",
    "cs": "a je se na v že není mi do od při pro jak když nelze prosím jsem můj nebo",
    "tr": "ve bir bu için değil ile çok var yok ben olarak gibi ama daha neden lütfen merhaba",
    "hu": "a az és nem van egy hogy meg is de nincs mert kérem nem lehet vagy ezt",
    "ro": "și si este nu un o cu pentru care din la pe în sunt nu merge bună am poate",
}
SPEAKS_FOR: dict[str, list[str]] = {}
for _language, _words in COMMON.items():
    for _word in set(_words.split()):
        SPEAKS_FOR.setdefault(_word, []).append(_language)
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "nl": "Dutch",
    "pl": "Polish", "sv": "Swedish", "da": "Danish", "nb": "Norwegian", "fi": "Finnish", "cs": "Czech", "tr": "Turkish",
    "hu": "Hungarian", "ro": "Romanian", "ja": "Japanese", "ko": "Korean", "zh": "Chinese", "ru": "Russian",
    "uk": "Ukrainian", "ar": "Arabic", "fa": "Persian", "el": "Greek", "he": "Hebrew", "th": "Thai", "hi": "Hindi",
    UNCLEAR: "Unclear",
}  # fmt: skip


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language of a text, `und` where it is unclear."""
    head = text[:READ_AT_MOST].casefold()
    return _by_script(head) or _by_words(head) or UNCLEAR


def _by_script(text: str) -> str:
    """Return the language whose script most letters are of, where that is not the Latin one."""
    count = {language: len(letters.findall(text)) for language, letters in LETTERS.items()}
    if count["ja"] >= LEAST_LETTERS:
        count["ja"] += count["zh"]
    language = max(count, key=lambda name: count[name])
    latin = len(re.findall(r"[a-zà-ž]", text))
    if count[language] < LEAST_LETTERS or count[language] * 2 < latin:
        return ""
    nearer = NEARER.get(language, "")
    return nearer if nearer and any(letter in text for letter in MARKS[nearer]) else language


def _by_words(text: str) -> str:
    """Return the language that most words speak for; a word of several languages counts for each by its part."""
    votes: dict[str, float] = {}
    count: Counter[str] = Counter()
    for word in WORDS.findall(text):
        for language in SPEAKS_FOR.get(word, ()):
            votes[language] = votes.get(language, 0.0) + 1 / len(SPEAKS_FOR[word])
            count[language] += 1
    ranked = sorted(votes.items(), key=lambda pair: -pair[1])
    if not ranked or count[ranked[0][0]] < LEAST_WORDS:
        return ""
    return "" if len(ranked) > 1 and ranked[0][1] == ranked[1][1] else ranked[0][0]
