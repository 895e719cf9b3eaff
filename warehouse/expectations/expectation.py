"""One thing that must hold of an edition's rows, as data: the gate makes it Great Expectations' own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Expectation:
    """`kind` is the name of Great Expectations' class, `message` says in Chinese what must hold."""

    name: str
    table: str
    message: str
    kind: str
    arguments: dict[str, Any]


def rows(name: str, table: str, message: str, query: str) -> Expectation:
    """What holds where the query, of the rows that break it, finds none.

    `{batch}` stands for the rows that the edition has in the table, `:edition` for the edition's id. Great Expectations
    gives `{batch}` a name of its own in a query without a JOIN, so there it must not get another.
    """
    return Expectation(name, table, message, "UnexpectedRowsExpectation", {"unexpected_rows_query": query})


def column(name: str, table: str, message: str, kind: str, **arguments: Any) -> Expectation:
    """What holds of each row by itself."""
    return Expectation(name, table, message, kind, arguments)


def one_of(name: str, table: str, message: str, column_name: str, values: tuple[str, ...]) -> Expectation:
    """A column has no other values than these."""
    kind = "ExpectColumnValuesToBeInSet"
    return column(name, table, message, kind, column=column_name, value_set=list(values))
