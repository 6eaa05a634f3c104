"""The page of names: spellings that nothing settles, and what a reviewer chooses for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import Response

from pipeline.knowledge import AUTHORITY_KINDS, added_authorities, authorities
from pipeline.review import names
from pipeline.review.project import Asked, nonce_of, page, redirect
from pipeline.verdicts import Choice, read_overrides
from pipeline.verdicts.events import Event


def spellings(asked: Asked, error: str | None = None) -> Response:
    """The spellings that nothing settles, and the one in focus with sentences and what may be chosen."""
    project = asked.project
    side = "respondent" if asked.one("side") == "respondent" else "authority"
    overrides = read_overrides(project.overrides)
    found = names.open_spellings(project.store, side, overrides)
    wanted = (asked.one("spelling"), asked.one("country"))
    focus = next((s for s in found if (s.text, s.country) == wanted), found[0] if found else None)
    with added_authorities(overrides.authorities):
        bodies = names.listed(list(authorities().values())) if side == "authority" else []
        known = dict(bodies)
        choices = [
            (c, known.get(c.stands_for, c.stands_for), names.rows_of(project.store, c.side, c.spelling, c.country))
            for c in overrides.choices
            if c.side == side
        ]
    return page(
        asked, "names", 422 if error else 200, side=side, found=found, focus=names.with_samples(project.store, focus) if focus else None, bodies=bodies, choices=choices,
        alike=names.alike_names(project.store, focus.text) if focus and side == "respondent" else [], kinds=sorted(AUTHORITY_KINDS), error=error, known=known, settled=asked.query.get("settled", ""), done=asked.query.get("done", ""), typed=asked.one("body") or asked.one("other"),
    )  # fmt: skip


def settle(asked: Asked) -> Response:
    """A spelling is settled, or its choice taken back."""
    project = asked.project
    side = "respondent" if asked.one("side") == "respondent" else "authority"
    spelling, country = asked.one("spelling"), asked.one("country") or None
    do = asked.one("do")
    try:
        if do == "take_back":
            gone = names.take_back(project.overrides, side, spelling, country)
            old, new = (gone.stands_for if gone else None), None
        else:
            choice, body = _chosen(asked, side, spelling, country, do)
            names.choose(project.overrides, choice, body)
            old, new = None, choice.stands_for
    except (names.ChoiceError, ValueError) as error:
        return spellings(asked, str(error))
    told = {"spelling": spelling, "country": country or "", "side": side}
    event = Event(
        f"{nonce_of(asked)}.0",
        "-",
        asked.person.name,
        "name",
        "",
        None,
        old={**told, "stands_for": old},
        new={**told, "stands_for": new},
    )
    project.store.add(event)
    return redirect(
        "/names", side=side, settled=f"{names.rows_of(project.store, side, spelling, country)}", done=spelling
    )


def _chosen(asked: Asked, side: str, spelling: str, country: str | None, do: str) -> tuple[Choice, Any]:
    today = date.today().isoformat()
    country = country if asked.one("scope") != "all" else None

    def choice(stands_for: str) -> Choice:
        return Choice(side, spelling, stands_for, country, asked.person.name, today)

    if do == "depends":
        return choice("depends"), None
    if do == "new":
        body = names.new_body(asked.one("name"), asked.one("body_country"), asked.one("kind"))
        return choice(body.authority_id), body
    if do == "same":
        other = " ".join(asked.one("other").split())
        if not other:
            raise names.ChoiceError("Write the name that it stands for.")
        return choice(other), None
    if do == "keep":
        return choice(spelling if side == "respondent" else "depends"), None
    written = asked.one("body")
    return choice(written.rpartition("[")[2].rstrip("] ") if "[" in written else written.strip()), None
