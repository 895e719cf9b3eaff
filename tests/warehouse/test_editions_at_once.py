"""A run that has lost its lock while it publishes, and the next one that already cleans up after it."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
import sqlalchemy as sa

from warehouse import editions, published
from warehouse.database import WarehouseError

SECONDS = 30
NEXT = {
    "sweep": lambda engine, _: editions.sweep(engine, "demo", "ganyu"),
    "write": lambda engine, again: editions.write(engine, *again),
    "fail": lambda engine, _: editions.fail(engine, 101, "不符"),
}


class Held:
    """Holds up the commits of one thread."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self.pool = ThreadPoolExecutor(1, name)
        self.is_about_to, self.may = threading.Event(), threading.Event()
        sa.event.listen(engine, "commit", lambda _: self._wait(name))

    def _wait(self, name: str) -> None:
        if threading.current_thread().name.startswith(name):
            self.is_about_to.set()
            self.may.wait(SECONDS)


@pytest.mark.parametrize("act", list(NEXT))
def test_what_is_being_published_is_waited_for_and_left_alone(engine, edition, frames, act):
    editions.write(engine, edition(), frames(4))
    publisher = Held(engine, "publisher")
    with publisher.pool, ThreadPoolExecutor(1) as other:
        publishing = publisher.pool.submit(editions.publish, engine, 101, None, pd.DataFrame(), [])
        assert publisher.is_about_to.wait(SECONDS)
        meanwhile = other.submit(NEXT[act], engine, (edition(), frames(6)))
        with pytest.raises(TimeoutError):
            meanwhile.result(1)
        publisher.may.set()
        publishing.result(SECONDS)
        if act == "sweep":
            assert meanwhile.result(SECONDS) == []
        else:
            with pytest.raises(WarehouseError, match="已经发布"):
                meanwhile.result(SECONDS)
    assert len(published.view(engine, "rankings")) == 4
    assert published.view(engine, "editions")["status"].tolist() == ["published"]


def test_what_is_being_swept_is_not_published(engine, edition, frames):
    editions.write(engine, edition(), frames(4))
    sweeper = Held(engine, "sweeper")
    with sweeper.pool, ThreadPoolExecutor(1) as late:
        sweeping = sweeper.pool.submit(editions.sweep, engine, "demo", "ganyu")
        assert sweeper.is_about_to.wait(SECONDS)
        publishing = late.submit(editions.publish, engine, 101, None, pd.DataFrame(), [])
        with pytest.raises(TimeoutError):
            publishing.result(1)
        sweeper.may.set()
        assert sweeping.result(SECONDS) == [101]
        with pytest.raises(WarehouseError, match="不在生成中"):
            publishing.result(SECONDS)
    assert editions.current(engine, "demo", "ganyu", "2024-07") is None
