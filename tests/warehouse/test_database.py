import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from warehouse import database, tables, views
from warehouse.database import WarehouseError, connect, prepare, reading

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "sqlite://", "sqlite:///:memory:", "no address: secret"])
def test_other_addresses_are_refused_with_what_to_write_and_without_secrets(url):
    with pytest.raises(WarehouseError, match=r"请写作sqlite:///路径") as caught:
        connect(url)
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_missing_is_made(tmp_path):
    engine = connect(f"sqlite:///{tmp_path}/a/b/warehouse.db")
    prepare(engine)
    assert (tmp_path / "a/b/warehouse.db").exists()


def test_a_password_is_in_no_message(monkeypatch):
    monkeypatch.setattr(database, "CONNECT_ATTEMPTS", 2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    engine = connect(f"postgresql://user:s3cret@127.0.0.1:{port}/db")
    with pytest.raises(WarehouseError, match=r"连不上数据库.*请核对地址和账号") as caught:
        prepare(engine)
    assert "s3cret" not in f"{caught.value!r} {engine!r} {caught.value.__cause__!r}"


def test_a_server_that_comes_up_late_is_waited_for(postgres_url):
    path = f"{parse_qs(urlsplit(postgres_url).query)['host'][0]}/.s.PGSQL.5432"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    def serve_late() -> None:
        time.sleep(0.3)
        with socket.create_server(("127.0.0.1", port)) as server:
            client, _ = server.accept()
            with client, socket.socket(socket.AF_UNIX) as backend:
                backend.connect(path)
                threading.Thread(target=pass_on, args=(backend, client), daemon=True).start()
                pass_on(client, backend)

    thread = threading.Thread(target=serve_late)
    thread.start()
    engine = connect(f"postgresql://postgres@127.0.0.1:{port}/postgres")
    with reading(engine) as connection:
        assert connection.scalar(sa.select(1)) == 1
    engine.dispose()
    thread.join()


def test_prepare_makes_everything_and_a_second_time_nothing(engine):
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names(None))
    assert names >= set(tables.METADATA.tables)
    said = []
    sa.event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    prepare(engine)
    assert not [statement for statement in said if statement.startswith(("CREATE", "DROP", "INSERT"))]


def test_views_are_made_anew_when_their_definition_changed(engine):
    prefix = views.schema_prefix(engine.dialect)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP VIEW {prefix}rankings")
        connection.exec_driver_sql(f"CREATE VIEW {prefix}rankings AS SELECT 1 AS old")
        connection.execute(sa.update(tables.meta).values(value="older"))
    prepare(engine)
    with reading(engine) as connection:
        assert connection.execute(sa.select(views.VIEWS["rankings"])).all() == []


def test_a_table_that_is_missing_is_added_and_the_rows_of_others_stay(engine, edition, frames):
    from warehouse import editions

    editions.write(engine, edition(), frames(4))
    with engine.begin() as connection:
        for view in views.VIEWS:
            connection.exec_driver_sql(f"DROP VIEW {views.schema_prefix(engine.dialect)}{view}")
        tables.peer_group.drop(connection)
        connection.execute(sa.delete(tables.meta))
    prepare(engine)
    assert editions.rows(engine, 101, "peer_group").empty
    assert len(editions.rows(engine, 101, "score")) == 4


def test_a_table_with_other_columns_is_refused_and_nothing_is_changed(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE edition ADD COLUMN old_name VARCHAR(10)")
        connection.execute(sa.update(tables.meta).values(value="older"))
    with pytest.raises(WarehouseError, match="另一个版本建的：表edition的列不一致（old_name）"):
        prepare(engine)
    with reading(engine) as connection:
        assert connection.scalar(sa.select(tables.meta.c.value)) == "older"


def test_two_processes_prepare_one_warehouse_at_once(warehouse_url):
    code = "import sys; from warehouse.database import connect, prepare; prepare(connect(sys.argv[1]))"
    processes = [subprocess.Popen([sys.executable, "-c", code, warehouse_url], cwd=ROOT) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]


def test_making_the_catalogue_is_all_or_nothing(warehouse_url, monkeypatch):
    engine = connect(warehouse_url)
    monkeypatch.setattr(database.views, "create_statements", lambda _dialect: {"rankings": "CREATE VIEW nonsense"})
    with pytest.raises(sa.exc.DBAPIError):
        prepare(engine)
    assert not sa.inspect(engine).has_table("edition")
    engine.dispose()


def test_a_reader_sees_one_moment_and_holds_up_no_writer(engine):
    count = sa.select(sa.func.count()).select_from(tables.meta).where(tables.meta.c.key == "other")
    with reading(engine) as reader:
        before = reader.scalar(count)
        with engine.begin() as writer:
            writer.execute(sa.insert(tables.meta).values(key="other", value="1"))
        assert reader.scalar(count) == before == 0
    with reading(engine) as reader:
        assert reader.scalar(count) == 1


def test_a_second_writer_waits_for_the_first(engine):
    wrote = []

    def write(key: str) -> None:
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.max(tables.meta.c.key)))
            time.sleep(0.2)
            connection.execute(sa.insert(tables.meta).values(key=key, value="1"))
        wrote.append(key)

    threads = [threading.Thread(target=write, args=(str(year),)) for year in (2024, 2025)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wrote) == ["2024", "2025"]


def test_sqlite_is_in_wal_mode_for_everybody(tmp_path):
    prepare(connect(f"sqlite:///{tmp_path}/warehouse.db"))
    with sqlite3.connect(tmp_path / "warehouse.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
