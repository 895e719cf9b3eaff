import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from warehouse.locks import LockTimeout, hold

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from warehouse.database import connect
from warehouse.locks import hold
with hold(connect(sys.argv[1]), "demo/ganyu", 5):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(warehouse_url):
    command = [sys.executable, "-c", HOLDER, warehouse_url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_another_process_is_kept_out_until_the_time_is_over(engine, holder):
    started = time.monotonic()
    with pytest.raises(LockTimeout, match=r"demo/ganyu正由另一个任务处理，等了0\.3秒"), hold(engine, "demo/ganyu", 0.3):
        pass
    assert 0.3 <= time.monotonic() - started < 3
    assert holder.poll() is None


def test_another_name_is_free(engine, holder):
    with hold(engine, "other/ganyu", 0):
        assert holder.poll() is None


def test_a_killed_holder_leaves_no_lock(engine, holder):
    holder.send_signal(signal.SIGKILL)
    with hold(engine, "demo/ganyu", 5):
        assert holder.wait() == -signal.SIGKILL


def test_threads_of_one_process_wait_for_each_other(engine):
    order = []

    def other() -> None:
        with hold(engine, "demo/ganyu", 5):
            order.append("other")

    with hold(engine, "demo/ganyu", 5):
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.3)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_an_error_inside_frees_the_lock_and_passes_through(engine):
    with pytest.raises(KeyError), hold(engine, "demo/ganyu", 1):
        raise KeyError("inside")
    with hold(engine, "demo/ganyu", 0):
        pass
