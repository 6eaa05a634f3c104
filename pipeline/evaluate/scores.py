"""Score given rows against gold articles. Every share counts a gold action that was not found as wrong, so that no figure rises by giving less."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.evaluate.agreement import FIELDS, RECORD, names_right, same_number
from pipeline.language.laws import find_laws

SETS = ("violations", "legal_basis", "case_numbers")
"""Lists of values, labelled in the open gold articles alone; judged in the rows that were found."""
CLOSED = ("type", "status", "role", "qualifier", "per", "appeal")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """Right, given and gold counts; `share` figures (fields, main) have no given."""

    right: int
    given: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the given that is right; 1 where nothing was given and nothing is right."""
        return self.right / self.given if self.given else float(self.right == self.gold == 0)

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1 where there is none."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of one set of articles: `prf` with precision and recall, `share` as plain shares, `values` for each closed value."""

    articles: int
    prf: Mapping[str, Figure]
    share: Mapping[str, float]
    values: Mapping[tuple[str, str], Figure]


def given_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the table `penalties` in the terms of the gold labels; names with canonical name and text as alternatives."""

    def alternatives(side: str) -> list[list[str]]:
        return [
            [form for form in pair if form] for pair in zip(row[f"{side}_names"], row[f"{side}_texts"], strict=True)
        ]

    def number(value: Any) -> float | None:
        return None if value is None else float(value)

    return {
        "role": row["role"], "authority": alternatives("authority"), "respondents": alternatives("respondent"), "type": row["penalty_type"],
        "status": row["status"], "amount": number(row["amount"]), "amount_max": number(row["amount_max"]), "currency": row["currency"],
        "qualifier": row["qualifier"], "per": row["per"], "date": row["date"].isoformat() if row["date"] else None, "date_precision": row["date_precision"],
        "appeal": row["appeal_status"], "flags": row["flags"], "confidence": row["confidence"],
        "violations": row["violations"], "case_numbers": row["case_numbers"], "legal_basis": row["legal_basis"],
    }  # fmt: skip


def _pairs(gold: Sequence[Row], given: Sequence[Row]) -> dict[int, int]:
    """Pair monetary actions of equal money one to one, those that agree in most fields first."""
    options = sorted(
        (-sum(FIELDS[f](g, p) for f in RECORD), i, j)
        for i, g in enumerate(gold)
        for j, p in enumerate(given)
        if g["currency"] == p["currency"] and same_number(g["amount"], p["amount"])
    )
    pairs: dict[int, int] = {}
    used: set[int] = set()
    for _, i, j in options:
        if i not in pairs and j not in used:
            pairs[i] = j
            used.add(j)
    return pairs


def right_records(gold: Sequence[Row], given: Sequence[Row]) -> set[int]:
    """Return the positions in `given` of the rows whose whole record is right (measures without a sum never are)."""
    gm = [g for g in gold if g["amount"] is not None]
    monetary = [(j, p) for j, p in enumerate(given) if p["amount"] is not None]
    pairs = _pairs(gm, [p for _, p in monetary])
    return {monetary[j][0] for i, j in pairs.items() if all(FIELDS[f](gm[i], monetary[j][1]) for f in RECORD)}


def _main_right(gold: Row, given: Iterable[Row]) -> bool:
    for p in given:
        if gold["amount"] is not None:
            same = same_number(gold["amount"], p["amount"]) and gold["currency"] == p["currency"]
        else:
            same = gold["type"] == p["type"]
        if same and p["role"] == "current" and FIELDS["authority"](gold, p) and FIELDS["respondents"](gold, p):
            return True
    return False


def score(articles: Iterable[Mapping[str, Any]], given: Mapping[str, Sequence[Row]]) -> Scores:
    """Return the figures of `given` (rows by article id, as `given_row` makes them) on gold `articles`."""
    c: Counter[Any] = Counter()
    by_article: list[float] = []
    n = 0
    for article in articles:
        n += 1
        gold, rows = article["actions"], given.get(str(article["article_id"]), ())
        c["concrete", "right"] += bool(gold) and bool(rows)
        c["concrete", "given"] += bool(rows)
        c["concrete", "gold"] += bool(gold)
        gm, pm = [g for g in gold if g["amount"] is not None], [p for p in rows if p["amount"] is not None]
        pairs = _pairs(gm, pm)
        for name, right in (("money", len(pairs)), ("record", 0), ("record+date", 0)):
            c[name, "right"] += right
            c[name, "given"] += len(pm)
            c[name, "gold"] += len(gm)
        good: set[int] = set()
        for i, g in enumerate(gm):
            p = pm[pairs[i]] if i in pairs else None
            right_fields = {f: p is not None and bool(test(g, p)) for f, test in FIELDS.items()}
            for f, ok in right_fields.items():
                c["field", f] += ok
            if all(right_fields[f] for f in RECORD):
                good.add(pairs[i])
                c["record", "right"] += 1
                c["record+date", "right"] += right_fields["date"]
        for f in CLOSED:
            for g in gm:
                c[f, str(g[f]), "gold"] += 1
            for p in pm:
                c[f, str(p[f]), "given"] += 1
            for i, j in pairs.items():
                c[f, str(gm[i][f]), "right"] += gm[i][f] == pm[j][f]
        if gm or pm:
            by_article.append(2 * len(good) / (len(gm) + len(pm)))
        for j, p in enumerate(pm):
            c["unflagged", "given"] += not p["flags"]
            c["unflagged", "right"] += not p["flags"] and j in good
            c["flagged"] += bool(p["flags"])
        for i, j in pairs.items():
            for f in SETS:
                if f in gm[i]:
                    wanted, named = _set(gm[i][f], f), set(pm[j][f])
                    c[f, "right"] += len(wanted & named)
                    c[f, "given"] += len(named)
                    c[f, "gold"] += len(gm[i][f])
        gt, pt = (Counter(x["type"] for x in xs if x["amount"] is None) for xs in (gold, rows))
        c["measures", "right"] += sum((gt & pt).values())
        c["measures", "given"] += sum(pt.values())
        c["measures", "gold"] += sum(gt.values())
        if article.get("main") is not None:
            c["main", "gold"] += 1
            c["main", "right"] += _main_right(gold[article["main"]], rows)
    return _summary(c, n, by_article)


def _summary(c: Counter[Any], n: int, by_article: list[float]) -> Scores:
    values = {
        (f, v): Figure(c[f, v, "right"], c[f, v, "given"], c[f, v, "gold"])
        for f in CLOSED
        for v in sorted({k[1] for k in c if isinstance(k, tuple) and len(k) == 3 and k[0] == f})
    }
    appeals = [fig for (f, v), fig in values.items() if f == "appeal" and v != "None"]
    prf = {
        name: Figure(c[name, "right"], c[name, "given"], c[name, "gold"])
        for name in ("concrete", "money", "record", "record+date", "measures")
    }
    prf["appeal"] = Figure(sum(a.right for a in appeals), sum(a.given for a in appeals), sum(a.gold for a in appeals))
    prf |= {
        name: Figure(c[name, "right"], c[name, "given"], c[name, "gold"])
        for name in SETS
        if c[name, "gold"] or c[name, "given"]
    }
    monetary = max(c["money", "gold"], 1)
    share = {
        "by article": sum(by_article) / max(len(by_article), 1),
        "main": c["main", "right"] / max(c["main", "gold"], 1),
        "unflagged precision": c["unflagged", "right"] / max(c["unflagged", "given"], 1),
        "flagged share": c["flagged"] / max(c["money", "given"], 1),
        **{f"field.{f}": c["field", f] / monetary for f in FIELDS},
    }
    return Scores(n, prf, share, values)


def _set(values: Sequence[str], field: str) -> set[str]:
    """The labelled values as the table writes them: laws by their short form."""
    if field != "legal_basis":
        return set(values)
    return {law.value for text in values for law in find_laws(text)}


def mistakes(articles: Iterable[Mapping[str, Any]], given: Mapping[str, Sequence[Row]]) -> Counter[str]:
    """Return how often each kind of mistake occurs among monetary actions: missed, invented, or the fields that are wrong together."""
    out: Counter[str] = Counter()
    for article in articles:
        gm = [g for g in article["actions"] if g["amount"] is not None]
        pm = [p for p in given.get(str(article["article_id"]), ()) if p["amount"] is not None]
        pairs = _pairs(gm, pm)
        out["missed"] += len(gm) - len(pairs)
        out["invented"] += len(pm) - len(pairs)
        for i, j in pairs.items():
            wrong = [f for f in RECORD if not FIELDS[f](gm[i], pm[j])]
            out["right" if not wrong else "wrong " + ", ".join(wrong)] += 1
    return out


def interval(
    articles: Sequence[Mapping[str, Any]], given: Mapping[str, Sequence[Row]], draws: int = 300, seed: int = 0
) -> Mapping[str, tuple[float, float]]:
    """Return 95 % intervals of the main figures, by bootstrap over articles (Efron and Tibshirani 1993)."""
    rng, drawn = random.Random(seed), defaultdict(list)
    for _ in range(draws):
        s = score(rng.choices(articles, k=len(articles)), given)
        for name in ("money", "record", "measures"):
            drawn[name].append(s.prf[name].f1)
        for name in ("by article", "main", "field.authority", "field.respondents"):
            drawn[name].append(s.share[name])
    cut = int(draws * 0.025)
    return {name: (sorted(xs)[cut], sorted(xs)[-cut - 1]) for name, xs in drawn.items()}


__all__ = ["Figure", "Scores", "given_row", "interval", "names_right", "score"]
