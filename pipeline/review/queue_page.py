"""The queue, how far everybody is, the codebook, and who is there."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs, urlencode

from starlette.responses import Response

from pipeline.review import queue
from pipeline.review.agreement import agreement
from pipeline.review.guard import COOKIE, Person, sealed
from pipeline.review.project import Asked, NotThereError, Project, page, redirect
from pipeline.schema import FLAGS
from pipeline.verdicts.holding import fold

LONGEST_NAME = 60


def home(asked: Asked) -> Response:
    """The queue: what is left, by the chosen order and filters, and how far the reviewer is."""
    store, me = asked.project.store, asked.person.name
    choice = queue.Choice.of(urlencode(asked.query))
    number = min(int(asked.query["page"][:6]), 10_000) if asked.query.get("page", "")[:6].isdecimal() else 0
    entries = queue.listed(store, choice, me, number)
    return page(
        asked, "queue", choice=choice, orders=queue.ORDERS, entries=entries[: queue.PAGE], number=number, more=len(entries) > queue.PAGE, told=queue.progress(store, me),
        flags=[(f, FLAGS.get(f, f), n) for f, n in queue.tags(store, "flag")], bodies=queue.tags(store, "authority"), rounds=bool(asked.project.gold),
    )  # fmt: skip


def onward(asked: Asked) -> Response:
    """On to the next item."""
    choice = asked.choice
    found = queue.next_leased(asked.project.store, choice, asked.person.name, asked.query.get("after"))
    return (
        redirect("/item", id=found, **{"from": choice.query}) if found else redirect("/", **dict(_pairs(choice.query)))
    )


def _pairs(query: str) -> dict[str, str]:
    return {k: v[-1] for k, v in parse_qs(query).items()}


def codebook(asked: Asked) -> Response:
    """What each field means."""
    return page(asked, "codebook", codebook=asked.project.codebook, field=asked.one("field"))


def progress(asked: Asked) -> Response:
    """How far everybody is, and how far they agree."""
    store = asked.project.store
    said = fold(store.events())
    people = sorted({a for (a,) in store.base.execute("SELECT DISTINCT annotator FROM events")})
    counts = Counter(r for (r,) in store.base.execute("SELECT annotator FROM done"))
    (waiting,) = store.base.execute("SELECT COUNT(*) FROM waiting").fetchone()
    (changed,) = store.base.execute("SELECT COUNT(*) FROM changed").fetchone()
    states = Counter(v.state for v in said.rows.values())
    return page(
        asked, "progress", people=[(p, counts[p], queue.progress(store, p)) for p in people], agreement=agreement(said), waiting=waiting, changed=changed,
        states=states, total=queue.progress(store, asked.person.name), events=store.n_events(),
    )  # fmt: skip


def start(asked: Asked) -> Response:
    """The page that asks for a name, where nobody was invited; else a word that a personal link is needed."""
    return page(asked, "start", error=None)


def begin(asked: Asked) -> Response:
    """A name was given."""
    name = " ".join(asked.one("name").split())[:LONGEST_NAME]
    if asked.project.invited:
        raise NotThereError
    if not name or not name.isprintable():
        return page(asked, "start", 422, error="Write your name; it is kept with everything you decide.")
    return signed_in(asked.project, Person(name, adjudicator=asked.one("adjudicator") == "yes"))


def signed_in(project: Project, person: Person) -> Response:
    response = redirect("/")
    response.set_cookie(
        COOKIE,
        sealed(project.secret, person, project.purpose),
        max_age=30 * 86400,
        httponly=True,
        samesite="lax",
        secure=project.places.secure,
        path="/",
    )
    return response
