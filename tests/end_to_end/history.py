"""Two districts as time went by: what was delivered when, late or wrong at first, and what was published of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from flows.jobs.open_month import open_month
from flows.jobs.publishing import Outcome
from flows.jobs.replay import Replayed
from tests.districts import District, local
from warehouse import published
from warehouse.editions import Edition
from warehouse.views import OF_EDITIONS

Hashes = dict[str, str]
Change = Callable[[bytes], bytes]
UTF8, MAINLAND = "utf-8-sig", "gb18030"


class History:
    """A district that receives files of a sample and publishes; `seen` is what readers saw when each edition was new.

    With `is_recovered` everything is taken, under its old dates, before anything is published.
    """

    def __init__(self, district: District, sample: Path, *, is_recovered: bool = False) -> None:
        self.district = district
        self.sample = sample
        self.seen: dict[Edition, Hashes] = {}
        self._inbox = Path(district.settings.inbox)
        self._waiting: list[Callable[[], None]] | None = [] if is_recovered else None

    def receives(self, moment: str, *names: str, but: tuple[str, ...] = (), **changed: Change) -> None:
        """Files or whole folders of the sample come in; `changed` by kind: cut short, or wrong."""
        for path in self._files(names):
            name = path.relative_to(self.sample / "inbox").as_posix()
            if name not in but:
                change = changed.get(name.partition("/")[0], bytes)
                place = self._inbox / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(change(path.read_bytes()))
        assert not self.district.take(local(moment)).having("refused")

    def shows_the_open_month(self, moment: str) -> None:
        def act() -> None:
            shown = open_month(self.district.context, local(moment))
            assert shown is not None
            assert shown.is_new, shown.message
            self._remember(self.district.edition(shown.period))

        self._later(act)

    def publishes(self, moment: str, *periods: str) -> None:
        def act() -> None:
            for period in periods:
                self._came_to(self.district.score(period, as_of=local(moment))[0])

        self._later(act)

    def backfills(self, moment: str, first: str, last: str) -> None:
        def act() -> None:
            for outcome in self.district.backfill(first, last, local(moment)):
                self._came_to(outcome)

        self._later(act)

    def all_is_in(self) -> None:
        """From here on nothing waits any more."""
        acts, self._waiting = self._waiting or [], None
        for act in acts:
            act()

    def _later(self, act: Callable[[], None]) -> None:
        if self._waiting is None:
            act()
        else:
            self._waiting.append(act)

    def _came_to(self, outcome: Outcome | Replayed) -> None:
        assert isinstance(outcome, Outcome)
        if outcome.is_new:
            self._remember(outcome.edition)

    def _remember(self, edition: Edition) -> None:
        self.seen[edition] = seen(self.district.engine, edition)

    def _files(self, names: tuple[str, ...]) -> Iterator[Path]:
        for name in names:
            path = self.sample / "inbox" / name
            yield from [path] if path.is_file() else sorted(path.iterdir())


def seen(engine: sa.Engine, edition: Edition) -> Hashes:
    """What every view shows, or showed, of an edition, as a hash."""
    return {name: fingerprint(published.of_edition(engine, name, edition.edition_id)) for name in OF_EDITIONS}


def fingerprint(frame: pd.DataFrame) -> str:
    """Hash of rows in their order, with the names of their columns."""
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy()
    return sha256(",".join(frame.columns).encode() + rows.tobytes()).hexdigest()


def half_a_year(history: History) -> None:
    """District-600 from April to October; all that was late or wrong is in by 2024-10-20.

    The registry is corrected in July; inspections of July are taken last, by a clerk who had them since August.
    """
    history.receives("2024-05-05T05:00", "registry", *_month("2024-04"), registry=at_fault)
    history.publishes("2024-05-05T06:00", "2024-04")
    history.receives("2024-06-05T05:00", *_month("2024-05", "declarations"))
    history.publishes("2024-06-05T06:00", "2024-05")
    history.receives("2024-07-05T05:00", "registry", *_month("2024-06", "inspections"))
    history.publishes("2024-07-05T06:00", "2024-06")
    history.receives("2024-07-10T05:00", "departments/2024Q2", but=("departments/2024Q2/财政局.xlsx",))
    history.publishes("2024-07-10T06:00", "2024Q2")
    history.receives("2024-08-05T05:00", *_month("2024-07", "inspections"))
    history.publishes("2024-08-05T06:00", "2024-07")
    history.receives("2024-09-05T05:00", *_month("2024-08"), platform=cut_short)
    history.publishes("2024-09-05T06:00", "2024-08")
    history.receives("2024-10-05T05:00", *_month("2024-09"), "departments/2024Q3", "inspections/2024Q3.csv")
    history.publishes("2024-10-05T06:00", "2024-09", "2024Q3")
    history.receives("2024-10-20T05:00", "platform", "declarations/2024-05.csv", "inspections/2024-06.csv",
                     "inspections/2024Q2.csv", "departments/2024Q2")  # fmt: skip
    history.receives("2024-08-03T05:00", "inspections/2024-07.csv")
    history.all_is_in()


def two_months(history: History) -> None:
    """District-120 in July and August; all that was late or wrong is in by 2024-10-20, and what is of September too."""
    first_published(history)
    history.receives("2024-09-10T05:00", "inspections/2024-07.csv")
    history.backfills("2024-09-10T06:00", "2024-07", "2024-07")
    history.receives("2024-10-20T05:00", "registry", "platform", "declarations", "inspections", "departments/2024Q3")
    history.all_is_in()


def first_published(history: History) -> None:
    """District-120 until July and August are published for the first time, July also while it was open."""
    history.receives("2024-07-20T05:00", "registry", "platform/2024-07.jsonl", registry=at_fault, platform=cut_short)
    history.shows_the_open_month("2024-07-20T06:00")
    history.receives("2024-08-05T05:00", *_month("2024-07", "inspections"))
    history.publishes("2024-08-05T06:00", "2024-07")
    history.receives("2024-09-05T05:00", *_month("2024-08", "declarations"), platform=cut_short)
    history.publishes("2024-09-05T06:00", "2024-08")


def cut_short(file: bytes) -> bytes:
    """The first half of a file's lines."""
    lines = file.splitlines(keepends=True)
    return b"".join(lines[: len(lines) // 2])


def at_fault(registry: bytes) -> bytes:
    """The registry before it was corrected: villages that are missing, in another domain, gone, moved, or shrunk."""

    def change(rows: list[dict[str, str]]) -> None:
        villages = [
            row for row in rows if row["领域"] == "行政村" and row["组织类型"] == "党支部" and not row["失效日期"]
        ]
        missing, other, gone, moved, small = villages[3:28:5]
        rows.remove(missing)
        other["领域"] = "城市社区"
        gone["失效日期"] = min(row["生效日期"] for row in rows)
        moved["上级组织代码"] = villages[1]["上级组织代码"]
        small["党小组数"] = "0"

    return rewritten(registry, UTF8, change)


def rewritten(file: bytes, encoding: str, change: Callable[[list[dict[str, str]]], object]) -> bytes:
    """A table with its rows changed."""
    reader = csv.DictReader(io.StringIO(file.decode(encoding), newline=""))
    rows = list(reader)
    change(rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, reader.fieldnames or [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def _month(month: str, *late: str) -> list[str]:
    files = {"platform": "jsonl", "declarations": "csv", "inspections": "csv"}
    return [f"{kind}/{month}.{suffix}" for kind, suffix in files.items() if kind not in late]
