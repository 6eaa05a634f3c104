"""The report's figures, and that nothing hostile in an article becomes markup; the terminal's view of one decision."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline import release
from pipeline.__main__ import app
from pipeline.language.spelling import printable
from pipeline.report import write_report
from pipeline.report.figures import Groups, grouped, in_force
from pipeline.report.page import ROWS
from pipeline.report.plots import euros
from tests.releases import publish, row, rows

HOSTILE = [
    "<script>alert(1)</script>", "</style><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "{{ 7*7 }}", "{% raw %}",
    "<svg/onload=alert(1)>", "</title><script>x</script>", "javascript:alert(1)", "-->", "\u202eevil\u202c", "a\x00b", "&lt;b&gt;",
]  # fmt: skip


class Tags(HTMLParser):
    """The elements, handlers and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [k for k, _ in attrs if k.startswith("on")]
        self.links += [v or "" for k, v in attrs if k in {"href", "src"}]


def decision(**over: Any) -> dict[str, Any]:
    from pipeline.schema import DECISIONS

    plain: dict[str, Any] = {
        "decision_id": "d-1", "article_ids": ["a0"], "counts_in_sum": True, "amount": Decimal(10), "amount_eur": Decimal(10), "currency": "EUR",
        "lead_authority_country": "GB", "event_year": 2024, "evidence_article_id": "a0", "evidence": "x", "evidence_start": 0, "evidence_end": 1,
    }  # fmt: skip
    return row(DECISIONS, **{**plain, **over})


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_an_article_becomes_markup(tmp_path: Path, text: str) -> None:
    tables = rows(1)
    sentence = f"{text} fined €10 {text}"
    at = sentence.index("€10")
    tables["decisions"] = [
        decision(decision_id="d-0", authority_names=[text], respondent_names=[text], evidence=sentence, evidence_end=len(sentence), amount_start=at,
                 amount_end=at + 3, lead_authority_id=text.replace(" ", ""), violations=[], first_reported=None)
    ]  # fmt: skip
    tables["articles"][0].update(title=text, url=text, outlet=text, language=text)
    publish(tmp_path, tables)
    page = write_report(tmp_path, tmp_path / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    assert tags.tags.count("script") == 1
    assert tags.handlers == []
    assert "img" not in tags.tags
    assert all(link.startswith("#") or re.fullmatch(r"[a-z]+\.(csv|json)", link) for link in tags.links), tags.links
    assert "49 fined" not in page


def test_links_to_articles_are_web_links(tmp_path: Path) -> None:
    tables = rows(1)
    tables["decisions"] = [decision(decision_id="d-0")]
    tables["articles"][0].update(url="https://example.org/a?b=1&c=2", title="Story")
    publish(tmp_path, tables)
    assert 'href="https://example.org/a?b=1&amp;c=2"' in write_report(tmp_path, tmp_path / "r.html").read_text(
        encoding="utf-8"
    )


def test_only_sums_in_force_are_added_up() -> None:
    decisions = [
        decision(),
        decision(amount_eur=Decimal(5), violations=["privacy.consent"]),
        decision(counts_in_sum=False, amount_eur=Decimal(1000)),
        decision(amount_eur=None, lead_authority_country="FR"),
    ]
    found = grouped(decisions, "country", str)
    assert [(g.key, g.euros, g.decisions, g.share) for g in found.shown] == [
        ("country=GB", Decimal(15), 3, 1.0),
        ("country=FR", Decimal(0), 1, 0.0),
    ]
    assert [in_force(d) for d in decisions] == [10, 5, 0, 0]
    assert grouped(decisions, "country", str, shown=1) == Groups(found.shown[:1], 1, Decimal(0))
    assert [g.key for g in grouped(decisions, "violation", str).shown] == ["violation=privacy.consent"]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "€0"),
        (900, "€900"),
        (1000, "€1k"),
        (450_000, "€450k"),
        (999_700, "€1m"),
        (30_500_000, "€30.5m"),
        (1_200_000_000, "€1.2bn"),
        (10, "€10"),
    ],
)
def test_euros_in_short(amount: int, text: str) -> None:
    assert euros(Decimal(amount)) == text


def test_a_report_of_nothing_and_of_more_than_a_page_holds(tmp_path: Path) -> None:
    publish(tmp_path / "none", rows(0))
    page = write_report(tmp_path / "none", tmp_path / "none.html").read_text(encoding="utf-8")
    assert "told by 0 articles" in page
    publish(tmp_path / "many", rows(ROWS + 5))
    page = write_report(tmp_path / "many", tmp_path / "many.html").read_text(encoding="utf-8")
    assert f"The {ROWS} largest of {ROWS + 5}" in page
    assert page.count('<tr id="') == ROWS


def test_the_report_and_show_from_the_command_line(sample_run: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["report", "--out", str(sample_run), "--to", str(tmp_path / "page.html")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "page.html").exists()
    assert CliRunner().invoke(app, ["report", "--out", str(tmp_path)]).exit_code == 2
    decisions = release.load(sample_run).tables["decisions"].to_pylist()
    told = next(d for d in decisions if d["amount_start"] is not None and d["n_articles"] >= 1)
    done = CliRunner().invoke(app, ["show", told["decision_id"][:12], "--out", str(sample_run)])
    assert done.exit_code == 0, done.output
    surface = told["evidence"][
        told["amount_start"] - told["evidence_start"] : told["amount_end"] - told["evidence_start"]
    ]
    assert f"»{printable(surface)}«" in done.output
    assert CliRunner().invoke(app, ["show", "d-", "--out", str(sample_run)]).exit_code == 2
    assert CliRunner().invoke(app, ["show", "nothing", "--out", str(sample_run)]).exit_code == 2


def test_what_show_prints_cannot_steer_the_terminal(tmp_path: Path) -> None:
    tables = rows(1)
    tables["decisions"][0].update(evidence="\x1b]0;owned\x07 fined \u202e€10\nnext", respondent_names=["\x1b[31mred"])
    publish(tmp_path, tables)
    done = CliRunner().invoke(app, ["show", "d-0", "--out", str(tmp_path)])
    assert "\x1b" not in done.output
    assert "\x07" not in done.output
    assert "\u202e" not in done.output
    assert "fined €10 next" in done.output
