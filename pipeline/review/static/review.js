// Keys, and words selected in the article. Every key presses a button or follows a link that is on the page; without this file the page works by those.
"use strict";

const text = document.getElementById("text");
const typing = (el) => el && (el.matches("textarea, select") || (el.matches("input") && el.type !== "checkbox"));

// --- keys

function press(el) {
  if (!el) return false;
  if (el.matches("summary, details")) el.open = true;
  el.click();
  return true;
}

function candidate(digit) {
  const here = document.activeElement && document.activeElement.closest(".field");
  const fields = [here, document.querySelector(".field.current"), ...document.querySelectorAll(".field.doubted, .field")];
  const field = fields.find((f) => f && f.querySelector("[data-digit]"));
  return field ? field.querySelector(`[data-digit="${digit}"]`) : null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const at = document.activeElement;
  if (event.key === "Escape") {
    if (typing(at)) { at.blur(); event.preventDefault(); return; }  // a second Escape leaves the form
    if (press(document.querySelector('[data-key="Escape"]'))) event.preventDefault();
    return;
  }
  if (typing(at) || caret) return;
  if (event.key === "Enter" && at && at.matches("a, button, summary, [tabindex]") && at !== document.body && at.id !== "main") return;
  if (event.key === "v" && text) { startCaret(); event.preventDefault(); return; }
  const named = [...document.querySelectorAll("[data-key]")].find((el) => el.dataset.key === event.key);
  if (event.key === "?" && named) { document.getElementById("keys").open = true; document.getElementById("keys").scrollIntoView(); event.preventDefault(); return; }
  const el = named || (/^[1-9]$/.test(event.key) ? candidate(event.key) : null);
  if (press(el)) event.preventDefault();
});

for (const row of document.querySelectorAll(".field")) {
  row.addEventListener("click", () => {
    document.querySelectorAll(".field.current").forEach((f) => f.classList.remove("current"));
    row.classList.add("current");
  });
}

// --- words selected in the article: offsets in code points of its text, as the server counts

function place(node, offset) {
  const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node.children[offset] || node).closest("[data-start]");
  if (!piece || !text.contains(piece)) return null;
  const within = node.nodeType === Node.TEXT_NODE ? [...node.data.slice(0, offset)].length : 0;
  return Number(piece.dataset.start) + within;
}

function selected() {
  const chosen = document.getSelection();
  if (!text || !chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return null;
  const range = chosen.getRangeAt(0);
  const start = place(range.startContainer, range.startOffset);
  const end = place(range.endContainer, range.endOffset);
  return start === null || end === null || end <= start ? null : { start, end, words: chosen.toString() };
}

function take() {
  const found = selected();
  if (!found) return;
  const box = document.querySelector("#add [data-takes]") || document.querySelector("[data-takes]");
  if (!box) return;
  box.value = found.words;
  box.form.elements.start.value = found.start;
  box.form.elements.end.value = found.end;
}

// While a row is written, words go to the field that was last in focus, once the quote is there.
let field = null;
for (const form of document.querySelectorAll(".edit")) {
  form.addEventListener("focusin", (event) => { field = event.target.matches("input:not([type=hidden]):not([type=checkbox]), textarea") ? event.target : null; });
}

function give() {
  const found = selected();
  const quote = document.querySelector("#add [data-takes]");
  if (!found || !field || field === quote || (quote && !quote.value)) { take(); return; }
  const words = found.words.trim();
  field.value = field.matches("textarea") && field.value.trim() ? `${field.value.trimEnd()}\n${words}` : words;
  field.focus({ preventScroll: true });
}

for (const end of ["mouseup", "touchend"]) document.addEventListener(end, () => setTimeout(give));
document.addEventListener("selectionchange", () => { if (!document.querySelector(".edit")) take(); });
for (const box of document.querySelectorAll("[data-takes]")) {
  box.addEventListener("input", () => { box.form.elements.start.value = box.form.elements.end.value = ""; });
}

// --- selecting by keys

let caret = false;

function startCaret() {
  caret = true;
  const first = document.querySelector(".text .sentence") || text.firstElementChild;
  if (!first) return;
  document.getElementById("article").focus();
  const chosen = document.getSelection();
  chosen.collapse(first.firstChild, 0);
  first.scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (!caret) return;
  const chosen = document.getSelection();
  const ways = { ArrowRight: ["forward", "character"], ArrowLeft: ["backward", "character"], ArrowDown: ["forward", "line"], ArrowUp: ["backward", "line"] };
  if (event.key in ways) {
    const [way, unit] = ways[event.key];
    chosen.modify(event.shiftKey ? "extend" : "move", way, event.ctrlKey && unit === "character" ? "word" : unit);
    event.preventDefault();
  } else if (event.key === "Enter" || event.key === "Escape") {
    caret = false;
    give();
    const box = document.querySelector("#add [data-takes]") || document.querySelector("[data-takes]");
    if (event.key === "Enter" && box) (box.form.querySelector(".bar button") || box).focus();
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// --- on arrival: the row's words in view, the first field of a form in focus

const own = document.querySelector("mark.own.k-amount") || document.querySelector(".text .sentence") || document.querySelector("mark.own");
document.querySelector(".rows-list [aria-current]")?.scrollIntoView({ block: "nearest" });
const pane = document.getElementById("article");
if (own && pane && !location.hash) pane.scrollTop = own.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
const first = document.querySelector("[data-first], .edit textarea, .edit input:not([type=hidden]), .edit select");
if (first) window.addEventListener("load", () => setTimeout(() => first.focus({ preventScroll: true })));  // after the browser went to the fragment
