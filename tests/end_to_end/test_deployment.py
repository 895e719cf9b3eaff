"""What prefect.yaml deploys: schedules that create runs, and a run of the scheduler's that a worker completes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled

from benchmarks.inbox import make
from flows.local import Local, deploy, server, worker
from schemas.periods import LOCAL_ZONE, Period

ROOT = Path(__file__).parents[2]
SCHEME = "ganyu"
QUICK = {
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
}
Found = TypeVar("Found")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("district")
    return {
        "ZUZHILI_DISTRICT": "deployed",
        "ZUZHILI_SCHEME": SCHEME,
        "ZUZHILI_INBOX": str(folder / "inbox"),
        "ZUZHILI_LAKE": str(folder / "lake"),
        "ZUZHILI_REPORTS": str(folder / "reports"),
        "ZUZHILI_RECEIPTS": str(folder / "receipts"),
        "ZUZHILI_LISTS": str(folder / "lists"),
        "ZUZHILI_WAREHOUSE_URL": f"sqlite:///{folder / 'warehouse.db'}",
    }


@pytest.fixture(scope="module")
def deployed(places: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with server(tmp_path_factory.mktemp("prefect"), settings=QUICK | places) as local:
        deploy(local, ROOT)
        with worker(local):
            yield local


def test_schedules_make_runs_at_the_local_time_that_was_asked_for(deployed: Local) -> None:
    monthly = _until(lambda: _scheduled(deployed, "monthly/monthly"))
    daily = _until(lambda: _scheduled(deployed, "intake/daily"))
    assert len(monthly) >= 3
    assert {_clock(run)[1:] for run in monthly} == {(5, 6, 0)}
    assert {_clock(run)[2:] for run in daily} == {(5, 0)}
    quarterly = _until(lambda: _scheduled(deployed, "quarterly/quarterly"))
    yearly = _until(lambda: _scheduled(deployed, "yearly/yearly"))
    assert {_clock(run) for run in quarterly} <= {(month, 10, 6, 0) for month in (1, 4, 7, 10)}
    assert {_clock(run) for run in yearly} == {(1, 20, 6, 0)}
    drawn = _until(lambda: _scheduled(deployed, "recheck/recheck"))
    assert {_clock(run)[1:] for run in drawn} <= {(day, 6, 0) for day in (2, 3, 4, 5)}
    proposed = _until(lambda: _scheduled(deployed, "proposals/proposals"))
    assert {_clock(run) for run in proposed} <= {(month, 12, 6, 0) for month in (1, 4, 7, 10)}
    assert monthly[0].parameters == {"period": "previous", "district": "", "scheme": "", "as_of": None}


def test_runs_that_the_scheduler_made_complete_and_others_read_the_edition(
    deployed: Local, places: dict[str, str]
) -> None:
    run = _until(lambda: _scheduled(deployed, "monthly/monthly"))[0]
    assert run.expected_start_time is not None
    month = Period.month_of(run.expected_start_time.astimezone(LOCAL_ZONE).date()).previous()
    make(Path(places["ZUZHILI_INBOX"]), 30, [month], SCHEME)
    assert _brought_forward(deployed, "intake/daily") == "Completed"
    assert _brought_forward(deployed, "monthly/monthly") == "Completed"
    told = json.loads(_in_another_process(places, "status", "--json"))
    assert [(edition["period"], edition["organizations"]) for edition in told["editions"]] == [(str(month), 30)]
    lists = Path(places["ZUZHILI_LISTS"]) / "deployed" / SCHEME / str(month)
    assert (lists / "预警任务.xlsx").is_file()


def test_a_backfill_is_planned_and_run_by_hand_with_its_progress(deployed: Local, places: dict[str, str]) -> None:
    make(Path(places["ZUZHILI_INBOX"]), 30, [Period.parse("2024-07"), Period.parse("2024-08")], SCHEME)
    _in_another_process(places, "intake")
    asked = {"first": "2024-07", "last": "2024-08"}
    assert _started(deployed, "backfill/backfill", asked | {"only_plan": True}) == "Completed"
    assert json.loads(_in_another_process(places, "status", "--json"))["editions"][-1]["period"] != "2024-07"
    assert _started(deployed, "backfill/backfill", asked) == "Completed"
    told = json.loads(_in_another_process(places, "status", "--json"))
    assert [edition["period"] for edition in told["editions"]][-2:] == ["2024-08", "2024-07"]
    with deployed.client() as client:
        artifacts = {artifact.key: artifact for artifact in client.read_artifacts()}
    assert artifacts["backfill-progress"].type == "progress"
    assert artifacts["backfill-progress"].data == 100.0
    assert "2024-07：还没有版次，将首次发布" in str(artifacts["backfill-plan"].data)


def _started(local: Local, deployment: str, parameters: dict[str, object]) -> str:
    """The state in which a run of the deployment ends that is started by hand."""
    with local.client() as client:
        found = client.read_deployment_by_name(deployment)
        run = client.create_flow_run_from_deployment(found.id, parameters=found.parameters | parameters)
        return _until(partial(_ended, client, run.id), 120)


def _ended(client: SyncPrefectClient, run_id: UUID) -> str:
    state = client.read_flow_run(run_id).state
    return state.name if state is not None and state.is_final() else ""


def _brought_forward(local: Local, deployment: str) -> str:
    """The state in which the deployment's next run ends, which the scheduler made (`auto_scheduled`)."""
    run = _until(lambda: _scheduled(local, deployment))[0]
    with local.client() as client:
        client.set_flow_run_state(run.id, Scheduled(scheduled_time=datetime.now(UTC)), force=True)
        return _until(partial(_ended, client, run.id), 120)


def _in_another_process(places: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments], env=places, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def _scheduled(local: Local, deployment: str) -> list[FlowRun]:
    with local.client() as client:
        of = DeploymentFilter(id=DeploymentFilterId(any_=[client.read_deployment_by_name(deployment).id]))
        runs = client.read_flow_runs(deployment_filter=of, limit=200)
    waiting = [run for run in runs if run.auto_scheduled and run.state is not None and run.state.is_scheduled()]
    return sorted(waiting, key=lambda run: str(run.expected_start_time))


def _clock(run: FlowRun) -> tuple[int, int, int, int]:
    assert run.expected_start_time is not None
    local = run.expected_start_time.astimezone(LOCAL_ZONE)
    return local.month, local.day, local.hour, local.minute


def _until(value: Callable[[], Found], seconds: float = 60) -> Found:
    deadline = time.monotonic() + seconds
    while not (found := value()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found
