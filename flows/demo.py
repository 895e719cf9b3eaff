"""The demonstration: an example district from its inbox to published tables, through real Prefect flows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from flows.examples import Example, example_of, examples

HOME = Path("var/demo")
FIRST = "ganyu"
ALL = "all"
"""Every system that has an example, side by side in one warehouse."""
PLACES = 3
"""Places of each domain that are shown."""
Say = Callable[[str], None]


def demo(say: Say, system: str = FIRST) -> None:
    """Takes an example's inbox and scores its periods in a folder made anew, and shows what they come to.

    The flows run in a process of their own, for Prefect reads its settings when it is imported. Raises NoSuchExample.
    """
    from flows.local import LocalFailed, server

    shown = _shown(system)
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    say(f"示例：{'、'.join(example.name for example in shown)}，结果写入{HOME}/")
    say("启动Prefect服务……")
    with server(HOME / "prefect", settings={"PREFECT_LOGGING_LEVEL": "WARNING"}) as local:
        for example in shown:
            environment = local.environment | _environment(example)
            command = [sys.executable, "-m", "flows.demo", example.scheme, *(["brief"] if len(shown) > 1 else [])]
            if subprocess.run(command, env=environment, check=False).returncode:
                raise LocalFailed(f"演示没有完成，日志在{HOME}/prefect")
    _write_settings(shown)
    for line in _next(shown):
        say(line)


def _shown(system: str) -> list[Example]:
    if system != ALL:
        return [example_of(system)]
    return sorted(examples(), key=lambda example: example.scheme != FIRST)


def _environment(example: Example) -> dict[str, str]:
    return {
        "ZUZHILI_DISTRICT": example.district,
        "ZUZHILI_SCHEME": example.scheme,
        "ZUZHILI_INBOX": str(example.inbox),
        "ZUZHILI_LAKE": str(HOME / "lake"),
        "ZUZHILI_REPORTS": str(HOME / "reports"),
        "ZUZHILI_RECEIPTS": str(HOME / "receipts"),
        "ZUZHILI_LISTS": str(HOME / "lists"),
        "ZUZHILI_WAREHOUSE_URL": f"sqlite:///{HOME / 'warehouse.db'}",
    }


def _write_settings(shown: list[Example]) -> None:
    """The settings for further commands, beside the results; of several examples those of the first."""
    example = shown[0]
    (HOME / "zuzhili.toml").write_text(
        f'district = "{example.district}"\nscheme = "{example.scheme}"\ninbox = "{example.inbox}"\n'
        'lake = "lake"\nreports = "reports"\nreceipts = "receipts"\nlists = "lists"\nwarehouse_url = "sqlite:///warehouse.db"\n',
        encoding="utf-8",
    )


def _told(example: Example, is_brief: bool) -> Iterator[str]:
    """Runs the flows, a line about each as it ends, then the last period of each cadence at a glance, or the last."""
    from boards.receipts import receipt_lines
    from boards.summary import summary, summary_lines
    from flows.half_yearly import half_yearly
    from flows.intake import intake
    from flows.jobs.context import opened
    from flows.jobs.restating import rules_of
    from flows.monthly import monthly
    from flows.quarterly import quarterly
    from flows.settings import Settings
    from flows.yearly import yearly
    from warehouse import editions

    by_cadence = {"month": monthly, "quarter": quarterly, "half_year": half_yearly, "year": yearly}
    yield ""
    yield f"{example.name}：取件（intake）……"
    receipts = [*receipt_lines(intake()[0])]
    yield from (line for line in receipts[:-1] if line.startswith("  拒收"))
    yield receipts[-1]
    for period in example.periods:
        flow = by_cadence[period.cadence]
        yield f"计分（{flow.name}）{period}：{flow(str(period))[-1].told()}"
    context = opened(Settings())
    last_ones = {period.cadence: period for period in example.periods}.values()
    for period in example.periods[-1:] if is_brief else last_ones:
        edition = editions.current(context.engine, context.district, context.scheme, str(period))
        assert edition is not None
        yield ""
        yield from summary_lines(summary(context.engine, edition, rules_of(context, edition)), PLACES)


def _next(shown: list[Example]) -> Iterator[str]:
    """What to try next; the settings beside the results are those of the first example."""
    first, last = shown[0], shown[0].periods[-1]
    yield ""
    yield "接下来可以试试："
    yield f"  cd {HOME} && source {Path(sys.executable).with_name('activate')}"
    yield f"  zuzhili explain {first.organization} {last}    这个组织为什么得这些分，每一分来自哪一行"
    for other in shown[1:]:
        yield f"  zuzhili explain {other.organization} {other.periods[-1]} {_of(other)}    {other.name}"
    beside = f"；其他体系加{_of(shown[1])}之类" if len(shown) > 1 else ""
    yield f"  zuzhili status    收到什么、发布了什么、还有哪些退回没有解决{beside}"
    yield f"  zuzhili backfill {first.periods[0]} {last} --plan    补算会改变什么：没有新的数据就没有变化"
    yield "  receipts/、lists/    各报送单位的回执、预警任务等工作清单（xlsx）"
    yield "  zuzhili rules list    现行指标、加减分、等次和预警条件"
    yield "  make up    （在项目目录）启动Prefect服务、执行器和定时计划"


def _of(example: Example) -> str:
    return f"--district {example.district} --scheme {example.scheme}"


if __name__ == "__main__":
    for line in _told(example_of(sys.argv[1]), is_brief=sys.argv[2:] == ["brief"]):
        print(line, flush=True)  # noqa: T201
