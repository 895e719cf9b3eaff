"""The demonstration: the example district from its inbox to published tables, through real Prefect flows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from boards.receipts import receipt_lines

ROOT = Path(__file__).resolve().parents[1]
DISTRICT = "district-120"
SCHEME = "ganyu"
INBOX = ROOT / "examples" / DISTRICT / "inbox"
HOME = Path("var/demo")
MONTHS = ("2024-07", "2024-08", "2024-09")
Say = Callable[[str], None]


def demo(say: Say) -> None:
    """Takes the example's inbox and scores its three months in a folder made anew, and shows the last one."""
    from flows.local import server

    shutil.rmtree(HOME, ignore_errors=True)
    say(f"示例区：examples/{DISTRICT}，结果写入{HOME}/")
    say("启动Prefect服务……")
    with server(HOME / "prefect") as running:
        os.environ.update(running.environment | _settings())
        for line in _run():
            say(line)
    for line in _next():
        say(line)


def _settings() -> dict[str, str]:
    """The environment of the example's flows; the same settings are written beside its results for further commands."""
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


def _run() -> Iterator[str]:
    """Runs the flows, a line about each as it ends, and the last month at a glance."""
    from boards.summary import summary, summary_lines
    from flows.intake import intake
    from flows.jobs.context import opened
    from flows.monthly import monthly
    from flows.settings import Settings

    yield "取件（intake）……"
    yield [*receipt_lines(intake())][-1]
    for month in MONTHS:
        outcome = monthly(month)
        yield f"计分（monthly）{month}：{outcome.told()}"
    yield ""
    yield from summary_lines(summary(opened(Settings()).engine, outcome.edition))


def _next() -> Iterator[str]:
    from flows.jobs.context import opened
    from flows.settings import Settings
    from warehouse import published

    pool = published.view(opened(Settings()).engine, "warning_pool", period=MONTHS[-1], colour="red")
    organization = pool["org_code"].iloc[0]
    yield ""
    yield "接下来可以试试："
    yield f"  cd {HOME} && source {ROOT / '.venv/bin/activate'}"
    yield f"  zuzhili explain {organization} {MONTHS[-1]}    这个红牌组织为什么失分，每一分来自哪个文件哪一行"
    yield "  zuzhili status                          收到什么、发布了什么、还有哪些退回没有解决"
    yield f"  zuzhili month {MONTHS[-1]}                   再算一次：没有变化就不发布新版"
    yield "  zuzhili rules list                      现行指标、反向指标和预警条件"
    yield "  make up                                 （在项目目录）启动Prefect服务、执行器和定时计划"
