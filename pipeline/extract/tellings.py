"""The tellings of sums in an article, put together: what the whole article makes of each, and which tell one sum."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.extract.features import Telling
from pipeline.extract.parties import Side, is_court, sentence_respondents, stated_side
from pipeline.extract.private import names_no_body, private_sentence
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.sums import LISTED, SumReading
from pipeline.extract.tables import Block
from pipeline.language.money import Money
from pipeline.language.rates import Rates

CERTAIN = frozenset({"conversion", "overlapping", "suspended_part"})
"""Reasons that no other evidence can outweigh."""
_YEARLY = re.compile(
    r"(?:[-•*] ?)?(?:In )?(?:fiscal |FY ?)?(?:19|20)\d\d\b|(?:fines|penalties|disgorgement|settlements)\b[^.]{0,40}: ",
    re.I,
)
_PLURAL = re.compile(r"\b(?:fines|penalties|settlements|sanctions|recoveries|disgorgement)\b", re.I)
_DEAL = re.compile(r"\b(?:deals?|agreements?|pacts?|accords?)\b", re.I)
_SETTLING = re.compile(
    r"\b(?:settl\w+|charges?|allegations?|prob(?:e|es|ing)|investigat\w+|plea|plead\w*|prosecut\w+|penalt\w+|fine[sd]?|regulators?|attorney general|authorit\w+|violat\w+|SEC|FTC|Justice|government)\b"
)


_PUNISHED = re.compile(
    r"\b(?:sanction(?:s|ed)?|penali[sz]e[ds]?|docked|slapped|sentenced|punish\w+|(?:told|ordered|must|to) pay|bill(?:ed)?|watchdog|regulator|fork\w* out|cough\w* up|shell out)\b"
)
"""Words of title and lead that tell a punishment without a penalty word: then the penalty words of the whole article count."""
_FINED = re.compile(r"\bfin(?:e|es|ed|ing)\b")
_SETTLED_WITH = re.compile(r"\b(?:settle(?:d|ment|ments)?|deal|accord|agreement)\b[^.;]{0,30}? with (?:the )?$")
_OFFICIAL = re.compile(r"\b(?:plea[ds]|pleaded|pled) guilty|\bregulators?\b|\bprosecutors\b|\bfined by\b")


@dataclass(frozen=True, slots=True)
class Subject:
    """What title and lead are about, as far as it decides what a sum is: a private matter, the type that its words name (None: no penalty), whether sums are
    told in a list, whether no public body is spoken of."""

    private: bool
    penalty_type: str | None
    lists: bool
    bodiless: bool


def subject_of(reading: Reading, private: bool) -> Subject:
    """Return what title and lead are about."""
    early = [c.value for s in reading.sentences if s.number <= 2 for c in s.penalties]
    anywhere = [c.value for s in reading.sentences for c in s.penalties if c.value != "costs"]
    told = early or (
        anywhere
        if "fine" in anywhere or any(_PUNISHED.search(s.text) for s in reading.sentences if s.number <= 2)
        else []
    )
    kind = "fine" if "fine" in told else told[0] if told else None
    listed = [r for s in reading.sentences for r in s.readings if r.value == "listed"]
    return Subject(private, kind, len(listed) > 1, names_no_body(reading))


def final_reading(
    sentence: Sentence, sum_reading: SumReading, subject: Subject, block: Block | None = None
) -> SumReading:
    """Put what the whole article says over what the words around the sum say: lists and obligations count only where the article tells a penalty."""
    if block is not None and sum_reading.reason not in CERTAIN:
        kind = block.penalty_type or subject.penalty_type or "none no_penalty_word"
        return replace(sum_reading, value="none total_over_cases" if block.cases > 1 else kind, rule_id="sums.table")
    if sum_reading.reason:
        return sum_reading
    private = subject.private
    if (
        _YEARLY.match(sentence.text)
        and _PLURAL.search(sentence.text)
        and not any(n.label in {"ORG", "PERSON"} for _, n in sentence.names)
    ):
        return replace(sum_reading, value="none total_over_cases")
    if sum_reading.value == "listed":
        value = subject.penalty_type if subject.lists and subject.penalty_type else "none no_penalty_word"
        sum_reading = replace(sum_reading, value=value)
    elif sum_reading.value == "settlement" and _DEAL.search(sentence.text) and not _settles(sentence):
        sum_reading = replace(sum_reading, value="none business_figure")
    elif sum_reading.value == "pay" and subject.penalty_type is None and not sentence.penalties:
        sum_reading = replace(sum_reading, value="none no_penalty_word")
    elif sum_reading.value.startswith("obligation "):
        value = sum_reading.value.removeprefix("obligation ") if subject.penalty_type else "none business_figure"
        sum_reading = replace(sum_reading, value=value)
    if private and not _background_fine(sentence):
        rule_id = "private.bodiless" if subject.bodiless else "private.article"
        return replace(sum_reading, value="none private_suit", rule_id=rule_id)
    if private_sentence(sentence) and not _is_fined(sentence, sum_reading):
        return replace(sum_reading, value="none private_suit", rule_id="private.sentence")
    return sum_reading


def _settles(sentence: Sentence) -> bool:
    """Whether a deal of a sentence settles something: by its words, or since it is one with an agency."""
    agencies = (m for m, n in sentence.names if n.label == "AUTHORITY" and not is_court(n))
    return bool(_SETTLING.search(sentence.text)) or any(
        _SETTLED_WITH.search(sentence.text, 0, m.start - sentence.start) for m in agencies
    )


def _is_fined(sentence: Sentence, sum_reading: SumReading) -> bool:
    """Whether the words that decided call the sum a fine: private parties do not fine each other."""
    return bool(_FINED.search(sentence.text[sum_reading.cue_start : sum_reading.cue_end]))


def _background_fine(sentence: Sentence) -> bool:
    """Whether a sentence of a private suit's news tells what an authority did ("OSHA had fined the refinery $87m", "a settlement with the SEC")."""
    if sentence.number <= 1:
        return False
    agencies = [m for m, n in sentence.names if n.label == "AUTHORITY" and not is_court(n)]
    if any(_SETTLED_WITH.search(sentence.text, 0, m.start - sentence.start) for m in agencies):
        return True
    return any(c.value == "fine" for c in sentence.penalties) and bool(agencies or _OFFICIAL.search(sentence.text))


def same_sum(a: Money, b: Money) -> bool:
    """Whether two sums are equal within half a per cent, in currency, unit and upper bound."""
    if not set(a.currencies) & set(b.currencies) or a.per != b.per:
        return False
    larger = max(a.amount, b.amount)
    return abs(a.amount - b.amount) <= larger * Decimal("0.005") and (
        a.amount_max == b.amount_max or None in (a.amount_max, b.amount_max)
    )


def _one_sum(a: Telling, b: Telling) -> bool:
    """Whether two tellings are of one penalty: the same sum, not twice in one sentence (unless only one of the two is told as a penalty), and not of two firms that their sentences name."""
    if not same_sum(a.money, b.money):
        return False
    if a.sentence is b.sentence:
        return (a.reading.reason is None) != (b.reading.reason is None)
    if a.reading.rule_id == b.reading.rule_id and a.reading.rule_id in LISTED | {"sums.table"}:
        return False
    if a.sentence.number <= 1 or b.sentence.number <= 1:
        return True
    left, right = (_told_of(t) for t in (a, b))
    return not left or not right or bool(set(left.names) & set(right.names))


def _told_of(telling: Telling) -> Side:
    """Whom the sentence of a telling gives its sum to."""
    sentence, start = telling.sentence, telling.money.start
    return stated_side(sentence, start, "respondents") or sentence_respondents(sentence, start)


def _rounded(a: Money, b: Money) -> bool:
    """Whether one figure is the other rounded: fewer digits, less than three per cent apart and less than one of its last digit; "over $3 million" is not less."""
    if not set(a.currencies) & set(b.currencies) or a.per != b.per or a.amount_max or b.amount_max:
        return False
    (digits, rough), (more, exact) = sorted(((len(_figures(m)), m) for m in (a, b)), key=lambda pair: pair[0])
    if digits == more or digits > 3:
        return False
    last = Decimal(10) ** (len(str(int(rough.amount))) - digits)
    off = exact.amount - rough.amount
    if rough.qualifier == "at_least" and off < 0:
        return False
    if rough.qualifier == "at_least" and off <= exact.amount * Decimal("0.1"):
        return True
    return abs(off) < last and abs(off) <= max(a.amount, b.amount) * Decimal("0.03")


def _figures(money: Money) -> str:
    """The figures of a sum without the zeros that end it."""
    return str(int(money.amount)).rstrip("0")


ROUGH = 3
"""The last sentence whose figure may be a rough one of a sum that the article tells exactly."""


def grouped(tellings: list[Telling]) -> list[list[Telling]]:
    """Return the tellings of each sum; a headline's rounded figure joins the exact one of the body."""
    groups: list[list[Telling]] = []
    for told in tellings:
        home = next((g for g in groups if any(_one_sum(told, t) for t in g)), None)
        if home is None:
            groups.append([told])
        else:
            home.append(told)
    for group in list(groups):
        if all(t.sentence.number <= ROUGH for t in group):
            exact = next(
                (g for g in groups if g is not group and any(_rounded(group[0].money, t.money) for t in g)), None
            )
            if exact is not None:
                exact[:0] = group
                groups.remove(group)
    return groups


def anchor_of(group: list[Telling]) -> Telling:
    """The telling whose figure counts: the most exact one, in the body before the title."""
    return min(
        group,
        key=lambda t: (
            -len(_figures(t.money)),
            t.reading.value in {"pay", "settlement"},
            t.sentence.is_title,
            t.sentence.number,
        ),
    )


AT_THE_RATE = 0.02
"""Relative difference of two sums in two currencies at the day's rate from which on they are two sums."""

ROUGHLY = 0.08
"""The same for a round figure of title or lead."""
ROUND_FIGURES = 2
"""Figures that such a sum has at most."""


def without_conversions(
    reading: Reading, penal: list[Telling], home: str | None
) -> tuple[list[Telling], list[tuple[Telling, str]]]:
    """Take out sums that only repeat another in a second currency: what stands in brackets after it somewhere ("Meta fined $414 million" in a headline),
    and, of two that are equal at the day's rate, the one that is not in `home`, the currency of the body's country."""
    converted = [m for s in reading.sentences for m in s.sums if m.conversion]
    repeated = [t for t in penal if any(same_sum(t.money, m) or _rounded(t.money, m) for m in converted)]
    repeated += [
        t
        for t in penal
        if t not in repeated
        and home is not None
        and home not in t.money.currencies
        and any(
            u.reading.reason is None and u.money.currencies[0] == home and _same_at_the_rate(reading, t, u.money, home)
            for u in penal
        )
    ]
    return [t for t in penal if t not in repeated], [(t, "conversion") for t in repeated]


def _same_at_the_rate(reading: Reading, telling: Telling, own: Money, home: str) -> bool:
    """Whether a sum is another one, in the currency `home`, converted at the rate of the article's day; a round figure of title or lead may be further off."""
    told = telling.money
    if reading.published is None or told.per != own.per:
        return False
    value = Rates().convert(float(told.amount), told.currencies[0], home, reading.published.toordinal())
    rough = telling.sentence.number <= 1 and len(_figures(told)) <= ROUND_FIGURES
    return value is not None and abs(value - float(own.amount)) <= (ROUGHLY if rough else AT_THE_RATE) * value
