"""`make up`: Prefect's server, one worker and the deployments on this machine, until it is interrupted.

python -m flows.up [PORT]
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from flows.local import deploy, server, worker
from schemas.errors import ClearError

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "prefect"
PORT = 4200
LEASES = "prefect.server.concurrency.lease_storage.filesystem"
"""Kept on disk, so that the slots of runs that died with the server come free again."""


def up(port: int, say: Callable[[str], None]) -> None:
    """Runs everything and says where the pages are; on Ctrl-C or SIGTERM the worker ends before the server."""
    say("正在启动Prefect服务和执行器……")
    with server(HOME, port, {"PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": LEASES}) as local:
        deploy(local, ROOT)
        with worker(local):
            say(f"Prefect页面：{local.page}")
            say(
                "计划任务（北京时间）：每日5时取件（intake），每月2至5日6时复核抽查（recheck），5日6时月度计分（monthly），1、4、7、10月10日6时季度计分"
            )
            say(
                "（quarterly），1、7月15日6时半年计分（half-yearly），1月20日6时年度计分（yearly），1、4、7、10月12日6时整顿建议（proposals）；补算（backfill）没有定时，需要时手工启动"
            )
            say(f"命令行也用它：export PREFECT_API_URL={local.page}/api")
            say(f"日志：{local.home.relative_to(ROOT)}/server.log、worker.log。按Ctrl-C停止")
            with suppress(KeyboardInterrupt):
                signal.pause()
            say("正在停止……")


def main() -> None:
    """Entry point of `python -m flows.up`."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts background jobs with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        up(int(sys.argv[1]) if len(sys.argv) > 1 else PORT, lambda line: print(line, flush=True))  # noqa: T201
    except ClearError as error:
        sys.exit(f"错误：{error}")


if __name__ == "__main__":
    main()
