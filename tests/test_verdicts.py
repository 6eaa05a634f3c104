"""What reviewers said: events, what they amount to, and the tables that obey them."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import chain
from pipeline.settings import Settings
from pipeline.verdicts import (
    Body,
    Choice,
    OverridesError,
    ReviewError,
    columns_of,
    fold,
    read_events,
    read_overrides,
    values_of,
    write_overrides,
)
from pipeline.verdicts.events import FIELDS, Event, event_of, line_of
from pipeline.verdicts.overrides import overrides_of
from pipeline.verdicts.values import read_date, written_date

CLOCK = iter(range(10**6))


def event(action: str, penalty_id: str | None = "p1", annotator: str = "ana", **rest: Any) -> Event:
    n = next(CLOCK)
    return Event(
        f"e{n}",
        f"2026-01-01T00:00:00.{n:06d}+00:00",
        annotator,
        action,
        rest.pop("article_id", "a1"),
        penalty_id,
        **rest,
    )


WHOLE: dict[str, Any] = {
    **dict.fromkeys(FIELDS), "role": "current", "penalty_type": "fine", "status": "imposed", "amount": "5000000", "currency": "EUR", "qualifier": "exact",
    "authority_texts": ["Data Board"], "respondent_texts": ["Mapwise"], "legal_basis": [], "case_numbers": [], "violations": [],
}  # fmt: skip


def test_an_edit_holds_and_an_undo_takes_it_back() -> None:
    edit = event("edit", new={"amount": "30500000", "currency": "EUR"}, spans={"amount": ((3, 9),)})
    said = fold([edit])
    assert said.rows["p1"].values == {"amount": "30500000", "currency": "EUR"} and said.rows["p1"].state == "open"
    assert fold([edit, event("undo", undoes=edit.event_id)]).rows == {}
    assert fold([edit, event("undo", annotator="ben", undoes=edit.event_id)]).rows == said.rows, "only one's own events"


def test_accepting_settles_all_fields_and_keeps_the_correction() -> None:
    said = fold([event("edit", new={"amount": "7"}), event("accept", new=WHOLE)])
    row = said.rows["p1"]
    assert (row.state, row.values["amount"], row.values["status"], row.edited) == (
        "accepted",
        "7",
        "imposed",
        {"amount"},
    )


def test_reviewers_who_differ_leave_the_row_to_the_adjudicator() -> None:
    events = [event("accept", new=WHOLE), event("accept", annotator="ben", new={**WHOLE, "status": "proposed"})]
    assert fold(events).rows == {} and fold(events).open == {"p1"}
    events.append(event("accept", annotator="cleo", adjudicator=True, new={**WHOLE, "status": "agreed"}))
    assert fold(events).rows["p1"].values["status"] == "agreed" and not fold(events).open


def test_reviewers_who_agree_are_both_named() -> None:
    said = fold(
        [event("accept", new=WHOLE), event("accept", annotator="ben", new={**WHOLE, "respondent_texts": ["mapwise "]})]
    )
    assert said.rows["p1"].annotators == ("ana", "ben")


def test_an_unsure_row_waits() -> None:
    assert fold([event("unsure", note="who pays?")]).open == {"p1"}
    assert (
        fold([event("unsure", note="who pays?"), event("reject", reason="statistic")]).rows["p1"].reason == "statistic"
    )


def test_the_last_word_on_a_pair_holds() -> None:
    joined, split = event("same_decision", "p2", others=("p1",)), event("split", "p1", others=("p2",))
    assert fold([joined]).same_decision == (("p1", "p2"),)
    assert fold([joined, split]).apart == (("p1", "p2"),) and not fold([joined, split]).same_decision
    kept = event("accept", new=WHOLE, others=("p2",))
    assert not fold([kept, split]).same_decision


@given(st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(random: Any) -> None:
    events = [
        event("edit", new={"amount": "1"}), event("accept", new=WHOLE), event("reject", "p2", reason="other"), event("unsure", "p2", note="?"),
        event("finish", None, reading="blind"), event("accept", "p3", "ben", new=WHOLE),
    ]  # fmt: skip
    shuffled = list(events)
    random.shuffle(shuffled)
    assert fold(shuffled) == fold(events)


def test_events_survive_the_file(tmp_path: Path) -> None:
    events = [
        event(
            "edit",
            new={"respondent_texts": ["=cmd|' /C calc'!A0", "Kestrel\u202e"], "date": None},
            spans={"respondent_texts": ((1, 4), (7, 9))},
        ),
        event("finish", None, reading="blind", note='"quoted"\nline'),
    ]
    path = tmp_path / "reviews.jsonl"
    path.write_text("".join(line_of(e) + "\n" for e in [*events, events[0]]), encoding="utf-8")
    assert read_events(path) == events
    assert read_events(tmp_path / "none.jsonl") == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[]", "no object"),
        ('{"event_id": "e", "time": "t", "annotator": "a", "action": "dance", "article_id": "x"}', "unknown action"),
        ('{"event_id": "e", "time": "t", "annotator": "a", "action": "edit", "article_id": "x", "new": {"penalty_type": "finé"}}', "penalty_type"),
        ('{"event_id": "e", "time": "t", "annotator": "a", "action": "edit", "article_id": "x", "new": {"shoe": "1"}}', "unknown field"),
        ('{"event_id": "e", "time": "t", "annotator": "a", "action": "accept", "article_id": "x", "colour": 1}', "unknown key"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_event_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ReviewError, match=rf"reviews.jsonl:2: .*{reason}"):
        read_events(path)


@given(st.dates(date(1, 1, 8)), st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_dates_are_read_as_written(day: date, precision: str) -> None:
    text = written_date(day, precision)
    assert text is not None
    first, read = read_date(text)
    assert read == precision and first <= day and written_date(first, read) == text


def test_values_and_columns_are_two_ways_of_writing_one_row() -> None:
    row = {
        "amount": Decimal("1000000.50"),
        "date": date(2024, 5, 13),
        "date_precision": "week",
        "currency": "EUR",
        "violations": ["tax.evasion"],
    }
    values = values_of(row)
    assert (values["amount"], values["date"]) == ("1000000.5", "2024-W20")
    columns = columns_of(values)
    assert {k: columns[k] for k in row} == {**row, "amount": Decimal("1000000.50")}


def test_choices_of_names_survive_the_file(tmp_path: Path) -> None:
    path = tmp_path / "overrides.toml"
    choices = (
        Choice("authority", 'The "Office"\\ \x07\x7f\n', "xx-office", "IL"),
        Choice("respondent", "Brightwater", "Brightwater Grain"),
    )
    write_overrides(path, overrides_of(choices, (Body("xx-office", "Office of Övens", "IL", "other"),)))
    read = read_overrides(path)
    assert read.choices == choices and read.authorities["xx-office"].country == "IL"
    assert (
        read.choice("respondent", "BRIGHTWATER Ltd", "FR") == choices[1]
        and read.choice("authority", choices[0].spelling, "FR") is None
    )


def test_a_wrong_choice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "overrides.toml"
    path.write_text('[[name]]\nside = "authority"\nspelling = "FTC"\n', encoding="utf-8")
    with pytest.raises(OverridesError, match="stands_for is missing"):
        read_overrides(path)


# --- the tables ----------------------------------------------------------------------------------------------------------------------------------

STORY = (
    "The Federal Trade Commission fined Kestrel Maps $30.5 million on Tuesday for tracking drivers without consent.\n\n"
    "Kestrel Maps had been fined €4 million by the Irish Data Protection Commission in 2021. The company made $90 million last year."
)
OTHER = "Kestrel Maps must pay $30.5 million, the Federal Trade Commission said on Tuesday, after it fined the company for tracking drivers."
FRAUD = "The Federal Trade Commission fined Hollin Foods $2 million on Monday for false labels."


@pytest.fixture()
def dump(tmp_path: Path) -> Path:
    raw = tmp_path / "raw" / "dump.jsonl"
    raw.parent.mkdir()
    articles = [
        ("a1", "FTC fines Kestrel Maps $30.5 million", STORY),
        ("a2", "Kestrel Maps to pay $30.5 million", OTHER),
        ("a3", "Hollin Foods fined $2 million", FRAUD),
    ]
    raw.write_text(
        "".join(json.dumps({"id": i, "title": t, "text": x, "published": "2024-05-15"}) + "\n" for i, t, x in articles), encoding="utf-8"
    )  # fmt: skip
    return raw.parent


def tables(dump: Path, events: list[Event]) -> dict[str, list[dict[str, Any]]]:
    out = dump.parent / "out"
    (dump.parent / "reviews.jsonl").write_text("".join(line_of(e) + "\n" for e in events), encoding="utf-8")
    chain.run(dump, out, Settings(jobs=1), lambda _: None, accept=True)
    names = ("penalties", "decisions", "evidence", "reviewed_out", "articles", "changes")
    return {n: pq.read_table(out / f"{n}.parquet").to_pylist() for n in names}


def by_sum(rows: list[dict[str, Any]], amount: float, article: str = "a1") -> dict[str, Any]:
    (row,) = (
        r for r in rows if r["amount"] is not None and float(r["amount"]) == amount and r["article_id"] == article
    )
    return row


def test_the_tables_obey_reviewers_and_keep_the_machines_value(dump: Path) -> None:
    before = tables(dump, [])
    row, prior = by_sum(before["penalties"], 30.5e6), by_sum(before["penalties"], 4e6)
    twin = by_sum(before["penalties"], 30.5e6, "a2")
    assert row["decision_id"] == twin["decision_id"] and row["review_state"] == "auto"
    start = f"FTC fines Kestrel Maps $30.5 million\n\n{STORY}".index("$90 million")
    after = tables(
        dump,
        [
            event("edit", row["penalty_id"], new={"amount": "90000000", "status": "increased"}, spans={"amount": ((start, start + 11),)}, others=(twin["penalty_id"],)),
            event("reject", prior["penalty_id"], reason="other_story"),
        ],
    )  # fmt: skip
    edited = by_sum(after["penalties"], 90e6)
    assert (edited["penalty_id"], edited["status"], edited["review_state"], edited["reviewed_by"]) == (
        row["penalty_id"],
        "increased",
        "edited",
        "ana",
    )
    assert (edited["amount_start"], edited["amount_end"], edited["currency"]) == (start, start + 11, "USD")
    words = {
        w["field"]: w for w in after["evidence"] if w["penalty_id"] == row["penalty_id"] and w["rule_id"] == "review"
    }
    assert words.keys() == {"amount", "status"}
    assert (words["amount"]["value"], words["amount"]["machine_value"], words["amount"]["text"]) == (
        "USD 90000000",
        "USD 30500000",
        "$90 million",
    )
    assert words["status"]["machine_value"] == row["status"]
    (gone,) = after["reviewed_out"]
    assert (gone["penalty_id"], gone["reason"], gone["reviewed_by"]) == (prior["penalty_id"], "other_story", "ana")
    assert [w["reason"] for w in after["evidence"] if w["rule_id"] == "review" and w["penalty_id"] is None] == [
        "reviewed_other_story"
    ]
    (decision,) = (d for d in after["decisions"] if d["decision_id"] == row["decision_id"])
    assert (float(decision["amount"]), decision["status"], decision["n_articles"], decision["review_state"]) == (
        90e6,
        "increased",
        1,
        "edited",
    )
    assert {c["cause"] for c in after["changes"] if c["id"] == row["penalty_id"]} == {"review"}


def test_an_accepted_row_has_no_doubts_left(dump: Path) -> None:
    nobody = {"id": "a4", "title": "Fine over a spill", "text": "A fine of £700 was imposed by the Environment Agency on Tuesday over a spill, it said.", "published": "2024-05-15"}  # fmt: skip
    (dump / "more.jsonl").write_text(json.dumps(nobody) + "\n", encoding="utf-8")
    before = by_sum(tables(dump, [])["penalties"], 700, "a4")
    accepted = event("accept", before["penalty_id"], article_id="a4", new=values_of(before))
    after = by_sum(tables(dump, [accepted])["penalties"], 700, "a4")
    assert before["flags"] and after["flags"] == [] and after["review_state"] == "accepted"
    assert {k: v for k, v in after.items() if k not in {"flags", "review_state", "reviewed_by"}} == {
        k: v for k, v in before.items() if k not in {"flags", "review_state", "reviewed_by"}
    }


def anchor(text: str, piece: str) -> dict[str, Any]:
    start = text.index(piece)
    return {
        "evidence": piece,
        "evidence_start": start,
        "evidence_end": start + len(piece),
        "amount_start": None,
        "amount_end": None,
    }


def test_an_added_row_stands_in_the_tables_while_its_sentence_does(dump: Path) -> None:
    text = f"FTC fines Kestrel Maps $30.5 million\n\n{STORY}"
    add = event(
        "add",
        "r1",
        new={**WHOLE, "respondent_texts": ["Kestrel Maps"], "authority_texts": ["FTC"]},
        anchor=anchor(text, "The company made $90 million last year."),
    )
    row = by_sum(tables(dump, [add])["penalties"], 5e6)
    assert (row["review_state"], row["authority_ids"], row["authority_country"], row["rule_ids"]) == (
        "edited",
        ["us-ftc"],
        "US",
        ["review"],
    )
    lost = event("add", "r1", new=WHOLE, anchor=anchor("Nothing of this is there.", "Nothing of this is there."))
    assert not [r for r in tables(dump, [lost])["penalties"] if r["penalty_id"] == "r1"]


def test_reviewers_split_and_join(dump: Path) -> None:
    before = tables(dump, [])["penalties"]
    row, twin, other = by_sum(before, 30.5e6), by_sum(before, 30.5e6, "a2"), by_sum(before, 2e6, "a3")
    split = tables(dump, [event("split", row["penalty_id"], others=(twin["penalty_id"],))])["penalties"]
    assert by_sum(split, 30.5e6)["decision_id"] != by_sum(split, 30.5e6, "a2")["decision_id"]
    joined = tables(
        dump, [event("same_decision", other["penalty_id"], others=(row["penalty_id"], twin["penalty_id"]))]
    )["penalties"]
    assert (
        len(
            {
                r["decision_id"]
                for r in joined
                if r["penalty_id"] in {row["penalty_id"], twin["penalty_id"], other["penalty_id"]}
            }
        )
        == 1
    )
    case = tables(dump, [event("same_matter", row["penalty_id"], others=(other["penalty_id"],))])["penalties"]
    assert by_sum(case, 30.5e6)["matter_id"] == by_sum(case, 2e6, "a3")["matter_id"]
    assert by_sum(case, 30.5e6)["decision_id"] != by_sum(case, 2e6, "a3")["decision_id"]


def test_an_article_whose_rows_are_all_rejected_tells_so(dump: Path) -> None:
    row = by_sum(tables(dump, [])["penalties"], 2e6, "a3")
    after = tables(dump, [event("reject", row["penalty_id"], article_id="a3", reason="no_action")])
    (article,) = (a for a in after["articles"] if a["article_id"] == "a3")
    assert (article["outcome"], article["outcome_reason"]) == ("no_penalty", "a reviewer rejected all its rows")


def test_a_choice_of_a_name_settles_all_its_rows(dump: Path) -> None:
    before = tables(dump, [])["penalties"]
    assert {i for r in before for i in r["authority_ids"]} >= {"us-ftc"}
    body = Body("x-board", "Board of Trade in Tests", "US", "consumer")
    choices = (
        Choice("authority", "Federal Trade Commission", "x-board"),
        Choice("respondent", "Hollin Foods", "Kestrel Maps"),
    )
    write_overrides(dump.parent / "registry_overrides.toml", overrides_of(choices, (body,)))
    after = tables(dump, [])
    row = by_sum(after["penalties"], 30.5e6)
    assert (row["authority_ids"], row["authority_names"], row["authority_texts"][0]) == (
        ["x-board"],
        ["Board of Trade in Tests"],
        "Federal Trade Commission",
    )
    assert by_sum(after["penalties"], 2e6, "a3")["respondent_names"] == ["Kestrel Maps"]
    assert {c["cause"] for c in after["changes"]} == {"review"}
    (dump.parent / "registry_overrides.toml").unlink()
    assert tables(dump, [])["penalties"] == before


def test_a_broken_file_of_reviews_stops_the_run(dump: Path) -> None:
    tables(dump, [])
    (dump.parent / "reviews.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(chain.ChainError, match=r"reviews\.jsonl:1"):
        chain.run(dump, dump.parent / "out", Settings(jobs=1), lambda _: None)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    edit = event("edit", new={"amount": "1"}, spans={"amount": ((1, 2),)})
    assert event_of(line_of(edit)) == edit


def test_rejecting_many_rows_does_not_stop_the_next_release(sample_run: Path, tmp_path: Path) -> None:
    import shutil

    from tests.conftest import ROOT

    out = tmp_path / "out"
    shutil.copytree(sample_run, out)
    rows = pq.read_table(out / "penalties.parquet").to_pylist()
    events = [event("reject", r["penalty_id"], article_id=r["article_id"], reason="other") for r in rows[::2]]
    (tmp_path / "reviews.jsonl").write_text("".join(line_of(e) + "\n" for e in events), encoding="utf-8")
    account = chain.run(ROOT / "data" / "raw" / "sample", out, Settings(jobs=1), lambda _: None)
    assert account is not None and account.rows["reviewed_out"] == len(events) > 40
    assert account.rows["penalties"] == len(rows) - len(events)


def test_a_reviewed_person_stays_withheld(tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "dump.jsonl"
    raw.parent.mkdir()
    text = "The Financial Conduct Authority fined John Kettleby £90,000 on Tuesday for market abuse. Mr Kettleby, a trader, did not appeal."
    raw.write_text(
        json.dumps(
            {"id": "p", "title": "FCA fines trader John Kettleby £90,000", "text": text, "published": "2024-05-15"}
        )
        + "\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"

    def run() -> dict[str, list[dict[str, Any]]]:
        chain.run(raw.parent, out, Settings(jobs=1, redact_individuals=True), lambda _: None, accept=True)
        return {
            n: pq.read_table(out / f"{n}.parquet").to_pylist()
            for n in ("penalties", "decisions", "parties", "evidence")
        }

    before = run()
    (row,) = pq.read_table(next((out / "stages" / "machine").glob("*.parquet"))).to_pylist()
    assert row["respondent_texts"] == ["John Kettleby"], "the page shows whom it is about"
    place = {n: row[n] for n in ("evidence", "evidence_start", "evidence_end", "amount_start", "amount_end")}
    accept = event("accept", row["penalty_id"], article_id="p", new=values_of(row), anchor=place)
    (tmp_path / "reviews.jsonl").write_text(line_of(accept) + "\n", encoding="utf-8")
    after = run()
    assert after["penalties"][0]["review_state"] == "accepted"
    for tables_ in (before, after):
        told = json.dumps({n: tables_[n] for n in ("penalties", "decisions", "parties", "evidence")}, default=str)
        assert "Kettleby" not in told, [n for n in tables_ if "Kettleby" in json.dumps(tables_[n], default=str)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"new": {"date": "someday"}}, {"new": {"amount": "1,100,000"}}, {"new": {"amount": "-1"}}, {"new": {"currency": "euro"}}, {"time": "2026-01-01T00:00:00"}, {"time": "now"},
    ],
)  # fmt: skip
def test_an_event_that_no_run_could_use_is_no_event(wrong: dict[str, Any]) -> None:
    good = {"event_id": "e", "time": "2026-01-01T00:00:00+00:00", "annotator": "a", "action": "edit", "article_id": "x"}
    assert event_of(json.dumps(good)).action == "edit"
    with pytest.raises(ValueError):
        event_of(json.dumps({**good, **wrong}))


def test_a_judges_open_edit_settles_nothing() -> None:
    both = [event("accept", new=WHOLE), event("accept", annotator="ben", new={**WHOLE, "status": "proposed"})]
    assert fold([*both, event("edit", annotator="cleo", adjudicator=True, new={"amount": "1"})]).open == {"p1"}


def update(dump: Path, **texts: str) -> None:
    path = dump / "dump.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text(
        "".join(json.dumps({**r, "text": texts.get(r["id"], r["text"])}) + "\n" for r in records), encoding="utf-8"
    )


def test_a_corrected_value_is_the_decisions_and_a_corrected_sum_is_free(dump: Path) -> None:
    before = tables(dump, [])["penalties"]
    row, twin = by_sum(before, 30.5e6), by_sum(before, 30.5e6, "a2")
    pinned: dict[str, Any] = {"others": (twin["penalty_id"],)}
    accept = event("accept", row["penalty_id"], new=values_of(row), **pinned)
    kept = tables(
        dump, [accept, event("edit", row["penalty_id"], new={"respondent_texts": ["Kestrel Cartography"]}, **pinned)]
    )
    (decision,) = (d for d in kept["decisions"] if d["decision_id"] == row["decision_id"])
    assert (decision["n_articles"], decision["respondent_names"]) == (2, ["Kestrel Cartography"])
    freed = tables(dump, [accept, event("edit", row["penalty_id"], new={"amount": "77000000"})])
    assert by_sum(freed["penalties"], 77e6)["decision_id"] != by_sum(freed["penalties"], 30.5e6, "a2")["decision_id"]


def test_spans_move_with_their_words(dump: Path) -> None:
    row = by_sum(tables(dump, [])["penalties"], 30.5e6)
    text = f"FTC fines Kestrel Maps $30.5 million\n\n{STORY}"
    at = text.index("$90 million")
    take = event("edit", row["penalty_id"], new={"amount": "90000000"}, spans={"amount": ((at, at + 11),)}, words={"amount": ("$90 million",)},
                 anchor={n: row[n] for n in ("evidence", "evidence_start", "evidence_end")})  # fmt: skip
    update(dump, a1=f"A first sentence is new here. {STORY}")
    after = tables(dump, [take])
    (word,) = (w for w in after["evidence"] if w["rule_id"] == "review" and w["field"] == "amount")
    assert (word["text"], word["start"]) == ("$90 million", at + len("A first sentence is new here. "))
    assert by_sum(after["penalties"], 90e6)["amount_start"] == word["start"]


def test_reviews_of_the_kept_article_survive_an_id_collision(dump: Path) -> None:
    row = by_sum(tables(dump, [])["penalties"], 2e6, "a3")
    path = dump / "dump.jsonl"
    other = {"id": "a3", "title": "Another", "text": STORY.replace("Kestrel", "Merlin"), "published": "2024-06-15"}
    path.write_text(json.dumps(other) + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    words = event(
        "edit",
        row["penalty_id"],
        article_id="a3",
        new={"respondent_texts": ["Hollin Foods Ltd"]},
        spans={"respondent_texts": ((0, 12),)},
        words={"respondent_texts": ("Hollin Foods",)},
    )
    (word,) = (w for w in tables(dump, [words])["evidence"] if w["rule_id"] == "review")
    assert word["text"] == "Hollin Foods"


def test_of_exact_copies_the_reviewed_one_is_kept(dump: Path) -> None:
    row = by_sum(tables(dump, [])["penalties"], 2e6, "a3")
    path = dump / "dump.jsonl"
    earlier = {"id": "b9", "title": "Hollin Foods fined $2 million", "text": FRAUD, "published": "2024-05-14"}
    path.write_text(path.read_text(encoding="utf-8") + json.dumps(earlier) + "\n", encoding="utf-8")
    after = tables(dump, [event("reject", row["penalty_id"], article_id="a3", reason="other")])
    assert [r["penalty_id"] for r in after["reviewed_out"]] == [row["penalty_id"]]
    assert {a["article_id"]: a["outcome"] for a in after["articles"]}["b9"] == "duplicate"


HALF = {**WHOLE, "amount": "500000"}
PLACE = {
    "evidence": "Hollin Foods and Barlow Mills had to pay half a million each.",
    "evidence_start": 0,
    "evidence_end": 61,
}


def test_two_additions_of_one_sentence_are_paired_by_their_respondents() -> None:
    def adds(who: str, *names: str) -> list[Event]:
        return [
            event("add", f"{who}{n}", who, new={**HALF, "respondent_texts": [name]}, anchor=PLACE)
            for n, name in enumerate(names)
        ]

    said = fold([*adds("ana", "Hollin Foods", "Barlow Mills"), *adds("ben", "Barlow Mills", "Hollin Foods")])
    assert {p: v.values["respondent_texts"] for p, v in said.rows.items()} == {
        "ana0": ["Hollin Foods"],
        "ana1": ["Barlow Mills"],
    }
    assert all(v.annotators == ("ana", "ben") for v in said.rows.values())


def test_undoing_ones_own_addition_leaves_the_others_word() -> None:
    ana, ben = event("add", "x", "ana", new=HALF, anchor=PLACE), event("add", "y", "ben", new=HALF, anchor=PLACE)
    rejected = event("reject", "x", "ben", reason="other")  # the page shows both as one row
    said = fold([ana, ben, rejected, event("undo", "x", "ana", undoes=ana.event_id)])
    assert {p: v.state for p, v in said.rows.items()} == {"x": "rejected"}


def test_names_stand_for_names_in_a_chain_but_not_in_a_circle() -> None:
    def name(a: str, b: str) -> Choice:
        return Choice("respondent", a, b)

    chain_ = overrides_of((name("A", "B"), name("B", "C")), ())
    assert chain_.respondent("A", None) == "C" and chain_.respondent("D", None) == "D"
    circle = overrides_of((name("A", "B"), name("B", "A"), name("K", "K")), ())
    assert (circle.respondent("A", None), circle.respondent("B", None), circle.respondent("K", None)) == ("A", "B", "K")


def test_a_person_under_another_name_stays_withheld(tmp_path: Path) -> None:
    from pipeline.normalise.reviewed import Labels

    labels = Labels({"John Kettleby": "PERSON", "FCA": "AUTHORITY"}, "PERSON")
    assert [
        labels.of(n, {"Kestrel Ltd": "ORG"}) for n in ("Mr John Kettleby", "Maria Sandoval", "Kestrel Ltd", "FCA")
    ] == ["PERSON", "PERSON", "ORG", "AUTHORITY"]
    assert Labels({}).of("Maria Sandoval", {}) == "ORG"


def test_what_a_review_lost_comes_back(dump: Path) -> None:
    from pipeline.review.items import make_index
    from pipeline.review.store import Store

    pytest.importorskip("starlette")
    row = by_sum(tables(dump, [])["penalties"], 2e6, "a3")
    place = {n: row[n] for n in ("evidence", "evidence_start", "evidence_end", "amount_start", "amount_end")}
    accept = event("accept", row["penalty_id"], article_id="a3", new=values_of(row), anchor=place)
    tables(dump, [accept])
    update(dump, a3=FRAUD.replace("$2 million", "$3 million"))
    tables(dump, [accept])
    out = dump.parent / "out"
    store = Store(dump.parent / "reviews.sqlite", dump.parent / "reviews.jsonl", make_index(out))
    assert store.base.execute("SELECT article_id FROM changed").fetchall() == [("a3",)]


def test_accepting_many_rows_does_not_stop_the_next_release(sample_run: Path, tmp_path: Path) -> None:
    import shutil

    from tests.conftest import ROOT

    out = tmp_path / "out"
    shutil.copytree(sample_run, out)
    rows = pq.read_table(out / "penalties.parquet").to_pylist()
    events = [event("accept", r["penalty_id"], article_id=r["article_id"], new=values_of(r)) for r in rows[::2]]
    (tmp_path / "reviews.jsonl").write_text("".join(line_of(e) + "\n" for e in events), encoding="utf-8")
    account = chain.run(ROOT / "data" / "raw" / "sample", out, Settings(jobs=1), lambda _: None)
    assert account is not None and account.rows["penalties"] == len(rows)
