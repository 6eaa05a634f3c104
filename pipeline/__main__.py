"""Command line. `penalty-ledger --help` lists the commands; `make` calls the same ones."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from pipeline import chain
from pipeline.knowledge import KnowledgeError
from pipeline.schema import TABLES
from pipeline.settings import Settings, SettingsError, read_settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Article dumps in, a table of enforcement decisions out.",
)

INVARIANT, USAGE, REJECTS, GATE, SCHEMA, MISSING = 1, 2, 3, 4, 5, 6
Raw = Annotated[Path, typer.Option("--raw", help="the dump: a folder of article files, or one file")]
Out = Annotated[Path, typer.Option("--out", help="where tables and stage files go")]
Config = Annotated[
    Path | None, typer.Option("--config", help="settings file (default: penalty-ledger.toml where it exists)")
]
Jobs = Annotated[int | None, typer.Option("--jobs", min=0, help="worker processes (0: as many as cores)")]
Model = Annotated[str | None, typer.Option("--model", help="spaCy pipeline: a name or a folder")]
MaxRejects = Annotated[
    float | None,
    typer.Option("--max-rejects", min=0, max=1, help="share of rejected records above which the run ends with 3"),
]
RatesFile = Annotated[
    Path | None,
    typer.Option("--rates", help="CSV (currency, date, per_euro) of rates put over those of the European Central Bank"),
]
Redact = Annotated[
    bool | None, typer.Option("--redact-individuals", help="withhold the names of respondents that are persons")
]
Append = Annotated[
    bool, typer.Option("--append", help="articles of files that are gone since the last run stay in the tables")
]
Prune = Annotated[
    bool, typer.Option("--prune", help="articles of files that are gone since the last run are withdrawn")
]
GateFile = Annotated[
    Path | None, typer.Option("--gate", help="file of limits that a release must keep (default: models/gate.toml)")
]
Accept = Annotated[bool, typer.Option("--accept", help="let this release pass although it breaks limits of the gate")]
Releases = Annotated[
    bool | None,
    typer.Option("--releases", help="also keep each release in releases/ID, the newest named by latest.json"),
]
DATA, PROCESSED = Path("data/raw"), Path("data/processed")


def _say(line: str, err: bool = False) -> None:
    """Print a line that may hold words of a dump or list: without what would steer the terminal."""
    from pipeline.language.spelling import printable

    typer.echo(printable(line), err=err)


def _fail(message: str, code: int) -> typer.Exit:
    _say(f"penalty-ledger: {message}", err=True)
    return typer.Exit(code)


def _settings(config: Path | None, **flags: object) -> Settings:
    try:
        return read_settings(config, **flags)
    except SettingsError as error:
        raise _fail(str(error), USAGE) from error


def _missing(append: bool, prune: bool) -> str | None:
    if append and prune:
        raise _fail("--append and --prune exclude each other", USAGE)
    return "append" if append else "prune" if prune else None


def _run(
    raw: Path, out: Path, settings: Settings, stages: tuple[str, ...], accept: bool = False
) -> chain.Account | None:
    from pipeline.language.rates import RatesError
    from pipeline.ner import ModelError
    from pipeline.release import BrokenReleaseError, GateError, LimitsError

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        return chain.run(raw, out, settings, lambda line: _say(line, err=True), stages, accept)
    except (chain.ChainError, ModelError, RatesError, LimitsError) as error:
        raise _fail(str(error), USAGE) from error
    except chain.MissingInputsError as error:
        raise _fail(str(error), MISSING) from error
    except GateError as error:
        for line in error.breaches:
            _say(f"  {line}", err=True)
        raise _fail(
            f"the release breaks {len(error.breaches)} limits of the gate; the tables in {out} stay as they were. "
            f"What was refused lies in {out / 'refused'}; --accept lets it pass.",
            GATE,
        ) from error
    except (KnowledgeError, chain.InvariantError, BrokenReleaseError) as error:
        raise _fail(str(error), INVARIANT) from error


def _tell(account: chain.Account, out: Path) -> None:
    parts = " + ".join(f"{n} {name.replace('_', ' ')}" for name, n in account.outcomes.items())
    if not account.changed:
        typer.echo(
            f"Nothing has changed since the last run: {account.rows['decisions']} decisions stand in {out / 'decisions.parquet'}."
        )
        return
    typer.echo(f"{account.records} records in = {parts}.")
    for line in account.reject_lines:
        _say(f"  {line}", err=True)
    if account.reject_codes:
        typer.echo(
            f"Not used: {', '.join(f'{code} {n}' for code, n in account.reject_codes.items())}; each is listed in {out / 'rejects.parquet'}."
        )
    typer.echo(
        f"{account.rows['decisions']} decisions, told by {account.rows['penalties']} penalties of {account.outcomes.get('extracted', 0)} articles."
    )
    if account.without_rate:
        listed = ", ".join(f"{currency} {n}" for currency, n in account.without_rate.items())
        typer.echo(f"No euros (no rate, or no day told): {listed}; --rates FILE adds rates.")
    if any(account.withdrawn.values()):
        listed = ", ".join(f"{n} {name}" for name, n in account.withdrawn.items() if n)
        typer.echo(f"Withdrawn: {listed}; each is listed in {out / 'changes.parquet'}.")
    typer.echo(f"The tables lie in {out}, each as .parquet and .csv: {', '.join(t.name for t in TABLES)}.")


def _report(account: chain.Account, out: Path, settings: Settings) -> None:
    _tell(account, out)
    if account.reject_share > settings.max_rejects:
        raise _fail(
            f"{account.reject_share:.1%} of the records were rejected, more than --max-rejects {settings.max_rejects:.1%}",
            REJECTS,
        )


@app.command()
def run(
    raw: Raw = DATA,
    out: Out = PROCESSED,
    config: Config = None,
    jobs: Jobs = None,
    model: Model = None,
    max_rejects: MaxRejects = None,
    rates: RatesFile = None,
    redact_individuals: Redact = None,
    append: Append = False,
    prune: Prune = False,
    gate: GateFile = None,
    accept: Accept = False,
    releases: Releases = None,
) -> None:
    """Run the whole chain on a dump; only what changed is redone."""
    settings = _settings(
        config,
        jobs=jobs,
        model=model,
        max_rejects=max_rejects,
        rates=None if rates is None else str(rates),
        redact_individuals=redact_individuals,
        missing=_missing(append, prune),
        gate=None if gate is None else str(gate),
        releases=releases,
    )
    account = _run(raw, out, settings, chain.STAGES, accept)
    if account is not None:
        _report(account, out, settings)


def _stage_command(stage: str, doc: str) -> None:
    def command(
        raw: Raw = DATA, out: Out = PROCESSED, config: Config = None, jobs: Jobs = None, model: Model = None
    ) -> None:
        settings = _settings(config, jobs=jobs, model=model)
        account = _run(raw, out, settings, (stage,))
        if account is not None:
            _report(account, out, settings)
        else:
            typer.echo(f"{stage}: done; its files lie in {out / 'stages'}.")

    app.command(stage, help=doc)(command)


for _name, _doc in {
    "ingest": "Read a dump: columns mapped, articles screened.",
    "clean": "HTML and page furniture off, language and copies found.",
    "ner": "Find sentences and names.",
    "extract": "Find sums and measures, their standing and parties.",
    "normalise": "Make the tables.",
}.items():
    _stage_command(_name, _doc)


@app.command()
def report(
    out: Out = PROCESSED,
    to: Annotated[
        Path | None, typer.Option("--to", help="the page to write (default: report.html beside the tables)")
    ] = None,
) -> None:
    """Write the tables as one static page that opens offline."""
    from pipeline.release import NoReleaseError
    from pipeline.report import write_report

    try:
        typer.echo(f"wrote {write_report(out, to or out / 'report.html')}")
    except (NoReleaseError, OSError) as error:
        raise _fail(str(error), USAGE) from error


@app.command()
def show(
    decision_id: Annotated[str, typer.Argument(help="id of a decision, or its beginning")], out: Out = PROCESSED
) -> None:
    """Print one decision with the words behind it and every article that tells it."""
    from pipeline.release import NoReleaseError, load
    from pipeline.report.show import TABLES as READ
    from pipeline.report.show import UnknownIdError, shown

    try:
        for line in shown(load(out, READ), decision_id):
            typer.echo(line)
    except (NoReleaseError, UnknownIdError) as error:
        raise _fail(str(error), USAGE) from error


@app.command()
def match(
    against: Annotated[Path, typer.Option("--against", help="the list: CSV or TSV with a header")],
    mapping: Annotated[
        list[str],
        typer.Option(
            "--map",
            help="FIELD=COLUMN, or FIELD==TEXT for all rows; authority, respondent, amount, currency, date; parted by commas or given often",
        ),
    ],
    out: Out = PROCESSED,
    to: Annotated[
        Path | None, typer.Option("--to", help="folder for the results (default: match/ beside the tables)")
    ] = None,
    date_order: Annotated[
        str | None, typer.Option("--date-order", help="day or month: which stands first in dates like 03/05/2024")
    ] = None,
    summary: Annotated[bool, typer.Option("--summary", help="print how much of the list the news tells")] = False,
) -> None:
    """Match somebody's list of decisions with those of the tables."""
    from pipeline.match import ListError, compare_list, read_mapping
    from pipeline.release import NoReleaseError

    if date_order not in {None, "day", "month"}:
        raise _fail("--date-order is day or month", USAGE)
    try:
        found = compare_list(out, against, read_mapping(mapping), to or out / "match", date_order)
    except (ListError, NoReleaseError, OSError) as error:
        raise _fail(str(error), USAGE) from error
    for notice in found.notices:
        _say(notice, err=True)
    pairs, unmatched = len(found.matched.pairs), len(found.matched.unmatched)
    typer.echo(f"{pairs} of {pairs + unmatched} rows matched; {len(found.matched.left)} decisions are in no row.")
    if summary:
        for s in found.shares:
            _say(
                f"{s.by:<10} {s.group[:40]:<40} {s.matched:>6} of {s.n:<6} {s.share:6.1%}  ({s.low:.1%} to {s.high:.1%})"
            )
    typer.echo(f"wrote {', '.join(str(f) for f in found.files)}")


@app.command()
def export(
    decision_id: Annotated[str, typer.Argument(help="id of a decision, or its beginning")],
    to: Annotated[str, typer.Option("--to", help="the format: gdprhub")],
    out: Out = PROCESSED,
) -> None:
    """Print one decision in the format of a tracker, with only what the articles state."""
    from pipeline.release import NoReleaseError, load
    from pipeline.report.gdprhub import TABLES as READ
    from pipeline.report.gdprhub import NotGdprError, exported
    from pipeline.report.show import UnknownIdError

    if to != "gdprhub":
        raise _fail(f"unknown format {to!r}; known is gdprhub", USAGE)
    try:
        typer.echo(exported(load(out, READ), decision_id), nl=False)
    except (NoReleaseError, UnknownIdError, NotGdprError) as error:
        raise _fail(str(error), USAGE) from error


review_app = typer.Typer(
    invoke_without_command=True, help="Open the page where people review what was found; or join and exchange reviews."
)
app.add_typer(review_app, name="review")


@review_app.callback()
def review(
    context: typer.Context,
    out: Out = PROCESSED,
    config: Config = None,
    annotator: Annotated[str | None, typer.Option("--annotator", help="who is at this machine")] = None,
    adjudicator: Annotated[bool, typer.Option("--adjudicator", help="they decide where others disagree")] = False,
    host: Annotated[str, typer.Option("--host", help="address to listen at")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8765,
    invite: Annotated[
        list[str] | None, typer.Option("--invite", help="names, parted by commas: each gets a personal link")
    ] = None,
    invite_adjudicator: Annotated[
        list[str] | None, typer.Option("--invite-adjudicator", help="the same for adjudicators")
    ] = None,
    public_url: Annotated[
        str | None, typer.Option("--public-url", help="the address of the proxy or tunnel before it")
    ] = None,
    overlap: Annotated[float, typer.Option("--overlap", min=0, max=1, help="share of the items that two judge")] = 0.0,
    gold: Annotated[
        Path | None,
        typer.Option("--gold", help="gold articles of the first round (default: tests/gold/sample.jsonl of a clone)"),
    ] = None,
) -> None:
    """Open the page where people review what was found (needs the extra `review`)."""
    if context.invoked_subcommand is not None:
        return
    from pipeline.release import NoReleaseError
    from pipeline.review import Opening, ReviewSetupError, listen, names_of, open_review, serve
    from pipeline.verdicts import OverridesError, ReviewError

    try:
        opening = Opening(
            host, port, annotator, adjudicator, names_of(invite or []), names_of(invite_adjudicator or []), public_url, overlap,
            gold or Path("tests/gold/sample.jsonl"),
        )  # fmt: skip
        place = listen(opening)
        page = open_review(out, _settings(config), opening, _say)
    except (ReviewSetupError, NoReleaseError, ReviewError, OverridesError, OSError, ValueError) as error:
        raise _fail(str(error), USAGE) from error
    serve(page, place)


@review_app.command("merge")
def merge_reviews(
    files: Annotated[list[Path], typer.Argument(help="files of reviews from several machines")],
    to: Annotated[Path, typer.Option("--to", help="where the joined file goes")] = Path("data/reviews.jsonl"),
) -> None:
    """Join files of reviews by event id, with what `--to` holds already; what contradicts itself waits for the adjudicator."""
    from pipeline.verdicts import ReviewError, fold
    from pipeline.verdicts.events import joined, write_events

    try:
        events = joined([*files, *([to] if to.exists() else [])])
        write_events(to, events)
    except (ReviewError, OSError) as error:
        raise _fail(str(error), USAGE) from error
    said = fold(events)
    typer.echo(f"{len(events)} events of {len({e.annotator for e in events})} reviewers written to {to}.")
    if said.open:
        typer.echo(f"{len(said.open)} rows wait for the adjudicator.")


def _format(name: str) -> str:
    from pipeline.review.exchange import FORMATS

    if name not in FORMATS:
        raise _fail(f"unknown format {name!r}; known are {', '.join(FORMATS)}", USAGE)
    return name


@review_app.command("export")
def export_reviews(
    file: Annotated[Path, typer.Argument(help="the file to write")],
    to: Annotated[str, typer.Option("--to", help="label-studio, doccano, docbin or marked")],
    out: Out = PROCESSED,
    config: Config = None,
    all_articles: Annotated[
        bool, typer.Option("--all", help="also articles that nobody reviewed, with what the machine found")
    ] = False,
) -> None:
    """Write reviewed articles with their labels for another tool."""
    from pipeline.release import NoReleaseError
    from pipeline.review import open_store
    from pipeline.review.exchange import labelled, write_file
    from pipeline.verdicts import ReviewError

    try:
        n = write_file(labelled(open_store(out, _settings(config)), out, all_articles), _format(to), file)
    except (NoReleaseError, ReviewError, OSError) as error:
        raise _fail(str(error), USAGE) from error
    typer.echo(f"{n} articles written to {file}.")


@review_app.command("import")
def import_reviews(
    file: Annotated[Path, typer.Argument(help="a file that `review export` wrote and another tool changed")],
    from_: Annotated[str, typer.Option("--from", help="label-studio, doccano, docbin or marked")],
    annotator: Annotated[str, typer.Option("--annotator", help="who did the work there")],
    out: Out = PROCESSED,
    config: Config = None,
    all_seen: Annotated[
        bool,
        typer.Option(
            "--all-seen",
            help="they looked at every article of the file (in Label Studio: submitted): what they left as it was is accepted",
        ),
    ] = False,
) -> None:
    """Take what somebody did in another tool as reviews: rows edited and rejected, with --all-seen the others accepted."""
    import secrets

    from pipeline.release import NoReleaseError
    from pipeline.review import open_store
    from pipeline.review.exchange import ExchangeError, events_of, labelled, read_file
    from pipeline.verdicts import ReviewError

    try:
        store = open_store(out, _settings(config))
        known = {a.article_id: a for a in labelled(store, out, all_articles=True)}
        events = []
        for article in read_file(file, _format(from_)):
            before = known.get(article.article_id)
            if before is None or before.text != article.text:
                _say(f"left out: {article.article_id}: the article is gone or its text has changed", err=True)
                continue
            seen = all_seen and (article.reviewed or from_ != "label-studio")
            events += list(events_of(article, annotator, lambda: secrets.token_hex(12), seen))
        added = store.add_all(events)
    except (NoReleaseError, ReviewError, ExchangeError, OSError) as error:
        raise _fail(str(error), USAGE) from error
    typer.echo(f"{len(added)} events of {annotator} added to {store.exchange}.")


@app.command()
def gold(
    to: Annotated[Path, typer.Option("--to", help="the file to write")] = Path("data/gold.jsonl"),
    out: Out = PROCESSED,
    config: Config = None,
) -> None:
    """Write the articles that reviewers read to the end as gold, for `evaluate` and `train-scorers`."""
    from pipeline.release import NoReleaseError
    from pipeline.review import write_reviewed_gold
    from pipeline.verdicts import ReviewError

    try:
        n, blind = write_reviewed_gold(out, _settings(config), to)
    except (NoReleaseError, ReviewError, OSError) as error:
        raise _fail(str(error), USAGE) from error
    typer.echo(
        f"{n} gold articles written to {to}; {blind} of them were read blind, and only those count in `evaluate`."
    )


@app.command()
def clear(out: Out = PROCESSED) -> None:
    """Remove outputs, but never inputs, reviews or the ledger of ids."""
    gone = chain.clear(out)
    typer.echo(f"removed from {out}: {', '.join(gone)}" if gone else f"{out} holds no outputs")


@app.command()
def evaluate(
    gold: Annotated[
        list[Path] | None,
        typer.Option("--gold", help="gold articles (JSONL); default: the open gold set of the repository"),
    ] = None,
    page: Annotated[Path | None, typer.Option("--page", help="where to write the accuracy page")] = Path("ACCURACY.md"),
    model: Model = None,
) -> None:
    """Score a run on gold articles and write the accuracy page."""
    from pipeline.evaluate import evaluate_files

    try:
        text = evaluate_files(
            gold or [Path(f"tests/gold/{name}.jsonl") for name in ("sample", "open", "news")],
            _settings(None, model=model),
            page,
        )
    except (OSError, ValueError) as error:
        raise _fail(str(error), USAGE) from error
    typer.echo(text)


@app.command()
def cases(
    folder: Annotated[Path, typer.Option("--folder", help="folder with money_cases.csv and date_cases.csv")],
) -> None:
    """Score the readers of money and dates on cases, and print the misses."""
    from pipeline.evaluate.cases import score_cases

    for file in ("money_cases.csv", "date_cases.csv"):
        if not (folder / file).exists():
            raise _fail(f"{folder / file} does not exist", USAGE)
    for line in score_cases(folder):
        typer.echo(line)


@app.command()
def train(
    base: Annotated[str, typer.Option("--base", help="released pipeline: a wheel, a folder or an installed package")],
    corpus: Annotated[
        Path, typer.Option("--corpus", help="folder with enforcement/train.jsonl, and ner/*.jsonl for the vocabulary")
    ],
    to: Annotated[Path, typer.Option("--to", help="where the trained pipeline goes")] = Path("models/en_enforcement"),
) -> None:
    """Train the names model and write it with its card."""
    from pipeline.train import train_names

    try:
        typer.echo(train_names(base, corpus, to))
    except (OSError, ValueError) as error:
        raise _fail(str(error), USAGE) from error


@app.command()
def train_scorers(
    gold: Annotated[list[Path], typer.Option("--gold", help="gold articles to learn from (JSONL)")],
    ordinary: Annotated[
        Path | None, typer.Option("--ordinary", help="everyday news (JSONL, .gz) as examples of what is no action")
    ] = None,
    to: Annotated[Path, typer.Option("--to", help="where the scorers go")] = Path("models/scorers"),
    parts: Annotated[
        bool,
        typer.Option(
            help="also measure what each part brings (three more trainings); without it the last such table stays"
        ),
    ] = True,
) -> None:
    """Train the scorers on gold articles and write them with their card and the figures of the cross-validation."""
    from dataclasses import replace

    from pipeline.evaluate.crossed import Report, crossed_file, headline, read_report, reliability_of, write_report
    from pipeline.evaluate.page import summary_lines
    from pipeline.evaluate.scores import score
    from pipeline.train import scorers as recipe

    try:
        articles = recipe.read_articles(gold)
        nothing = recipe.read_ordinary(ordinary, to / "ordinary_actions.jsonl") if ordinary else []
    except (OSError, ValueError) as error:
        raise _fail(str(error), USAGE) from error

    def say(line: str) -> None:
        typer.echo(line, err=True)

    trained = recipe.train_scorers(articles, say=say, ordinary=nothing)
    recipe.write_scorers(trained.scorers, to)
    (to / "README.md").write_text(recipe.card(trained, len(nothing), recipe.DEFAULT), encoding="utf-8")
    files = tuple(crossed_file(source, trained.of(source), trained.given) for source in dict.fromkeys(trained.sources))
    first = trained.of(files[0].name)
    parts_: list[tuple[str, Mapping[str, float]]] = [
        ("all", headline(files[0].scores)),
        ("rules alone", headline(score(first, trained.rules))),
    ]
    for name, without in recipe.PARTS.items() if parts else ():
        say(f"without {name}")
        less = recipe.train_scorers(articles, replace(recipe.DEFAULT, without=without), say, nothing)
        parts_.append((f"without {name}", headline(score(first, less.given))))
    last = read_report(to / "crossed.json")
    if not parts and last is not None:  # the table of the last full run stays
        parts_ = list(last.parts)
    write_report(Report(files, tuple(parts_), reliability_of(trained.reliability)), to / "crossed.json")
    for crossed in files:
        typer.echo("\n".join([f"{crossed.name}, out of fold:", *summary_lines(crossed.scores)]))
    typer.echo(f"written to {to}")


@app.command()
def bench(
    base: Annotated[str, typer.Option("--base", help="the released pipeline that the names model was made from")],
) -> None:
    """Measure the speed of the names model as a ratio to its base's `ner` alone, in one run."""
    from pipeline.evaluate.gold import read_gold
    from pipeline.knowledge import models_dir
    from pipeline.train.speed import names_speed

    texts = [str(a["text"]) for a in read_gold(Path("tests/gold/open.jsonl"))]
    try:
        ratio, rounds = names_speed(base, str(models_dir() / "en_enforcement"), texts)
    except (OSError, ValueError) as error:
        raise _fail(str(error), USAGE) from error
    typer.echo(f"names model: {ratio:.2f} times the speed of its base's ner ({', '.join(f'{r:.2f}' for r in rounds)})")


@app.command("bench-merge")
def bench_merge(
    rows: Annotated[
        list[int] | None,
        typer.Option("--rows", min=100, help="rows to generate; twice for the growth between the sizes"),
    ] = None,
) -> None:
    """Merge generated rows and print seconds, memory and how time grows beside n log n."""
    from pipeline.evaluate.scale import growth, measure

    measured = [measure(n) for n in sorted(rows or [100_000, 1_000_000])]
    for m in measured:
        typer.echo(f"{m.rows} rows: {m.decisions} decisions in {m.seconds:.0f} s, {m.peak:.2f} GiB at most")
    if len(measured) > 1:
        typer.echo(f"growth: {growth(measured[0], measured[-1]):.2f} times that of n log n")


@app.command()
def schema(
    write: Annotated[
        Path | None, typer.Option("--write", help="folder to write data dictionary, data package and contract to")
    ] = None,
    as_contract: Annotated[
        bool, typer.Option("--contract", help="print the schema as a contract to hold releases to")
    ] = False,
    check: Annotated[
        Path | None, typer.Option("--check", help="compare with a contract; ends with 5 where the schema breaks it")
    ] = None,
) -> None:
    """Print the data dictionary, or write it; print a contract, or check one."""
    import json

    from pipeline.release.contract import ContractError, breaks, contract
    from pipeline.release.documents import VersionError, write_documents
    from pipeline.schema import VERSION, dictionary

    if check is not None:
        try:
            found = breaks(json.loads(check.read_text(encoding="utf-8")), contract())
        except (OSError, ValueError, ContractError) as error:
            raise _fail(f"{check}: {error}", USAGE) from error
        for line in found:
            _say(f"  {line}", err=True)
        if found:
            raise _fail(f"schema {VERSION} breaks {check}", SCHEMA)
        typer.echo(f"schema {VERSION} keeps {check}")
    elif as_contract:
        typer.echo(json.dumps(contract(), indent=1))
    elif write is not None:
        try:
            typer.echo(f"wrote {', '.join(str(p) for p in write_documents(write))}")
        except VersionError as error:
            raise _fail(str(error), USAGE) from error
    else:
        typer.echo(dictionary())


def main() -> None:
    """Entry point of `python -m pipeline`."""
    app(prog_name="penalty-ledger")


if __name__ == "__main__":
    main()
