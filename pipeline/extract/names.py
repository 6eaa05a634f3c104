"""Clusters of names over a document: one `Name` for all the ways in which an article writes one body, firm or person."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from pipeline.knowledge import authorities, country_names
from pipeline.language.countries import UNION
from pipeline.language.offices import holds, read_office, same_office
from pipeline.language.spelling import tokens_of, without_legal_form
from pipeline.records import Mention

_COMMON_FIRST = frozenset(
    [
        "bank",
        "first",
        "national",
        "american",
        "united",
        "general",
        "new",
        "royal",
        "state",
        "federal",
        "international",
        "global",
        "european",
        "british",
        "french",
        "german",
        "us",
        "uk",
        "u.s.",
        "north",
        "south",
        "east",
        "west",
        "san",
        "los",
        "st",
        "the",
        "great",
        "central",
        "standard",
        "credit",
    ]
)


@dataclass(frozen=True, slots=True)
class Name:
    """A cluster: its label, its fullest form, every mention in order, and the registry ids that all its forms may stand for."""

    index: int
    label: str
    name: str
    mentions: tuple[Mention, ...]
    registry_ids: tuple[str, ...]

    def __hash__(self) -> int:
        """A name is told from others of its document by its index; its mentions, which may be thousands, need not be hashed each time."""
        return hash((self.index, self.label, self.name))

    @property
    def fullest(self) -> Mention:
        """The mention with the fullest form (the first of equally full ones)."""
        return next(m for m in self.mentions if m.text == self.name)


def _initials(name: str) -> set[str]:
    words = [w for w in re.findall(r"[\w&]+", name.replace(".", "")) if w]
    capital = [w for w in words if w[0].isupper()]
    return {
        "".join(w[0] for w in words).upper(),
        "".join(w[0] for w in capital).upper(),
        "".join(w[0] for w in capital if w.lower() not in {"us", "uk", "u"}).upper(),
    }


def _without_land(name: str) -> str:
    """A body's name without the country before it: "Data Protection Agency" of "Dutch Data Protection Agency"."""
    first, _, rest = name.partition(" ")
    return rest if rest and re.sub(r"[’']s?$", "", first) in country_names() else ""


def _is_acronym(short: str, long_: str) -> bool:
    letters = short.replace(".", "").replace("&", "")
    return (
        bool(re.fullmatch(r"[A-Z][A-Za-z&]{1,6}", short.replace(".", "")))
        and letters.upper() == letters
        and " " in long_
        and (
            letters in _initials(long_) | _initials(without_legal_form(long_))
            or (len(letters) > 2 and letters in _initials(_without_land(long_)))
        )
    )


def _is_cut(short: str, long_: str) -> bool:
    """Whether `short` is the other cut short as newspapers do: "BofA" and "BoA" of Bank of America, "Citi" of Citigroup, "USAir" of US Airways."""
    words = re.findall(r"[A-Za-z]+", without_legal_form(long_))
    if len(words) > 2 and any(c.islower() for c in short) and len(short) < 6:
        written = "".join(w if w.islower() else w[0] for w in words)
        return short in {written, "".join(w[0] for w in words)} and sum(c.isupper() for c in short) > 1
    joint = "".join(words).lower()
    if " " in short or not words or not joint.startswith(short.lower()) or len(short) < 4:
        return False
    return joint == f"{short.lower()}group" or (len(short) > len(words[0]) and sum(c.isupper() for c in short) > 1)


def _is_blend(short: str, long_: str) -> bool:
    """Whether `short` joins the beginnings of the other's words: "StanChart" of Standard Chartered, "FedEx" of Federal Express."""
    parts = re.findall(r"[A-Z][a-z]+", short)
    tokens = tokens_of(long_)
    return (
        len(parts) > 1
        and "".join(parts) == short
        and len(parts) <= len(tokens)
        and all(t.startswith(p.lower()) and len(p) > 1 for p, t in zip(parts, tokens, strict=False))
    )


COMMISSION = "eu-commission"


_OF_A_STATE = re.compile(r"us-[a-z]{2}-")
_ONE_OF_MANY = frozenset({"court", "prosecutor", "police", "government"})
"""Kinds of which a country has many bodies: a description of one ("the Amsterdam court") is no other."""


def _fields(mention: Mention) -> set[tuple[str, str, str]]:
    """Country, US state and field of the bodies that a mention may name."""
    out = set()
    for i in mention.registry_ids:
        state = _OF_A_STATE.match(i)
        if authorities()[i].kind not in _ONE_OF_MANY:
            out.add((authorities()[i].country, state.group() if state else "", authorities()[i].kind))
    return out


_DESCRIBING = frozenset(
    f"{head}{ending}"
    for head in ("regulator", "watchdog", "agency", "supervisor", "ombudsman", "commission", "commissioner", "office", "bank", "inspectorate", "body", "court", "executive", "arm", "branch", "police", "prosecutor", "self-regulator", "tribunal", "department", "ministry", "overseer", "unit", "enforcer", "chief", "authority", "general")
    for ending in ("", "s")
) | {"authorities", "agencies", "bodies"}  # fmt: skip
"""Small-letter words that end a description of a body."""


def _described(mention: Mention) -> bool:
    """Whether a mention only describes a body ("Britain's financial watchdog"); a native name may end in a small letter too ("Autorité de la concurrence")."""
    return mention.text.split()[-1] in _DESCRIBING


def _bare(mention: Mention) -> bool:
    """Whether a mention is the head of a body's name alone ("the Court", "the Commission")."""
    return (
        mention.label == "AUTHORITY"
        and not mention.registry_ids
        and " " not in mention.text
        and not mention.text.isupper()
    )


def _same(a: Mention, b: Mention, text: str) -> bool:
    """Whether two mentions of a document name the same body, firm or person by their form alone."""
    if a.registry_ids and b.registry_ids:
        shared = set(a.registry_ids) & set(b.registry_ids)
        if shared:
            return len(a.registry_ids) == 1 or len(b.registry_ids) == 1 or a.text == b.text
        # "Britain's financial watchdog" beside the Financial Services Authority: a description is the body of its country and field that the article names.
        return _described(a) != _described(b) and bool(_fields(a) & _fields(b))
    if {a.text in UNION, b.text in UNION} == {True, False} and COMMISSION in (*a.registry_ids, *b.registry_ids):
        return True
    labels = {a.label, b.label}
    offices = [read_office(m.text) if m.label == "AUTHORITY" else None for m in (a, b)]
    if all(offices):
        return same_office(*(o for o in offices if o))
    if "PERSON" in labels and labels != {"PERSON"}:
        person = next(m for m in (a, b) if m.label == "PERSON")
        return a.text == b.text or any(o and holds(o, tokens_of(person.text)) for o in offices)
    if "LOC" in labels and labels != {"LOC"}:
        return False
    ta, tb = tokens_of(a.text), tokens_of(b.text)
    if not ta or not tb:
        return a.text == b.text
    if ta == tb or "".join(ta) == "".join(tb):
        return True
    if "LOC" in labels:
        return False
    if labels == {"PERSON"}:
        short, long_ = sorted((_without_suffix(ta), _without_suffix(tb)), key=len)
        return (
            (len(short) == 1 and short[0] == long_[-1])
            or short == (long_[0], long_[-1])
            or (len(short) > 1 and short[-1] == long_[-1] and short[0][0] == long_[0][0] and len(short[0]) == 1)
        )
    if (
        _is_acronym(a.text, b.text)
        or _is_acronym(b.text, a.text)
        or _is_blend(a.text, b.text)
        or _is_blend(b.text, a.text)
        or _is_cut(a.text, b.text)
        or _is_cut(b.text, a.text)
    ):
        return True
    short, long_ = sorted((ta, tb), key=len)
    if len(short) < len(long_) and long_[: len(short)] == short:
        if _begins_another(*sorted((a, b), key=lambda m: len(tokens_of(m.text)))):
            return False
        return len(short) > 1 or (short[0] not in _COMMON_FIRST and len(short[0]) > 2)
    # "the Commission" for "European Commission": the head alone.
    return (
        "AUTHORITY" in labels
        and len(short) == 1
        and long_[-1] == short[0]
        and len(long_) > 1
        and not any(m.registry_ids and len(m.registry_ids) > 1 for m in (a, b))
    )


def _without_suffix(person: tuple[str, ...]) -> tuple[str, ...]:
    return person[:-1] if len(person) > 1 and person[-1] in {"jr", "sr", "ii", "iii"} else person


def _begins_another(short: Mention, long_: Mention) -> bool:
    """Whether a union's, state's or body's name only begins a longer one: "European Union's highest court", "Pentagon Capital Management Plc", "Justice John Roberts"."""
    if short.text in UNION or short.rule_id == "mentions.acting_state":
        return True
    firm = long_.label == "ORG" and long_.text != without_legal_form(long_.text)
    return short.label == "AUTHORITY" and (firm or long_.rule_id == "mentions.office_holder")


def _other_body(mention: Mention, group: list[Mention]) -> bool:
    """Whether a mention's bodies share nothing with those that the group names; a description may join a group that has no name of its own yet."""
    if not mention.registry_ids:
        return False
    named = [m for m in group if m.registry_ids and not _described(m)]
    if _described(mention):
        return bool(named) and not any(
            set(mention.registry_ids) & set(m.registry_ids) or _fields(mention) & _fields(m) for m in named
        )
    return bool(named) and not any(set(mention.registry_ids) & set(m.registry_ids) for m in named)


def cluster(mentions: tuple[Mention, ...], text: str) -> tuple[Name, ...]:
    """Return the names of a document in order of first mention.

    A bracketed short form right after a name ("Federal Trade Commission (FTC)", "Kestrel Loop Ltd (Kestrel)") joins it whatever it looks like;
    a form that fits several clusters joins the one that was mentioned last.
    """
    groups: list[list[Mention]] = []
    # The wordings of each group, each once: a text that names one firm a thousand times costs no more than one that does so twice.
    forms: list[dict[tuple[object, ...], Mention]] = []
    home: list[int] = []
    for i, mention in enumerate(mentions):
        previous = mentions[i - 1] if i else None
        target: int | None = None
        if previous is not None and previous.label != "LOC" and mention.label != "LOC":
            gap = text[previous.end : mention.start]
            closing = text[mention.end : mention.end + 3]
            if (
                re.fullmatch(r"[’']?s?,? \(?[\"“‘(]?(?:the |or |formerly )?[\"“‘]?", gap)
                and "(" in gap
                and re.match(r"[\"”’]?\)", closing)
            ):
                short, long_ = sorted((mention.text, previous.text), key=len)
                if _is_acronym(short, long_) or tokens_of(short)[:1] == tokens_of(long_)[:1] or short.isupper():
                    target = home[-1]
        if target is None:
            fits = [k for k, known in enumerate(forms) if _fits(mention, list(known.values()), text)]
            if fits:
                target = max(
                    fits, key=lambda k: (any(m.text == mention.text for m in forms[k].values()), groups[k][-1].start)
                )
        if target is None:
            target = len(groups)
            groups.append([])
            forms.append({})
        groups[target].append(mention)
        forms[target].setdefault((mention.text, mention.label, mention.registry_ids, mention.rule_id), mention)
        home.append(target)
    return tuple(
        _name(index, group) for index, group in enumerate(_of_one_body(_without_country(_first_words(groups))))
    )


def _fits(mention: Mention, group: list[Mention], text: str) -> bool:
    """Whether a mention names what a group of mentions names, and contradicts none of them."""
    return (
        any(_same(mention, other, text) for other in group if not _bare(other) or _bare(mention))
        and not any(_differ(mention, other) for other in group)
        and not _other_body(mention, group)
    )


def _first_words(groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join a first word that many firms share ("American", "Standard") to the one name of the document that begins with it."""
    out = list(groups)
    for group in groups:
        tokens = {tokens_of(m.text) for m in group}
        if (
            {m.label for m in group} != {"ORG"}
            or len(tokens) > 1
            or len(word := next(iter(tokens))) != 1
            or word[0] not in _COMMON_FIRST
        ):
            continue
        fits = [g for g in out if g is not group and any(m.label == "ORG" and tokens_of(m.text)[:1] == word for m in g)]
        if len(fits) == 1:
            out.remove(group)
            out[out.index(fits[0])] = sorted([*fits[0], *group])
    return out


_HEADS = frozenset(
    {"authority", "agency", "commission", "commissioner", "office", "board", "regulator", "inspectorate", "ombudsman", "council", "watchdog"}
)  # fmt: skip


def _field_of(group: list[Mention]) -> set[tuple[str, ...]]:
    """The words before the head of each name of a body in a group: "data protection" of "Data Protection Authority"."""
    tokens = (tokens_of(m.text) for m in group if m.label == "AUTHORITY")
    return {t[:-1] for t in tokens if len(t) > 1 and t[-1] in _HEADS}


def _without_country(groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join a body that is named without its country to the one registered body of that field in the document: "the Data Protection Authority" to "Danish Data
    Protection Agency"."""
    out = list(groups)
    for group in groups:
        fields = _field_of(group)
        if not fields or any(m.registry_ids for m in group):
            continue
        fits = [
            g
            for g in out
            if g is not group and any(m.registry_ids for m in g) and any(f[1:] in fields for f in _field_of(g))
        ]
        if len(fits) == 1:
            out.remove(group)
            out[out.index(fits[0])] = sorted([*fits[0], *group])
    return out


def _bodies_of(group: list[Mention]) -> frozenset[str]:
    """The registered bodies that all names of a group may stand for."""
    listed = [frozenset(m.registry_ids) for m in group if m.registry_ids]
    return frozenset.intersection(*listed) if listed else frozenset()


def _of_one_body(groups: list[list[Mention]]) -> list[list[Mention]]:
    """Join groups that name one registered body ("Ksa" and "Kansspelautoriteit"), and an acronym that many bodies share, or one abroad, to the one name of the
    document that it shortens ("SFC", "KCC")."""
    out = list(groups)
    for group in groups:
        own = _bodies_of(group)
        if not any(g is group for g in out) or not any(m.registry_ids for m in group):
            continue
        short = all(m.text.isupper() and " " not in m.text for m in group)
        fits = [
            g
            for g in out
            if g is not group
            and any(m.label == "AUTHORITY" for m in g)
            and (
                (len(own) == 1 and _bodies_of(g) == own)
                or (short and any(_is_acronym(group[0].text, m.text) for m in g))
            )
        ]
        if len(fits) != 1:
            continue
        joining = group if own & _bodies_of(fits[0]) else [replace(m, registry_ids=()) for m in group]
        out = [sorted([*g, *joining]) if g is fits[0] else g for g in out if g is not group]
    return sorted(out, key=lambda g: g[0].start)


_UNTELLING = frozenset({"group", "holdings", "holding", "international", "global", "worldwide", "corp", "companies"})


def _differ(a: Mention, b: Mention) -> bool:
    """Whether two offices are of two places or holders, or two firms' full forms begin alike and are two firms: "Toyota Motor Corp" and "Toyota North America", "Wachovia Corp" and "Wachovia Capital Markets LLC"."""
    offices = [o for m in (a, b) if m.label == "AUTHORITY" and (o := read_office(m.text))]
    if len(offices) == 2:
        return not (same_office(*offices) or set(a.registry_ids) & set(b.registry_ids))
    if {a.label, b.label} != {"ORG"}:
        return False
    short, long_ = sorted((tokens_of(a.text), tokens_of(b.text)), key=len)
    if (
        not short
        or short == long_
        or "".join(short) == "".join(long_)
        or _is_acronym(a.text, b.text)
        or _is_acronym(b.text, a.text)
    ):
        return False
    if long_[: len(short)] != short:
        return len(short) > 1
    whole = [m.text != without_legal_form(m.text) for m in (a, b)]
    return all(whole) and not set(long_[len(short) :]) <= _UNTELLING


def _name(index: int, group: list[Mention]) -> Name:
    labels = Counter(m.label for m in group)
    # A word alone ("Appellate" of a headline) says little of what the whole name is.
    # Nor does the acronym that the text joins to a spelled-out name ("DNR").
    voting = [m for m in group if " " in m.text] or [m for m in group if m.text.isupper()]
    label = (
        "AUTHORITY"
        if any(m.registry_ids or m.rule_id in {"mentions.office_holder", "mentions.exchange"} for m in group)
        or any(sum(m.label == "AUTHORITY" for m in some) * 2 > len(some) for some in (group, voting))
        else labels.most_common(1)[0][0]
    )
    # A description ("Britain's financial watchdog") or "EU" names the body less fully than its own name does.
    named = [m for m in group if not (m.label == "AUTHORITY" and (_described(m) or m.text in UNION))] or group
    full = max(named, key=lambda m: (len(tokens_of(m.text)), len(m.text), -m.start))
    listed = [set(m.registry_ids) for m in named if m.registry_ids] or [
        set(m.registry_ids) for m in group if m.registry_ids
    ]
    ids = set.intersection(*listed) if listed else set()
    if listed and not ids:
        ids = min(listed, key=len)
    return Name(index, label, full.text, tuple(group), tuple(sorted(ids)))
