"""A decision as the `DPAdecisionBOX` of GDPRhub (gdprhub.eu, a wiki): only what the articles state, each value with the sentence behind it.

Names and order of the parameters follow the wiki's blank form and the pages that use it; the form's own misspellings are kept. `Type`, `Outcome` and texts of
the wiki's own (logo, colour) are left empty: no article states them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow.compute as pc

from pipeline.knowledge import authorities, country_names
from pipeline.release import Release
from pipeline.report.figures import country_label, web_link
from pipeline.report.show import find

Row = Mapping[str, Any]
TABLES = ("decisions", "penalties", "evidence", "articles")
ARTICLES, PARTIES = 20, 5
"""So many laws and parties a box takes."""
_APPEALS = {
    "appealed": "Appealed", "not_appealed": "Not appealed", "appeal_lost": "Appealed - Confirmed", "appeal_won": "Appealed - Overturned",
}  # fmt: skip


class NotGdprError(ValueError):
    """The decision is none under the GDPR: no data protection authority and no article of it; the message says so."""


def _plain(text: str) -> str:
    """A value of the template: one line, without what ends a value or a template."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return re.sub(r"\{|\}|\[\[|\]\]|<|>", " ", text).replace("|", "{{!}}").strip()


def _comment(text: str) -> str:
    """A comment of the wiki on a line of its own; it cannot be ended from within."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"<!-- {re.sub('-{2,}', '-', text).replace('>', ' ').strip('- ')} -->"


def _article(law: str) -> tuple[str, str] | None:
    """`GDPR:5(1)(f)` as the wiki names it and links to it."""
    match = re.fullmatch(r"GDPR:(\d+)((?:\(\w+\))*)", law)
    if not match:
        return None
    number, rest = match.groups()
    anchor = re.sub(r"[()]", "", rest)
    return f"Article {number}{rest} GDPR", f"Article {number} GDPR" + (f"#{anchor}" if anchor else "")


def _day(day: date | None, precision: str | None) -> str:
    return f"{day:%d.%m.%Y}" if day and precision == "day" else ""


def box(decision: Row, evidence: Sequence[Row], url: str | None, outlet: str | None) -> str:
    """Return the wiki text of a decision. `evidence` are the rows of `evidence` of the penalties that were merged into it.

    Raises `NotGdprError`.
    """
    lead = authorities().get(decision["lead_authority_id"] or "")
    laws = [a for law in decision["legal_basis"] if (a := _article(law))]
    if not laws and (lead is None or lead.kind != "data_protection"):
        raise NotGdprError(
            f"{decision['decision_id']} is no decision of a data protection authority and names no article of the GDPR"
        )
    words: dict[str, list[str]] = {}
    for e in evidence:
        if e["chosen"] and e["text"]:
            words.setdefault(e["field"], []).append(e["text"])
    country = lead.country if lead else decision["authority_country"]
    land = country_label(country) if country in country_names().values() else ""
    acronym = lead.acronyms[0] if lead and lead.acronyms else ""
    lines = [
        "{{DPAdecisionBOX",
        "",
        _comment(
            "Read from news articles by a machine. Check each value before you publish it; what no article states is empty."
        ),
    ]

    def put(name: str, value: str, *fields: str) -> None:
        if value:
            told = [t for f in fields for t in words.get(f, [])]
            lines.extend(_comment(f"{name}: {t}") for t in dict.fromkeys(told))
        lines.append(f"|{name}={_plain(value)}")

    put("Jurisdiction", land)
    put("DPA-BG-Color", "")
    put("DPAlogo", "")
    put("DPA_Abbrevation", acronym, "authority_texts")
    put("DPA_With_Country", f"{acronym} ({land})" if acronym and land else "")
    lines.append("")
    put("Case_Number_Name", decision["case_numbers"][0] if decision["case_numbers"] else "", "case_numbers")
    put("ECLI", next((n for n in decision["case_numbers"] if n.startswith("ECLI:")), ""))
    lines.append("")
    put("Original_Source_Name_1", outlet or "")
    put("Original_Source_Link_1", web_link(url) or "")
    put("Original_Source_Language_1", "English")
    put("Original_Source_Language__Code_1", "EN")
    lines.append("")
    for name in ("Type", "Outcome", "Date_Started"):
        put(name, "")
    put("Date_Decided", _day(decision["date"], decision["date_precision"]), "date")
    put("Date_Published", "")
    put(
        "Year",
        str(decision["date"].year) if decision["date"] else "",
        *(["date"] if decision["date_precision"] != "day" else []),
    )
    amount: Decimal | None = decision["amount"] if decision["penalty_type"] == "fine" and not decision["per"] else None
    put("Fine", "" if amount is None else f"{amount:f}".removesuffix(".00"), "amount")
    put("Currency", decision["currency"] or "" if amount is not None else "")
    lines.append("")
    for i, (name, link) in enumerate(laws[:ARTICLES], 1):
        put(f"GDPR_Article_{i}", name, *(["legal_basis"] if i == 1 else []))
        put(f"GDPR_Article_Link_{i}", link)
    lines.append("")
    for i, name in enumerate(decision["respondent_names"][:PARTIES], 1):
        put(f"Party_Name_{i}", name, *(["respondent_texts"] if i == 1 else []))
        put(f"Party_Link_{i}", "")
    lines.append("")
    put("Appeal_To_Body", "")
    put("Appeal_To_Case_Number_Name", "")
    put("Appeal_To_Status", _APPEALS.get(decision["appeal_status"] or "", ""), "appeal_status")
    put("Appeal_To_Link", "")
    lines += ["", _comment(decision["evidence"]), "}}"]
    return "\n".join(lines) + "\n"


def exported(release: Release, decision_id: str) -> str:
    """Return the box of a decision of a release (`TABLES`), by its id or the beginning of it; raise `UnknownIdError` or `NotGdprError`."""
    decision = find(release, decision_id)
    penalties, evidence, articles = (release.tables[t] for t in ("penalties", "evidence", "articles"))
    members = penalties.filter(pc.equal(penalties["decision_id"], decision["decision_id"]))[
        "penalty_id"
    ].combine_chunks()
    told = evidence.filter(pc.is_in(evidence["penalty_id"], value_set=members)).to_pylist()
    about = articles.filter(pc.equal(articles["article_id"], decision["evidence_article_id"])).to_pylist()
    url, outlet = (about[0]["url"], about[0]["outlet"]) if about else (None, None)
    return box(decision, told, url, outlet)
