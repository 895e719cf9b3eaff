"""The example district's inbox, as its senders delivered it."""

from pathlib import Path

import pandas as pd
import pytest

from schemas.layouts import Inbox
from sources.delivery import Delivery
from sources.inbox import discover, read

EXAMPLE = Path(__file__).parents[2] / "examples" / "district-120"
ROWS = {
    "registry/organizations.csv": 130,
    "declarations/2024-07.csv": 662,
    "declarations/2024-08.csv": 665,
    "declarations/2024-09.csv": 664,
    "departments/2024Q3/12345中心.xlsx": 121,
    "departments/2024Q3/住建局.xlsx": 18,
    "departments/2024Q3/农业农村局.xlsx": 320,
    "departments/2024Q3/区委办.xlsx": 29,
    "departments/2024Q3/司法局.xlsx": 18,
    "departments/2024Q3/国资办.xlsx": 18,
    "departments/2024Q3/宣传部.xlsx": 29,
    "departments/2024Q3/工商联.xlsx": 71,
    "departments/2024Q3/市场监管局.xlsx": 28,
    "departments/2024Q3/应急局.csv": 6,
    "departments/2024Q3/总工会.xlsx": 20,
    "departments/2024Q3/机关工委.xlsx": 30,
    "departments/2024Q3/民政局.xls": 75,
    "departments/2024Q3/纪委.xlsx": 28,
    "departments/2024Q3/组织部.xlsx": 120,
    "departments/2024Q3/行政审批局.xlsx": 46,
    "departments/2024Q3/财政局.xlsx": 121,
    "inspections/2024-07.csv": 15,
    "inspections/2024-08.csv": 15,
    "inspections/2024-09.csv": 14,
    "inspections/2024Q3.csv": 39,
    "platform/2024-07.jsonl": 1059,
    "platform/2024-08.jsonl": 1036,
    "platform/2024-09.jsonl": 1181,
}


@pytest.fixture
def deliveries(inbox: Inbox) -> dict[str, Delivery]:
    found, refused, alone = discover(EXAMPLE / "inbox", inbox)
    assert (refused, alone) == ([], [])
    read_ = {one.file: read(one, inbox) for one in found}
    assert all(isinstance(one, Delivery) for one in read_.values()), read_
    return read_  # type: ignore[return-value]


def test_every_file_is_read_whole(deliveries: dict[str, Delivery]) -> None:
    assert {file: len(one.records) for file, one in deliveries.items()} == ROWS


def test_what_is_left_out_is_counted(deliveries: dict[str, Delivery]) -> None:
    farming = deliveries["departments/2024Q3/农业农村局.xlsx"]
    assert farming.ignored == {"合计、说明行": 2, "空单元格": 202}
    assert len(farming.records) + farming.ignored["空单元格"] == 87 * 6
    notes = {note for one in deliveries.values() for note in one.notes}
    assert notes == {"没有读取的工作表：“填报说明”"}


def test_only_the_torn_lines_are_faults(deliveries: dict[str, Delivery]) -> None:
    faults = {
        (file, row) for file, one in deliveries.items() for row in one.records.dropna(subset="fault")["row_no"].tolist()
    }
    assert faults == {("platform/2024-07.jsonl", 703), ("platform/2024-08.jsonl", 959), ("platform/2024-09.jsonl", 249)}
    expected = pd.read_csv(EXAMPLE / "expected" / "rejections.csv").query("reason == 'malformed'")
    assert faults <= set(expected[["file", "row"]].itertuples(index=False, name=None))


def test_every_rejection_that_is_expected_speaks_of_a_row_that_was_read(deliveries: dict[str, Delivery]) -> None:
    expected = pd.read_csv(EXAMPLE / "expected" / "rejections.csv")
    rows = {(file, row) for file, one in deliveries.items() for row in one.records["row_no"].tolist()}
    assert set(expected[["file", "row"]].itertuples(index=False, name=None)) <= rows


def test_codes_have_their_leading_zero_back(deliveries: dict[str, Delivery]) -> None:
    codes = pd.concat([one.records["org_code"] for one in deliveries.values()]).dropna()
    assert codes.str.fullmatch(r"[0-9]{12}").all()
    assert codes.str.startswith("0").all()


def test_units_are_those_of_the_headings(deliveries: dict[str, Delivery]) -> None:
    records = pd.concat([one.records for one in deliveries.values() if one.kind == "submissions"])
    units = records.dropna(subset="unit_text").groupby("item_code")["unit_text"].unique()
    assert {item: list(unit) for item, unit in units.items()} == {"U08": ["%"], "V03": ["万元"], "V07": ["万元"]}
    assert set(records["verification"].dropna()) == {"已核实", "未核实"}


def test_text_columns_are_text(deliveries: dict[str, Delivery]) -> None:
    for one in deliveries.values():
        assert (one.records.drop(columns="row_no").dtypes == "str").all(), one.file
        assert one.records["row_no"].dtype == "int64"
