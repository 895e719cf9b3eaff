"""The files of a rule book and their sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from rulebooks.scalars import Flag, Percent, Positive, Text, Texts, Whole
from rulebooks.shapes.base import Dated, Named, Value
from rulebooks.shapes.inbox import (
    EventKindEntry,
    EventsEntry,
    ExpectedEntry,
    SenderEntry,
    SubmissionsEntry,
    TableEntry,
)
from rulebooks.shapes.items import ConditionEntry, ItemEntry, NegativeEntry, ProgressBoardEntry
from rulebooks.shapes.outcomes import (
    AdjustmentEntry,
    CircumstanceEntry,
    CoefficientEntry,
    ConsequenceEntry,
    ControlTotalEntry,
    LimitEntry,
    RollUpEntry,
    ScaleEntry,
    ShareEntry,
    WatchListEntry,
)
from rulebooks.shapes.scheme import CadenceEntry, DimensionEntry, DomainEntry, OrganizationKindEntry
from schemas import rulebook as models
from schemas.layouts import Succession
from schemas.periods import CADENCES

Shape = type[Dated]


@dataclass(frozen=True)
class Fixed:
    """A section of a fixed set of entries: their shapes, and which of them may be left out."""

    entries: dict[str, Shape]
    optional: frozenset[str] = frozenset()

    @property
    def required(self) -> list[str]:
        """The entries that every scheme must have."""
        return [code for code in self.entries if code not in self.optional]


Section = Shape | Fixed
"""The shape of every entry, or of each of a fixed set of entries."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file: what it is called inside the scheme's folder, and its sections."""

    pattern: str
    sections: dict[str, Section]


FILES: dict[str, FileKind] = {
    "scheme": FileKind(
        "scheme.yaml",
        {
            "names": Fixed({"scheme": Value[Text], "index": Value[Text]}),
            "dimensions": DimensionEntry,
            "domains": DomainEntry,
            "organization_kinds": OrganizationKindEntry,
            "bodies": Named,
            "cadences": Fixed(dict.fromkeys(CADENCES, CadenceEntry), frozenset(CADENCES)),
            "policies": Fixed(
                {
                    "assessed_from": Value[models.AssessedFrom],
                    "share_at_most": Value[Positive],
                    "number_at_most": Value[Positive],
                    "common_problem_percent": Value[Percent],
                    "radar_margin_percent": Value[Percent],
                    "recheck_percent": Value[Percent],
                    "recheck_months": Value[Annotated[Whole, Field(ge=1)]],
                },
                frozenset({"recheck_percent", "recheck_months"}),
            ),
        },
    ),
    "items": FileKind("items/*.yaml", {"items": ItemEntry}),
    "negative_list": FileKind("negative_list.yaml", {"negative_items": NegativeEntry}),
    "warnings": FileKind("warnings.yaml", {"conditions": ConditionEntry}),
    "boards": FileKind("boards.yaml", {"progress_boards": ProgressBoardEntry}),
    "adjustments": FileKind(
        "adjustments.yaml",
        {
            "adjustments": AdjustmentEntry,
            "coefficients": CoefficientEntry,
            "limits": LimitEntry,
            "shares": ShareEntry,
        },
    ),
    "grades": FileKind("grades.yaml", {"scales": ScaleEntry, "consequences": ConsequenceEntry}),
    "roll_ups": FileKind("roll_ups.yaml", {"roll_ups": RollUpEntry, "control_totals": ControlTotalEntry}),
    "watch_list": FileKind(
        "watch_list.yaml",
        {"watch_list": Fixed({"list": WatchListEntry}, frozenset({"list"})), "circumstances": CircumstanceEntry},
    ),
    "inbox": FileKind(
        "inbox.yaml",
        {
            "conventions": Fixed(
                {
                    "code_digits": Value[Whole],
                    "yes": Value[Texts],
                    "no": Value[Texts],
                    "reviewed": Value[dict[Text, Flag]],
                    "rechecked": Value[dict[Text, Flag]],
                    "findings_reviewed": Value[dict[Text, Flag]],
                    "successions": Value[dict[Text, Succession]],
                },
                frozenset({"reviewed", "rechecked", "findings_reviewed", "successions"}),
            ),
            "layouts": Fixed(
                {
                    "registry": TableEntry,
                    "platform": EventsEntry,
                    "declarations": TableEntry,
                    "inspections": TableEntry,
                    "departments": SubmissionsEntry,
                    "totals": TableEntry,
                },
                frozenset({"platform", "declarations", "inspections", "departments", "totals"}),
            ),
            "event_kinds": EventKindEntry,
            "expected": ExpectedEntry,
        },
    ),
    "departments": FileKind("departments.yaml", {"senders": SenderEntry}),
}

SECTIONS: dict[str, Section] = {name: section for kind in FILES.values() for name, section in kind.sections.items()}
