"""Map the columns of a dump's record to the fields of an article, by the aliases of `models/rules/columns.toml`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from dateparser import DateDataParser

from pipeline.knowledge import read_toml

COLUMNS = "rules/columns.toml"
_HTML = re.compile(r"<(?:p|div|br|body|html|article|span|h1|table|ul)\b[^<>]{0,500}>", re.I)


@dataclass(frozen=True, slots=True)
class Mapped:
    """The fields of one record; `used` says which column each came from."""

    article_id: str | None
    url: str | None
    title: str | None
    body: str
    published: date | None
    published_text: str | None
    outlet: str | None
    language: str | None
    used: tuple[tuple[str, str], ...]

    def hashed_id(self) -> str:
        """Return the id of an article whose dump gives none: a hash of url, title and text."""
        return hashlib.blake2b(
            "\x1f".join((self.url or "", self.title or "", self.body)).encode("utf-8", "surrogatepass"), digest_size=8
        ).hexdigest()

    def looks_like_html(self) -> bool:
        """Return whether the body holds block-level tags."""
        return len(_HTML.findall(self.body[:20_000])) >= 2


def _plain_name(column: str) -> str:
    return re.sub(r"[_\-\s]", "", column).lower()


@cache
def _aliases() -> tuple[tuple[str, tuple[str, ...]], ...]:
    fields: Mapping[str, list[str]] = read_toml(COLUMNS)["fields"]
    return tuple((field, tuple(_plain_name(a) for a in names)) for field, names in fields.items())


def choose_columns(columns: Mapping[str, Any]) -> dict[str, str]:
    """Return the column taken for each field; of several filled ones the first alias wins, of equally named ones the first."""
    by_name: dict[str, str] = {}
    for column in columns:
        if columns[column] not in (None, "", []):
            by_name.setdefault(_plain_name(column), column)
    return {
        field: by_name[name]
        for field, names in _aliases()
        for name in [next((n for n in names if n in by_name), "")]
        if name
    }


def _flat(value: Any) -> str:
    """Return the text of a cell; lists and nested records (fundus bodies) give their strings in order."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        if isinstance(value.get("name"), str):
            return str(value["name"])
        return "\n\n".join(part for part in map(_flat, value.values()) if part)
    if isinstance(value, (list, tuple)):
        return "\n\n".join(part for part in map(_flat, value) if part)
    if isinstance(value, float) and value != value:
        return ""
    return str(value)


@cache
def _dates() -> DateDataParser:
    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RELATIVE_BASE": datetime(2000, 1, 1),
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    return DateDataParser(languages=["en"], settings=settings)


def read_published(value: Any) -> date | None:
    """Return the printed local day of a publication date: ISO 8601, 20240903, RFC 5322 (feeds), or written out; None where it cannot be read."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _flat(value).strip()
    try:
        if match := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", text):
            return date(*map(int, match.groups()))
        if match := re.match(r"(\d{4})(\d\d)(\d\d)(?:\d{6}|T|$)", text):
            return date(*map(int, match.groups()))
        if re.match(r"\w{3}, \d", text):
            return parsedate_to_datetime(text).date()
    except (ValueError, TypeError):
        return None
    if not text or len(text) > 60 or not re.search(r"\d{4}", text):
        return None
    found = _dates().get_date_data(text).date_obj
    return found.date() if found else None


def map_columns(record: Mapping[str, Any]) -> Mapped:
    """Return the fields of one record of a dump."""
    chosen = choose_columns(record)

    def text(field: str) -> str | None:
        value = _flat(record[chosen[field]]).strip() if field in chosen else ""
        return value.encode("utf-8", "replace").decode() or None

    published = read_published(record[chosen["published"]]) if "published" in chosen else None
    language = text("language")
    return Mapped(
        text("article_id"), text("url"), text("title"), text("body") or "", published, text("published"), text("outlet"),
        language[:2].lower() if language else None, tuple(sorted(chosen.items())),
    )  # fmt: skip
