"""Write the rows of an article: the surface record of each penalty, and the words behind each of its values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.extract.aliases import aliases
from pipeline.extract.choices import draft_rows
from pipeline.extract.drafts import Draft
from pipeline.extract.grounds import Grounds, background, find_grounds, grounds_of
from pipeline.extract.names import Name
from pipeline.extract.parties import as_parties, home_of
from pipeline.extract.reading import Reading
from pipeline.extract.scorer import Scorers
from pipeline.language.coordinates import source_span
from pipeline.language.money import Money, decide_currency
from pipeline.records import Evidence, Party, Penalty

_PERCENT = re.compile(
    r"(\d{1,2}(?:\.\d{1,2})?) ?(?:%|per ?cent|percent) of (?:its |the (?:company|firm|group|bank)[’']s |their |his )?(?:(?:global|worldwide|annual|total|net|gross|average|world|local|Polish|Indian|domestic|\w+-year|\d{4}) )*(?:turnover|revenues?|sales|income)",
    re.I,
)


def _hash(*parts: object) -> str:
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def _ordinal(reading: Reading, start: int, surface: str) -> int:
    """How many times the anchor's surface stands before it in the text before furniture was cut."""
    span = source_span(reading.document.offset_map, start, start + len(surface))
    text, place = (reading.document.source_text, span[0]) if span else (reading.document.text, start)
    return text.count(surface, 0, place)


def rows(reading: Reading, scorers: Scorers) -> tuple[tuple[Penalty, ...], tuple[Evidence, ...]]:
    """Return the penalties of an article as written, and the words behind each value; sums that are no penalty are in the evidence alone."""
    drafts, none = draft_rows(reading, scorers)
    found = find_grounds(reading) if drafts else None
    old = background(drafts)
    known = aliases(reading) if drafts else {}
    all_sums = tuple(m for s in reading.sentences for m in s.sums)
    penalties: list[Penalty] = []
    evidence: list[Evidence] = []
    seen: dict[str, int] = {}
    text = reading.document.text
    at: dict[int, str] = {}
    for draft in drafts:
        assert found is not None
        grounds = grounds_of(found, draft, old, text)
        penalty = _penalty(reading, draft, grounds, all_sums, known, seen)
        at.setdefault(draft.start, penalty.penalty_id)
        penalties.append(penalty)
        evidence += _evidence(reading, draft, penalty, grounds)
    penalties = [
        replace(p, part_of=at.get(d.part_of) if d.part_of is not None else None, changes_id=at.get(d.changes) if d.changes is not None else None)
        for p, d in zip(penalties, drafts, strict=True)
    ]  # fmt: skip
    for told, reason in none:
        money = told.money
        value = f"{money.currencies[0] if len(money.currencies) == 1 else money.sign} {money.amount}"
        evidence.append(
            _word(reading, None, "amount", 0, value, money.start, money.end, told.reading.rule_id, reason, text)
        )
    return tuple(penalties), tuple(evidence)


def _penalty(
    reading: Reading,
    draft: Draft,
    grounds: Grounds,
    all_sums: tuple[Money, ...],
    known: Mapping[int, tuple[Name, ...]],
    seen: dict[str, int],
) -> Penalty:
    document = reading.document
    surface = document.text[draft.start : draft.end]
    if draft.anchor:
        surface = document.text[draft.anchor.money.amount_start : draft.anchor.money.amount_end]
    penalty_id = _hash(document.article_id, surface, _ordinal(reading, draft.start, surface))
    seen[penalty_id] = seen.get(penalty_id, 0) + 1
    if seen[penalty_id] > 1:  # one sum for each of several respondents: told by one anchor
        penalty_id = _hash(penalty_id, seen[penalty_id])
    money = decide_currency(draft.anchor.money, all_sums, home_of(draft.authorities)) if draft.anchor else None
    mention = draft.dating.mention
    converted = _converted(draft)
    percent = _turnover(draft.sentence.text) if draft.anchor else None
    return Penalty(
        penalty_id, document.article_id, draft.role, as_parties(draft.authorities), as_parties(draft.respondents), draft.penalty_type, draft.standing.status,
        money.amount if money else None, draft.amount_max, money.currencies[0] if money and len(money.currencies) == 1 else None,
        money.sign if money and len(money.currencies) > 1 else None, draft.qualifier, money.per if money else None, "stated" if money else "none_stated" if draft.penalty_type in {"fine", "settlement"} else None,
        mention.value if mention else None, mention.precision if mention else None, draft.dating.basis if mention else None,
        draft.appeal.value if draft.appeal else None, tuple(w.value for w in grounds.laws), tuple(document.text[c.start : c.end] for c in grounds.numbers),
        tuple(c.value for c in grounds.violations), percent, draft.sentence.text, draft.sentence.start, draft.sentence.end,
        money.start if money else None, money.end if money else None, draft.rule_ids, draft.flags, draft.confidence, None, None,
        converted.amount if converted else None, converted.currencies[0] if converted else None,
        tuple(dict.fromkeys(" ".join(a.name.split()) for n in draft.respondents.names for a in known.get(n.index, ()))),
    )  # fmt: skip


def _converted(draft: Draft) -> Money | None:
    """The article's own conversion of a sum: the one in brackets right after it, where its currency is beyond doubt or a plain dollar."""
    if draft.anchor is None:
        return None
    end = draft.anchor.money.end
    after = next((m for m in draft.anchor.sentence.sums if m.conversion and 0 <= m.amount_start - end <= 24), None)
    return (
        after
        if after is not None and after.amount_max is None and (len(after.currencies) == 1 or after.sign == "$")
        else None
    )


def _turnover(sentence: str) -> float | None:
    match = _PERCENT.search(sentence)
    if match is None or re.search(
        r"\b(?:up to|maximum|can|could|may|might|as much as)\b", sentence[: match.start()], re.I
    ):
        return None
    return float(match.group(1))


def _word(
    reading: Reading,
    penalty_id: str | None,
    name: str,
    position: int,
    value: str | None,
    start: int | None,
    end: int | None,
    rule_id: str,
    reason: str | None,
    text: str,
    rank: int = 1,
    confidence: float | None = None,
) -> Evidence:
    article_id = reading.document.article_id
    evidence_id = _hash(article_id, penalty_id, name, position, start, end, rule_id, *((value,) if rank > 1 else ()))
    return Evidence(
        evidence_id,
        article_id,
        penalty_id,
        name,
        position,
        value,
        text[start:end] if start is not None else None,
        start,
        end,
        rule_id,
        rank,
        rank == 1,
        None if confidence is None else round(confidence, 4),
        reason,
    )


MOST_CANDIDATES = 9
"""Values of a field in the evidence, the chosen ones included; of a sum all tellings stay, since none may vanish."""
_DOUBTS = {
    "role": {"role_uncertain"},
    "penalty_type": {"type_uncertain"},
    "status": {"status_uncertain"},
    "authority_texts": {"authority_ambiguous", "authority_missing"},
    "respondent_texts": {"respondent_ambiguous", "respondent_missing"},
}


def _evidence(reading: Reading, draft: Draft, penalty: Penalty, grounds: Grounds) -> Iterable[Evidence]:
    """Yield the words behind each value of a row; then, for the fields that a flag doubts, the other values that were weighed, likeliest first."""
    text = reading.document.text
    odds = {(w.field, w.value): w.odds for w in draft.weighed if w.chosen}

    def word(
        name: str, value: str | None, start: int | None, end: int | None, rule_id: str, position: int = 0, rank: int = 1
    ) -> Evidence:
        confidence = odds.get((name, value or ""))
        return _word(
            reading, penalty.penalty_id, name, position, value, start, end, rule_id, None, text, rank, confidence
        )

    if draft.anchor:
        sign = penalty.currency or penalty.currency_sign
        others = [t for t in draft.told if t is not draft.anchor]
        for rank, told in enumerate([draft.anchor, *others], start=1):
            yield word(
                "amount", f"{sign} {told.money.amount}", told.money.start, told.money.end, told.reading.rule_id, 0, rank
            )
        cue, offset = draft.anchor.reading, draft.anchor.sentence.start
        yield word("penalty_type", draft.penalty_type, cue.cue_start + offset, cue.cue_end + offset, cue.rule_id)
    else:
        yield word("penalty_type", draft.penalty_type, draft.start, draft.end, draft.rule_ids[0])
    if draft.cap:
        yield word(
            "amount_max", f"{draft.amount_max}", draft.cap.money.start, draft.cap.money.end, draft.cap.reading.rule_id
        )
    said = draft.standing.cue
    yield word(
        "status",
        draft.standing.status,
        said.start if said else None,
        said.end if said else None,
        draft.standing.rule_id,
    )
    if draft.dating.mention:
        mention = draft.dating.mention
        yield word("date", f"{mention.value}", mention.start, mention.end, draft.dating.rule_id)
    if draft.appeal:
        yield word("appeal_status", draft.appeal.value, draft.appeal.start, draft.appeal.end, draft.appeal.rule_id)
    sides: tuple[tuple[str, tuple[Party, ...]], ...] = (
        ("authority_texts", penalty.authorities),
        ("respondent_texts", penalty.respondents),
    )
    for name, parties in sides:
        for position, party in enumerate(parties):
            yield word(name, party.name, party.start, party.end, party.rule_id, position)
    for position, law in enumerate(grounds.laws):
        yield word("legal_basis", law.value, law.start, law.end, "laws.words", position)
    for position, number in enumerate(grounds.numbers):
        yield word("case_numbers", text[number.start : number.end], number.start, number.end, number.rule_id, position)
    for position, violation in enumerate(grounds.violations):
        yield word("violations", violation.value, violation.start, violation.end, violation.rule_id, position)
    yield from _candidates(reading, draft, penalty)


def _candidates(reading: Reading, draft: Draft, penalty: Penalty) -> Iterable[Evidence]:
    """Yield the values that the row did not take, of the fields that its flags doubt."""
    text = reading.document.text
    for name, flags in _DOUBTS.items():
        if not flags & set(draft.flags):
            continue
        weighed = [w for w in draft.weighed if w.field == name]
        taken = max(sum(w.chosen for w in weighed), 1)
        others = [w for w in weighed if not w.chosen][: MOST_CANDIDATES - taken]
        for rank, w in enumerate(others, start=2):
            yield _word(
                reading, penalty.penalty_id, name, 0, w.value, w.start, w.end, f"scorers.{name}", None, text, rank, w.odds
            )  # fmt: skip
