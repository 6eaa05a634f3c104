"""Where a name stands in its clause: who pays, who is acted on, who acts, who is only spoken of. The scorers read these as features.

The clause is read by its verbs (`models/rules/acts.toml`) and the words around the name, not by a parse: headlines, tickers and broken lines
upset parsers, and on real articles a parse added nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extract.names import Name
from pipeline.extract.reading import Sentence, dateline_end
from pipeline.language.cues import Cue
from pipeline.records import Mention

_ROLE_NOUN = re.compile(
    r"^(?:[’']s?)? (?:(?!(?:for|over|in|on|of|a|an|the|to|by|at|with|after|from|and|was|is|has|had|said|who|which)\b)[\w-]+ ){0,3}?(?:analysts?|bankers?|execs?|executives?|directors?|traders?|managers?|employees?|CEO|CFO|COO|chief|owners?|units?|founders?|co-founders?|boss|chairman|"
    r"chairwoman|officers?|brokers?|partners?|advis[eo]rs?|parent|subsidiar(?:y|ies)|affiliates?|president|worker|lawyer|accountant|official|engineer|makers?|operators?|publishers?|providers?|manufacturers?|dealmakers?|salesm[ae]n|strategists?|economists?|consultants?|veterans?|doctors?|physicians?|nurses?|scheme|scandal|case|probe|disaster|spill|deal)\b",
    re.I,
)
"""What makes a name describe somebody or something else: "Moody's analyst", "NYMEX director", "AIG units", "Libor scandal"."""


_OWNS = re.compile(
    r"^[’']s? (?:\( ?[\w.]{2,12} ?\) )?(?:[A-Z][\w.&-]+ ){1,4}(?:unit|arm|affiliate|subsidiary|division|business|brand)\b"
)


def describes(mention: Mention, text: str, offset: int) -> bool:
    """Whether a name only describes somebody or something else ("Moody's analyst", "Citigroup's Smith Barney unit")."""
    right = _AFTER_TICKER.sub("", text[mention.end - offset :])
    return mention.label != "PERSON" and bool(_ROLE_NOUN.match(right) or _OWNS.match(right) or _HYPHENED.match(right))


TICKER = r"(?:\([^()]{1,40}\)|\b[A-Z]{1,6}[a-z]?\.[A-Z]{1,2}\b)"
"""What wire stories put between a name and its verb: "( ULVR.L )", "UAUA.O", "(SEC)"."""
_AFTER_TICKER = re.compile(rf"^ ?{TICKER}")
_ASIDE = re.compile(rf"{TICKER}|,[^,;]{{1,110}},(?! and )|^ of [A-Z][\w ]{{2,30}}(?=$|,)")
_AGE = re.compile(r", (?:aged |now )?\d{1,3}(?=,)")
_FILL = re.compile(
    r"(?:[\s,–-]|\b(?:which|who|that|said|says) )*(?:(?!(?:that|which|who|after|because|while|when|where|by|against|from|whose|into|over|of|and|but|for|with|as|said|says)\b)(?:[a-z\d’'$.-]++|[A-Z][a-z]+day|January|February|March|April|May|June|July|August|September|October|November|December)[\s]*){0,8}(?:\b(?:said|says) (?:on \w+day )?(?:that )?(?:it|they|he|she) )?(?:(?!(?:after|because|while|when|where|before|until|unless|as) (?!(?:it|he|she|they)\b))[a-z]+ ){0,3}\s*"
)
"""What may stand between a subject and its verb."""
_NOUN_TARGET = re.compile(
    r"\b(?i:fines?|penalt(?:y|ies)|settlements?|notices?|orders?|demands?|sanctions?|deals?|law ?suits?|suits?|cases?|complaints?|charges|letters?|bans?|warnings?|reprimands?|assessments?|decisions?|proceedings|actions?|agreements?|probes?|investigations?|payments?|rulings?|judgments?|verdicts?|accusations?|allegations?)\b"
    r"(?:[^.;:,]|[.,](?=\d)){0,45}?\b(?:to|on|upon|against|with|from|for|vs\.?|versus|involving|between|of) (?:(?:both|the|an?|its|former|ex-\w+|Swiss|German|French|Dutch|British|Italian|Japanese|Irish|Chinese|Indian|(?!(?:of|on|in|to|that|for|by|at|from|with|over)\b)[a-z][a-z’'-]+) ){0,7}$"
)
_GENITIVE = re.compile(
    r"^(?:[’'](?:s)?)?[ -](?:[\w$€£.,%-]+ ){0,6}?(?:settlements?|fines?|penalt(?:y|ies)|deal|plea|sentence|appeals?|agreement|payment|conviction|violations?|breach(?:es)?|failures?|practices|conduct|attempt|challenge)\b"
)
_POSSESSIVE = re.compile(rf"[’'](?:s|(?=\s))(?:\s*{TICKER})? ")
_BETWEEN_OWNER = re.compile(r"(?:[\w-]+ ){0,4}")
FILED_WITH = re.compile(
    r"\b(?:filings?|report|disclosed?|disclosure|filed|documents?|papers|statement)\b[^.;]{0,40}\b(?:with|to) (?:the )?$",
    re.I,
)
"""What stands before a body that a firm only files with: "said in a filing with the Securities and Exchange Commission"."""
_LEFT = (
    ("topic", re.compile(r"\b(?:over|about|using|via|through|involving|regarding|concerning|of using|use of|for) (?:the |an? |its |their |[\w-]+ ){0,2}$", re.I)),
    ("parent", re.compile(r"\b(?:owned by|(?:unit|units|subsidiar\w+|arms?|part|parent|division|owner|branch|affiliates?) of|bought by|acquired by|taken over by|controlled by) (?:the |an? |[\w-]+ ){0,4}$", re.I)),
    ("unit_named", re.compile(r"\b(?:subsidiar(?:y|ies)|units?|arms?|affiliates?|divisions?|companies|firms|brokerages|banks|lenders|two|both|include|includes|including|namely|were|are)(?:,|:| -| –)? (?:the )?$", re.I)),
    ("paid_by", re.compile(r"\b(?:paid|payable|owed|due) by (?:the |an? |[\w-]+ ){0,2}$")),
    ("agent_by", re.compile(r"\bby (?:the |an? |its |[A-Z][\w’']+ |[\w-]+ ){0,2}$")),
    ("with", re.compile(r"\b(?:settle\w*|agree\w*|deal|pact|accord|reached|charges|talks|case|negotiat\w+|cooperat\w+)\b[^.;]{0,40}\bwith (?:the |an? |both |[\w-]+ ){0,2}$", re.I)),
    ("paid_to", re.compile(r"\b(?:pay|paid|pays|paying|payable|fine|penalty|fines|penalties|owed?)\b[^.;]{0,40}\bto (?:the |an? |[\w-]+ ){0,1}$", re.I)),
    ("filed_with", FILED_WITH),
    ("from", re.compile(r"\bfrom (?:the |an? |[\w-]+ ){0,1}$", re.I)),
    ("against", re.compile(r"\b(?:against|upon|(?<!announced )(?<!said )(?<!posted )(?<!wrote )on) (?:the |an? |its |former |[\w-]+ ){0,3}$", re.I)),
    ("between", re.compile(r"\bbetween (?:the )?$", re.I)),
    ("at", re.compile(r"\b(?:at|in|of) (?:the )?$", re.I)),
    ("like", re.compile(r"\b(?:like|such as|rivals?|competitors?|than|while|customers|investors|shareholders|shares|clients|accounts?) (?:of |in |as |at |from |with )?(?:the )?$", re.I)),
)  # fmt: skip
_RELATIVE = re.compile(r"\b(?:fine|penalty|settlement|accord|deal|agreement|pact|sanction)s? (?:that |which )?$")
_TOOK = re.compile(
    rf"(?: ?{TICKER})? (?:has |had |have )?(?:reached|paid|agreed|accepted|struck|signed|received|got)\b"
)
"""The two sides of a respondent in a relative clause: "the $550 million accord that Orbeo reached"."""
_A_UNIT = re.compile(r" (?:units?|arms?|subsidiary|affiliate|division|business)\b")
_SAYS = re.compile(
    rf"(?:\s*{TICKER})?(?:[’']s)?(?:,[^,;]{{1,80}},)? (?:said|says|announced|told|alleg\w+|claim\w+|added|ruled|found|wrote|stated|concluded|accus\w+|sued|filed|brought|investigated|began|opened|issued)\b"
)
_DONE = re.compile(
    r"\b(?:fined|charged|sentenced|jailed|ordered|banned|barred|convicted|accused|sued|told|hit|penali[sz]ed|sanctioned|reprimanded|censured|warned|cited|suspended|indicted|punished|slapped|assessed|handed)$",
    re.I,
)
"""A verb's form that is a passive in a headline ("Equifax fined $13.5 million")."""
_NOBODY_LEFT = re.compile(
    r"\b(?:executives?|CEO|CFO|COO|chief|heads?|boss(?:es)?|leaders?|officers?|analysts?|members?|employees?|traders?|dealers?|bankers?|brokers?|owners?|directors?|founders?|co-founders?|units?|subsidiar(?:y|ies)|managers?|chairman|chairwoman|president|partners?|lawyers?|worker|arms?|affiliates?|customers?|clients?|shareholders?|investors?|known as|called|including units|makers?|operators?|publishers?|developers?|parent|manufacturers?) (?:of|at|for|in|with) (?:the )?(?:(?:[a-z-]+|U\.S\.|Swiss|British|German) ){0,4}$|(?:known as|called) $",
    re.I,
)
"""What makes the name after it no subject: "chief executive of X", "formerly known as X"."""
_TALKS = re.compile(
    r"(?:,[^,;]{1,80},)? (?:said|says|told|added|wrote|noted|declined|did not|couldn|could not|denied|neither)\b"
)


_JOINED = re.compile(
    r"\s*(?:,|,? ?(?:and|&|as well as|along with|together with|or|plus)|/)?\s*(?:both )?(?:the |its |his |her |their |an? )?(?:[A-Za-z’'-]+[’'](?:s)? |[a-z-]+ |C[EFO]O ){0,3}"
    r"|,? ?(?:and |& |as well as |along with |together with |plus )?(?:its|his|her|their|fellow) (?:[a-z-]+ ){0,3}(?:[a-z-]+|C[EFO]O), "
)
_DESCRIBED = re.compile(r"\s*, (?:an?|the) ")
"""What follows a name that the next words describe: "Entain, the firm behind Ladbrokes"."""
_HYPHENED = re.compile(r"-[a-z]+")
"""What makes a name part of a word that describes: "the Hoofddorp-based operator"."""
_APPOSITION = re.compile(r", (?:an?|the) (?:[\w’'-]+ ){1,7}[a-z-]+(?=,)")
"""What describes a name between it and the next: "Amaranth, a collapsed hedge fund, its trader Ada Marlow"."""


def joined(left: Mention, right: Mention, text: str, offset: int) -> bool:
    """Whether two mentions, one after the other, stand side by side ("Unilever ( ULVR.L ) and Procter & Gamble", "X and its unit Y")."""
    gap = _APPOSITION.sub("", re.sub(TICKER, " ", _AGE.sub("", text[left.end - offset : right.start - offset])))
    gap = gap.replace("  ", " ").replace(" ,", ",")
    if gap.strip() == "," and _POSSESSIVE.match(text[right.end - offset :]):
        return False  # "Acme, Kestrel's parent"
    return bool(
        re.search(r",|\band\b|&|/|\bor\b|\bas well as\b|\bplus\b|\bwith\b", gap)
        and _JOINED.fullmatch(gap)
        and not _DESCRIBED.match(gap)
        and not re.search(
            r"\b(?:said|says|by|of|for|from|to|against|over|that|who|which|whose|owned|in|at|near|fined|ordered|told|charged|sued|banned|barred|warned)\b",
            gap,
        )
    )


def _spread(found: set[int], names: Sequence[tuple[Mention, Name]], text: str, offset: int) -> set[int]:
    """Add to a set of mentions those that are coordinated with one of them."""
    out = set(found)
    for step in (1, -1):
        for i in sorted(found):
            k = i
            while 0 <= k + step < len(names):
                a, b = sorted((k, k + step))
                if not joined(names[a][0], names[b][0], text, offset):
                    break
                k += step
                out.add(k)
    return out


@dataclass(frozen=True, slots=True)
class Group:
    """Names that one verb or noun of a sentence makes respondents together; `verb` is where that stands (offset in the sentence), the lower `rank` the surer."""

    kind: str
    rank: int
    verb: int
    names: tuple[int, ...]


def positions(sentence: Sentence) -> dict[int, frozenset[str]]:
    """Return, for each name of a sentence (by its index), the positions that its mentions hold: payer, target, actor, agent_by, possessor, topic, …"""
    return dict(_read(sentence)[0])


def respondent_groups(sentence: Sentence) -> tuple[Group, ...]:
    """Return the groups of names that the verbs and nouns of a sentence make respondents."""
    return _read(sentence)[1]


@lru_cache(maxsize=4096)
def _read(sentence: Sentence) -> tuple[tuple[tuple[int, frozenset[str]], ...], tuple[Group, ...]]:
    text, offset = sentence.text, sentence.start
    begin = dateline_end(text) if sentence.number == 1 else 0
    names = [(m, n) for m, n in sentence.names if m.start - offset >= begin]
    held, owners = _around(names, text, offset, begin)
    idle = {
        i
        for i, (m, _) in enumerate(names)
        if i in owners
        or "parent" in held[i]
        or (describes(m, text, offset) and not ("possessed" in held[i] and _A_UNIT.match(text[m.end - offset :])))
        or _NOBODY_LEFT.search(text[: m.start - offset][-90:])
    }  # fmt: skip
    groups: list[Group] = []

    def take(kind: str, rank: int, verb: int, seeds: set[int]) -> None:
        members = sorted(_spread(seeds, names, text, offset) - idle)
        for i in members:
            held[i].add(kind)
        if rank < _NO_RESPONDENT and members:
            groups.append(Group(kind, rank, verb, tuple(dict.fromkeys(names[i][1].index for i in members))))

    for act in _acts(sentence, begin):
        subject = _subject(act, names, idle, owners, held, text, offset)
        after = [i for i, (m, _) in enumerate(names) if m.start - offset >= act.end - 1]
        if subject is not None:
            follows = bool(after) and len(text[act.end : names[after[0]][0].start - offset].split()) < 4
            passive = act.value != "active" or (
                _DONE.search(text[act.start : act.end])
                and names[subject][1].label in {"ORG", "PERSON"}
                and not (follows and not re.match(r" (?:over|for|in|by|after|with|to)\b", text[act.end :]))
            )
            take("payer" if passive else "actor", 0 if passive else _NO_RESPONDENT, act.start, {subject})
        if act.value == "active":
            first = next((i for i in after if i not in idle), None)
            gap = text[act.end : names[first][0].start - offset] if first is not None else ""
            heard = gap.startswith(" on ") and text[act.start : act.end].lower().endswith("announced")
            if first is not None and len(gap) < 70 and not heard and not _BREAKS.search(gap):
                take("target", 0, act.start, {first})
    for i in idle:
        held[i].add("idle")
    for kind, rank in (
        ("noun_target", 1),
        ("relative", 1),
        ("paid_by", 1),
        ("genitive_penalty", 1),
        ("against", 2 if sentence.sums else _NO_RESPONDENT),
    ):
        for i in sorted(i for i, h in held.items() if kind in h and i not in idle):
            take(kind, rank, names[i][0].start - offset, {i})
    by_name: dict[int, set[str]] = defaultdict(set)
    for i, (_, name) in enumerate(names):
        by_name[name.index] |= held[i]
    return tuple((index, frozenset(h)) for index, h in sorted(by_name.items())), tuple(dict.fromkeys(groups))


def _acts(sentence: Sentence, begin: int) -> list[Cue]:
    """The verbs of a sentence from `begin` on, with spans that count from the sentence's start."""
    offset = sentence.start
    return [
        Cue(a.start - offset, a.end - offset, a.value, a.rule_id) for a in sentence.acts if a.start - offset >= begin
    ]


STRONG = frozenset({"payer", "target", "noun_target", "genitive_penalty"})
"""Positions of a respondent."""
_NO_RESPONDENT = 9
_BREAKS = re.compile(r"\b(?:over|for|because|after|said|that|by|to|with|from|and|in)\b|[;:]")
"""Words between a verb and a name that is not its object."""


def _around(
    names: Sequence[tuple[Mention, Name]], text: str, offset: int, begin: int
) -> tuple[dict[int, set[str]], set[int]]:
    """The positions that the words beside each mention tell, and the mentions that only own the next ("Elon Musk's Twitter")."""
    held: dict[int, set[str]] = {i: set() for i in range(len(names))}
    owners: set[int] = set()
    for i, (mention, name) in enumerate(names):
        start, end = mention.start - offset, mention.end - offset
        left, right = text[:start], text[end:]
        held[i] |= {kind for kind, pattern in _LEFT if pattern.search(left[-90:])}
        owner = _POSSESSIVE.match(right)
        if owner and i + 1 < len(names):
            between = text[end + owner.end() : names[i + 1][0].start - offset]
            if _BETWEEN_OWNER.fullmatch(between):
                owners.add(i)
                held[i].add("possessor")
                held[i + 1].add("possessed")
        elif owner:
            held[i].add("genitive")
        if name.label != "AUTHORITY" and _GENITIVE.match(right):
            held[i].add("genitive_penalty")
        if name.label != "AUTHORITY" and _NOUN_TARGET.search(left[-130:]):
            held[i].add("noun_target")
        if name.label != "AUTHORITY" and _RELATIVE.search(left[-40:]) and _TOOK.match(right):
            held[i].add("relative")
        if _SAYS.match(right):
            held[i].add("says")
        if _TALKS.match(right):
            held[i].add("talks")
        if start - begin < 4:
            held[i].add("opens")
    return held, owners


_IN_PLACE = re.compile(r"\b(?:in|of|from|at|near) (?:the )?$")
_IN_RELATIVE = re.compile(
    r", (?:(?:which|who|whose) [^,;]{1,80}|(?:formerly|previously|now|then|once|both|all|each|part|owned|run|led|headed|based|bought|parent|a unit|an arm|a subsidiary|a division|a former|an ex)\b[^,;]{0,60} (?:with|of|by|at|from|for|to|in) (?:the )?(?:[\w.-]+ ){0,2})$"
)
"""What makes a name before a comma part of an aside: "Acme, which bought Kestrel in 2010, was fined", "Marlow, formerly of Kestrel, agreed"."""


_RELATIVE_CLAUSE = re.compile(
    rf"(?: ?{TICKER})?(?:,? (?:aged )?\d\d)?, (?:who|which) [^;:.]{{1,200}}, ?(?:also |then |now |again )?"
)
"""From a sentence's first name to the verb behind its relative clause."""


def _subject(
    act: Cue, names: Sequence[tuple[Mention, Name]], idle: set[int], owners: set[int], held: dict[int, set[str]], text: str, offset: int
) -> int | None:  # fmt: skip
    """The mention that is the subject of a verb; None where it is no name."""

    def _only_where(i: int) -> bool:
        """Whether a place only says where somebody is: "Sharp, of Japan, will pay"."""
        mention, name = names[i]
        return name.label == "LOC" and bool(_IN_PLACE.search(text[: mention.start - offset]))

    before = [i for i, (m, _) in enumerate(names) if m.end - offset <= act.start + 1 and i not in owners]
    # "Marlow, who was found guilty with an associate, Ben Kestrel, of fraud, was fined"
    opener = names[before[0]][0] if before and before[0] not in idle else None
    if opener is not None and _RELATIVE_CLAUSE.fullmatch(text[opener.end - offset : act.start]):
        return before[0]
    until = len(text[: act.start].rstrip(" ,")) if act.rule_id == "acts.agreeing" else act.start
    fitting = [
        i
        for i in reversed([i for i in before if not _only_where(i)][-4:])
        if _FILL.fullmatch(_ASIDE.sub(" ", _AGE.sub("", text[names[i][0].end - offset : until])))
        and not (names[i][0].label == "PERSON" and _POSSESSIVE.match(text[names[i][0].end - offset :]))
        and not (
            "," in text[names[i][0].end - offset : until] and _IN_RELATIVE.search(text[: names[i][0].start - offset])
        )
    ]
    if fitting and fitting[0] in idle and "parent" in held[fitting[0]]:
        return next((i for i in reversed(before) if i not in idle), None)
    return next((i for i in fitting if i not in idle), None)


def beside(sentence: Sentence, a: Name, b: Name) -> bool:
    """Whether somewhere in the sentence a mention of one stands side by side with one of the other, or in one enumeration with it."""
    names = list(sentence.names)
    mine = {i for i, (_, n) in enumerate(names) if n.index == a.index}
    return any(names[i][1].index == b.index for i in _spread(mine, names, sentence.text, sentence.start))


def share(sentence: Sentence, a: Name, b: Name) -> bool:
    """Whether two names stand in one enumeration of the sentence in which each does not have a sum of its own ("fined A and B €5m", not "A (€3m) and B (€2m)")."""
    spots = [m.start for m, n in sentence.names if n.index in {a.index, b.index}]
    between = any(min(spots) < m.start < max(spots) for m in sentence.sums) if spots else True
    return not between and not _EACH.search(sentence.text) and beside(sentence, a, b)


_EACH = re.compile(r"\b(?:each|respectively|apiece|personal(?:ly)?)\b", re.I)


def enumerations(sentence: Sentence) -> list[tuple[Name, ...]]:
    """Return the names of each longest run of mentions that stand side by side ("A, B and C"), two or more, each once."""
    runs: list[list[Name]] = []
    last: Mention | None = None
    for mention, name in sentence.names:
        if name.label == "LOC":  # "Britain's Barclays"
            continue
        if last is not None and joined(last, mention, sentence.text, sentence.start):
            runs[-1].append(name)
        else:
            runs.append([name])
        last = mention
    return [tuple({n.index: n for n in run}.values()) for run in runs if len({n.index for n in run}) > 1]


def nameless_lead(sentences: Sequence[Sentence]) -> int | None:
    """Return where (document offset) the lead's first verb of a respondent begins, if no name is its subject ("A former trader was fined"); else None."""
    for sentence in sentences:
        if sentence.number > 1:
            return None
        if sentence.is_title:
            continue
        text, offset = sentence.text, sentence.start
        begin = dateline_end(text) if sentence.number == 1 else 0
        act = next((a for a in _acts(sentence, begin) if a.value != "active"), None)
        if act is None:
            continue
        held = positions(sentence)
        if not any("payer" in h for h in held.values()) and re.match(
            r"(?:An?|The|Two|Three|Four|Five|Six|\d+|Former|Ex-|One|Some|Several|Nearly|About|More)\b", text[begin:]
        ):
            return offset + act.start
    return None
