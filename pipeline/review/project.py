"""What every page knows: the project, the request, and how a page is written."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from pipeline.release.place import RUN
from pipeline.review import queue
from pipeline.review.codebook import Codebook
from pipeline.review.guard import Person, Places, form_token
from pipeline.review.items import make_index
from pipeline.review.store import Store
from pipeline.review.view import LABELS, shown_value, visible

HERE = Path(__file__).parent
NOBODY = Person("")


@dataclass(slots=True)
class Freshness:
    """Which release the index was made from, by the time of its `run.json`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    made: int = 0


@dataclass(frozen=True, slots=True)
class Project:
    """What the pages are about: the tables in `out`, the reviews, the codebook, who may come, and the gold articles of the first round."""

    out: Path
    store: Store
    places: Places
    codebook: Codebook
    overrides: Path
    secret: bytes
    invited: bool = False
    """Whether only personal links let anybody in; else whoever sits at this machine says who they are."""
    gold: tuple[Mapping[str, Any], ...] = ()
    people: frozenset[Person] = frozenset()
    """Who was invited; a link or cookie of somebody else opens nothing."""
    annotator: Person | None = None
    """Who is at this machine, where the command said so."""
    overlap: float = 0.0
    freshness: Freshness = field(default_factory=Freshness)

    @property
    def purpose(self) -> str:
        """What the cookies are sealed for: one of a name that somebody gave themselves opens nothing where links are needed."""
        return "invited" if self.invited else "cookie"

    def keep_fresh(self) -> None:
        """Make the index anew where a run has put a new release in place since."""
        try:
            made = (self.out / RUN).stat().st_mtime_ns
        except OSError:
            return  # being put in place
        if made == self.freshness.made:
            return
        with self.freshness.lock:
            if made != self.freshness.made:
                self.store.renew(make_index(self.out, self.overlap))
                self.freshness.made = made


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: who asks, what the address says, and the fields of a form."""

    project: Project
    person: Person
    query: Mapping[str, str]
    form: Mapping[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return a field of the form, else of the address; empty where it is in neither."""
        return self.form.get(name, [self.query.get(name, "")])[0]

    @property
    def choice(self) -> queue.Choice:
        """The part of the queue that the reviewer came from."""
        return queue.Choice.of(self.one("from"))


class NotThereError(Exception):
    """There is no such page."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": visible,
        "value": lambda v, f: visible(shown_value(f, v)),
        "label": lambda f: LABELS.get(f, f.replace("_", " ")),
    }
    return environment


def page(asked: Asked, template: str, status: int = 200, **values: Any) -> Response:
    token = form_token(asked.project.secret, asked.person)
    html = _environment().get_template(f"{template}.html.j2").render(
        person=asked.person, token=token, nonce=secrets.token_hex(8), back=asked.choice.query, invited=asked.project.invited, fixed=asked.project.annotator is not None, labels=LABELS, **values
    )  # fmt: skip
    return HTMLResponse(html, status)


def redirect(path: str, **query: str) -> Response:
    return RedirectResponse(f"{path}?{urlencode({k: v for k, v in query.items() if v})}", 303)


def nonce_of(asked: Asked) -> str:
    """Return what the ids of a key's events begin with: the same button of the same page pressed twice makes the same ids, another one others."""
    given = "".join(c for c in asked.one("nonce") if c.isalnum())[:40] or secrets.token_hex(8)
    what = "\x1f".join(f"{k}={v}" for k, v in sorted(asked.form.items()) if k not in {"token", "nonce", "from"})
    digest = hashlib.blake2b(f"{asked.one('id')}\x1f{what}".encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{asked.person.name}-{given}{digest}"
