"""The command `zuzhili`: thin, with its imports inside its functions, so that it starts at once."""

from __future__ import annotations

import atexit
import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from flows.settings import Settings
    from schemas.periods import Cadence

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="组织力 Zuzhili: from a district's inbox to published scores, ranks and warnings.",
)
rules_app = typer.Typer(no_args_is_help=True, help="Look at rule books and check them.")
app.add_typer(rules_app, name="rules")

District = Annotated[str, typer.Option(help="Code of the district, where there is more than one.")]
Scheme = Annotated[str, typer.Option(help="Assessment system: a folder of rulebooks/, where there is more than one.")]
AsOf = Annotated[
    str,
    typer.Option(
        help="Go by what was known at this moment, local time (2024-08-05T06:00); now where left out. If an edition"
        " knows more, the one of that moment is computed again and compared, and nothing is published."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


class _DemoHelp(typer.core.TyperCommand):
    """The help of `demo`, which lists the examples that there are; they are looked up only when it is asked for."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """The systems with an example, a line each."""
        from flows.examples import examples

        with formatter.section("Systems"):
            formatter.write_dl([(example.scheme, example.name) for example in examples()])


@app.command(cls=_DemoHelp)
def demo(
    system: Annotated[
        str, typer.Option(help="Assessment system whose example is shown; all: every one, in one warehouse.")
    ] = "",
) -> None:
    """Score an example district in a folder of its own, by real Prefect flows: intake, then each of its periods."""
    from flows.demo import FIRST
    from flows.demo import demo as run_demo

    with _clear_errors():
        run_demo(typer.echo, system or FIRST)


@app.command()
def intake(
    inbox: Annotated[
        str, typer.Argument(help="Folder to take from; the one of the settings where it is left out.")
    ] = "",
    received_at: Annotated[
        str, typer.Option(help="When it was received, for deliveries of the past (2024-08-01T09:00).")
    ] = "",
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Take what is new in the inbox, and say what became of it.

    Every file is checked, kept and answered. Ended periods that wait for somebody are tried again. The month that is
    running gets a provisional edition, if anything has come for it.
    """
    with _clear_errors():
        from boards.receipts import receipt_lines
        from flows.running import run_intake

        result, again, running = run_intake(_settings(district, scheme, inbox=inbox), received_at, _say)
        told = _plain(result) | {
            "tried_again": [_plain(one) for one in again],
            "open_month": _plain(running) if running else None,
        }
        _show(as_json, lambda: receipt_lines(result), lambda: told)
        if not as_json:
            for told_of in again:
                typer.echo(f"{told_of.period}：{told_of.message}")
            if running:
                typer.echo(f"{running.period}：{running.message}")
        is_wrong = any(one.is_wrong for one in again) or (running is not None and not running.is_scored)
        is_done = not result.having("refused") and not is_wrong
        raise typer.Exit(0 if is_done else 1)


@app.command()
def receipts(
    inbox: Annotated[str, typer.Argument(help="Folder whose files are answered; the one of the settings else.")] = "",
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Write the receipts of all files in the inbox anew, with what stands now.

    Every intake writes those that are missing or no longer true. This is for the time after a scoring, which may have
    resolved rejections.
    """
    with _clear_errors():
        from datetime import UTC, datetime

        from flows.jobs.context import opened
        from flows.jobs.receipts import renew_receipts

        settings = _settings(district, scheme, inbox=inbox)
        books = renew_receipts(opened(settings), datetime.now(UTC))
        said = f"已写{len(books)}份回执：{settings.receipts / settings.district / settings.scheme_code}"
        _show(as_json, lambda: [said], lambda: books)


def _add_scoring(name: str, cadence: Cadence, examples: str, said: str) -> None:
    """Adds the command that scores periods of a cadence: they differ in what they say of themselves alone."""

    @app.command(name, help=said)
    def score(
        periods: list[str] = typer.Argument(help=examples),  # noqa: B008
        as_of: AsOf = "",
        district: District = "",
        scheme: Scheme = "",
        as_json: AsJson = False,
    ) -> None:
        with _clear_errors():
            from boards.summary import summary, summary_lines
            from flows.jobs.context import opened
            from flows.jobs.publishing import Outcome
            from flows.jobs.restating import rules_of
            from flows.running import run_periods

            settings = _settings(district, scheme)
            told: list[Any] = []
            try:
                for outcome in run_periods(settings, cadence, periods, as_of, _say):
                    seen = None
                    if isinstance(outcome, Outcome):
                        context = opened(settings)
                        seen = summary(context.engine, outcome.edition, rules_of(context, outcome.edition))
                    told.append({"is_new": outcome.is_new, **_plain(seen or outcome)})
                    if not as_json:
                        typer.echo(f"{outcome.period}：{outcome.told()}")
                        _show(False, partial(summary_lines, seen, 3) if seen else list, list)
            finally:
                if as_json:
                    _show(True, list, lambda: told)


_add_scoring(
    "month",
    "month",
    "Months, in order: 2024-07 2024-08.",
    """Score months and publish an edition of each.

    The same inputs and rules publish nothing new. A month that is still running becomes a provisional edition. After
    late data use backfill: it takes the later months along that hang on a changed one.
    """,
)
_add_scoring(
    "quarter",
    "quarter",
    "Quarters, in order: 2024Q2 2024Q3.",
    """Score quarters and publish an edition of each.

    From their months, which are brought up to date first, departments' workbooks and findings.
    """,
)
_add_scoring(
    "half",
    "half_year",
    "Half-years, in order: 2024H1 2024H2.",
    "Score half-years and publish an edition of each; what they are made of is brought up to date first.",
)
_add_scoring(
    "year",
    "year",
    "Years: 2024.",
    "Score years and publish an edition of each; what they are made of is brought up to date first.",
)


@app.command()
def backfill(
    first: Annotated[str, typer.Argument(help="First period: 2024-04, 2024Q2 or 2024.")],
    last: Annotated[str, typer.Argument(help="Last period, which may be longer: 2024Q3.")],
    as_of: AsOf = "",
    plan: Annotated[bool, typer.Option("--plan", help="Show what would change and for whom; write nothing.")] = False,
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Compute past periods again, and whatever hangs on them.

    Months first, then quarters, then years. A month that changes takes the next one along; what comes to the same
    publishes nothing. Each period is published by itself.
    """
    with _clear_errors():
        from flows.running import run_backfill, run_plan

        settings = _settings(district, scheme)
        if plan:
            from boards.plan import plan_data, plan_lines
            from boards.registers_told import returned
            from flows.jobs.context import opened

            planned, context = run_plan(settings, first, last, as_of), opened(settings)
            standing = returned(context.engine, context.district, context.scheme)
            _show(as_json, lambda: plan_lines(planned, standing), lambda: plan_data(planned))
            return
        told: list[Any] = []

        def tell(outcome: Any) -> None:
            told.append(_plain(outcome))
            if not as_json:
                typer.echo(f"{outcome.period}：{outcome.told()}")

        try:
            run_backfill(settings, first, last, as_of, _say, tell)
        finally:
            if as_json:
                _show(True, list, lambda: told)


@app.command()
def explain(
    org: Annotated[str, typer.Argument(help="Code of the organisation, or a part of a name that only one bears.")],
    period: Annotated[str, typer.Argument(help="A period with an edition: 2024-07, 2024Q3 or 2024.")],
    as_of: Annotated[
        str, typer.Option(help="The edition of this moment, local time (2024-08-05T06:00); else the current one.")
    ] = "",
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Say why an organisation has its score, in Chinese.

    Every line of its ledger with value, points, reason, and the file and row that it came from. Where the edition
    changed a number, also from what to what, and how much of that came from what.
    """
    with _clear_errors():
        from boards.explain import explanation_lines
        from boards.explained import explanation
        from flows.jobs.context import opened
        from flows.jobs.restating import rules_of
        from flows.running import moment_of

        context = opened(_settings(district, scheme))
        where = (context.district, context.scheme, org, period)
        told = explanation(context.engine, context.lake, *where, partial(rules_of, context), moment_of(as_of))
        _show(as_json, lambda: explanation_lines(told), lambda: _plain(told))


@app.command()
def recheck(
    period: Annotated[str, typer.Argument(help="A period that branches declare for: 2024-07, 2024Q3 or 2024.")],
    seed: Annotated[
        str, typer.Option(help="What the draw hangs on; left out, it is made of the declarations that have come.")
    ] = "",
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Draw the sample of declarations that the district re-checks (复核抽查), and write the work list to fill in.

    A period is drawn once; again, only what has come since is drawn from. The list, filled in, is delivered as
    rechecks/2024-07.xlsx.
    """
    with _clear_errors():
        from flows.running import run_recheck

        done = run_recheck(_settings(district, scheme), period, seed, _say)
        _show(as_json, lambda: [f"{done.period}：{done.told()}"], lambda: _plain(done))


@app.command()
def propose(
    year: Annotated[str, typer.Argument(help="The year: 2024.")],
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Propose weak and lax organisations (软弱涣散) of a year for rectification, and write the workbook to decide in.

    Nothing is decided by this: the workbook, filled in, is delivered as decisions/2024.xlsx.
    """
    with _clear_errors():
        from flows.running import run_propose

        done = run_propose(_settings(district, scheme), year, _say)
        _show(as_json, done.lines, lambda: _plain(done))


@app.command("lists")
def work_lists(
    period: Annotated[str, typer.Argument(help="A period with an edition: 2024-07, 2024Q3 or 2024.")],
    district: District = "",
    scheme: Scheme = "",
    as_json: AsJson = False,
) -> None:
    """Write the work lists of a period as workbooks: warnings and other tasks, and what is still to be declared.

    They are made of the current edition and stand in the folder of the setting `lists`; scheduled flows write them too.
    """
    with _clear_errors():
        from boards.lists import lists_lines
        from flows.jobs.context import opened
        from flows.jobs.lists import lists

        told = lists(opened(_settings(district, scheme)), period)
        _show(as_json, lambda: lists_lines(told), lambda: _plain(told))


@app.command()
def status(district: District = "", scheme: Scheme = "", as_json: AsJson = False) -> None:
    """Say what was delivered and published, and what is still open.

    Open are deliveries that a published period does not count yet, editions that the gate stopped, and rejections.
    """
    with _clear_errors():
        from boards.status import status_lines, status_of
        from flows.jobs.context import opened

        context = opened(_settings(district, scheme))
        told = status_of(context.engine, context.district, context.scheme)
        _show(as_json, lambda: status_lines(told), lambda: told)


@rules_app.command("check")
def rules_check(
    schemes: Annotated[list[str] | None, typer.Argument(help="Rule books; all where left out.")] = None,
) -> None:
    """Check rule books.

    Every finding with its file, its place, what was found and what to do.
    """
    with _clear_errors():
        from rulebooks.linter import lint
        from rulebooks.loader import schemes as known

        root = _settings("", "").rulebooks
        findings = [finding for scheme in schemes or known(root) for finding in lint(scheme, root)]
        for finding in findings:
            typer.echo(str(finding))
        typer.echo(f"发现{len(findings)}处问题" if findings else "规则手册检查通过，没有发现问题")
        raise typer.Exit(1 if findings else 0)


@rules_app.command("list")
def rules_list(
    scheme: Scheme = "",
    on: Annotated[
        str, typer.Option(help="Day on which the rules are in force (2024-07-31); today where left out.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The items, deductions and conditions in force on a day."""
    with _clear_errors():
        from datetime import datetime

        from boards.rules import rule_lines, rules_told
        from rulebooks.loader import load
        from schemas.periods import LOCAL_ZONE, day_of

        settings = _settings("", scheme)
        day = day_of(on) if on else datetime.now(LOCAL_ZONE).date()
        told = rules_told(load(settings.scheme_code, day, root=settings.rulebooks))
        _show(as_json, lambda: rule_lines(told), lambda: told)


def main() -> None:
    """Entry point of the command."""
    # at its end the interpreter would search everything that was imported for cycles, most of a second for nothing
    atexit.register(gc.freeze)
    app()


def _settings(district: str, scheme: str, **others: str) -> Settings:
    from flows.settings import settings_for

    return settings_for(district=district, scheme=scheme, **others)


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _show(as_json: bool, lines: Callable[[], Iterator[str] | list[str]], data: Callable[[], Any]) -> None:
    if as_json:
        typer.echo(json.dumps(data(), ensure_ascii=False, default=str))
    else:
        for line in lines():
            typer.echo(line)


def _plain(result: Any) -> Any:
    from dataclasses import asdict

    return asdict(result)


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Says what went wrong in one paragraph and exits with 1; only a fault of our own shows its traceback."""
    from schemas.errors import ClearError

    try:
        yield
    except ClearError as error:
        typer.echo(f"错误：{error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
