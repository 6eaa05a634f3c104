"""Which bodies act together in one action: from those that the odds picked, by what the article says of courts, agencies and states beside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.extract.features import Guess, Spot
from pipeline.extract.names import Name
from pipeline.extract.paragraphs import sections
from pipeline.extract.parties import body_behind, captioned, collects, court_rules, is_court, is_judge, leaves_open
from pipeline.extract.positions import positions
from pipeline.extract.reading import Reading, Sentence
from pipeline.extract.standing import STATED, lists_cases
from pipeline.knowledge import authorities
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
        _court_that_rules, _bench_of_the_sum, _court_of_the_plea, _prosecutor_of_the_plea, _court_for_judge, _no_judge_beside_court, _not_yet_approved, _states_together, _agency_of_department, _paid_to, _described_actor, _own_sentence_alone, _within_section,
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
_CHARGES = re.compile(
    r"\bcriminal (?:\w+ ){0,2}(?:charges|case|fine|claims|allegations|probe|investigation|penalty|inquiry)\b"
)
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


_APPEALS = re.compile(
    r"\bCourts? of Appeals?\b|\b(?:\d+(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Federal|D\.C\.) (?:U\.S\. )?Circuit\b|[Aa]ppeals? [Cc]ourt"
)


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
    r"\b(?:uph[eo]ld|upholds|annul\w*|quash\w*|overturn\w*|sets? aside|threw out|throws? out|reject\w*|cuts?|reduc\w+|cancel\w+|slash\w*|confirm\w*|dismiss\w*|null and void|struck down|trim\w*|halv\w+|(?:brought|brings|knocked|took|whittled) (?:[\w€$£,.]+ ){0,3}?down|wip(?:ed|es) (?:out|away)|lower\w*|reinstat\w+|restor\w+)\b"
)


_OLD_SUM = re.compile(r"\bfrom (?:about |nearly |some )?$")
_NEW_SUM = re.compile(r"\S+(?: (?:million|billion|mln|bln|bn|m))?(?: [a-z]+)? to ")
"""What stands before and from the sum that a change leaves behind: "brought down from €1.1m to €700,000"."""


def _change_of_background(action: Action, out: list[Name]) -> list[Name]:
    """For background the court that its sentence says changed it, with the agency whose case it was."""
    sentence, start = action.spot.sentence, action.spot.start
    before, after = sentence.text[: start - sentence.start], sentence.text[start - sentence.start :]
    if (
        action.is_news
        or action.guess.role_rule == "role.changed_from"
        or (_OLD_SUM.search(before) and _NEW_SUM.match(after))
    ):
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
    r"(?<!be )\b(?:approved|sanctioned|signed|entered|accepted|ratified|dealt with|fined|sentenced|convicted|imposed|ordered|pleaded guilty|plea|annulled|quashed|confirmed|upheld|reduced|lowered|halved|overturned|reinstated|restored|struck down|set aside) (?:on \w+day |yesterday |today )?(?:in|at|by|before|of|from) (?:the |an? )?$"
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


_BENCH_TELLS = re.compile(
    r"\b(?:judge|court|magistrates?)\b(?:(?! said| asked| may| could| whether| would| will)[^.;]){0,60}?\b(?:order\w*|fin(?:ed|es)|sentenc\w+|impos\w+|approv\w+|award\w+|handed|slapp\w+|hit)\b",
    re.I,
)


def _trial_courts(action: Action) -> list[Name]:
    return [n for n in action.names if is_court(n) and not _APPEALS.search(n.name) and not _TOP_COURT.fullmatch(n.name)]


_TOP_COURT = re.compile(r"(?:U\.S\. )?Supreme Court")


def _bench_of_the_sum(action: Action, out: list[Name]) -> list[Name]:
    """The one court of the article (else its one judge), where what tells the sum says that a court or judge ordered it ("an Oklahoma judge ordered")."""
    if not action.is_news or not out or any(map(is_bench, out)):
        return out
    sentence, start = action.spot.sentence, action.spot.start
    told = (s.text[: start - s.start] if s is sentence else s.text for s in action.spot.told)
    if not any(_BENCH_TELLS.search(t) for t in told):
        return out
    bench = _trial_courts(action) or [n for n in action.names if is_judge(n)]
    return [bench[0], *out] if len(bench) == 1 else out


NEAR_JUDGE = 3
"""Sentences between the first namings of a judge and of the court that they sit in, at most."""


def _court_for_judge(action: Action, out: list[Name]) -> list[Name]:
    """The one court that is named near a picked judge in the judge's place, with the likeliest agency where no other acts."""
    judges, courts = [n for n in out if is_judge(n)], _trial_courts(action)
    if not judges or any(map(is_court, out)) or len(courts) != 1:
        return out
    first: dict[int, int] = {}
    for sentence in action.reading.sentences:
        for _, name in sentence.names:
            first.setdefault(name.index, sentence.number)
    if abs(first.get(courts[0].index, 99) - first.get(judges[0].index, 0)) > NEAR_JUDGE:
        return out
    out = [courts[0], *(n for n in out if not is_bench(n))]
    agency = action.agency(0.0)
    return [*out, agency] if action.is_news and len(out) == 1 and agency else out


_PENDING = re.compile(
    r"(?:\b(?:law ?suits?|suits?|complaints?|cases?|charges|decrees?|judgments?|papers|documents|actions?|agreement|request)\b[^.;]{0,30}\b(?:lodged|filed|submitted)\b[^.;]{0,40}\b(?:in|with|to|at|before)"
    r"|\b(?:must|needs?|requires?|required|subject to|pending|awaits?|has yet|have to|to be|still|if|until|unless)\b[^.;]{0,45}\b(?:approv\w+|accept\w+|ratif\w+|sign\w*)\b[^.;]{0,12}\b(?:by|of|from|in|with)) (?:an? |the )?$"
)


def _not_yet_approved(action: Action, out: list[Name]) -> list[Name]:
    """No court that the article names only as one where papers were filed or whose approval is still to come."""
    text = action.reading.document.text
    return [
        n
        for n in out
        if not (action.is_news and is_court(n) and all(_PENDING.search(text, max(0, m.start - 120), m.start) for m in n.mentions))
    ]  # fmt: skip


_SPEAKS = frozenset({"says", "actor", "agent_by", "talks"})
_PART = re.compile(r"\bDivision\b|\bDepartment\b")
EARLY = 5
"""The last sentence in which an agency must act or speak to stand beside its department."""


def _agency_of_department(action: Action, out: list[Name]) -> list[Name]:
    """A department with the agency of it that acts or speaks soon ("the Department of Transportation fined … , PHMSA said")."""
    if not action.is_news:
        return out
    picked = {i for n in out for i in n.registry_ids}
    added = [
        n
        for n in action.names
        if n not in out and len(n.registry_ids) == 1 and authorities()[n.registry_ids[0]].parent in picked and not is_bench(n) and not _PART.search(n.name)
        and any(positions(s).get(n.index, frozenset()) & _SPEAKS for s in action.reading.sentences if s.number <= EARLY)
    ]  # fmt: skip
    within = [n for n in out if not any(_within(action.reading, n, o) for o in out if o is not n)]
    return within + added


_AT = re.compile(r"\)?(?: \([\w -]{2,12}\))?,? (?:at|within|in|of|under|part of|a unit of|an arm of) (?:the )?")


def _within(reading: Reading, parent: Name, agency: Name) -> bool:
    """Whether a body's first naming only says whose agency another is ("the Office for Civil Rights (OCR) at the Department of Health")."""
    first = parent.mentions[0]
    return any(
        _AT.fullmatch(reading.document.text, m.end, first.start) for m in agency.mentions if m.end <= first.start
    )


_HEAD = r"commission|authority|agency|regulator|watchdog|secretariat|department|board|council|bureau|ministry|office|tribunal|body|supervisor|ombudsman|enforcer|superintendence|inspectorate|directorate|service|administration|commissioner"
_ACTED = r"(?:(?:has|had|also|then|later|already|recently|last \w+|in \w+|on \w+day|this \w+|instead|twice) ){0,3}(?:fin(?:ed|es)|impos(?:ed|es)|hit|slapp(?:ed|s)|order(?:ed|s)|levied|issu(?:ed|es)|announc(?:ed|es) a (?:[\w-]+ )?(?:fine|penalty)|hand(?:ed|s)(?: down| out)?|penali[sz]ed|sanctioned|collected|took|settled|assess(?:ed|es)|demand(?:ed|s)|sought|seeks?|propos(?:ed|es)|recommend(?:ed|s)|docked|awarded|secured|won|trimmed|cut|reduced|approved|cited)\b"
_THE_BODY = re.compile(
    rf"\b[Tt]he (?:same |state |privacy |financial |markets? |competition |antitrust |data |consumer |federal |banking |securities )?(?P<head>{_HEAD}) {_ACTED}"
)
_ANY_BODY = frozenset({"regulator", "watchdog", "agency", "authority", "body", "supervisor", "enforcer", "ombudsman"})


def _described_actor(action: Action, out: list[Name]) -> list[Name]:
    """The body last named that "the commission", "the regulator" before the sum takes up, where its sentence names none."""
    sentence, start = action.spot.sentence, action.spot.start
    found = list(_THE_BODY.finditer(sentence.text, 0, max(0, start - sentence.start)))
    if _here(sentence) or not found:
        return out
    head = found[-1]["head"]
    before = sorted(
        (m.start, n.index)
        for n in action.names
        if not is_bench(n) and not collects(n)
        for m in n.mentions
        if m.start < sentence.start
    )
    named = [i for _, i in before]
    by_index = {n.index: n for n in action.names}
    fits = [i for i in named if head in by_index[i].name.lower()] or (named if head in _ANY_BODY else [])
    return [by_index[fits[-1]]] if fits else out


_SAID = re.compile(r"[’']?s?,? (?:said|says|told|added)\b")


def _own_sentence_alone(action: Action, out: list[Name]) -> list[Name]:
    """Of several agencies the one that the sum's own sentence, behind the lead, names alone, unless it only speaks there."""
    sentence = action.spot.sentence
    here = [(m, n) for m, n in sentence.names if n.label == "AUTHORITY" and not is_bench(n)]
    if sentence.number <= 1 or len({n.index for _, n in here}) != 1 or here[0][1] not in out:
        return out
    if any(m.start > action.spot.start or _SAID.match(sentence.text, m.end - sentence.start) for m, _ in here):
        return out
    return [n for n in out if is_bench(n) or n is here[0][1]]


_SAME_BODY = re.compile(r"\b[Tt]he same (?:body|authority|agency|regulator|watchdog|commission|court|office)\b")
"""What takes up the body of the section before."""
FEWEST_SECTIONS = 3
OWN_BODIES = 2


def _within_section(action: Action, out: list[Name]) -> list[Name]:
    """In a round-up, whose sections tell of bodies of their own, only bodies that the sum's section names."""
    text, start = action.reading.document.text, action.spot.start
    starts = sections(text, lists_cases(action.reading))
    here = bisect_right(starts, start) - 1
    if len(starts) < FEWEST_SECTIONS or here < 0:
        return out
    agencies = [n for n in action.names if not is_bench(n) and not collects(n)]
    places = {n.index: {bisect_right(starts, m.start) - 1 for m in n.mentions} for n in action.names}
    own = {min(places[n.index]) for n in agencies if len(places[n.index]) == 1} - {-1}
    inside = [n for n in agencies if here in places[n.index]]
    if len(own) < OWN_BODIES or not inside or not (out or action.is_news):
        return out
    if _SAME_BODY.search(text, starts[here], start):
        return out
    before = [n for n in inside if any(starts[here] <= m.start < start for m in n.mentions)] or inside
    return [n for n in out if here in places[n.index]] or [likeliest(before, action.odds)]


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


_BETWEEN_LISTED = re.compile(r",? (?:and )?(?:the state of )?|, ")
FEWEST_LISTED = 3
"""From so many states on a list of them is a coalition that acts together."""


def _states_together(action: Action, out: list[Name]) -> list[Name]:
    """All states of a list of them, where the odds gave one ("eight states: Arkansas, California, …")."""
    for sentence in action.reading.sentences:
        rows: list[list[Name]] = []
        last = None
        for mention, name in sentence.names:
            if mention.rule_id == "mentions.acting_state":
                between = "" if last is None else action.reading.document.text[last.end : mention.start]
                if last is None or not _BETWEEN_LISTED.fullmatch(between):
                    rows.append([])
                rows[-1].append(name)
                last = mention
        for row in rows:
            if len(row) >= FEWEST_LISTED and any(n in out for n in row):
                out = out + [n for n in dict.fromkeys(row) if n not in out and n in action.names]
    return out


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
