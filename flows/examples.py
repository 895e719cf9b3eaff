"""The examples: whole districts' inboxes that come with the product, one or more a system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from rulebooks.loader import schemes
from schemas.errors import ClearError
from schemas.periods import Period

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"


class NoSuchExample(ClearError):
    """No example has this system; the message lists those there are."""


@dataclass(frozen=True)
class Example:
    """A district of invented names: its system, the periods that its inbox is for, in order, and one organisation of
    it that its documentation works through."""

    folder: Path
    name: str
    district: str
    scheme: str
    periods: tuple[Period, ...]
    organization: str

    @property
    def inbox(self) -> Path:
        """What its senders delivered."""
        return self.folder / "inbox"

    @property
    def expected(self) -> Path:
        """What it must come to."""
        return self.folder / "expected"


def examples() -> Iterator[Example]:
    """All examples of systems that there are, by folder."""
    known = schemes()
    for path in sorted(EXAMPLES.glob("*/example.yaml")):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        if said["scheme"] not in known:
            continue
        periods = tuple(Period.parse(str(period)) for period in said.pop("periods"))
        yield Example(path.parent, **{name: str(value) for name, value in said.items()}, periods=periods)


def example_of(scheme: str) -> Example:
    """The example of a system. Raises NoSuchExample."""
    found = {example.scheme: example for example in examples()}
    if scheme not in found:
        raise NoSuchExample(f"没有“{scheme}”的示例。现有：{'、'.join(found)}")
    return found[scheme]
