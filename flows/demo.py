"""The demonstration: the example district from its inbox to published tables, through real Prefect flows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

ROOT = Path(__file__).resolve().parents[1]
DISTRICT = "district-120"
SCHEME = "ganyu"
INBOX = ROOT / "examples" / DISTRICT / "inbox"
HOME = Path("var/demo")
MONTHS = ("2024-07", "2024-08", "2024-09")
QUARTER = "2024Q3"
Say = Callable[[str], None]


def demo(say: Say) -> None:
    """Takes the example's inbox and scores its three months and their quarter in a folder made anew, and shows them.

    The flows run in a process of their own, for Prefect reads its settings when it is imported.
    """
    from flows.local import LocalFailed, server

    shutil.rmtree(HOME, ignore_errors=True)
    say(f"示例区：examples/{DISTRICT}，结果写入{HOME}/")
    say("启动Prefect服务……")
    with server(HOME / "prefect", settings={"PREFECT_LOGGING_LEVEL": "WARNING"} | _settings()) as local:
        done = subprocess.run([sys.executable, "-m", "flows.demo"], env=local.environment, check=False)
    if done.returncode:
        raise LocalFailed(f"演示没有完成，日志在{HOME}/prefect")


def _settings() -> dict[str, str]:
    """The environment of the example's flows; the same settings are written beside its results for further commands."""
    HOME.mkdir(parents=True)
    (HOME / "zuzhili.toml").write_text(
        f'district = "{DISTRICT}"\nscheme = "{SCHEME}"\ninbox = "{INBOX}"\n'
        'lake = "lake"\nreports = "reports"\nwarehouse_url = "sqlite:///warehouse.db"\n',
        encoding="utf-8",
    )
    return {
        "ZUZHILI_DISTRICT": DISTRICT,
        "ZUZHILI_SCHEME": SCHEME,
        "ZUZHILI_INBOX": str(INBOX),
        "ZUZHILI_LAKE": str(HOME / "lake"),
        "ZUZHILI_REPORTS": str(HOME / "reports"),
        "ZUZHILI_WAREHOUSE_URL": f"sqlite:///{HOME / 'warehouse.db'}",
    }


def _told() -> Iterator[str]:
    """Runs the flows, a line about each as it ends, then the results at a glance and what to try next."""
    from boards.receipts import receipt_lines
    from boards.summary import summary, summary_lines
    from flows.intake import intake
    from flows.jobs.context import opened
    from flows.monthly import monthly
    from flows.quarterly import quarterly
    from flows.settings import Settings
    from warehouse import editions

    yield "取件（intake）……"
    yield [*receipt_lines(intake()[0])][-1]
    for month in MONTHS:
        yield f"计分（monthly）{month}：{monthly(month)[-1].told()}"
    yield f"计分（quarterly）{QUARTER}：{quarterly(QUARTER)[-1].told()}"
    context = opened(Settings())
    for period in (MONTHS[-1], QUARTER):
        edition = editions.current(context.engine, context.district, context.scheme, period)
        assert edition is not None
        yield ""
        yield from summary_lines(summary(context.engine, edition))
    yield ""
    yield from _next(context.engine)


def _next(engine: Engine) -> Iterator[str]:
    from warehouse import published

    pool = published.view(engine, "warning_pool", period=MONTHS[-1], colour="red")
    yield "接下来可以试试："
    yield f"  cd {HOME} && source {ROOT / '.venv/bin/activate'}"
    yield f"  zuzhili explain {pool['org_code'].iloc[0]} {MONTHS[-1]}    这个红牌组织为什么失分，每一分来自哪一行"
    yield "  zuzhili status                          收到什么、发布了什么、还有哪些退回没有解决"
    yield f"  zuzhili backfill {MONTHS[0]} {QUARTER} --plan   补算会改变什么：没有新的数据就没有变化"
    yield "  zuzhili rules list                      现行指标、反向指标和预警条件"
    yield "  make up                                 （在项目目录）启动Prefect服务、执行器和定时计划"


if __name__ == "__main__":
    for line in _told():
        print(line, flush=True)  # noqa: T201
