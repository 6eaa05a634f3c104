"""What tests of the review page share: a project over the sample's tables, a client that fills in forms, and hostile payloads."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.testclient import TestClient

from pipeline.review import Opening, open_review
from pipeline.settings import Settings

BASE = "http://127.0.0.1:8765"


def project(run: Path, folder: Path, opening: Opening | None = None) -> tuple[Any, Path]:
    """The application over a copy of a run's tables, and their folder."""
    out = folder / "processed"
    shutil.copytree(run, out)
    return open_review(out, Settings(jobs=1), opening or Opening(annotator="ana"), lambda _: None), out


class Form(HTMLParser):
    """The forms of a page: for each the address, hidden fields, inputs and buttons."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, Any]] = []
        self._area: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append({"action": a.get("action"), "fields": {}, "buttons": []})
        elif self.forms and tag == "input" and a.get("type") != "checkbox":
            self.forms[-1]["fields"].setdefault(a.get("name", ""), []).append(a.get("value", ""))
        elif self.forms and tag == "textarea":
            self._area = a.get("name", "")
            self.forms[-1]["fields"].setdefault(self._area, []).append("")
        elif self.forms and tag == "select":
            self._select = a.get("name", "")
            if "multiple" not in a:
                self.forms[-1]["fields"].setdefault(self._select, [""])
        elif self.forms and tag == "option" and self._select and "selected" in a:
            fields = self.forms[-1]["fields"]
            fields[self._select] = [*(v for v in fields.get(self._select, []) if v), a.get("value", "")]
        elif self.forms and tag == "button" and "name" in a:
            self.forms[-1]["buttons"].append((a["name"], a.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1]["fields"][self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


class Reader:
    """Somebody before the page, without JavaScript."""

    def __init__(self, app: Any, cookies: Mapping[str, str] | None = None) -> None:
        self.client = TestClient(app, base_url=BASE, headers={"origin": BASE}, cookies=dict(cookies or {}))
        self.html = ""
        self.url = ""

    def get(self, path: str, **query: str) -> str:
        answer = self.client.get(path + (f"?{urlencode(query)}" if query else ""))
        self.html, self.url = answer.text, str(answer.url)
        assert answer.status_code == 200, answer.text
        return self.html

    def press(self, button: str, expect: int = 200, _name: str = "do", **fields: str | list[str]) -> str:
        """Press the first button of the page with that value, or send the form that carries it, with some fields filled in."""
        for form in Form(self.html).forms:
            if (_name, button) in form["buttons"] or form["fields"].get(_name) == [button]:
                data = {
                    **form["fields"],
                    **{k: v if isinstance(v, list) else [v] for k, v in fields.items()},
                    _name: [button],
                }
                return self.send(form["action"], data, expect)
        raise AssertionError(f"no button {button!r} on {self.url}")

    def send(self, action: str, data: Mapping[str, Any], status: int = 200) -> str:
        answer = self.client.post(
            action, content=urlencode(data, doseq=True), headers={"content-type": "application/x-www-form-urlencoded"}
        )
        self.html, self.url = answer.text, str(answer.url)
        assert answer.status_code == status, re.findall(r"error[^<]*<|^.{0,80}", answer.text)[:3]
        return self.html

    def rows(self) -> list[str]:
        """The states of the rows that the page lists."""
        return re.findall(r'<li class="(\w+)(?: here)?"><a href="/item', self.html)


HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>", "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)",
    "\"><script>alert(1)</script>", "'><script>alert(1)</script>", "</div><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>", "</script><script>alert(1)</script>", "<!--<script>alert(1)</script>-->", "<![CDATA[<script>alert(1)</script>]]>", "<style>*{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<meta http-equiv=refresh content='0;url=//evil.example'>", "<base href=//evil.example/>", "<form action=//evil.example><button>x", "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>", "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>",
    "<math><mtext><script>alert(1)</script>", "<template><script>alert(1)</script></template>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<select><option></select><script>alert(1)</script>", "<table><td background=javascript:alert(1)>",
    "{{ 7*7 }}", "{% for x in [1] %}{{ x }}{% endfor %}", "${7*7}", "#{7*7}", "{{ config.__class__.__mro__ }}",
    "\u202eevil\u202c", "\u2066left\u2069", "\u200f\u200e", "a\x00b", "a\x1b[31mred",
    "\x07\x08\x0b", "\u2028line\u2029", "\ufeffbom", "=HYPERLINK(\"http://evil.example\")", "+cmd|' /C calc'!A0",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)", "%3Cscript%3Ealert(1)%3C/script%3E", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<IMG SRC=\"jav&#x09;ascript:alert(1);\">",
    "expression(alert(1))", "<p style=\"background:url(javascript:alert(1))\">", "data:text/html,<script>alert(1)</script>", "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>", "\"autofocus onfocus=alert(1) x=\"",
]  # fmt: skip
"""Texts that run, restyle, redirect or reorder a page that writes them as they are."""
