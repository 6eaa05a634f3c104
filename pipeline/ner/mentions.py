"""Join what the model and the gazetteer found into one list of mentions that do not overlap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.knowledge import authorities, country_names, currencies
from pipeline.language.countries import UNION, us_states
from pipeline.language.cues import find_cues
from pipeline.language.money import find_money
from pipeline.language.offices import ASSISTANT, NO_PLACE, OFFICE_BEFORE, read_office
from pipeline.language.spelling import is_legal_form
from pipeline.records import Mention

_FORMS = re.compile(r"ASA|AG|SA|NV|BV|AB|AS|SE|PLC|LLC|JSC|PJSC|OOO")
_AROUND = re.compile(r"(?:the |U\.?S\.? |United States |UK |EU |federal |state |\w+[’']s |[A-Z]\w+ )?", re.I)
COMMON = frozenset({"US", "GB", "EU"})
"""Countries whose bodies English-language news names by three letters without naming the country."""
_COMPANY = re.compile(
    r"\b(?:Inc|Corp|Ltd|LLC|LLP|Plc|PLC|AG|SA|NV|GmbH|Holdings|Capital|Partners|Group|Bancorp|Securities LLC|University|Hospital|Union)\b\.?$"
)


def _acronym_holds(mention: Mention, model: tuple[Mention, ...], text: str, countries: frozenset[str]) -> bool:
    """An acronym is taken where the model sees an organisation too, where the text spells it out ("(FCC)"), where it is long enough to be no other word,
    or where the text names the country of one of its bodies."""
    bodies = [authorities()[i] for i in mention.registry_ids]
    spelled = f"({mention.text})" in text or any(b.name in text for b in bodies)
    home = any(b.country in countries for b in bodies)
    seen = any(m.start <= mention.start and mention.end <= m.end and m.label in {"ORG", "AUTHORITY"} for m in model)
    acts = any((m.start, m.end, m.label) == (mention.start, mention.end, "AUTHORITY") for m in model)
    person = any(
        m.start <= mention.start
        and mention.end <= m.end
        and m.label == "PERSON"
        and not (m.text == mention.text and len(bodies) == 1 and len(mention.text) >= 5)
        for m in model
    )
    if spelled or person:
        return spelled and not re.search(
            rf"\b(?:Act|Ordinance|Law|Rules?|Code|Regulations?) \({re.escape(mention.text)}\)", text
        )
    if _FORMS.fullmatch(mention.text) and re.search(r"[A-Z][\w-]+ $", text[max(0, mention.start - 30) : mention.start]):
        return False  # "Brennholm ASA" is a firm by its legal form
    if len(mention.text) <= 2:
        return False
    if len(mention.text) == 3:
        return home or acts or (seen and any(b.country in COMMON for b in bodies))
    return seen or home or len(mention.text) >= 5


def _joined(listed: Mention, others: list[Mention]) -> Mention:
    """Return the listed mention, widened to a model's span that only adds a country or "federal" before it, or names a part of the body after it."""
    for other in others:
        if (
            other.start <= listed.start
            and listed.end <= other.end
            and (other.start, other.end) != (listed.start, listed.end)
        ):
            before, after = other.text[: listed.start - other.start], other.text[listed.end - other.start :]
            if _AROUND.fullmatch(before) and not after:
                return replace(listed, start=other.start, end=other.end, text=other.text)
    return listed


_HOUSE = re.compile(
    r"[\w’'&.-]+ (?:Restaurant|Hotel|Inn|Cafe|Café|Pub|Bar & Grill|School|Academy|College|Hospital|Clinic|Nursing Home|Farms?|Dairy|Bakery|Brewery|Winery|Club|Church|Store|Market|Supermarket|Pharmacy|Laundry|Cleaners|Salon|Spa|Gym|Casino|Refinery|Foundry|Mills?|Shipyard|Landfill|Nursery|Marina|Realty|Properties|Motors|Garage)"
)
"""What the model takes for a place and a fine goes to: "Lakeside Restaurant"."""


def _by_head(mention: Mention) -> Mention:
    """An ORG whose head word is an authority's ("… Commission", "Court of …") is an AUTHORITY; one that the model calls so without such a word is an ORG."""
    if mention.label == "LOC" and _HOUSE.fullmatch(mention.text):
        return replace(mention, label="ORG", rule_id="mentions.house")
    if mention.label not in {"ORG", "AUTHORITY"}:
        return mention
    cues = find_cues("heads", mention.text)
    known = mention.label == "AUTHORITY" and bool(cues) and all(c.value == "head" for c in cues)
    if known or (mention.label == "AUTHORITY" and mention.text in UNION):
        return mention
    if _COMPANY.search(mention.text) or any(c.value == "blocked" for c in cues) or " " not in mention.text:
        return replace(mention, label="ORG")
    for cue in cues:
        rest = mention.text[cue.end :].strip()
        if (
            cue.value == "head"
            and (not rest or re.match(r"(?:of|for|on|in|to|against)\b", rest))
            and mention.text[cue.start].isupper()
        ):
            return replace(mention, label="AUTHORITY", rule_id=cue.rule_id)
    return replace(mention, label="ORG")


_ACTING = re.compile(
    r"(?:State of|Commonwealth of|\bpay(?:s|ing)?|settle[sd]? with|settlement with|deal with|pact with|sued by|(?:suit|complaint|case|charges) (?:brought |filed )?by|fined by|states of|states:|attorneys? generals? (?:of|from|for|in)|[$€£][\d.,]+(?: ?(?:million|billion|m|bn))? to|AGs? (?:of|from)|including|(?:to|with) states,|states and|(?:coalition|group|states) (?:was |were )?led by|states\b[^.;]{0,60} (?:were|are|include|included)) (?:the state of |the )?$",
    re.I,
)
_SUES = re.compile(
    r" (?:has |had )?(?:(?:sued|alleged|accused|fined|penali[sz]ed|sanctioned)\b|(?:took|collected|won|secured|recovered|levied|imposed) (?:an? )?(?:[A-Z]{0,3}[$€£]))"
)
_A_SUIT = re.compile(r" (?:lawsuit|suit|settlement|case|complaint)\b")
"""A state's own case: "an Arkansas lawsuit", "the Texas settlement"."""


_THEIR = re.compile(
    r" (?:regulators?|officials?|authorities|prosecutors?|courts?|jury|judges?|lawmakers|investors|residents|customers)\b"
)
"""What makes a state's name only say where somebody is: "settlement with New York regulators"."""


_WHERE = re.compile(r"\b(?:in|of|from|at|within|throughout) (?:the )?$")
"""What makes a state's name only say where: "a judge in New Hampshire fined", "in the State of California"."""
_STATE_OF = re.compile(r"(?:[Ss]tate|[Cc]ommonwealth) of ([A-Z][\w ]+)")
"""A state by its full style, which news uses of a party: "the State of Missouri"."""


def _acting_states(mentions: list[Mention], text: str) -> list[Mention]:
    """States that are paid, sue or settle are authorities ("will pay Texas $8 million"), and so are those listed with them."""
    out: list[Mention] = []
    for mention in mentions:
        named = _STATE_OF.fullmatch(mention.text) if mention.label in {"LOC", "ORG", "AUTHORITY"} else None
        if (
            named
            and named[1] in us_states()
            and not mention.registry_ids
            and not _WHERE.search(text[max(0, mention.start - 12) : mention.start])
        ):
            mention = replace(
                mention, label="AUTHORITY", registry_ids=(us_states()[named[1]],), rule_id="mentions.acting_state"
            )
        if mention.label == "LOC" and mention.text in us_states():
            last = out[-1] if out else None
            listed = (
                last is not None
                and last.rule_id == "mentions.acting_state"
                and re.fullmatch(r",? (?:and )?(?:the )?|, ", text[last.end : mention.start])
            )
            acting = (
                _ACTING.search(text, max(0, mention.start - 90), mention.start)
                or (
                    _SUES.match(text, mention.end)
                    and not _WHERE.search(text[max(0, mention.start - 12) : mention.start])
                )
                or (
                    _A_SUIT.match(text, mention.end)
                    and re.search(r"\b(?:an?|the) $", text[max(0, mention.start - 5) : mention.start], re.I)
                )
            )
            if mention.text == "Washington" and not re.search(
                r"[Ss]tate of $", text[max(0, mention.start - 10) : mention.start]
            ):
                acting = None  # the federal government, more often than the state
            if (listed or acting) and not _THEIR.match(text, mention.end):
                mention = replace(
                    mention,
                    label="AUTHORITY",
                    registry_ids=(us_states()[mention.text],),
                    rule_id="mentions.acting_state",
                )
        out.append(mention)
    return out


_EXCHANGE = re.compile(r"\b(?:Exchange|CME|Nasdaq|NASDAQ|NYSE|NYMEX|CBOT|Cboe|CBOE|LME|ICE Futures)\b")
_FINES = re.compile(
    r"(?: ?\([^()]{1,40}\))?(?:,[^,;]{1,80},)? (?:(?:has|had|on \w+day|also|yesterday) ){0,2}(?:fined|fines|censured|penali[sz]ed|sanctioned|barred|expelled|disciplined) (?!(?:by|for|after|over|in|on|at|more|about|nearly|and|last|this)\b|[\d$€£])"
)
"""What makes an exchange the self-regulator that acts: "CME Group Inc fined Marlow Capital"."""


def _fining_exchange(mention: Mention, text: str) -> Mention:
    """An exchange that fines somebody is an authority (a self-regulator)."""
    if mention.label == "ORG" and _EXCHANGE.search(mention.text) and _FINES.match(text, mention.end):
        return replace(mention, label="AUTHORITY", rule_id="mentions.exchange")
    return mention


_BODY_BEFORE = re.compile(r"\b(?:regulator|watchdog|supervisor|ombudsman|agency|authority)(?: |, (?:the )?| \()$")


def _called_a_body(mention: Mention, text: str) -> Mention:
    """An acronym right after the noun for a public body is its name: "French stock market regulator AMF"."""
    named = mention.label == "ORG" and re.fullmatch(r"[A-Z]{2,6}", mention.text)
    if named and _BODY_BEFORE.search(text, max(0, mention.start - 20), mention.start):
        return replace(mention, label="AUTHORITY", rule_id="mentions.called_a_body")
    return mention


def _office_holders(mentions: list[Mention], text: str) -> list[Mention]:
    """A person named with the office of a judge, attorney general or district attorney is that authority: the name with its office, in one mention."""
    out: list[Mention] = []
    for mention in mentions:
        last = out[-1] if out else None
        if mention.label != "PERSON":
            out.append(mention)
        elif (
            last is not None
            and last.label == "AUTHORITY"
            and text[last.end : mention.start] == " "
            and read_office(last.text) is not None
        ):
            out[-1] = replace(
                last, end=mention.end, text=text[last.start : mention.end], rule_id="mentions.office_holder"
            )
        else:
            holder = _office_holder(mention, text)
            if last is not None and last.end > holder.start:
                # "Bonn Supreme Court" of "Bonn Supreme Court Justice Ada Marlow" stands for itself, "Bonn Circuit" of "Bonn Circuit Judge Ada Marlow" does not.
                start = last.end + 1 if last.label == "AUTHORITY" else out.pop().start
                holder = replace(holder, start=start, text=text[start : holder.end])
            out.append(holder)
    return out


def _office_holder(mention: Mention, text: str) -> Mention:
    office = OFFICE_BEFORE.search(text, max(0, mention.start - 60), mention.start)
    if office is None or ASSISTANT.search(text[max(0, office.start() - 20) : office.start()]):
        return mention
    start = office.start()
    first = text[start : mention.start].split()[0]
    if first.lower() in {"assistant", "deputy"}:
        return mention
    if first.lower() in NO_PLACE:
        start += len(first) + 1
    return replace(
        mention, start=start, text=text[start : mention.end], label="AUTHORITY", rule_id="mentions.office_holder"
    )


def _apart(mention: Mention, alone: Mapping[str, str]) -> list[Mention]:
    """Two names that the model took for one ("Apple & Meta", "Ovo Energy and Good Energy", "Black and Radler"): apart where the text names both by
    themselves (one is enough beside a comma), or both end alike. `alone` holds the labels of those that stand alone, of persons by the last word too."""
    halves = re.fullmatch(r"(.+?)( & | and )(.+)", mention.text) or re.fullmatch(r"([^,]+)(, )([^,]+)", mention.text)
    if mention.label not in {"ORG", "PERSON"} or halves is None:
        return [mention]
    left, joint, right = halves.groups()
    alike = min(len(left.split()), len(right.split())) > 1 and left.split()[-1] == right.split()[-1]
    listed = joint == ", " and not is_legal_form(right) and bool({left, right} & set(alone))
    if left == right or not (alike or listed or {left, right} <= set(alone)):
        return [mention]
    middle = mention.start + len(left)
    return [
        replace(mention, end=middle, text=left, label=alone.get(left, mention.label)),
        replace(mention, start=middle + len(joint), text=right, label=alone.get(right, mention.label)),
    ]


_NO_BODY = frozenset({"State", "States", "Government"})
"""Words that name no body, though the model takes them for one."""


def join_mentions(text: str, model: tuple[Mention, ...], listed: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """Return all mentions in order. A registered name beats the model's span, unless it is only part of a company's name ("Bank of England Capital LLC")."""
    out: list[Mention] = []
    countries = frozenset(country_names()[m.text] for m in model if m.text in country_names())
    for mention in listed:
        if mention.rule_id == "gazetteer.acronym" and not _acronym_holds(mention, model, text, countries):
            continue
        around = [m for m in model if m.start < mention.end and mention.start < m.end]
        if any(
            _COMPANY.search(m.text) and m.start <= mention.start and m.end > mention.end and m.label != "AUTHORITY"
            for m in around
        ):
            continue
        out.append(_joined(mention, around))
    alone = {m.text.split()[-1]: "PERSON" for m in model if m.label == "PERSON"}
    alone |= {m.text: m.label for m in model if m.label in {"ORG", "PERSON"}}
    taken = [(m.start, m.end) for m in out] + [(m.start, m.end) for m in find_money(text)]
    for mention in model:
        if mention.text in currencies() or not any(c.isalpha() for c in mention.text):
            continue
        if mention.label == "AUTHORITY" and mention.text in _NO_BODY:
            continue
        if not any(mention.start < e and s < mention.end for s, e in taken):
            out += [_fining_exchange(_called_a_body(_by_head(m), text), text) for m in _apart(mention, alone)]
    return tuple(sorted(_office_holders(_acting_states(sorted(out), text), text)))
