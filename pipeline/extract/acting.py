"""Which bodies act together in one action: from those that the odds picked, by what the article says of courts, agencies and states beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extract.features import Guess, Spot
from pipeline.extract.names import Name
from pipeline.extract.parties import body_behind, captioned, collects, court_rules, is_court, is_judge, leaves_open
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.standing import STATED
from pipeline.language.offices import read_office

BRINGS = 0.15
"""From this probability on an agency is taken beside a court that decides alone."""
BROUGHT = 0.05
"""The same where the lead tells that the court ruled."""
CHANGES = STATED - {"conditional"}
CHANGED_BY = 0.3
"""From this probability on a court is the one that changed a penalty."""
CHANGES_NOW = 0.1
"""The same where the change is the article's news."""
LATE_NAMED = 10
"""The last sentence in which the bodies behind a lead's "regulators" are sought."""


@dataclass(frozen=True, slots=True)
class Action:
    """What decides who acts: the article, where the action is told, what the rules made of it, the names that may act, and their odds."""

    reading: Reading
    spot: Spot
    guess: Guess
    names: Sequence[Name]
    odds: Mapping[int, float]

    @property
    def is_news(self) -> bool:
        """Whether the action is the article's news."""
        return self.guess.role == "current"

    def likeliest(self, fits: Callable[[Name], bool], least: float) -> Name | None:
        """Return the likeliest name that fits, at least `least` likely."""
        fitting = [n for n in self.names if fits(n) and self.odds[n.index] >= least]
        return likeliest(fitting, self.odds) if fitting else None

    def agency(self, least: float) -> Name | None:
        """Return the likeliest body that is no court and no judge."""
        return self.likeliest(lambda n: not is_bench(n), least)


def likeliest(names: Sequence[Name], odds: Mapping[int, float]) -> Name:
    """Return the likeliest name; of equally likely ones the first."""
    return max(names, key=lambda n: (odds[n.index], -n.index))


def is_bench(name: Name) -> bool:
    """Return whether a name is a court's or a judge's."""
    return is_court(name) or is_judge(name)


def acting(action: Action, picked: Sequence[Name]) -> list[Name]:
    """Return the authorities of an action: what the odds picked, changed by each of the steps below in turn."""
    out = list(picked)
    for step in (
        _nobody_named, _changed_by_court, _court_of_the_caption, _no_appeals_court, _behind_the_lead, _change_of_background,
        _court_that_rules, _court_of_the_plea, _prosecutor_of_the_plea, _no_judge_beside_court, _paid_to,
    ):  # fmt: skip
        out = step(action, out)
    return [body_behind(action.reading, n) for n in out]


def _here(sentence: Sentence) -> list[Name]:
    return [n for _, n in sentence.names if n.label == "AUTHORITY"]


_SEVERAL_PLACES = re.compile(
    r"(?:regulators|authorities|prosecutors|agencies|watchdogs) in (?:the )?[A-Z][\w. ]+(?:,| and) (?:the )?[A-Z]"
    r"|(?:U\.S\.|UK|U\.K\.|US|British|American|Swiss|Dutch|European|EU|German|French|federal|state)(?:,? and|,) (?:\w+\.?\w*\.? and )?"
    r"(?:U\.S\.|UK|U\.K\.|US|British|American|Swiss|Dutch|European|EU|German|French|federal|state)[\w ]{0,20} (?:regulators|authorities|prosecutors|agencies|watchdogs)"
)
_CHARGES = re.compile(r"\bcriminal (?:\w+ )?(?:charges|case|fine)\b")
_PROSECUTES = re.compile(r"Justice|Attorney|Prosecut|Court|Judge")
_CHRONICLE = re.compile(r"^(?:timeline|chronology)\b", re.I)
_SOME_BODY = re.compile(r"\b(?:regulators?|authorit(?:y|ies)|commission|court|agency)\b", re.I)


def _nobody_named(action: Action, out: list[Name]) -> list[Name]:
    """Nobody, where the sentence speaks of bodies that it does not name: "regulators in Britain and Japan", background that "prosecutors" imposed."""
    sentence, prior = action.spot.sentence, not action.is_news
    if _here(sentence):
        return out
    unnamed = (
        (prior and leaves_open(sentence))
        or (sentence.number > 1 and _SEVERAL_PLACES.search(sentence.text))
        or (prior and _CHARGES.search(sentence.text) and not any(_PROSECUTES.search(n.name) for n in out))
    )
    title = action.reading.title
    chronicle = title is not None and _CHRONICLE.search(title.text) and sentence.number > 1
    return [] if unnamed or (chronicle and not _SOME_BODY.search(sentence.text)) else out


def _changed_by_court(action: Action, out: list[Name]) -> list[Name]:
    """What changes a penalty is a court on the case of an agency: the likeliest of each."""
    if action.guess.status.status not in CHANGES or action.guess.role_rule == "role.changed_from":
        return out
    bench = action.likeliest(is_court, CHANGES_NOW if action.is_news else CHANGED_BY)
    agency = action.agency(BRINGS)
    return [bench, agency] if bench and agency else out


def _court_of_the_caption(action: Action, out: list[Name]) -> list[Name]:
    """News that a court approved or ordered: the court that the case's caption names acts beside the agency; a court decides on somebody's case."""
    if not action.is_news or not court_rules(action.reading):
        return out
    out = out + [n for n in captioned(action.reading)[:1] if n in action.names and n not in out]
    agency = action.agency(BRINGS)
    return [*out, agency] if out and agency and all(is_bench(n) for n in out) else out


_APPEALS = re.compile(r"\bCourts? of Appeals?\b|\bCircuit\b|[Aa]ppeals? [Cc]ourt")


def _no_appeals_court(action: Action, out: list[Name]) -> list[Name]:
    """A court of appeal is no party of a penalty that nothing changed."""
    kept = [n for n in out if not _APPEALS.search(n.name)]
    if action.guess.status.status in CHANGES or len(kept) == len(out) or len(action.names) < 2:
        return out
    agency = action.likeliest(lambda n: not is_bench(n) and not _APPEALS.search(n.name), CHANGED_BY)
    return kept if any(not is_bench(n) for n in kept) or agency is None else [*kept, agency]


_BODIES = re.compile(
    r"\b(?:regulators|authorities|agencies|prosecutors|watchdogs|enforcers|probes|investigations|U\.S\. government|(?:federal|state|U\.S\.|UK|criminal|civil) (?:and \S+ )?(?:charges|claims|allegations|penalties|probes))\b",
    re.I,
)
_NO_BODY = re.compile(r"Act$|^(?:U\.S\. )?Attorney General [A-Z]")


def _behind_the_lead(action: Action, out: list[Name]) -> list[Name]:
    """All likely bodies that the text names soon, where the lead tells the sum of several without their names ("to settle federal and state charges")."""
    told = [s for s in action.spot.told if s.number <= 1]
    if not action.is_news or not out or not any(_BODIES.search(s.text) for s in told) or any(_here(s) for s in told):
        return out
    first: dict[int, int] = {}
    for sentence in action.reading.sentences:
        for _, name in sentence.names:
            first.setdefault(name.index, sentence.number)
    return out + [
        n
        for n in action.names
        if n not in out and not is_bench(n) and action.odds[n.index] >= BRINGS
        and first.get(n.index, LATE_NAMED + 1) <= LATE_NAMED and not _NO_BODY.search(n.name)
    ]  # fmt: skip


_CHANGED = re.compile(
    r"\b(?:uph[eo]ld|upholds|annul\w*|quash\w*|overturn\w*|sets? aside|threw out|throws? out|reject\w*|cuts?|reduc\w+|cancel\w+|slash\w*|confirm\w*|dismiss\w*|null and void|struck down|trim\w*|halv\w+)\b"
)


def _change_of_background(action: Action, out: list[Name]) -> list[Name]:
    """For background the court that its sentence says changed it, with the agency whose case it was."""
    sentence, start = action.spot.sentence, action.spot.start
    if action.is_news or action.guess.role_rule == "role.changed_from":
        return out
    courts = [
        n
        for m, n in sentence.names
        if n in action.names and is_bench(n) and m.start < start
        and _CHANGED.search(sentence.text[m.end - sentence.start : start - sentence.start])
    ]  # fmt: skip
    if not courts:
        return out
    agencies = [n for n in out if not is_bench(n)] or [n for n in [action.agency(0.02)] if n is not None]
    return [courts[-1], *agencies]


_RULING = r"(?:approv(?:ed|es)|confirm(?:ed|s)|sign(?:ed|s)|cuts?|brought down|enter(?:ed|s)|holds|order(?:s|ed)|sentenced|quash(?:ed|es)|impos(?:ed|es)|fin(?:ed|es)|annul(?:led|s)|overturn(?:ed|s)|upheld|upholds|ratified|accepted|reduc(?:ed|es)|halv(?:ed|es)|trim(?:s|med)|slash(?:ed|es)|dismissed|rejected|scrapped|revoked|set aside|struck down)"
_RULES = re.compile(
    rf"(?: \([\w .-]{{2,12}}\))?(?:,[^,;]{{1,80}},)?(?: in [A-Z][\w-]+(?: [A-Z][\w-]+)?)?(?: (?:judge|on \w+day|today|last week|this week|has|have|had|also|now|in part|partly|unanimously)){{0,5}} {_RULING}\b"
)
_DONE_IN = re.compile(
    r"(?<!be )\b(?:approved|sanctioned|signed|entered|accepted|ratified|dealt with|fined|sentenced|convicted|imposed|ordered|pleaded guilty|plea|annulled|quashed) (?:on \w+day |yesterday |today )?(?:in|at|by|before|of|from) (?:the |an? )?$"
)


def _court_that_rules(action: Action, out: list[Name]) -> list[Name]:
    """The court or judge that title to third sentence make the subject of a ruling; beside a court that rules, the likeliest agency."""
    if not action.is_news or not out:
        return out
    ruling: list[Name] = []
    for sentence in action.reading.sentences:
        for mention, name in sentence.names if sentence.number <= 3 else ():
            left = sentence.text[: mention.start - sentence.start][-60:]
            ruled = _RULES.match(sentence.text, mention.end - sentence.start) or _DONE_IN.search(left)
            if name in action.names and is_bench(name) and ruled and name not in ruling:
                ruling.append(name)
    if not ruling:
        return out
    if not any(is_bench(n) for n in out):
        return [*out, next((n for n in ruling if is_court(n)), ruling[0])]
    agency = action.agency(BROUGHT)
    return [*out, agency] if agency and all(is_bench(n) for n in out) else out


_IN_COURT = re.compile(r"\b(?:plead\w*|pled|sentenc\w+|approv\w+|judgment|stipulat\w+|consent)\b", re.I)
_PROSECUTING = frozenset({"district attorney", "attorney general", "us attorney"})


def _is_prosecutor(name: Name) -> bool:
    office = read_office(name.name)
    return office is not None and office.kind in _PROSECUTING


def _court_of_the_plea(action: Action, out: list[Name]) -> list[Name]:
    """The court in which a prosecutor's case ended by plea, judgment or consent."""
    if not action.is_news or any(map(is_bench, out)) or not any(map(_is_prosecutor, out)):
        return out
    for name in action.names:
        if is_court(name) and not _APPEALS.search(name.name):
            sentences = (s for s in action.reading.sentences if any(n.index == name.index for _, n in s.names))
            if any(_IN_COURT.search(s.text) for s in sentences):
                return [name, *out]
    return out


_PLEA = re.compile(r"\b(?:plead\w*|pled|plea|guilty|convicted)\b", re.I)


def _prosecutor_of_the_plea(action: Action, out: list[Name]) -> list[Name]:
    """The prosecutor whose case it was, where title or lead tells a plea or conviction and the odds gave only the court."""
    early = (s for s in action.reading.sentences if s.number <= 1)
    if not action.is_news or not out or not all(map(is_bench, out)) or not any(_PLEA.search(s.text) for s in early):
        return out
    prosecutors = [n for n in action.names if _is_prosecutor(n)]
    return [*out, likeliest(prosecutors, action.odds)] if prosecutors else out


def _no_judge_beside_court(action: Action, out: list[Name]) -> list[Name]:
    """A judge stands for the court only where no court is named."""
    return [n for n in out if not is_judge(n)] if any(is_court(n) for n in out) else out


_TO = re.compile(
    r"(?:[ -](?:civil |criminal |administrative )?(?:fine|penalty|settlement|in \w+(?: \w+)?))? to (?:the |state of )?"
)
_PAID = re.compile(r"\b(?:pay|paid|pays|paying) (?:the |a )?(?:\w+ )?$")


def _paid_to(action: Action, out: list[Name]) -> list[Name]:
    """The body that the sentence says the sum went to ("paid a fine of $21m to OSHA", "paid the SEC $5m"), with the courts picked beside it."""
    sentence, start = action.spot.sentence, action.spot.start
    money = next((m for m in sentence.sums if m.start == start), None)
    if money is None:
        return out
    text, offset = sentence.text, sentence.start
    for mention, name in sentence.names:
        after = mention.start >= money.end and _TO.fullmatch(text[money.end - offset : mention.start - offset])
        before = mention.end < start and text[mention.end - offset : start - offset].strip() in {"", "a", "about"}
        if name not in action.names or name in out or is_bench(name) or collects(name):
            continue
        if after or (before and _PAID.search(text[: mention.start - offset])):
            return [*(n for n in out if is_bench(n)), name]
    return out
