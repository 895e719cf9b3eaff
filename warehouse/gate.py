"""The gate: Great Expectations on an edition's rows in the warehouse, before anybody sees them.

Great Expectations is imported inside functions, because that takes longer than all checks together.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from schemas.fields import FIELDS
from warehouse import editions
from warehouse.expectations import EXPECTATIONS, Expectation

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationSuiteValidationResult
    from great_expectations.data_context import EphemeralDataContext

SAMPLE_ROWS = 3
_ONE_AT_A_TIME = threading.Lock()
"""Great Expectations keeps its context in a global."""


@dataclass(frozen=True)
class Failure:
    """An expectation that the edition does not meet: its name, a message in Chinese, and some of the rows."""

    name: str
    message: str
    sample: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Verdict:
    """What the gate says of an edition; `report` is the path of the report's first page."""

    passed: bool
    failures: tuple[Failure, ...]
    report: str


def check(engine: sa.Engine, edition_id: int, report_dir: str | Path) -> Verdict:
    """Checks the edition's rows against all expectations and keeps a report in a folder of its own in `report_dir`.

    An expectation that cannot be checked is not met. The report's path is recorded with the edition.
    """
    ordered = sorted(EXPECTATIONS, key=lambda expectation: expectation.table)
    with _ONE_AT_A_TIME, _quiet(), _connections(engine) as connect:
        source = _source(engine, connect)
        validations = {
            table: _validate(source, edition_id, table, list(own))
            for table, own in groupby(ordered, key=lambda expectation: expectation.table)
        }
        folder = Path(report_dir) / str(edition_id)
        pages = {table: _page(validation) for table, validation in validations.items()}
    results = {
        result.expectation_config.meta["name"]: result
        for validation in validations.values()
        for result in validation.results
    }
    failures = {each.name: _failure(each, results.get(each.name)) for each in EXPECTATIONS}
    failed = tuple(failure for failure in failures.values() if failure)
    report = gate_report.write(folder, edition_id, EXPECTATIONS, {failure.name: failure for failure in failed}, pages)
    editions.report_at(engine, edition_id, str(report))
    return Verdict(not failed, failed, str(report))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Great Expectations from the terminal and from calling home. Our own messages are in the verdict."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(level)


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


def _source(context: EphemeralDataContext, engine: sa.Engine, connect: Any) -> Any:
    context.variables.progress_bars = {"globally": False}
    add = {"sqlite": context.data_sources.add_sqlite, "postgresql": context.data_sources.add_postgres}
    address = {"sqlite": "sqlite:///warehouse", "postgresql": "postgresql+psycopg://warehouse@warehouse/warehouse"}
    dialect = engine.dialect.name
    return add[dialect]("warehouse", connection_string=address[dialect], kwargs={"creator": connect})


def _validate(context: EphemeralDataContext, source: Any, edition_id: int, table: str, own: list[Expectation]) -> Any:
    """The validation of one table's rows."""
    import great_expectations as gx
    from great_expectations import expectations as gxe

    asset = source.add_query_asset(table, query=f"SELECT * FROM {table} WHERE edition_id = {edition_id}")  # noqa: S608
    rows = asset.add_batch_definition_whole_table(table)
    made = [_made(gxe, expectation, edition_id) for expectation in own]
    suite = context.suites.add(gx.ExpectationSuite(name=table, expectations=made))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name=table, data=rows, suite=suite))
    return definition.run(result_format={"result_format": "COMPLETE"})


def _made(gxe: Any, expectation: Expectation, edition_id: int) -> Any:
    arguments = {
        key: value.replace(":edition", str(edition_id)) if isinstance(value, str) else value
        for key, value in expectation.arguments.items()
    }
    return getattr(gxe, expectation.kind)(
        **arguments, meta={"name": expectation.name}, description=expectation.message
    )
