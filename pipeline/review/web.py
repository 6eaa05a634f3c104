"""The web application: a table of addresses, each answered by one function below; every page works as plain forms and links.

/            the queue                      /item        one article with its rows        /decision   the rows of one decision
/next        on to the next item            /act         what a button of an article does /pair       what a button of a decision does
/names       spellings to settle            /codebook    what each field means            /round      the first round, on gold articles
/progress    how far, and how far we agree  /start       who is there                     /join       a personal link
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from pipeline.review.article_page import act, item
from pipeline.review.decision_page import decision, pair
from pipeline.review.guard import COOKIE, LARGEST_FORM, App, Guard, right_token, unsealed
from pipeline.review.names_page import settle, spellings
from pipeline.review.project import HERE, NOBODY, Asked, NotThereError, Project, redirect
from pipeline.review.queue_page import begin, codebook, home, onward, progress, signed_in, start
from pipeline.review.round_page import first_round

Handler = Callable[[Asked], Response]
_GET: Mapping[str, Handler] = {
    "/": home, "/next": onward, "/item": item, "/decision": decision, "/names": spellings, "/codebook": codebook, "/progress": progress, "/round": first_round, "/start": start,
}  # fmt: skip
_POST: Mapping[str, Handler] = {"/act": act, "/pair": pair, "/names": settle, "/start": begin}


async def _answer(handler: Handler, project: Project, request: Request) -> Response:
    person = project.annotator or unsealed(project.secret, request.cookies.get(COOKIE, ""), project.purpose)
    if project.invited and person not in project.people:
        person = None
    form: Mapping[str, list[str]] = {}
    if request.method == "POST":
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                return HTMLResponse("This form is too large.", 413)
        try:
            form = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=500)
        except ValueError:
            return HTMLResponse("This form cannot be read.", 400)
        if not right_token(project.secret, person or NOBODY, form.get("token", [""])[0]):
            return HTMLResponse("This form is not of your session; load the page anew.", 403)
    if person is None and handler not in {start, begin}:
        return redirect("/start")
    asked = Asked(project, person or NOBODY, dict(request.query_params), form)

    def handled() -> Response:
        project.keep_fresh()
        return handler(asked)

    try:
        return await run_in_threadpool(handled)
    except NotThereError:
        return HTMLResponse("There is no such page.", 404)


async def _join(project: Project, request: Request) -> Response:
    person = unsealed(project.secret, request.query_params.get("key", ""), "link")
    return (
        signed_in(project, person)
        if person in project.people and person
        else HTMLResponse("This link is not valid.", 403)
    )


def application(project: Project) -> App:
    """Return the application as ASGI, guarded."""

    def endpoint(handler: Callable[..., Awaitable[Response]], *first: Any) -> Callable[[Request], Awaitable[Response]]:
        return partial(handler, *first)

    routes: list[Any] = [Route(path, endpoint(_answer, h, project), methods=["GET"]) for path, h in _GET.items()]
    routes += [Route(path, endpoint(_answer, h, project), methods=["POST"]) for path, h in _POST.items()]
    routes += [
        Route("/join", endpoint(_join, project), methods=["GET"]),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    return Guard(Starlette(routes=routes), project.places)
