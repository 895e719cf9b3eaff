"""Exemptions in force in a period: which items have no line for whom, and which exemptions cannot be granted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.periods import Period
from schemas.reasons import REASONS
from schemas.rulebook import RuleBook
from schemas.stages import STAGES
from schemas.texts import quoted
from transforms.checks.checked import REJECTION_COLUMNS, headings_of
from transforms.checks.exemptions import check_exemptions
from transforms.dates import days
from transforms.ledger import applicable
from transforms.lookup import positions
from transforms.registry import Registry

NOTHING_LEFT = "nothing_left"
"""Reason of an exemption after which a dimension would have no item of the cadence to give the full points to."""
_ROW_COLUMNS = ["org_code", "item_code", "valid_from", "valid_to", "cause", "approved_by", "approved_on"]


@dataclass(frozen=True)
class Exempted:
    """The exemptions that hold for organisations assessed in a period.

    `cells`: organisations assessed × items of the rule book, whether the item is exempted; None where none is. `rows`:
    those of the edition. `rejections` and `considered` (batch_id, row_no) are of the exemptions whose days take in the
    period's last.
    """

    cells: np.ndarray | None
    rows: pd.DataFrame
    rejections: pd.DataFrame
    considered: pd.DataFrame


def exempted(
    records: pd.DataFrame, assessed: pd.DataFrame, registry: Registry, rulebook: RuleBook, period: Period
) -> Exempted:
    """What is exempted in the period: all that holds on its last day (RULES §0, as at), of items of its cadence.

    An organisation is the same under every code that it has borne. Where an organisation would be left without any item
    of the cadence in a dimension, none of its exemptions there holds, and each is rejected.
    """
    found = check_exemptions(records, registry, rulebook)
    in_force = _takes_in(period, days(records["valid_from"]), days(records["valid_to"]))
    considered = records.loc[in_force, ["batch_id", "row_no"]]
    rejections = found.rejections.merge(considered, on=["batch_id", "row_no"], validate="m:1")[REJECTION_COLUMNS]
    held = found.accepted[in_force.loc[found.accepted.index]]
    held = held.assign(org_code=registry.code_on(held["org_code"], period.end.toordinal()))
    held = held.assign(org=positions(held["org_code"], pd.Index(assessed["org_code"])))
    own = held[_is_of_period(held, assessed, rulebook, period)]
    refused = own[_leaves_nothing(own, applicable(assessed, rulebook, period), rulebook)]
    granted = own.drop(index=refused.index)
    return Exempted(
        _cells(granted, len(assessed), rulebook) if len(granted) else None,
        STAGES["exemption"].validated(granted[_ROW_COLUMNS]),
        pd.concat([rejections, _refusals(refused, rulebook)], ignore_index=True),
        considered,
    )


def _takes_in(period: Period, first: pd.Series, last: pd.Series) -> pd.Series:
    """Whether days from the first to the last, which may be open, take in the period's last day."""
    return (first <= str(period.end)) & (last.isna() | (last >= str(period.end)))


def _is_of_period(held: pd.DataFrame, assessed: pd.DataFrame, rulebook: RuleBook, period: Period) -> np.ndarray:
    """Whether each organisation is assessed, and the item is one of its domain and of the period's cadence."""
    items = {
        (item.code, domain) for item in rulebook.items if item.cadence == period.cadence for domain in item.domains
    }
    domains = [*assessed["domain"], None]
    cells = zip(held["item_code"], held["org"], strict=True)
    return np.array([(code, domains[org]) in items for code, org in cells], dtype=bool)


def _cells(own: pd.DataFrame, size: int, rulebook: RuleBook) -> np.ndarray:
    """Organisations × items of the rule book: whether an exemption is of it; of all lines of an item with assessors."""
    cells = np.zeros((size, len(rulebook.items)), dtype=bool)
    codes = np.array([item.code for item in rulebook.items], dtype=object)
    for org, code in zip(own["org"], own["item_code"], strict=True):
        cells[org, codes == code] = True
    return cells


def _leaves_nothing(own: pd.DataFrame, applies: np.ndarray, rulebook: RuleBook) -> np.ndarray:
    """Whether each exemption's organisation has no item left in the item's dimension, where it had one."""
    left = applies & ~_cells(own, len(applies), rulebook)
    dimensions = np.array([item.dimension for item in rulebook.items], dtype=object)
    dimension_of = {item.code: item.dimension for item in rulebook.items}
    cases = ((org, dimensions == dimension_of[code]) for org, code in zip(own["org"], own["item_code"], strict=True))
    return np.array([applies[org, those].any() and not left[org, those].any() for org, those in cases], dtype=bool)


def _refusals(refused: pd.DataFrame, rulebook: RuleBook) -> pd.DataFrame:
    heading = headings_of(rulebook.inbox.exemptions)["item_code"]
    message = REASONS[NOTHING_LEFT].message
    told = [message.format(column=quoted(heading), value=quoted(code)) for code in refused["item_code"]]
    return refused[["batch_id", "row_no"]].assign(
        column_name=heading, value_text=refused["item_code"], reason=NOTHING_LEFT, message=told
    )[REJECTION_COLUMNS]
