"""Review: a page on this machine where people settle what the rules could not, and what becomes of it.

items      what can be reviewed, from a release          queue      which item comes next
store      events in SQLite and `reviews.jsonl`          acts       what a button does
view       an article's text and rows as shown           taking     selected or typed words → values
web        the addresses, and the modules `…_page`       guard      who may ask, and from where
names      spellings to settle                           agreement  kappa and alpha
codebook   what each field means                         gold       reviewed articles as gold
exchange   Label Studio, doccano, spaCy, marked text

Needs the extra `review`. `normalise` reads what comes out (`pipeline/verdicts`); nothing here is needed to run the chain.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.records import Document
    from pipeline.review.guard import App
    from pipeline.review.store import Store

EXTRA = "the review page needs the extra `review`: pip install 'penalty-ledger[review]'"
STORE = "reviews.sqlite"


class ReviewSetupError(ValueError):
    """The page cannot be opened as asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How the page is opened: where it listens, who may come, and what share of the items two reviewers judge."""

    host: str = "127.0.0.1"
    port: int = 8765
    annotator: str | None = None
    adjudicator: bool = False
    invite: tuple[str, ...] = ()
    adjudicators: tuple[str, ...] = ()
    public_url: str | None = None
    overlap: float = 0.0
    gold: Path | None = None


def open_review(out: Path, settings: Settings, opening: Opening, say: Callable[[str], None]) -> App:
    """Return the web application over the tables in `out`, ready to be served; what the reviewers need to know is said by `say`.

    Raises `ReviewSetupError`, `NoReleaseError`, `ReviewError`.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise ReviewSetupError(EXTRA) from error
    from pipeline.evaluate.gold import read_gold
    from pipeline.review.codebook import read_codebook
    from pipeline.review.guard import Person, loopback, places, sealed
    from pipeline.review.items import make_index
    from pipeline.review.project import Project
    from pipeline.review.round_page import ROUND_ARTICLES
    from pipeline.review.store import Store
    from pipeline.review.web import application

    invited = (*opening.invite, *opening.adjudicators)
    if len(set(invited)) < len(invited):
        raise ReviewSetupError("a name is invited twice")
    if not loopback(opening.host) and not invited:
        raise ReviewSetupError(f"{opening.host} can be reached from other machines: name who may come by --invite")
    if opening.annotator and invited:
        raise ReviewSetupError("--annotator and --invite exclude each other: personal links say who is there")
    try:
        allowed = places(opening.host, opening.port, opening.public_url)
    except ValueError as error:
        raise ReviewSetupError(str(error)) from error
    exchange = settings.reviews_file(out)
    store = Store(exchange.with_name(STORE), exchange, make_index(out, opening.overlap), say)
    gold = tuple(read_gold(opening.gold)[:ROUND_ARTICLES]) if opening.gold and opening.gold.exists() else ()
    secret = store.secret()
    project = Project(
        out, store, allowed, read_codebook(), settings.overrides_file(out), secret, bool(invited), gold, frozenset(Person(n, n in opening.adjudicators) for n in invited),
        Person(opening.annotator, opening.adjudicator) if opening.annotator else None, opening.overlap,
    )  # fmt: skip
    base = (
        opening.public_url or f"http://{f'[{opening.host}]' if ':' in opening.host else opening.host}:{opening.port}"
    ).rstrip("/")
    if invited:
        say("Personal links; whoever opens one is that person:")
        for name in invited:
            person = Person(name, name in opening.adjudicators)
            say(
                f"  {name}{' (adjudicator)' if person.adjudicator else ''}: {base}/join?key={sealed(secret, person, 'link')}"
            )
    else:
        say(f"Open {base} in a browser of this machine; Ctrl-C ends it.")
    say(f"What is decided goes to {exchange}; the next `make extract` uses it.")
    return application(project)


def open_store(out: Path, settings: Settings, say: Callable[[str], None] = lambda _: None) -> Store:
    """Return the reviews of the tables in `out`, without a page. Raises `NoReleaseError`, `ReviewError`."""
    from pipeline.review.items import index_file, is_current, make_index
    from pipeline.review.store import Store

    exchange = settings.reviews_file(out)
    items = index_file(out)
    return Store(exchange.with_name(STORE), exchange, items if is_current(out) else make_index(out), say)


def write_reviewed_gold(out: Path, settings: Settings, to: Path) -> tuple[int, int]:
    """Write the articles that reviewers read to the end as gold; return how many, and how many of them were read blind."""
    from pipeline.review.gold import gold_articles, write_gold
    from pipeline.review.items import document_of

    store = open_store(out, settings)

    def document(article_id: str) -> Document | None:
        return document_of(store.base, out, article_id)

    return write_gold(gold_articles(store.events(), document), to)


def listen(opening: Opening) -> socket.socket:
    """Return the socket of the server. Raises `ReviewSetupError` where its place is taken or is none of this machine's."""
    kind = socket.AF_INET6 if ":" in opening.host else socket.AF_INET
    made = socket.socket(kind, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let two servers share the port
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((opening.host, opening.port))
    except OSError as error:
        made.close()
        raise ReviewSetupError(
            f"cannot listen at {opening.host}:{opening.port} ({error.strerror}); choose another by --port"
        ) from error
    return made


def serve(app: App, place: socket.socket) -> None:
    """Serve the application until it is stopped. One process: SQLite has one writer."""
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, date_header=False, proxy_headers=False, limit_concurrency=200, timeout_keep_alive=15
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[place])


def names_of(text: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a list parted by commas, given once or often. Raises `ReviewSetupError`."""
    found = [name for part in text for n in part.split(",") if (name := " ".join(n.split()))]
    if len(set(found)) < len(found):
        raise ReviewSetupError("a name is given twice")
    return tuple(found)
