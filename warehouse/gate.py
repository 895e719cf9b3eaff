"""The gate: Great Expectations on an edition's rows in the warehouse, before anybody sees them.

Great Expectations is imported inside functions, because that takes longer than all checks together.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from schemas.fields import FIELDS
from warehouse import editions
from warehouse.expectations import EXPECTATIONS, Expectation
from warehouse.gate_report import Failure, data_docs, write
from warehouse.tables import EDITION_TABLES

SAMPLE_ROWS = 3
_ONE_AT_A_TIME = threading.Lock()
"""Great Expectations keeps its context in a global."""


@dataclass(frozen=True)
class Verdict:
    """What the gate says of an edition; `report` is the path of the report's first page."""

    passed: bool
    failures: tuple[Failure, ...]
    report: str


def check(engine: sa.Engine, edition_id: int, report_dir: str | Path) -> Verdict:
    """Checks the edition's rows against all expectations; keeps a report in a folder of its own below `report_dir`.

    An expectation that cannot be checked is not met. The report's path is recorded with the edition. Raises
    WarehouseError if there is no such edition.
    """
    edition = editions.by_id(engine, edition_id)
    with _ONE_AT_A_TIME, _quiet(), _connections(engine) as connect:
        validations = _validations(engine, connect, edition_id, EXPECTATIONS)
        pages = {table: data_docs(validation) for table, validation in validations.items()}
    found = _failures(EXPECTATIONS, validations.values())
    folder = Path(report_dir) / str(edition_id)
    report = write(folder, edition, EXPECTATIONS, {failure.name: failure for failure in found}, pages)
    editions.report_at(engine, edition_id, str(report))
    return Verdict(not found, found, str(report))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Great Expectations from the terminal and from calling home. Our own messages are in the verdict."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logger = logging.getLogger("great_expectations")
    silent = logging.NullHandler()
    logger.addHandler(silent)
    propagates, logger.propagate = logger.propagate, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.removeHandler(silent)
            logger.propagate = propagates


@contextmanager
def _connections(engine: sa.Engine) -> Iterator[Any]:
    """A function that opens driver connections as the engine does, so that nobody else needs the address."""
    with ExitStack() as opened:

        def connect() -> Any:
            connection = engine.raw_connection()
            driver = connection.driver_connection
            connection.detach()
            opened.callback(connection.close)
            return driver

        yield connect


def _validations(
    engine: sa.Engine, connect: Any, edition_id: int, expectations: Iterable[Expectation]
) -> dict[str, Any]:
    """Great Expectations' validation of each table's rows, by table."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    add: dict[str, Any] = {
        "sqlite": context.data_sources.add_sqlite,
        "postgresql": context.data_sources.add_postgres,
    }
    address = {"sqlite": "sqlite:///warehouse", "postgresql": "postgresql+psycopg://warehouse@warehouse/warehouse"}
    dialect = engine.dialect.name
    source = add[dialect]("warehouse", connection_string=address[dialect], kwargs={"creator": connect})
    ordered = sorted(expectations, key=attrgetter("table"))
    return {
        table: _validate(context, source, edition_id, table, own)
        for table, own in groupby(ordered, key=attrgetter("table"))
    }


def _validate(context: Any, source: Any, edition_id: int, table: str, own: Iterable[Expectation]) -> Any:
    import great_expectations as gx

    asset = source.add_query_asset(table, query=f"SELECT * FROM {table} WHERE edition_id = {edition_id}")  # noqa: S608
    rows = asset.add_batch_definition_whole_table(table)
    made = [_made(expectation, edition_id) for expectation in own]
    suite = context.suites.add(gx.ExpectationSuite(name=table, expectations=made))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=rows, suite=suite))
    keys = [column.name for column in EDITION_TABLES[table].primary_key if column.name != "edition_id"]
    return definition.run(result_format={"result_format": "COMPLETE", "unexpected_index_column_names": keys})


def _made(expectation: Expectation, edition_id: int) -> Any:
    from great_expectations import expectations

    arguments = {
        key: value.replace(":edition", str(edition_id)) if isinstance(value, str) else value
        for key, value in expectation.arguments.items()
    }
    kind = getattr(expectations, expectation.kind)
    return kind(**arguments, meta={"name": expectation.name}, description=expectation.message)


def _failures(expectations: Iterable[Expectation], validations: Iterable[Any]) -> tuple[Failure, ...]:
    """The expectations that are not met; what has no result is not met either."""
    results = {
        result.expectation_config.meta["name"]: result for validation in validations for result in validation.results
    }
    return tuple(
        _failure(expectation, results.get(expectation.name))
        for expectation in expectations
        if expectation.name not in results or not results[expectation.name].success
    )


def _failure(expectation: Expectation, result: Any) -> Failure:
    outcome = dict(result.result) if result is not None else {}
    count = outcome.get("unexpected_count", outcome.get("observed_value"))
    if count is None:
        return Failure(expectation.name, f"{expectation.message}：无法检查", ())
    rows = outcome.get("details", {}).get("unexpected_rows") or outcome.get("unexpected_index_list") or []
    sample = tuple(dict(row) for row in rows[:SAMPLE_ROWS])
    shown = "；".join(_shown(row) for row in sample)
    return Failure(expectation.name, f"{expectation.message}：{count}处不符，例如{shown}", sample)


def _shown(row: dict[str, Any]) -> str:
    """The row in words: what the field dictionary calls its columns, and their values."""
    cells = ((FIELDS[name].title if name in FIELDS else name, value) for name, value in row.items())
    return "，".join(f"{title} {value}" for title, value in cells if title != FIELDS["edition_id"].title)
