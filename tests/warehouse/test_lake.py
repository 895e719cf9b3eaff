import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from warehouse.lake import Lake

ROOT = Path(__file__).parents[2]


def _frame(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns).astype({name: "str" for name in columns if name != "row_no"})


def test_records_come_back_as_they_were_written(lake):
    given = _frame(org_code=["000000000001", None], **{"data.theme": ["学习", "a\nb"]}, row_no=[2, 3]).assign(
        day=pd.to_datetime(["2024-07-01", None]).astype("datetime64[us]")
    )
    lake.write("demo/events/a.parquet", given)
    pd.testing.assert_frame_equal(lake.read(["demo/events/a.parquet"]), given)


def test_columns_that_a_file_does_not_have_are_empty_text(lake):
    lake.write("a.parquet", _frame(org_code=["1"], **{"data.a": ["x"]}, row_no=[2]))
    lake.write("b.parquet", _frame(org_code=["2"], **{"data.b": [None]}, row_no=[2]))
    found = lake.read(["b.parquet", "a.parquet"], ["org_code", "data.a", "data.b", "data.c"])
    assert found.fillna("-").to_numpy().tolist() == [["2", "-", "-", "-"], ["1", "x", "-", "-"]]
    assert set(found.dtypes.astype(str)) == {"str"}
    assert list(lake.read(["a.parquet", "b.parquet"])) == ["org_code", "data.a", "row_no", "data.b"]


def test_position_says_from_which_file_a_row_is(lake):
    lake.write("a.parquet", _frame(org_code=["1", "2"]))
    lake.write("b.parquet", _frame(org_code=[]))
    lake.write("c.parquet", _frame(org_code=["3"]))
    found = lake.read(["a.parquet", "b.parquet", "c.parquet"], position="batch_no")
    assert found["batch_no"].tolist() == [0, 0, 2]
    assert found["batch_no"].dtype == np.int64


def test_reading_nothing_gives_the_columns_asked_for(lake):
    found = lake.read([], ["org_code", "day"], position="batch_no")
    assert (list(found), len(found), str(found["org_code"].dtype)) == (["org_code", "day", "batch_no"], 0, "str")


def test_writing_again_replaces_the_file_whole(lake, tmp_path):
    lake.write("a.parquet", _frame(org_code=["1", "2"]))
    lake.write("a.parquet", _frame(org_code=["3"]))
    assert lake.read(["a.parquet"])["org_code"].tolist() == ["3"]
    assert [path.name for path in (tmp_path / "lake").iterdir()] == ["a.parquet"]


def test_a_run_that_dies_while_writing_leaves_no_file_of_that_name(tmp_path):
    code = """
import os, sys
import pandas as pd
from warehouse.lake import Lake
lake = Lake(sys.argv[1])
lake._keep = lambda place: os._exit(9)
lake.write("x/a.parquet", pd.DataFrame({"row_no": range(1000)}))
"""
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False).returncode == 9
    assert not (tmp_path / "x/a.parquet").exists()
    assert [path.split(".")[-1] for path in Lake(str(tmp_path)).sweep([])] == ["part"]
    assert list((tmp_path / "x").iterdir()) == []


def test_sweep_removes_what_is_not_known_below_its_folder_only(lake):
    for path in ("demo/a.parquet", "demo/b.parquet", "other/c.parquet"):
        lake.write(path, _frame(org_code=["1"]))
    assert lake.sweep(["demo/a.parquet"], "demo") == ["demo/b.parquet"]
    assert lake.read(["demo/a.parquet", "other/c.parquet"])["org_code"].tolist() == ["1", "1"]
    assert lake.sweep([], "nowhere") == []


@pytest.mark.parametrize("path", ["", "/etc/a.parquet", "../a.parquet", "a/../../b.parquet"])
def test_places_outside_the_lake_are_refused(lake, path):
    with pytest.raises(ValueError, match="not a place inside the lake"):
        lake.write(path, _frame(org_code=["1"]))


def test_a_file_that_is_not_there_is_said_at_once(lake):
    with pytest.raises(FileNotFoundError):
        lake.read(["a.parquet"])


def test_a_failure_that_passes_is_waited_for(lake, tmp_path):
    lake.write("first.parquet", _frame(org_code=["1"]))
    obstacle = tmp_path / "lake" / "demo"
    obstacle.touch()
    timer = threading.Timer(0.05, obstacle.unlink)
    timer.start()
    lake.write("demo/a.parquet", _frame(org_code=["2"]))
    timer.join()
    assert lake.read(["demo/a.parquet"])["org_code"].tolist() == ["2"]


def test_an_address_of_any_file_system_will_do(tmp_path):
    Lake(f"file://{tmp_path}/lake").write("a.parquet", _frame(org_code=["1"]))
    assert Lake(str(tmp_path / "lake")).read(["a.parquet"])["org_code"].tolist() == ["1"]
