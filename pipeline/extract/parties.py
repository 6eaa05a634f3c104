"""Who acts against whom: the parties of the article's main case, and those that a sentence names itself.

The main case is decided from title, lead and the sentences after it together; a sum takes the parties of its own sentence where that names
them, else those of the case. The orders of sources below are those that proved right most often on real articles.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.names import Name
from pipeline.extract.positions import (
    FILED_WITH,
    STRONG,
    TICKER,
    describes,
    enumerations,
    nameless_lead,
    respondent_groups,
    share,
)
from pipeline.extract.reading import Reading, Sentence
from pipeline.knowledge import authorities, home_currency
from pipeline.language.countries import UNION
from pipeline.language.cues import find_cues
from pipeline.language.money import Money
from pipeline.records import Mention, Party

_JOINT = re.compile(
    r"(?:,? ?(?:and|&|as well as|along with|together with|or|plus)? (?:its |his |her |their )?(?:\w+ ){0,2}|, |/|, and its (?:\w+ ){0,2}|[’']s? (?:\w+ ){0,2}unit )",
    re.I,
)
_SPEAKER = re.compile(
    r"^[’']?s?,? (?:said|says|told|wrote|added|noted|commented|argued|stated|explained|tweeted|, an? (?:analyst|lawyer|attorney|spokes\w+|professor|economist))|^, (?:an?|the|who|chief|director|head|general counsel|chairman|chairwoman|president|commissioner|minister|secretary|spokes\w+|acting|deputy|assistant|associate|regional|senior)\b",
    re.I,
)
_BY = re.compile(r"(?:by|with|from|to|of|for|under|versus|against) (?:the |an? |britain[’']s |u\.s\. |us )?$", re.I)
_JUDGE = re.compile(r"\b(?:judges?|court|jury|magistrates?|tribunal|justices?)\b", re.I)
_RULED = re.compile(
    r"\b(?:approv\w+|sentenc\w+|order\w*|uph[eo]ld\w*|ruled?|ruling|overturn\w*|annul\w*|reduc\w+|cut|convict\w+|fined?|dismiss\w*|reject\w*|affirm\w*|threw out|quash\w*|set aside|guilty|judgment|entered)\b",
    re.I,
)
_PLURAL_SUBJECT = re.compile(
    r"^(?:[\w.’'-]+ ){0,4}?(?:banks|units|firms|companies|lenders|brokers|traders|executives|carriers|airlines|retailers|insurers|makers|drugmakers|automakers|operators|sites|apps|hospitals|schools|councils|men|women|giants|suppliers|producers|funds)\b"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a case: the names, and the rule that chose them. Empty where nobody is named."""

    names: tuple[Name, ...]
    rule_id: str

    def __bool__(self) -> bool:
        return bool(self.names)


@dataclass(frozen=True, slots=True)
class Case:
    """The parties of an article's main case."""

    authorities: Side
    respondents: Side


NOBODY = Side((), "parties.none")


def home_of(side: Side) -> str | None:
    """Return the currency of the country whose body acts (ISO 4217); None where the registry knows no body of the side for certain."""
    lands = (authorities()[n.registry_ids[0]].country for n in side.names if len(n.registry_ids) == 1)
    return next((home_currency()[c] for c in lands if c in home_currency()), None)


_EARLY = {0: 6, 1: 6, 2: 3, 3: 2}
"""How much a naming counts by the sentence that it stands in: title, first to third of the body."""


def is_court(name: Name) -> bool:
    """Whether a name is a court's, by the registry or by its words."""
    kinds = {authorities()[i].kind for i in name.registry_ids if i in authorities()}
    return "court" in kinds or bool(re.search(r"\b(?:Court|Tribunal|Magistrates)\b", name.name))


def is_judge(name: Name) -> bool:
    """Whether a name is a judge's, by the office before it ("U.S. District Judge Jed Rakoff")."""
    return bool(
        re.search(
            r"\bJudge [A-Z]|\b[Mm]agistrate [A-Z]|\bJustice of the Peace [A-Z]|\bJustice (?!Department|Ministry|Secretary|Minister|Dept)[A-Z]",
            name.name,
        )
    )


def is_medium(name: Name) -> bool:
    """Whether a name is a newspaper's or agency's."""
    return any(c.value == "medium" for c in find_cues("bystanders", name.name))


def is_bystander(name: Name) -> bool:
    """Whether a name never is a party: a legislature, the army, "AI"."""
    return any(c.value == "bystander" for c in find_cues("bystanders", name.name))


_BY_LINE = re.compile(
    r"(?:[Cc]ontacts?|CONTACTS?):?\s*$|(?:^|[\n*|]|\. )\W{0,4}(?:[Bb]y|BY|[Rr]eporting by|[Ee]diting by|[Ww]ritten by) (?:[\w.’'-]+ ){0,3}(?:(?:and|&|,) )?$"
)


def writes(reading: Reading, name: Name) -> bool:
    """Whether every mention of a person stands in a byline ("By Ann Poe & Max Roe") or as a release's contact."""
    text = reading.document.text
    return name.label == "PERSON" and all(_BY_LINE.search(text, max(0, m.start - 70), m.start) for m in name.mentions)


_OFFICE = re.compile(
    r"\b(?:President|Secretary|Senator|Sen\.|Rep\.|Minister|Chairman|Chairwoman|Chair|Commissioner|Governor|Gov\.|Mayor|Prosecutor|Attorney General|Director|Superintendent|Inspector|Ombudsman|[Ss]pokesman|[Ss]pokeswoman|[Ss]pokesperson|[Aa]nalyst|[Ll]awyer|[Aa]ttorney|[Pp]rofessor|Congressman|Congresswoman|MEP|MP|Chancellor|Premier) $"
)


def _before(reading: Reading, mention: Mention) -> str:
    return reading.document.text[max(0, mention.start - 90) : mention.start]


def holds_office(reading: Reading, name: Name) -> bool:
    """Whether a person is somewhere named with an office that speaks for others ("Treasury Secretary Ada Marlow", "analyst Ben Kestrel")."""
    return name.label == "PERSON" and any(_OFFICE.search(_before(reading, m)) for m in name.mentions)


def is_official(reading: Reading, name: Name) -> bool:
    """Whether a person only speaks or acts by an office: no verb or noun of the article makes them a respondent."""
    return holds_office(reading, name) and not reading.held.get(name.index, frozenset()) & STRONG


def speaks(reading: Reading, name: Name) -> bool:
    """Whether somewhere the name is followed by "said" or a speaker's office."""
    return any(
        _SPEAKER.match(s.text[m.end - s.start :])
        for s in reading.sentences
        for m, n in s.names
        if n.index == name.index
    )


def may_respond(name: Name) -> bool:
    """Whether a name may be a respondent: a firm, body or person, no medium or bystander."""
    return name.label in {"ORG", "PERSON"} and not find_cues("bystanders", name.name)


def sentence_respondents(sentence: Sentence, spot: int | None = None) -> Side:
    """Return the respondents that the sentence itself names by its verbs and nouns, or nobody. `spot` is where the sum stands (document offset)."""
    names = {n.index: n for _, n in sentence.names}
    groups = [(g, tuple(names[i] for i in g.names if may_respond(names[i]))) for g in respondent_groups(sentence)]
    groups = [(g, side) for g, side in groups if side]
    if not groups:
        return NOBODY
    here = (spot if spot is not None else sentence.start) - sentence.start
    group, side = min(
        groups,
        key=lambda pair: (
            pair[0].rank,
            pair[0].verb > here if spot is not None else False,
            abs(pair[0].verb - here),
            pair[0].verb,
        ),
    )
    return Side(side, f"parties.{group.kind}")


def acted_on(sentence: Sentence, start: int) -> Side | None:
    """Return those whom the verb nearest to the sum at `start` makes respondents together, by its subject or object; None where each has a sum of its own."""
    own = sentence_respondents(sentence, start)
    if own.rule_id not in {"parties.payer", "parties.target"}:
        return None
    return own if all(share(sentence, own.names[0], n) for n in own.names[1:]) else None


_PAYEE = re.compile(r"[^.;:$€£]{0,70}?\bto (?:the |state of |its ){0,2}$", re.I)
_RESPECTIVELY = re.compile(r"\brespectively\b", re.I)


def stated_side(sentence: Sentence, start: int, side: str) -> Side | None:
    """Return whom a sentence gives the sum at `start` outright: the body that its fine comes from, the head of a list's line, of several sums the body that one goes to ("$382 million to the Justice Department and
    $177 million to the SEC"), or by its place ("ordered A and B to pay $5m and $3m, respectively"); else None."""
    sums = [m for m in sentence.sums if not m.conversion]
    own = next((k for k, m in enumerate(sums) if m.start == start), None)
    if own is None:
        return None
    if side == "authority" and (name := _imposing(sentence, sums[own])):
        return Side((name,), "parties.imposing")
    if side == "authority" and (names := _settled_with(sentence, sums[own])):
        return Side(names, "parties.settled_with")
    if side == "respondents" and (heads := _heading(sentence, sums[own])):
        return Side(heads, "parties.heading")
    if side == "respondents" and (name := _abutting(sentence, sums, own)):
        return Side((name,), "parties.abutting")
    if len(sums) < 2:
        return None
    if _RESPECTIVELY.search(sentence.text) or _in_a_row(sentence, sums):
        labels = {"AUTHORITY"} if side == "authority" else {"ORG", "PERSON"}
        for names in enumerations(sentence):
            if len(names) == len(sums) and all(n.label in labels for n in names):
                return Side((names[own],), "parties.respectively")
    if side == "authority":
        until = sums[own + 1].start if own + 1 < len(sums) else sentence.end
        for mention, name in sentence.names:
            between = sentence.text[sums[own].end - sentence.start : mention.start - sentence.start]
            if name.label == "AUTHORITY" and sums[own].end <= mention.start < until and _PAYEE.fullmatch(between):
                return None if collects(name) else Side((name,), "parties.paid_to")
    return None


_FROM = re.compile(
    r"(?: ?\([^()]{1,60}\))?(?:[ -](?:[\w-]+ ){0,3}?(?:fine|penalty|sanction) (?:from|(?:(?:imposed|issued) )?by)| by) (?:the )?"
)


def _imposing(sentence: Sentence, money: Money) -> Name | None:
    """The body that a sum's own noun comes from ("a €20 million penalty from France's CNIL"), or that stands behind it ("fined €1 million by AMF")."""
    text, offset = sentence.text, sentence.start
    bodies = ((m, n) for m, n in sentence.names if n.label == "AUTHORITY" and not is_court(n))
    return next((n for m, n in bodies if _FROM.fullmatch(text[money.end - offset : m.start - offset])), None)


_SETTLED = re.compile(
    r"(?: ?\([^()]{1,60}\))?(?:[ -](?:[\w-]+ ){0,3}?(?:settlements?|deal|agreement|accord|pact)(?: (?:that )?(?:the \w+|it|[A-Z][\w&.]+) (?:\w+ )?(?:reached|struck|signed|made|entered|agreed)(?: in [A-Z]\w+)?)? (?:with|by)"
    r"|(?: in [a-z ,]{3,60})? to (?:settle|resolve|end) (?:[a-z-]+ ){0,4}?(?:with|by|from)) (?:both )?(?:the )?"
)


def _settled_with(sentence: Sentence, money: Money) -> tuple[Name, ...]:
    """The bodies that a sum's own settlement is with ("a $4 billion deal with the FHFA", "$48 million to settle allegations by the SEC")."""
    text, offset = sentence.text, sentence.start
    if any(is_court(n) or is_judge(n) for m, n in sentence.names if m.start < money.start):
        return ()  # "Judge Marlow threw out Acme's $285 million settlement with the SEC"
    bodies = ((m, n) for m, n in sentence.names if n.label == "AUTHORITY" and not is_court(n) and not collects(n))
    name = next((n for m, n in bodies if _SETTLED.fullmatch(text[money.end - offset : m.start - offset])), None)
    if name is None:
        return ()
    beside = next((e for e in enumerations(sentence) if name in e), (name,))
    return tuple(n for n in beside if n.label == "AUTHORITY")


def _in_a_row(sentence: Sentence, sums: Sequence[Money]) -> bool:
    """Whether the sums of a sentence are told in one row ("were fined 2 million yuan and 1.5 million yuan")."""
    gaps = (sentence.text[a.end - sentence.start : b.start - sentence.start] for a, b in itertools.pairwise(sums))
    return all(_ROW.fullmatch(gap) for gap in gaps)


_ROW = re.compile(r",? (?:and )?")
_HEAD = re.compile(r"\s*[*•▪·–-] ?[^:.;]{2,120}: ?(?:an? )?")


def _heading(sentence: Sentence, money: Money) -> tuple[Name, ...]:
    """The names of a list line's head, before the colon and its sum ("* Telmira Group and trader Ben Kestrel: $77 million for …")."""
    text, offset = sentence.text, sentence.start
    if not _HEAD.fullmatch(text[: money.start - offset]):
        return ()
    names = (
        n for m, n in sentence.names if m.start < money.start and may_respond(n) and not describes(m, text, offset)
    )
    return tuple(dict.fromkeys(names))


_BRACKET = re.compile(rf"(?: ?{TICKER})? ?\(")
_RIGHT_BEFORE = re.compile(rf"(?: ?{TICKER})?,? ")
_FOR = re.compile(r" (?:in [a-z ]{3,30} |(?:to be )?paid |payable |due )?(?:for|from|against|by) (?:the )?")
_FINE_ON = re.compile(
    r"(?: ?\([^()]{1,40}\))?[ -](?:[a-z-]+ ){0,2}?(?:fine|penalty|sanction) (?:on|against|upon) (?:the )?"
)


def _abutting(sentence: Sentence, sums: Sequence[Money], own: int) -> Name | None:
    """The name that a sum stands right beside: in brackets after it ("Moelis ($10 million)"), as a fine on it ("a $10 million fine against Moelis"), and in a sentence of several sums right after it
    ("fined A $2m and B $1m") or before its preposition ("$30 million for A and $2 million for B")."""
    people = [(m, n) for m, n in sentence.names if may_respond(n)]
    text, offset = sentence.text, sentence.start

    def before(k: int, gap: re.Pattern[str]) -> Name | None:
        return next((n for m, n in people if gap.fullmatch(text[m.end - offset : sums[k].start - offset])), None)

    def after(k: int) -> Name | None:
        return next((n for m, n in people if _FOR.fullmatch(text[sums[k].end - offset : m.start - offset])), None)

    fined = (
        n
        for m, n in people
        if _FINE_ON.fullmatch(text[sums[own].end - offset : m.start - offset]) and not describes(m, text, offset)
    )
    found = before(own, _BRACKET) or next(fined, None)
    if found is None and len(sums) > 1:
        for beside in (lambda k: before(k, _RIGHT_BEFORE), after):
            if sum(beside(k) is not None for k in range(len(sums))) > 1:
                found = found or beside(own)
    return found


def collects(name: Name) -> bool:
    """Whether a body is where fines of others go: a treasury."""
    return bool(re.search(r"\b(?:Treasury|Exchequer|Ministry of Finance)\b", name.name))


def only_filed_with(reading: Reading, name: Name) -> bool:
    """Whether a body is named only as one that a firm files with ("said in a filing with the Securities and Exchange Commission")."""
    return all(FILED_WITH.search(_before(reading, m)) for m in name.mentions)


def is_filed_with(sentence: Sentence, mention: Mention) -> bool:
    """Whether a sentence names a body as one that papers are filed with."""
    return bool(FILED_WITH.search(sentence.text[: mention.start - sentence.start]))


def listed_respondent(sentence: Sentence, spot: int) -> Side:
    """Return the name that a list gives a sum to: right before it ("Moelis ($10 million)", "Moelis: $10 million"), or after "for"."""
    people = [(m, n) for m, n in sentence.names if n.label in {"ORG", "PERSON"}]
    before = [(m, n) for m, n in people if 0 <= spot - m.end < 12]
    after = [(m, n) for m, n in people if 0 < m.start - spot < 40]
    chosen = before[-1:] or after[:1]
    return Side((chosen[0][1],), "parties.listed") if chosen else NOBODY


def sentence_authorities(sentence: Sentence) -> Side:
    """Return the authorities that the sentence names as acting: its subject, or by / with / from / to them; never a government beside its agency."""
    text, offset = sentence.text, sentence.start
    named = [(m, n) for m, n in sentence.names if n.label == "AUTHORITY"]
    chosen: list[Name] = []
    for mention, name in named:
        left, right = text[: mention.start - offset], text[mention.end - offset :]
        if re.match(r"[’']s? (?:rules?|regulations?|website|investigation|building|former)\b", right) or re.search(
            r"(?:former|ex-)[\w ]{0,20}$", left, re.I
        ):
            continue
        if name not in chosen:
            chosen.append(name)
    if len(chosen) > 1:
        acting = [
            n
            for m, n in named
            if n in chosen
            and (
                _BY.search(text[: m.start - offset])
                or any(c.start - m.end in range(25) for c in sentence.acts)
                or _JOINT.fullmatch(text[m.end - offset : m.end - offset + 5])
            )
        ]
        chosen = list(dict.fromkeys(acting)) or chosen
    return Side(tuple(chosen), "parties.own_sentence") if chosen else NOBODY


_GENERIC = re.compile(
    r"\b(?:regulators|authorities|prosecutors|agencies|officials|watchdogs|states|governments?|investigators|law enforcement)\b",
    re.I,
)


def speaks_of_bodies(sentence: Sentence) -> bool:
    """Whether a sentence speaks of bodies without their names ("U.S. and British regulators")."""
    return bool(_GENERIC.search(sentence.text))


def leaves_open(sentence: Sentence) -> bool:
    """Whether a sentence speaks of bodies and names none."""
    return speaks_of_bodies(sentence) and not any(n.label == "AUTHORITY" for _, n in sentence.names)


def deciding_court(reading: Reading) -> Name | None:
    """Return the court, where title to third sentence tell that one approved, sentenced, ordered or upheld, and one is named."""
    early = [s for s in reading.sentences if s.number <= 3]
    if not any(_JUDGE.search(s.text) and _RULED.search(s.text) for s in early):
        return None
    courts = [n for s in early for _, n in s.names if n.label == "AUTHORITY" and is_court(n)]
    courts = courts or [n for n in reading.names if n.label == "AUTHORITY" and is_court(n)]
    return courts[0] if courts else None


_RULES = re.compile(
    r"\b(?:approv\w+|sentenc\w+|order\w*|uph[eo]ld\w*|ruled?|ruling|overturn\w*|annul\w*|reduc\w+|cut|convict\w+|fin(?:ed?|es)|dismiss\w*|reject\w*|affirm\w*|threw out|quash\w*|set aside|judgment|entered|signed off|oks|accept\w*|impos\w+|slash\w*|back(?:s|ed)|grant\w*|finds?|found)\b",
    re.I,
)
_NOT_YET = re.compile(r";|\b(?:said|asked|may|could|whether|would|will)\b", re.I)
_RULED_BY = re.compile(
    r"(?:ordered|fined|sentenced|approved|upheld|annulled|overturned|imposed|cut|convicted|rejected|dismissed|approval|confirmed|quashed|reduced|halved|lowered|reinstated|restored|ratified|struck down|set aside) (?:[\w' ]{0,30})?(?:by|in|from) (?:an? |the )?[\w.' ]{0,30}$",
    re.I,
)


def court_rules(reading: Reading) -> bool:
    """Whether title to third sentence tell, in one clause, that a court or judge approved, ordered, upheld, … ("A federal judge on Monday approved")."""
    for sentence in reading.sentences:
        if sentence.number > 3:
            return False
        for word in _JUDGE.finditer(sentence.text):
            after = sentence.text[word.end() : word.end() + 90]
            verb = _RULES.search(after)
            if verb and not _NOT_YET.search(after[: verb.start()]):
                return True
            if _RULED_BY.search(sentence.text[max(0, word.start() - 60) : word.start()]):
                return True
    return False


_CAPTION = re.compile(r"\bvs?\. |\bNo\. |\bcase (?:is|number)\b|\bcases? (?:are|is) ", re.I)


def captioned(reading: Reading) -> tuple[Name, ...]:
    """Return the courts in the line that names the case: "The case is SEC v. Shah, U.S. District Court, Southern District of New York, No. 11-cv-1234"."""
    lines = [s for s in reading.sentences if s.number > 3 and _CAPTION.search(s.text)]
    return tuple(dict.fromkeys(n for s in lines for _, n in s.names if n.label == "AUTHORITY" and is_court(n)))


def body_behind(reading: Reading, actor: Name) -> Name:
    """Return the body that acts where an article says that the Union or a US state does, if it names it; else `actor` itself.

    Supervision of the GDPR is national (its articles 55 and 56): "EU fines Meta" tells a decision of Ireland's commission. A state acts through its
    attorney general.
    """
    if all(m.rule_id == "mentions.acting_state" for m in actor.mentions):
        return next(
            (n for n in reading.names if n.label == "AUTHORITY" and n.name.startswith("Attorney General ")), actor
        )
    if actor.name not in UNION:
        return actor
    bodies = [
        n
        for n in reading.names
        if len(n.registry_ids) == 1
        and (a := authorities()[n.registry_ids[0]]).kind == "data_protection"
        and a.country != "EU"
    ]
    return min(bodies, key=lambda n: n.mentions[0].start, default=actor)


def main_case(reading: Reading) -> Case:
    """Return the parties of the main case."""
    return Case(_main_authorities(reading), _main_respondents(reading))


def _main_authorities(reading: Reading) -> Side:
    """The agency that title and first sentences name as acting (with those beside it in title or first sentence), and the court that decided."""
    score: Counter[int] = Counter()
    by_index = {n.index: n for n in reading.names}
    for sentence in reading.sentences:
        weight = _EARLY.get(sentence.number, 0)
        for name in sentence_authorities(sentence).names:
            score[name.index] += 4 * weight + 1
    agencies = [
        i for i, n in score.most_common() if not is_court(by_index[i]) and (n > 4 or len(by_index[i].mentions) > 2)
    ]
    court = deciding_court(reading)
    chosen: list[Name] = []
    if agencies:
        best = by_index[agencies[0]]
        chosen.append(best)
        for sentence in reading.sentences:
            side = sentence_authorities(sentence)
            if sentence.number <= 1 and best in side.names:
                chosen += [
                    n for n in side.names if n not in chosen and not is_court(n) and coordinated(sentence, best, n)
                ]
    if court is not None:
        chosen.append(court)
    return Side(tuple(chosen), "parties.case_score") if chosen else NOBODY


_BESIDE = re.compile(r"(?: ?\([^()]{1,14}\))?,? ?(?:and |& |with |as well as |along with )?(?:the |its )?")


def coordinated(sentence: Sentence, a: Name, b: Name) -> bool:
    """Whether two names stand side by side in the sentence ("the SEC and the CFTC")."""
    places = sorted((m.start, m.end) for m, n in sentence.names if n in (a, b))
    return any(
        _BESIDE.fullmatch(sentence.text[e - sentence.start : s - sentence.start])
        for (_, e), (s, _) in itertools.pairwise(places)
    )


def _main_respondents(reading: Reading) -> Side:
    title, lead = reading.title, reading.lead
    title_side = sentence_respondents(title) if title else NOBODY
    lead_side = next((s for s in (sentence_respondents(x) for x in lead) if s), NOBODY)
    plural = bool(title and _PLURAL_SUBJECT.match(title.text))
    if title_side and not plural:
        if lead_side and len(lead_side.names) > len(title_side.names) and set(title_side.names) <= set(lead_side.names):
            return Side(lead_side.names, f"{lead_side.rule_id}.lead")
        return Side(title_side.names, f"{title_side.rule_id}.title")
    if lead_side:
        return Side(lead_side.names, f"{lead_side.rule_id}.lead")
    if title_side:
        return Side(title_side.names, f"{title_side.rule_id}.title")
    described = nameless_lead(reading.sentences[:4]) is not None or any(
        describes(m, s.text, s.start) for s in reading.sentences if s.number <= 1 for m, n in s.names if may_respond(n)
    )
    person = next(
        (
            n
            for s in reading.sentences
            if s.number <= 4
            for m, n in s.names
            if n.label == "PERSON" and not _SPEAKER.match(s.text[m.end - s.start :])
        ),
        None,
    )
    if described and person is not None:
        return Side((person,), "parties.described_person")
    early = [n for s in reading.sentences if s.number <= 2 for _, n in s.names if may_respond(n)]
    counts = Counter({n.index: len(n.mentions) for n in reading.names if n in early})
    if counts and not plural:
        index, _ = max(counts.items(), key=lambda item: (item[1], -item[0]))
        return Side(tuple(n for n in reading.names if n.index == index), "parties.most_frequent")
    return NOBODY


def as_parties(side: Side) -> tuple[Party, ...]:
    """Return the side as parties, each by its fullest form in the article."""
    return tuple(
        Party(n.name, n.fullest.start, n.fullest.end, n.registry_ids, side.rule_id, n.label) for n in side.names
    )
