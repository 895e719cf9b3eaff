"""What every job works with: the opened warehouse and lake of one district, and its rule books."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import Settings
from rulebooks import files
from schemas.periods import local_day
from schemas.rulebook import RuleBook
from warehouse import batches
from warehouse.batches import Knowledge
from warehouse.database import connect, prepare
from warehouse.known import Known
from warehouse.lake import Lake
from warehouse.locks import hold

if TYPE_CHECKING:
    from sqlalchemy import Engine

LOCK_SECONDS = 600
_SCORING_ROOMS = ("transforms", "schemas", "rulebooks")


@dataclass(frozen=True)
class Context:
    """One district's places. Its rule book is read once, whoever edits it meanwhile."""

    settings: Settings
    engine: Engine
    lake: Lake
    _loaded: dict[tuple[date, date], RuleBook] = field(default_factory=dict)

    @property
    def district(self) -> str:
        """Code of the district."""
        return self.settings.district

    @property
    def scheme(self) -> str:
        """Code of the assessment system."""
        return self.settings.scheme_code

    def rules(self, on: date, known_at: datetime) -> RuleBook:
        """The rule book in force on a day, as adopted by a moment. Raises RuleBookError where there is none."""
        key = (on, local_day(known_at))
        if key not in self._loaded:
            self._loaded[key] = files.load_texts(self.scheme, self.rules_files, on, known_at)
        return self._loaded[key]

    @cached_property
    def rules_files(self) -> dict[str, str]:
        """The texts of the rule book's files, by path: read once, so that what is recorded is what scored."""
        return files.texts(self.scheme, self.settings.rulebooks)

    def knowledge(self, as_of: datetime) -> Knowledge:
        """What had been received by a moment, as far as it has been taken by now."""
        return batches.knowledge(self.engine, self.district, self.scheme, as_of)

    def known(self, knowledge: Knowledge) -> Known:
        """What the lake holds, as known then."""
        return Known(self.engine, self.lake, self.district, self.scheme, knowledge)

    def locked(self) -> AbstractContextManager[None]:
        """Nobody else takes deliveries or scores for this district and scheme meanwhile. Raises LockTimeout."""
        return hold(self.engine, f"{self.district}/{self.scheme}", LOCK_SECONDS)


def opened(settings: Settings) -> Context:
    """Connects to the warehouse, makes its tables and views where they are missing, and opens the lake."""
    engine = connect(settings.warehouse_url.get_secret_value())
    prepare(engine)
    return Context(settings, engine, Lake(settings.lake))


@cache
def code_version() -> str:
    """The release and a hash of the code that scores, so that an edition says what computed it."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parents[2]
    for path in sorted(path for room in _SCORING_ROOMS for path in (root / room).rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{version('zuzhili')}+{digest.hexdigest()[:12]}"
