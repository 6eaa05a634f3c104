"""Describe sums and names by features that a person can read: what the rules say, where it stands, which words are near."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extract.names import Name
from pipeline.extract.paragraphs import heading_above, paragraph_around
from pipeline.extract.parties import (
    Case,
    Side,
    captioned,
    coordinated,
    court_rules,
    deciding_court,
    holds_office,
    is_court,
    is_judge,
    is_medium,
    sentence_authorities,
    sentence_respondents,
    speaks,
    speaks_of_bodies,
)
from pipeline.extract.positions import STRONG, describes, nameless_lead, positions
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.standing import Standing, is_roundup
from pipeline.extract.sums import LISTED, SumReading
from pipeline.extract.trades import spoken_of
from pipeline.knowledge import authorities
from pipeline.language.countries import countries_named
from pipeline.language.cues import find_cues
from pipeline.language.money import Money
from pipeline.language.spelling import without_legal_form
from pipeline.records import Mention

_WORD = re.compile(r"[A-Za-z’'-]+|[%$€£]|,|;|\.|\(")
_LETTERS = re.compile(r"[A-Za-z’'-]+")
_CLAUSE_END = re.compile(r"[;:.](?=\s)")
WINDOW = 70
"""Characters on either side of a sum whose words are features of their own, within its clause."""
_MODAL = re.compile(
    r"\b(could|may|might|would|can|if|should|must|will|expected|likely|seek|seeking|sought|propos\w+|demand\w*|maximum|potential|possible|total|combined|each|including|plus|also|another|separate|additional|up to)\b",
    re.I,
)
_TITLE_WORDS = re.compile(
    r"\b(fin(?:e|es|ed)|settl\w+|sue[sd]?|seek\w*|pay(?:s)?|plead\w*|guilty|order\w*|may|could|faces?|propos\w+|court|judge|appeal\w*|cut|jail\w*|sentenc\w+|charg\w+|prob\w+|deal|ban\w*|report|source|talks|biggest|record|upheld|overturn\w*|reject\w*)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Telling:
    """What is known of one telling of a sum when it is described."""

    sentence: Sentence
    money: Money
    reading: SumReading


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an action stands whose parties are sought: the sentence and offset of its sum or measure, the rule that read it, all sentences that tell it."""

    sentence: Sentence
    start: int
    rule_id: str
    told: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """What the rules made of a sum or measure."""

    role: str
    role_rule: str
    status: Standing
    penalty_type: str
    authorities: Side
    respondents: Side


_PRONOUN = re.compile(
    r"(?:He|She|It|They|The (?:regulator|agency|commission|watchdog|authority|department|company|bank|firm|court|judge|companies|banks|men|two))\b"
)


_CALLED = {
    "firm": re.compile(
        r"\b(?:[Tt]he|its|Its) (?:[a-z-]+ ){0,2}(?:bank|company|firm|airline|group|insurer|carmaker|automaker|lender|drugmaker|giant|maker|manufacturer|retailer|operator|brokerage|broker|platform|site|app|charity|council|hospital|trust|exchange|utility|miner|unit|subsidiary|supplier|developer|producer|carrier|broadcaster|bookmaker|chain|startup)\b"
    ),
    "person": re.compile(
        r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er)\b|\b(?:[Tt]he|[Aa]|[Ff]ormer) (?:[a-z-]+ ){0,2}(?:man|woman|trader|banker|executive|lawyer|doctor|director|founder|analyst|broker|adviser|manager|accountant|owner|businessman|businesswoman|tycoon|billionaire|official)\b"
    ),
    "several": re.compile(
        r"\b(?:[Tt]hey|[Tt]hem|[Bb]oth|(?:[Tt]he )?(?:two|three|four|five|six|seven|eight|nine|ten|eleven|dozen|several|\d{1,2}) (?:[a-z-]+ ){0,2}[a-z]+s|(?:[Tt]he )?(?:banks|companies|firms|airlines|brokerages|units|lenders|drugmakers))\b"
    ),
}
"""How a sum's sentence calls those who pay, where it does not name them."""


def place(sentence: Sentence) -> str:
    """Return where a sentence stands, in steps."""
    n = sentence.number
    return "title" if n == 0 else f"s{n}" if n <= 3 else "s4-6" if n <= 6 else "s7+"


def _bucket(n: int) -> str:
    return str(n) if n < 3 else "3+"


def _words(text: str, position: int, end: int) -> tuple[list[str], list[str]]:
    left = [w.lower() for w in _WORD.findall(text[max(0, position - 60) : position])][-3:]
    right = [w.lower() for w in _WORD.findall(text[end : end + 60])][:3]
    return left, right


def article_features(reading: Reading, case: Case, standing: Standing) -> frozenset[str]:
    """Return the features that all sums of an article share: its case, its title's words, private words."""
    out = {
        f"case_status={standing.status}",
        f"n_agencies={_bucket(len(case.authorities.names))}",
        f"n_respondents={_bucket(len(case.respondents.names))}",
    }
    if reading.title:
        out |= {f"t:{w.lower()}" for w in _TITLE_WORDS.findall(reading.title.text)}
        out |= {f"title_status={c.value}" for c in reading.title.status}
        out |= {f"title_type={c.value}" for c in reading.title.penalties}
    for sentence in reading.lead:
        out |= {f"{place(sentence)}_status={c.value}" for c in sentence.status}
        out |= {f"lead_type={c.value}" for c in sentence.penalties}
    for name in case.authorities.names:
        for i in name.registry_ids[:1]:
            a = authorities()[i]
            out |= {
                f"kind={a.kind}",
                f"country={a.country if a.country in {'US', 'GB', 'EU', 'IN', 'AU'} else 'other'}",
            }
    settled = [c for s in reading.sentences if s.number > 2 for c in s.status if c.value == "agreed"]
    lands = {authorities()[i].country for n in case.authorities.names for i in n.registry_ids[:1]}
    land = "US" if "US" in lands else "GB" if "GB" in lands else "other"
    out.add(f"settled_later={_bucket(len(settled))},{land}")
    if any(
        "admit" in s.text[c.start - s.start : c.end - s.start].lower()
        for s in reading.sentences
        for c in s.status
        if c.value == "agreed"
    ):
        out.add(f"no_admission,{land}")
    early = [s for s in reading.sentences if s.number <= 3]
    out |= {f"private_early={c.value}" for s in early for c in find_cues("private", s.text)}
    if any(n.label == "AUTHORITY" and not is_court(n) for s in early for _, n in s.names):
        out.add("agency_early")
    if any(n.label == "AUTHORITY" and not is_court(n) for s in early if s.number <= 1 for _, n in s.names):
        out.add("agency_first")
    if deciding_court(reading) is not None:
        out.add("court_decides")
    if is_roundup(reading):
        out.add("roundup")
    if not case.authorities:
        out.add("no_authority")
    if not case.respondents:
        out.add("no_respondent")
    out.add(f"length={'short' if len(reading.sentences) < 6 else 'long' if len(reading.sentences) > 20 else 'mid'}")
    return frozenset(out)


def sum_features(
    reading: Reading, case: Case, told: Iterable[Telling], anchor: Telling, guess: Guess, shared: frozenset[str]
) -> frozenset[str]:
    """Return the features of one sum: its words, its places, what the rules make of it; with those of its article."""
    tellings = list(told)
    first = min(tellings, key=lambda t: t.sentence.number)
    sentence, money = first.sentence, first.money
    text, spot = sentence.text, money.start - sentence.start
    out = set(shared)
    out |= {
        f"rule={anchor.reading.rule_id}",
        f"value={anchor.reading.value}",
        f"first={place(sentence)}",
        f"anchor={place(anchor.sentence)}",
    }
    out |= {f"has={t.reading.rule_id}" for t in tellings}
    out |= {
        f"told={_bucket(len(tellings))}",
        f"qualifier={money.qualifier}",
        f"per={money.per}",
        f"digits={len(str(int(money.amount)))}",
    }
    out.add(f"currency={money.currencies[0] if money.currencies[0] in {'USD', 'EUR', 'GBP', 'INR'} else 'other'}")
    out |= {
        f"rule_role={guess.role}",
        f"role_rule={guess.role_rule}",
        f"rule_status={guess.status.status}",
        f"status_rule={guess.status.rule_id}",
        f"stands={guess.status.status},{next((f for f in shared if f.startswith('case_status=')), '')}",
        f"rule_type={guess.penalty_type}",
    }
    for t, mark in ((first, "own"), (anchor, "anchor")):
        offset = t.sentence.start
        here = t.money.start
        out |= {f"{mark}_status={c.value}" for c in t.sentence.status}
        out |= {f"{mark}_near_status={c.value}" for c in t.sentence.status if abs(c.start - here) < 60}
        out |= {f"{mark}_near_type={c.value}" for c in t.sentence.penalties if abs(c.start - here) < 60}
        out |= {f"{mark}_{f}" for f in (*_ages(reading, t.sentence, here), *_sentence_before(reading, t.sentence))}
        out |= {
            f"{mark}_modal={m.lower()}"
            for m in _MODAL.findall(t.sentence.text[max(0, here - offset - 50) : here - offset])
        }
        left, right = _words(t.sentence.text, here - offset, t.money.end - offset)
        if left:
            out.add(f"l1={left[-1]}")
        if right:
            out.add(f"r1={right[0]}")
    before = _CLAUSE_END.split(text[max(0, spot - WINDOW) : spot])[-1]
    after = _CLAUSE_END.split(text[money.end - sentence.start :][:WINDOW])[0]
    out |= {f"before={w.lower()}" for w in _LETTERS.findall(before)[-6:]}
    out |= {f"after={w.lower()}" for w in _LETTERS.findall(after)[:5]}
    out |= {f"own_prior={c.rule_id}" for c in sentence.prior}
    out |= {f"own_date={d.shape}" for d in sentence.dates}
    if any(d.value and reading.published and (reading.published - d.value).days > 60 for d in sentence.dates):
        out.add("own_old_date")
    out |= {f"own_private={c.value}" for c in find_cues("private", text)}
    out |= {f"own_appeal={c.value}" for c in sentence.appeals}
    own_respondents, own_authorities = sentence_respondents(sentence, money.start), sentence_authorities(sentence)
    out.add(f"own_respondent={_relation(own_respondents, case.respondents)}")
    out.add(f"own_authority={_relation(own_authorities, case.authorities)}")
    out.add(f"sums_here={_bucket(len(sentence.sums))}")
    if spot < len(text) * 0.3:
        out.add("sum_first_third")
    if re.match(r"(?:It|The|He|She|They|In|That|This|Separately|Also|Last|Earlier)\b", text):
        out.add(f"begins={text.split(' ', 1)[0].lower()}")
    amounts = [m.amount for s in reading.sentences if s.number <= 1 for m in s.sums]
    if amounts:
        out.add("largest_of_lead" if money.amount >= max(amounts) else "below_lead")
    return frozenset(out)


_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AGES = ((3, "days"), (14, "weeks"), (60, "months"), (365, "year"))
OLDEST_YEAR = 3
"""From so many years before publication on a year is as old as any."""


def _ages(reading: Reading, sentence: Sentence, spot: int) -> set[str]:
    """How long before publication the dates and years of a sentence lie, in steps; dates near the sum (document offset `spot`) stand for themselves too."""
    published = reading.published
    if published is None:
        return set()
    out = {f"year={min(published.year - int(y), OLDEST_YEAR)}" for y in _YEAR.findall(sentence.text)}
    for mention in sentence.dates:
        if mention.value:
            days = (published - mention.value).days
            age = next((name for most, name in _AGES if days <= most), "years")
            out |= {f"age={age}"} | ({f"near_age={age}"} if abs(mention.start - spot) < NEAR else set())
    return out


NEAR = 80
"""Characters from a sum within which a date is near."""


def _sentence_before(reading: Reading, sentence: Sentence) -> set[str]:
    """What the sentence before says of standing and time, and whether it holds a sum."""
    place_ = reading.sentences.index(sentence)
    if place_ == 0:
        return set()
    before = reading.sentences[place_ - 1]
    out = {f"after_status={c.value}" for c in before.status} | {f"after_prior={c.rule_id}" for c in before.prior}
    return out | ({"after_sums"} if before.sums else set())


def _relation(own: Side, case: Side) -> str:
    if not own:
        return "none"
    if not case:
        return "new"
    return "same" if set(own.names) & set(case.names) else "other"


@dataclass(frozen=True, slots=True)
class _View:
    """What all names of one side share when a sum's parties are sought: whom the rules chose, whom the sum's own sentence names, how the names rank."""

    chosen: Side
    whole: Side
    own: Side
    ranks: Mapping[int, str]
    court: Name | None
    rules: bool
    lands: frozenset[str]
    captioned: tuple[Name, ...]
    early: tuple[Sentence, ...]
    stands: Mapping[int, frozenset[str]]
    introduced: Mapping[int, str]
    recent: Mapping[int, int]
    paragraph: tuple[int, int] | None
    beside: frozenset[int]
    trades: frozenset[str]
    section: frozenset[int]


def side_features(
    reading: Reading, case: Case, spot: Spot, guess: Guess, names: Sequence[Name], side: str
) -> list[frozenset[str]]:
    """Return, for each of `names`, its features as an authority (`side` "authority") or a respondent of one action: where it stands to that, and whom the rules chose."""
    authority = side == "authority"
    sentence = spot.sentence
    text = reading.document.text
    heading, paragraph = heading_above(text, spot.start), paragraph_around(text, spot.start)
    view = _View(
        guess.authorities if authority else guess.respondents,
        case.authorities if authority else case.respondents,
        sentence_authorities(sentence) if authority else sentence_respondents(sentence, spot.start),
        _ranks(reading, side),
        deciding_court(reading) if authority else None,
        authority and court_rules(reading),
        countries_named(sentence.text) if authority else frozenset(),
        captioned(reading) if authority else (),
        tuple(s for s in reading.sentences if s.number <= 3 or s is sentence),
        _stands(reading, spot, {n.index for n in names}),
        {} if authority else _introduced(reading, {n.index for n in names}),
        _recent(names, spot.start),
        paragraph,
        frozenset(
            n.index for n in names if paragraph and any(paragraph[0] <= m.start < paragraph[1] for m in n.mentions)
        ),
        frozenset() if authority else spoken_of(sentence.text),
        frozenset(n.index for n in names if heading and any(heading[0] <= m.start < heading[1] for m in n.mentions)),
    )
    return [_name_features(reading, spot, guess, name, side, len(names), view) for name in names]


def _form(reading: Reading, name: Name) -> set[str]:
    """How a name is written: with a legal form, as an acronym, one word or several; `weak` where nothing but its place at a sentence's start made it a name."""
    if name.label == "PERSON":
        form = "person" if " " in name.name else "surname"
    elif name.name != without_legal_form(name.name):
        form = "legal"
    elif " " in name.name:
        form = "words"
    else:
        form = "acronym" if name.name.isupper() and len(name.name) < 6 else "shouted" if name.name.isupper() else "word"
    out = {f"form={form}", f"form={form},mentions={_bucket(len(name.mentions) - 1)}"}
    once = form in {"word", "shouted"} and len(name.mentions) == 1
    if once and any(s.start == name.mentions[0].start for s in reading.sentences):
        out.add("weak")
    return out


def _name_features(
    reading: Reading, spot: Spot, guess: Guess, name: Name, side: str, peers: int, view: _View
) -> frozenset[str]:
    chosen, own, role = view.chosen, view.own, guess.role
    out = {
        f"peers={'1' if peers == 1 else '2-3' if peers < 4 else '4+'}",
        f"mentions={_bucket(len(name.mentions) - 1)}",
        f"label={name.label}",
    }
    if side != "authority":
        out |= _form(reading, name)
    numbers = {s.number: s for s in reading.sentences}
    places = {s.number for s in reading.sentences for _, n in s.names if n.index == name.index}
    out |= {f"in={place(numbers[n])}" for n in places if n <= 3}
    here = spot.sentence.number
    nearest = min((abs(n - here) for n in places), default=99)
    before = [here - n for n in places if 0 <= here - n <= 2]
    out.add(f"distance={nearest if nearest < 3 else '3+'}")
    if before:
        out.add(f"last_seen={min(before)}")
    if any(n in {s.number for s in spot.told} for n in places):
        out.add("in_telling")
    in_rule, in_case = name in chosen.names, name in view.whole.names
    out.add(f"rule={in_rule}")
    out.add(f"case={in_case}")
    out.add(f"rule={in_rule},case={in_case},{role}")
    out.add(f"rule={in_rule},n={_bucket(len(chosen.names))}")
    if in_rule:
        out.add(f"by={chosen.rule_id}")
    elif not chosen:
        out.add("rule_none")
    out.add(f"own={name in own.names},{role}")
    out.add(f"own_n={_bucket(len(own.names))},{name in own.names}")
    for mention, n in spot.sentence.names:
        if n.index == name.index:
            text, offset = spot.sentence.text, spot.sentence.start
            gap = mention.start - spot.start
            out.add(f"here={'before' if gap < 0 else 'after'}{'_near' if abs(gap) < 50 else ''}")
            if side != "authority":
                out |= _context(text, mention.start - offset, mention.end - offset)
            if describes(mention, text, offset):
                out.add("describes")
            out |= _beside_sum(spot, mention)
    for sentence in reading.sentences:
        if sentence.number <= 1:
            for mention, n in sentence.names:
                if n.index == name.index:
                    if side != "authority":
                        near = _context(sentence.text, mention.start - sentence.start, mention.end - sentence.start)
                        out |= {f"{place(sentence)}_{f}" for f in near}
                    if describes(mention, sentence.text, sentence.start):
                        out.add(f"{place(sentence)}_describes")
    if speaks(reading, name):
        out.add("speaks")
    out.add(f"rank={view.ranks[name.index]}")
    generic = speaks_of_bodies(spot.sentence)
    out |= {f"generic={generic},own={name in own.names}", f"generic={generic},case={in_case},{role}"}
    if not in_rule and any(coordinated(s, name, other) for s in view.early for other in chosen.names):
        out |= {"beside_rule", f"beside_rule,{role}"}
    for kind, words in _CALLED.items():
        if words.search(spot.sentence.text[: spot.start - spot.sentence.start]):
            out |= {
                f"called={kind},{name.label}",
                f"called={kind},{name.label},own={name in own.names}",
                f"called={kind},{name.label},case={in_case}",
            }
    if holds_office(reading, name):
        out |= {"holds_office", f"holds_office,own={name in own.names}"}
    opening = _PRONOUN.match(spot.sentence.text)
    if opening:
        out |= {f"opening={opening.group().lower()},{name.label}", f"opening={opening.group().lower()},case={in_case}"}
    if re.search(r"\b(?:record|previous|largest|biggest|similar|also)\b", spot.sentence.text):
        out.add(f"record,{role},case={in_case}")
    if spot.rule_id in LISTED:
        out.add(f"listed,rule={in_rule}")
    if side == "authority":
        out.add("registered" if name.registry_ids else "unregistered")
        if is_court(name):
            out |= {
                "court",
                f"court,{guess.status.status}",
                f"court,{'decides' if view.court == name else 'idle'}",
            }
        elif is_judge(name):
            out |= {"judge", f"judge,{guess.status.status}"}
        if is_court(name) or "judge" in out:
            out.add(f"court_rules={view.rules},{role},captioned={name in view.captioned}")
        for i in name.registry_ids[:1]:
            out.add(f"kind={authorities()[i].kind}")
            if view.lands:
                out |= {
                    land := f"land={authorities()[i].country in view.lands}",
                    f"{land},{role}",
                    f"{land},own={name in own.names}",
                }
        if name.name in {"EU", "European Union"}:
            out.add("union")
    elif is_medium(name):
        out.add("medium")
    out.add(f"role={role}")
    if spot.rule_id.startswith("measures."):
        out |= {"measure", f"measure,rule={in_rule}", f"measure,case={in_case}", f"measure,own={name in own.names}"}
    out |= view.stands.get(name.index, frozenset())
    if name.index in view.introduced:
        out.add(view.introduced[name.index])
    out |= _nearness(name, spot, view)
    if view.trades:
        own_trades = reading.trades.get(name.index, frozenset())
        trade = "same" if own_trades & view.trades else "other" if own_trades else "unknown"
        out |= {f"trade={trade}", f"trade={trade},own={any(n.index == name.index for _, n in spot.sentence.names)}"}
    return frozenset(out)


def _recent(names: Sequence[Name], spot: int) -> dict[int, int]:
    """The rank of each name by its last mention before `spot` (document offset), the latest 0; names that come later have none."""
    last = {n.index: max((m.start for m in n.mentions if m.start < spot), default=-1) for n in names}
    order = sorted((i for i in last if last[i] >= 0), key=lambda i: -last[i])
    return {index: rank for rank, index in enumerate(order)}


def _nearness(name: Name, spot: Spot, view: _View) -> set[str]:
    """How near before the action a name was last mentioned, and whether its paragraph names it, or others of its side."""
    rank = view.recent.get(name.index)
    out = {"recent=later" if rank is None else f"recent={min(rank, 3)}"}
    if view.paragraph is not None:
        here = name.index in view.beside
        before = here and any(view.paragraph[0] <= m.start < spot.start for m in name.mentions)
        others = bool(view.beside - {name.index})
        out |= {f"paragraph={here},before={before}", f"paragraph={here},others={others}"}
    if view.section:
        out.add(f"section={name.index in view.section}")
    return out


def _stands(reading: Reading, spot: Spot, names: set[int]) -> dict[int, frozenset[str]]:
    """The positions of each name in the sentences that matter: the action's own, title, first, the next ones, the one before; and whether another name holds a strong one there."""
    out: dict[int, set[str]] = {i: set() for i in names}
    own = {s.number for s in spot.told}
    for sentence in reading.sentences:
        n = sentence.number
        marks = [m for m, fits in (("own", n in own), ("title", n == 0), ("s1", n == 1), ("s2-3", n in (2, 3)), ("before", n == spot.sentence.number - 1), ("ever", True)) if fits]  # fmt: skip
        held = {i: h for i, h in positions(sentence).items() if i in names}
        strong = {i for i, h in held.items() if h & STRONG}
        actors = {i for i, h in held.items() if h & {"actor", "agent_by", "says"}}
        for mark in marks:
            for i, h in held.items():
                out[i] |= {f"{mark}:{p}" for p in h}
                if i in strong and len(strong) == 1:
                    out[i].add(f"{mark}:sole")
            if mark in {"own", "title", "s1"}:
                for i in names - strong:
                    if strong:
                        out[i].add(f"{mark}:other_strong")
                for i in names - actors:
                    if actors:
                        out[i].add(f"{mark}:other_actor")
    return {i: frozenset(h) for i, h in out.items()}


def _introduced(reading: Reading, names: set[int]) -> dict[int, str]:
    """Where the lead's subject is only described ("A former trader was fined"): the first person and the first firm that a later clause makes a subject."""
    spot = nameless_lead(reading.sentences[:3])
    if spot is None:
        return {}
    out: dict[int, str] = {}
    person = firm = 0
    seen: set[int] = set()
    for sentence in reading.sentences[:12]:
        held = positions(sentence)
        for mention, name in sentence.names:
            if mention.start < spot or name.index in seen or name.index not in names:
                continue
            seen.add(name.index)
            h = held.get(name.index, frozenset())
            if name.label == "PERSON" and "talks" not in h:
                person += 1
                out[name.index] = f"introduced,person{min(person, 3)}"
            elif h & (STRONG | {"unit_named", "opens"}):
                firm += 1
                out[name.index] = f"introduced,firm{min(firm, 3)}"
    return out


_PAID_TO = re.compile(r"[^.;:]{0,70}?\b(to|by|from|of|with|for|against) (?:the |state of |its |both ){0,2}$", re.I)


def _beside_sum(spot: Spot, mention: Mention) -> set[str]:
    """How a mention stands to the action's sum in a sentence of several: in its stretch ("$382 million to the Justice Department and $177 million to the SEC") or in another's."""
    sums = spot.sentence.sums
    own = next((m for m in sums if m.start == spot.start), None)
    if own is None:
        return set()
    after = min((m.start for m in sums if m.start > own.start), default=spot.sentence.end)
    before = max((m.end for m in sums if m.end <= own.start), default=spot.sentence.start)
    between = spot.sentence.text[own.end - spot.sentence.start : mention.start - spot.sentence.start]
    several = len(sums) > 1
    if own.end <= mention.start < after:
        out = {f"stretch=after,{several}"}
        if towards := _PAID_TO.fullmatch(between):
            out |= {f"towards={towards[1].lower()}", f"towards={towards[1].lower()},{several}"}
        return out
    return {f"stretch=before,{several}" if before <= mention.start < own.start else f"stretch=other,{several}"}


def _ranks(reading: Reading, side: str) -> dict[int, str]:
    """The rank of each name of a side, by the first sentence that names it, then by its mentions; courts stand apart."""
    labels = {"AUTHORITY"} if side == "authority" else {"ORG", "PERSON"}
    first: dict[int, int] = {}
    for sentence in reading.sentences:
        for _, name in sentence.names:
            first.setdefault(name.index, sentence.number)
    ordered = sorted(
        (n for n in reading.names if n.label in labels),
        key=lambda n: (min(first.get(n.index, 99), 4), -len(n.mentions), n.index),
    )
    out: dict[int, str] = {}
    places: Counter[str] = Counter()
    for name in ordered:
        group = "court" if side == "authority" and is_court(name) else side
        places[group] += 1
        out[name.index] = f"{group}{min(places[group], 4)}"
    return out


def _context(text: str, start: int, end: int) -> set[str]:
    left = [w.lower() for w in _WORD.findall(text[max(0, start - 40) : start])]
    right = [w.lower() for w in _WORD.findall(text[end : end + 40])]
    out = set()
    core = [w for w in left if w not in {"the", "a", "an", "'s", "’s", "u.s", "us"}]
    if core:
        out.add(f"l1={core[-1]}")
    if right:
        out.add(f"r1={right[0]}")
    if not left:
        out.add("opens")
    return out
