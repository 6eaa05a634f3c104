"""Ingest: formats, column aliases, and bad input, each with its line in `rejects`."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.ingest import Ingested, discover, ingest
from pipeline.ingest import sources as readers
from pipeline.ingest.columns import map_columns, read_published

TEXT = "The Data Board fined Mapwise €12m on Tuesday, it said."


def read(folder: Path) -> list[Ingested]:
    return [result for source in discover(folder, 100) for result in ingest(source)]


def codes(folder: Path) -> list[str]:
    return [reject.code for result in read(folder) for reject in result.rejects]


def test_every_format_gives_the_same_article(tmp_path: Path) -> None:
    row = {
        "id": "a1",
        "title": "Mapwise fined",
        "text": TEXT,
        "published": "2024-05-15",
        "url": "https://example.org/1",
    }
    line = json.dumps(row).encode()
    (tmp_path / "a.jsonl").write_bytes(line + b"\n")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line))
    with pa.CompressedOutputStream(str(tmp_path / "c.jsonl.zst"), "zstd") as stream:
        stream.write(line)
    (tmp_path / "d.csv").write_text(
        'id,title,text,published,url\na1,Mapwise fined,"' + TEXT + '",2024-05-15,https://example.org/1\n',
        encoding="utf-8-sig",
    )
    (tmp_path / "e.tsv").write_text(
        "id\ttitle\ttext\tpublished\turl\na1\tMapwise fined\t" + TEXT + "\t2024-05-15\thttps://example.org/1\n",
        encoding="utf-8",
    )
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "f.parquet")
    texts = [result.text for result in read(tmp_path)]
    assert len(texts) == 6
    assert all(
        t is not None
        and (t.article_id, t.title, t.body, t.published, t.url)
        == ("a1", "Mapwise fined", TEXT, date(2024, 5, 15), "https://example.org/1")
        for t in texts
    )


def test_pages_take_id_title_and_date_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "mapwise.txt").write_bytes(f"Mapwise fined\r\n\r\n{TEXT}\r\n".encode())
    (tmp_path / "page.html").write_text(
        f'<html><head><title>x</title><meta property="article:published_time" content="2024-05-15T01:00:00+09:00"></head><body><h1>Mapwise fined</h1><p>{TEXT}</p></body></html>',
        encoding="utf-8",
    )
    (tmp_path / "latin.txt").write_bytes(
        "Société fined\n\nThe regulator fined the société 5 million euros in Orléans; the decision is final, said the watchdog’s élu.".encode(
            "cp1252"
        )
    )
    by_id = {r.article.article_id: r for r in read(tmp_path)}
    assert by_id["mapwise"].article.title == "Mapwise fined"
    assert by_id["page"].article.published == date(2024, 5, 15)
    text = by_id["page"].text
    assert text is not None
    assert text.markup == "html"
    latin = by_id["latin"].text
    assert latin is not None
    assert "société" in latin.body


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("broken.jsonl", b"{nonsense\n", "bad_json"),
        ("list.jsonl", b"[1, 2]\n", "bad_json"),
        ("latin.jsonl", '{"title": "Société", "text": "x"}\n'.encode("latin-1"), "bad_encoding"),
        ("garbage.jsonl", b"\x00\xff" * 1_500_000 + b"\n", "bad_encoding"),
        ("letters.jsonl", b"x" * 3_000_000 + b"\n", "bad_json"),
        ("short.csv", b"id,title,text\na1,only two\n", "field_count"),
        ("latin.csv", b"id,title,text\na1,Soci\xe9t\xe9,x\n", "bad_encoding"),
        ("empty.jsonl.gz", b"", "empty_file"),
        ("torn.jsonl.gz", gzip.compress(b'{"title": "x"}\n' * 1000)[:40], "unreadable_file"),
        ("fake.parquet", b"no parquet", "unreadable_file"),
        ("picture.png", b"\x89PNG", "unknown_format"),
        ("nothing.jsonl", b'{"foo": 1}\n', "no_text"),
        ("empty.txt", b"  \n", "empty_file"),
    ],
)
def test_bad_input_costs_one_record(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.jsonl").write_text(json.dumps({"title": "Mapwise fined", "text": TEXT}), encoding="utf-8")
    assert codes(tmp_path) == [code]
    assert sum(result.text is not None for result in read(tmp_path)) == 1
    assert all(
        len(reject.excerpt) <= 200 and reject.locator.startswith(name)
        for result in read(tmp_path)
        for reject in result.rejects
    )


def test_a_line_without_end_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "LONGEST_LINE", 1000)
    good = json.dumps({"title": "Mapwise fined", "text": TEXT}).encode()
    (tmp_path / "bomb.jsonl.gz").write_bytes(gzip.compress(good + b"\n" + b"0" * 5_000_000 + b"\n" + good + b"\n"))
    assert codes(tmp_path) == ["line_too_long"]
    assert sum(result.text is not None for result in read(tmp_path)) == 2


def test_a_bad_date_is_left_out_and_listed(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"title": "Mapwise fined", "text": TEXT, "date": "soon"}), encoding="utf-8"
    )
    (result,) = read(tmp_path)
    assert result.article.published is None
    assert [r.code for r in result.rejects] == ["bad_published"]
    assert result.article.outcome is None


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2024-05-15", date(2024, 5, 15)),
        ("2024-05-15T23:30:00-08:00", date(2024, 5, 15)),
        ("20240515", date(2024, 5, 15)),
        ("20240515T101112", date(2024, 5, 15)),
        ("Wed, 15 May 2024 23:00:00 +0900", date(2024, 5, 15)),
        ("May 15, 2024", date(2024, 5, 15)),
        ("15 May 2024 10:30", date(2024, 5, 15)),
        ("2024-13-45", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_publication_dates_are_the_printed_day(written: str, read_as: date | None) -> None:
    assert read_published(written) == read_as


def test_nested_columns() -> None:
    mapped = map_columns(
        {
            "headline": "T",
            "body": {"summary": ["A."], "sections": [{"headline": [], "paragraphs": ["B.", "C."]}]},
            "publisher": {"@type": "Organization", "name": "The Kestrel"},
        }
    )
    assert mapped.body == "A.\n\nB.\n\nC."
    assert mapped.outlet == "The Kestrel"


def test_the_screen_passes_what_matters(shared: Path) -> None:
    from pipeline.ingest.screen import passes_screen

    def texts(path: Path) -> list[dict]:
        data = path.read_bytes()
        return [json.loads(line) for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines()]

    gold = [a for f in ("train", "dev") for a in texts(shared / "gold" / f"{f}.jsonl") if a["concrete"]]
    stopped = [a["title"] for a in gold if not passes_screen(f"{a['title']}\n{a['text']}")]
    assert len(stopped) <= 0.03 * len(gold), stopped
    ordinary = texts(shared / "articles" / "ordinary.jsonl.gz")
    assert sum(passes_screen(f"{a['title']}\n{a['text']}") for a in ordinary) <= 0.20 * len(ordinary)


def test_entities_of_a_pages_metadata_are_decoded(tmp_path: Path) -> None:
    page = '<html><head><title>Watchdog &amp; court | Bit &amp; Brud</title><meta property="og:site_name" content="Bit &amp; Brud"></head><body><p>x</p></body></html>'
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (source,) = discover(tmp_path, 10)
    (raw,) = readers.read_source(source)
    assert raw.record["title"] == "Watchdog & court | Bit & Brud"
    assert raw.record["outlet"] == "Bit & Brud"
