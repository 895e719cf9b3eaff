"""The backfill and its plan: what it would change is told before, for whom, and is then just what it changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import cli
from boards.plan import plan_data, plan_lines
from flows.jobs.backfill import NothingToBackfill
from flows.jobs.publishing import Outcome
from flows.jobs.reading import NothingDelivered
from flows.jobs.replay import Replayed
from tests.districts import EXAMPLE_MONTHS, District, local, settings_in
from tests.end_to_end.conftest import Opened
from tests.end_to_end.history import MAINLAND, fingerprint, rewritten
from tests.end_to_end.numbers import restated
from transforms.restatements import KEY, Planned
from warehouse import bulk, published
from warehouse.database import reading
from warehouse.tables import METADATA

APRIL, JUNE, QUARTER = "2024-04", "2024-06", "2024Q2"
PERIODS = [APRIL, "2024-05", JUNE, "2024-07", QUARTER]
BECOMES_BLUE, BECOMES_YELLOW = "032000300508", "032000100361"
"""Red in June for three months without a meeting of the committee (P01), and for nothing else."""
PUBLISHED, LATER = "2024-08-10T06:00", "2024-08-21T06:00"


@dataclass(frozen=True)
class Corrected:
    """Four months and a quarter as published, a correction of April taken, and a plan made; nothing computed again."""

    own: District
    before: dict[str, str]
    planned: list[Planned]
    left_top: str

    def of(self, period: str) -> Planned:
        return next(one for one in self.planned if str(one.period) == period)

    def data(self, period: str) -> dict[str, list[dict[str, object]]]:
        return next(data for data in plan_data(self.planned) if data["period"] == period)


@pytest.fixture(scope="module")
def corrected(samples: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corrected]:
    folder = tmp_path_factory.mktemp("corrected")
    inbox = folder / "inbox"
    shutil.copytree(samples["district-600"] / "inbox", inbox)
    for path in inbox.rglob("*"):
        if path.is_file() and any(later in str(path) for later in ("2024-08", "2024-09", "2024Q3")):
            path.unlink()
    own = District(settings_in(folder, inbox))
    own.take(local("2024-08-10T05:00"))
    own.score(*PERIODS, as_of=local(PUBLISHED))
    first = published.view(own.engine, "top_rankings", period=APRIL, domain="agency", rank=1)
    assert len(first) == 1
    left_top = first["org_code"].item()
    _correct_april(inbox, left_top)
    taken = own.take(local("2024-08-20T05:00"))
    assert len(taken.having("taken")) == 2
    before = _stored(own)
    yield Corrected(own, before, own.plan(APRIL, APRIL, local(LATER)), left_top)
    own.engine.dispose()


def test_a_correction_of_april_is_announced_as_far_as_july_and_the_quarter(corrected: Corrected) -> None:
    assert [str(one.period) for one in corrected.planned] == PERIODS
    assert all(one.is_changed for one in corrected.planned)
    assert [one.organizations for one in corrected.planned] == [
        len(published.view(corrected.own.engine, "index_scores", period=period)) for period in PERIODS
    ]


def test_the_colours_of_june_are_announced_in_words(corrected: Corrected) -> None:
    told = {row["org_code"]: row for row in corrected.data(JUNE)["colour"]}
    assert set(told) == {BECOMES_BLUE, BECOMES_YELLOW}
    blue, yellow = told[BECOMES_BLUE], told[BECOMES_YELLOW]
    assert (blue["old"], blue["new"]) == (3, 1)
    lost = "不再有：连续3个月（自2024-04起）：动态监测要素“党组织会议”未达标：实际：0"
    assert blue["told"] == f"由红变为蓝。{lost}"
    assert (yellow["old"], yellow["new"], yellow["told"]) == (3, 2, f"由红变为黄。{lost}")
    assert not corrected.data(JUNE)["index"]
    assert not corrected.data(JUNE)["rank"]
    text = "\n".join(plan_lines(corrected.planned))
    assert f"{JUNE}：将发布新版；预警颜色变化2个\n" in text
    assert f"（{BECOMES_BLUE}） 由红变为蓝。{lost}" in text


def test_ranks_and_the_top_ten_of_april_are_announced(corrected: Corrected) -> None:
    april = corrected.data(APRIL)
    index = {row["org_code"]: row for row in april["index"]}
    assert set(index) == {BECOMES_BLUE, BECOMES_YELLOW, corrected.left_top}
    assert all(index[org]["new"] - index[org]["old"] == 5 for org in (BECOMES_BLUE, BECOMES_YELLOW))  # type: ignore[operator]
    top = {row["org_code"]: row for row in april["top"]}
    assert (top[corrected.left_top]["old"], top[corrected.left_top]["enters"]) == (1, False)
    entering = [row for row in top.values() if row["enters"]]
    assert entering
    assert all(row["old"] > 10 >= row["new"] for row in entering)  # type: ignore[operator]
    names = published.view(corrected.own.engine, "organizations", period=APRIL).set_index("org_code")["org_name"]
    text = list(plan_lines(corrected.planned))
    for org, row in top.items():
        way = "进" if row["enters"] else "出"
        assert f"  TOP10  {way} {names[org]}（{org}） 名次{row['old']:g}→{row['new']:g}" in text
    assert text[-1].startswith("以上是补算计划，没有写入任何数据：5个考核期中5个将有新版")


def test_the_command_tells_the_same_plan_and_nothing_is_written(
    corrected: Corrected, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_set(corrected.own, monkeypatch)
    command = ["backfill", APRIL, APRIL, "--plan", "--as-of", LATER]
    shown = CliRunner().invoke(cli.app, command)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.splitlines() == list(plan_lines(corrected.planned))
    data = CliRunner().invoke(cli.app, [*command, "--json"])
    assert json.loads(data.stdout) == plan_data(corrected.planned)
    assert _stored(corrected.own) == corrected.before


def test_the_backfill_of_april_alone_does_what_the_plan_said(corrected: Corrected) -> None:
    own = corrected.own
    done = own.backfill(APRIL, APRIL, local(LATER))
    assert _came_to(done) == dict.fromkeys(PERIODS, True)
    assert [outcome.period for outcome in done] == PERIODS
    for outcome in done:
        assert isinstance(outcome, Outcome)
        assert (outcome.edition.revision, outcome.edition.as_of) == (2, local(LATER))
        said = corrected.of(outcome.period).differences
        assert said is not None
        stated, announced = restated(own.engine, outcome.edition), said.set_index(KEY)
        assert outcome.restated == len(stated)
        pd.testing.assert_frame_equal(
            stated[["old_value", "new_value"]], announced[["old_value", "new_value"]], obj=outcome.period
        )
        assert all(stated["cause"][key].startswith(text) for key, text in announced["told"].dropna().items())
    june = published.view(own.engine, "restatements", period=JUNE, measure="colour")
    assert june["cause"].str.endswith("（原因：前期结果）").all()
    assert june["from_streaks"].tolist() == (june["new_value"] - june["old_value"]).tolist()
    colours = published.view(own.engine, "warning_pool", period=JUNE).set_index("org_code")["colour"]
    assert (colours[BECOMES_BLUE], colours[BECOMES_YELLOW]) == ("blue", "yellow")
    again = own.plan(APRIL, APRIL, local(LATER))
    assert [(str(one.period), one.is_changed) for one in again] == [(APRIL, False), (QUARTER, False)]
    assert [*plan_lines(again)][:2] == [f"{APRIL}：没有变化", f"{QUARTER}：没有变化"]
    assert not any(outcome.is_new for outcome in own.backfill(APRIL, QUARTER, local(LATER)))


def test_a_year_is_planned_and_backfilled_from_nothing(inbox: Path, embedded: Opened) -> None:
    """Three months of deliveries: months without any, and quarters without months, are left out."""
    own = embedded(inbox)
    own.take(local("2025-01-05T05:00"))
    before = _stored(own)
    expected = [*EXAMPLE_MONTHS, "2024Q3", "2024"]
    planned = own.plan("2024", "2024", local("2025-01-05T06:00"))
    assert [str(one.period) for one in planned] == expected
    assert all(one.is_changed and one.differences is None for one in planned)
    assert next(plan_lines(planned)) == "2024-07：还没有版次，将首次发布，119个组织"
    assert all(data["is_new"] and not data["index"] for data in plan_data(planned))
    assert _stored(own) == before
    assert _came_to(own.backfill("2024", "2024", local("2025-01-05T06:00"))) == dict.fromkeys(expected, True)
    counts = [len(published.view(own.engine, "index_scores", period=period)) for period in expected]
    assert counts == [one.organizations for one in planned]
    assert "没有2024Q1至2024Q2、2024Q4的版次" in own.edition("2024").note
    assert _came_to(own.backfill("2024-07", "2024", local("2025-01-06T06:00"))) == dict.fromkeys(expected, False)


def test_what_is_not_over_and_a_quarter_without_workbooks_wait(inbox: Path, embedded: Opened, tmp_path: Path) -> None:
    own = embedded(inbox)
    workbooks = (inbox / "departments").rename(tmp_path / "workbooks")
    own.take(local("2024-09-03T05:00"))
    assert _came_to(own.backfill("2024-05", "2024", local("2024-09-03T06:00"))) == {"2024-07": True, "2024-08": True}
    done = own.backfill("2024-08", "2024", local("2024-10-03T06:00"))
    assert _came_to(done) == {"2024-08": False, "2024-09": True}
    with pytest.raises(NothingDelivered, match="2024Q3还没有收到部门报送"):
        own.score("2024Q3", as_of=local("2024-10-03T06:00"))
    shutil.copytree(workbooks, inbox / "departments")
    own.take(local("2024-10-04T05:00"))
    not_all_of_it = own.backfill("2024-08", "2024Q3", local("2024-10-04T06:00"))
    assert _came_to(not_all_of_it) == {"2024-08": False, "2024-09": False}
    done = own.backfill("2024Q3", "2024", local("2024-10-04T06:00"))
    assert _came_to(done) == dict.fromkeys(EXAMPLE_MONTHS, False) | {"2024Q3": True}


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2023-01", "2023-12", "2023-01至2023-12没有可以补算的考核期"),
        ("2024-10", "2024-12", "2024-10至2024-12没有可以补算的考核期"),
        ("2023", "2023", "2023至2023没有可以补算的考核期"),
        ("2024-09", "2024-07", "起始期2024-09晚于截止期2024-07"),
    ],
)
def test_an_empty_range_is_refused(
    scored: District, monkeypatch: pytest.MonkeyPatch, first: str, last: str, message: str
) -> None:
    with pytest.raises(NothingToBackfill, match=message):
        scored.backfill(first, last)
    _as_set(scored, monkeypatch)
    shown = CliRunner().invoke(cli.app, ["backfill", first, last, "--plan"])
    assert shown.exit_code == 1
    assert f"错误：{message}" in shown.output


def _came_to(done: Iterable[Outcome | Replayed]) -> dict[str, bool]:
    """The periods of a backfill, and whether each has a new edition."""
    return {outcome.period: outcome.is_new for outcome in done}


def _correct_april(inbox: Path, found_at: str) -> None:
    """Two meetings in April that had not been captured, and a finding at another organisation."""
    platform = inbox / f"platform/{APRIL}.jsonl"
    meetings = [
        {"event_id": f"LATE{org}", "org_code": org, "kind": "meeting", "topic": "支委会"}
        | {"occurred_at": "2024-04-18T15:00:00+08:00", "captured_at": "2024-08-19T09:00:00+08:00"}
        | {"data": {"attended": 5, "expected": 5}}
        for org in (BECOMES_BLUE, BECOMES_YELLOW)
    ]
    lines = platform.read_bytes().splitlines() + [json.dumps(event, ensure_ascii=False).encode() for event in meetings]
    platform.write_bytes(b"\n".join(lines) + b"\n")
    inspections = inbox / f"inspections/{APRIL}.csv"

    def add(rows: list[dict[str, str]]) -> None:
        rows.append(rows[0] | {"检查日期": "2024-04-18", "组织代码": found_at, "组织名称": "", "条目编号": "X04",
                               "发现次数": "2", "审核状态": "已审核"})  # fmt: skip

    inspections.write_bytes(rewritten(inspections.read_bytes(), MAINLAND, add))


def _stored(own: District) -> dict[str, str]:
    """A hash of every base table, and of every file of the district but the database's own."""
    with reading(own.engine) as connection:
        tables = {
            name: bulk.fetch(connection, sa.select(table).order_by(*table.primary_key))
            for name, table in METADATA.tables.items()
        }
    folder = own.settings.reports.parent
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("warehouse.db")]
    return {name: fingerprint(frame) for name, frame in tables.items()} | {
        str(path): sha256(path.read_bytes()).hexdigest() for path in files
    }


def _as_set(own: District, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment in which the command works on this district, without an orchestrator."""
    for name in ("district", "scheme", "lake", "inbox"):
        monkeypatch.setenv(f"ZUZHILI_{name.upper()}", str(getattr(own.settings, name)))
    monkeypatch.setenv("ZUZHILI_WAREHOUSE_URL", own.settings.warehouse_url.get_secret_value())
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
