"""Who may ask for a page, and from where: hosts, origins, tokens, signed cookies, and headers that let a page run nothing but its own files.

Articles and names are hostile input. They are escaped when they are written; the headers hold even if that should fail once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

COOKIE = "penalty-ledger"
LARGEST_FORM = 1_000_000
"""Bytes of a form that are read."""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Places:
    """The hosts and origins under which the pages may be asked for."""

    hosts: frozenset[str]
    origins: frozenset[str]
    secure: bool
    """Whether all of them are https, so that cookies may be kept to it."""


def loopback(host: str) -> bool:
    """Return whether an address reaches this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def places(host: str, port: int, public_url: str | None) -> Places:
    """Return the places of a server: this machine's own names for loopback, and the public address of a proxy before it. ValueError where that is no web address."""
    names = {"127.0.0.1", "localhost", "[::1]"} if loopback(host) else {f"[{host}]" if ":" in host else host}
    hosts = {f"{n}:{port}" for n in names} | (set(names) if port == 80 else set())
    origins = {f"http://{h}" for h in hosts}
    secure = False
    if public_url:
        url = urlsplit(public_url)
        if (
            url.scheme not in {"http", "https"}
            or not url.netloc
            or url.path.strip("/")
            or url.query
            or "@" in url.netloc
        ):
            raise ValueError(f"{public_url!r} is no address like https://review.example.org")
        hosts.add(url.netloc.lower())
        origins.add(f"{url.scheme}://{url.netloc.lower()}")
        secure = url.scheme == "https"
    return Places(frozenset(hosts), frozenset(origins), secure)


class Guard:
    """Refuses what comes under a foreign name (400) or from a foreign page (403), and puts the headers on every answer."""

    def __init__(self, app: App, places: Places) -> None:
        self.app, self.places = app, places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                ours = {k.encode() for k in HEADERS}
                kept = [
                    (k, v)
                    for k, v in message.get("headers", [])
                    if k.lower() not in ours or k.lower() == b"cache-control"
                ]
                given = {k.lower() for k, _ in kept}
                message["headers"] = [
                    *kept,
                    *((k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in given),
                ]
            await send(message)

        host = headers.get("host", [])
        if len(host) != 1 or host[0].lower() not in self.places.hosts:
            await refuse(guarded, 400, "This address is not one of this server's.")
        elif scope["method"] not in {"GET", "HEAD", "POST"}:
            await refuse(guarded, 405, "Only GET and POST are answered.")
        elif scope["method"] == "POST" and not self._own_page(headers):
            await refuse(guarded, 403, "This form does not come from a page of this server.")
        else:
            await self.app(scope, receive, guarded)

    def _own_page(self, headers: MutableMapping[str, list[str]]) -> bool:
        """Whether a form was sent from a page of ours; a browser that tells no origin must tell the page. The token is checked besides."""
        origin = headers.get("origin", [])
        if origin:
            return len(origin) == 1 and origin[0].lower() in self.places.origins
        if headers.get("sec-fetch-site", ["same-origin"])[0] not in {"same-origin", "none"}:
            return False
        referer = headers.get("referer")
        if not referer:
            return True
        url = urlsplit(referer[0])
        return f"{url.scheme}://{url.netloc.lower()}" in self.places.origins


async def refuse(send: Send, status: int, why: str) -> None:
    """Answer with a status and a line of text."""
    body = why.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits before the page."""

    name: str
    adjudicator: bool = False


def _sign(secret: bytes, purpose: str, text: str) -> str:
    return hmac.new(secret, f"{purpose}\x1f{text}".encode(), hashlib.sha256).hexdigest()


def sealed(secret: bytes, person: Person, purpose: str) -> str:
    """Return a person as a text that only this server can write: for a cookie (`cookie`) or a personal link (`link`)."""
    content = urlsafe_b64encode(json.dumps([person.name, person.adjudicator]).encode()).decode().rstrip("=")
    return f"{content}.{_sign(secret, purpose, content)}"


def unsealed(secret: bytes, text: str, purpose: str) -> Person | None:
    """Return the person of a sealed text; None where this server did not write it."""
    content, _, signature = text.partition(".")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), _sign(secret, purpose, content).encode()):
        return None
    try:
        name, adjudicator = json.loads(urlsafe_b64decode(content + "=" * (-len(content) % 4)))
    except ValueError:
        return None
    return Person(str(name), bool(adjudicator))


def form_token(secret: bytes, person: Person) -> str:
    """Return the token that a form must carry: another for each person."""
    return _sign(secret, "form", f"{person.name}\x1f{person.adjudicator}")


def right_token(secret: bytes, person: Person, given: str) -> bool:
    """Return whether a form carries its token."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), form_token(secret, person).encode())
