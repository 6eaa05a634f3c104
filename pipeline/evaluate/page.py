"""The accuracy page and the printed summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.evaluate.scores import Figure, Scores

Part = tuple[str, Scores, Mapping[str, tuple[float, float]]]


def _prf(figure: Figure) -> str:
    return f"P {figure.precision:.3f}  R {figure.recall:.3f}  F1 {figure.f1:.3f}  ({figure.right} right of {figure.given} given, {figure.gold} gold)"


def summary_lines(scores: Scores) -> list[str]:
    """Return the figures as lines, in the order and words of the gold set's scorer."""
    share = scores.share
    return [
        *(
            f"{name:12}{_prf(scores.prf[name])}"
            for name in ("concrete", "money", "record", "record+date", "measures", "appeal")
        ),
        f"{'by article':12}{share['by article']:.3f}",
        f"{'main':12}{share['main']:.3f}",
        "fields      " + "  ".join(f"{k[6:]} {v:.3f}" for k, v in share.items() if k.startswith("field.")),
        f"{'unflagged':12}precision {share['unflagged precision']:.3f}, flagged share {share['flagged share']:.3f}",
    ]


def accuracy_page(parts: Sequence[Part]) -> str:
    """Return `ACCURACY.md`."""
    lines = [
        "# Accuracy", "",
        "Made by `make evaluate`. A record is right where amount, currency, role, type, status, authority and respondents are all right; a gold action that was not found counts as wrong in "
        "every share. Intervals are 95 %, by bootstrap over articles.", "",
    ]  # fmt: skip
    for name, scores, bounds in parts:
        lines += [
            f"## `{name}`: {scores.articles} articles",
            "",
            "| figure | P | R | F1 | 95 % | right | given | gold |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for key, figure in scores.prf.items():
            span = f"{bounds[key][0]:.3f}–{bounds[key][1]:.3f}" if key in bounds else ""
            lines.append(
                f"| {key} | {figure.precision:.3f} | {figure.recall:.3f} | {figure.f1:.3f} | {span} | {figure.right} | {figure.given} | {figure.gold} |"
            )
        lines += ["", "| share | value | 95 % |", "|---|---|---|"]
        for key, value in scores.share.items():
            span = f"{bounds[key][0]:.3f}–{bounds[key][1]:.3f}" if key in bounds else ""
            lines.append(f"| {key} | {value:.3f} | {span} |")
        lines += ["", "| value | P | R | F1 | right | given | gold |", "|---|---|---|---|---|---|---|"]
        for (field, shown), figure in scores.values.items():
            if figure.gold + figure.given and shown != "None":
                lines.append(
                    f"| {field} = {shown} | {figure.precision:.3f} | {figure.recall:.3f} | {figure.f1:.3f} | {figure.right} | {figure.given} | {figure.gold} |"
                )
        lines.append("")
    return "\n".join(lines)
