"""The registry, declarations and findings, through the whole reading."""

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from schemas.layouts import Inbox, TableLayout
from sources.delivery import Delivery

FILE = "declarations/2024-07.csv"
FINDING = ["2024-07-05", "032000200018", "梅林村党总支", "X01", "活动室另挂3块牌子", "3", "否", "已审核"]
FINDING_HEADER = ["检查日期", "组织代码", "组织名称", "条目编号", "问题描述", "发现次数", "现场整改", "审核状态"]
REGISTRY_HEADER = [
    "组织代码",
    "组织名称",
    "组织类型",
    "领域",
    "上级组织代码",
    "所在镇街",
    "生效日期",
    "失效日期",
    "党员人数",
    "党小组数",
]
ORGANIZATION = [
    "32000100001",
    " 平沟村党支部　",
    "党支部",
    "“两新”组织",
    "32000100000",
    "梅兰街道",
    "2019/1/1",
    "",
    "6",
    "0",
]
Rows = Callable[..., list[list[Any]]]
Bytes = Callable[..., bytes]
Accept = Callable[..., Delivery]
Refuse = Callable[..., str]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_declarations_are_read_as_received(accept: Accept, declarations: Rows, as_csv: Bytes, encoding: str) -> None:
    rows = declarations(
        ["32000100001", " 平沟（社区）党支部 ", "Ｄ01", "服务时长", "５．９", "2024－08－02 06:57", "通过", "", "　"]
    )
    records = accept(FILE, as_csv(rows, encoding)).records
    assert records.drop(columns=["recheck_status", "recheck_value", "fault"]).iloc[0].to_dict() == {
        "org_code": "032000100001",
        "org_name": "平沟（社区）党支部",
        "item_code": "D01",
        "item_name": "服务时长",
        "value_text": "5.9",
        "declared_at": "2024-08-02 06:57",
        "review_status": "通过",
        "row_no": 2,
    }
    assert records[["recheck_status", "recheck_value", "fault"]].isna().all(axis=None)
    assert (records.drop(columns="row_no").dtypes == "str").all()
    assert records["row_no"].dtype == "int64"


def test_columns_may_come_in_another_order_with_others_between(
    accept: Accept, declarations: Rows, as_csv: Bytes
) -> None:
    rows = [[*reversed(row), more] for row, more in zip(declarations(), ["联系人", "张三"], strict=True)]
    delivery = accept(FILE, as_csv(rows))
    assert delivery.records["org_code"].tolist() == ["032000100001"]
    assert delivery.notes == ("没有读取的列：“联系人”",)


def test_a_known_unread_column_needs_no_note(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    rows = [[*row, more] for row, more in zip(declarations(), ["审核时间", "2024/08/04 17:31"], strict=True)]
    assert accept(FILE, as_csv(rows)).notes == ()


def test_cells_under_no_heading_are_noted(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    delivery = accept(FILE, as_csv([["", *header], ["第一条", *row]]))
    assert delivery.notes == ("第 1 列没有列名，没有读取",)


@pytest.mark.parametrize("form", ["as_xlsx", "as_xls", "as_csv"])
@pytest.mark.parametrize("kind", ["registry", "declarations", "findings"])
def test_every_list_may_come_as_a_workbook(
    request: pytest.FixtureRequest, accept: Accept, declarations: Rows, kind: str, form: str
) -> None:
    file, rows, width = {
        "registry": ("registry/organizations.xlsx", [REGISTRY_HEADER, ORGANIZATION], 14),
        "declarations": ("declarations/2024-07.xlsx", declarations(), 11),
        "findings": ("inspections/2024Q3.xls", [FINDING_HEADER, FINDING], 11),
    }[kind]
    delivery = accept(file, request.getfixturevalue(form)([["标题"], *rows]))
    assert delivery.records.shape == (1, width)
    assert delivery.records["row_no"].tolist() == [3]
    assert delivery.kind == kind


def test_stated_totals_are_read(accept: Accept, inbox: Inbox, as_xlsx: Bytes) -> None:
    totals = TableLayout(path="totals/{period}", sender="组织部", columns={"项目": "figure", "数值": "value_text"})
    rows = [
        ["2018年度党员总数"],
        ["序号", "项目", "数值"],
        [1, " 党员总数（人）", 101599],
        [2, "在职党员", "３６,139"],
        [3, "其他", ""],
    ]
    delivery = accept("totals/2018.xlsx", as_xlsx(rows), inbox.model_copy(update={"totals": totals}))
    assert delivery.records[["figure", "value_text", "row_no"]].fillna("空").to_numpy().tolist() == [
        ["党员总数（人）", "101599", 3], ["在职党员", "36,139", 4], ["其他", "空", 5],
    ]  # fmt: skip
    assert (delivery.kind, delivery.sender, delivery.period) == ("totals", "组织部", "2018")


def test_the_day_of_closing_is_read_where_there_is_such_a_column(accept: Accept, inbox: Inbox, as_csv: Bytes) -> None:
    assert inbox.findings
    columns = inbox.findings.columns | {"整改完成日期": "closed_on"}
    layout = inbox.findings.model_copy(update={"columns": columns, "optional": ("整改完成日期",)})
    rows = [[*FINDING_HEADER, "整改完成日期"], [*FINDING, "2024-07-20"], [*FINDING, ""]]
    records = accept("inspections/2024-07.csv", as_csv(rows), inbox.model_copy(update={"findings": layout})).records
    assert records["closed_on"].fillna("空").tolist() == ["2024-07-20", "空"]
    without = accept(
        "inspections/2024-08.csv", as_csv([FINDING_HEADER, FINDING]), inbox.model_copy(update={"findings": layout})
    )
    assert without.records["closed_on"].isna().all()


def test_registry_codes_are_padded_and_names_kept(accept: Accept, as_csv: Bytes) -> None:
    records = accept("registry/organizations.csv", as_csv([REGISTRY_HEADER, ORGANIZATION])).records
    assert records.loc[0, ["org_code", "parent_code", "org_name", "domain", "valid_from"]].tolist() == [
        "032000100001", "032000100000", "平沟村党支部", "“两新”组织", "2019/1/1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("32000100001", "032000100001"),
        ("32000100001.0", "032000100001"),
        ("32000100001、032000100002", "032000100001、032000100002"),
        ("３２０００１００００１，32000100002；32000100003", "032000100001,032000100002;032000100003"),
        ("32000100001 32000100002\n32000100003", "032000100001 032000100002\n032000100003"),
        ("旧32、320-1", "旧32、320-1"),
        ("、", "、"),
    ],
)
def test_several_codes_in_a_cell_are_padded_each(accept: Accept, as_csv: Bytes, cell: str, kept: str) -> None:
    rows = [[*REGISTRY_HEADER, "变更方式", "原组织代码"], [*ORGANIZATION, " 改码　", cell], [*ORGANIZATION, "", ""]]
    records = accept("registry/organizations.csv", as_csv(rows)).records
    assert records["predecessor_code"].fillna("").tolist() == [kept, ""]
    assert records["succession"].fillna("").tolist() == ["改码", ""]


def test_a_predecessor_in_a_cell_of_numbers_is_padded(accept: Accept, as_xlsx: Bytes) -> None:
    rows = [[*REGISTRY_HEADER, "原组织代码", "变更方式"], [*ORGANIZATION, 32000100001, "改码"]]
    records = accept("registry/organizations.xlsx", as_xlsx(rows)).records
    assert records["predecessor_code"].tolist() == ["032000100001"]


def test_a_registry_without_predecessors_is_read_as_before(accept: Accept, as_csv: Bytes) -> None:
    delivery = accept("registry/organizations.csv", as_csv([REGISTRY_HEADER, ORGANIZATION]))
    assert delivery.records[["predecessor_code", "succession"]].isna().all(axis=None)
    assert delivery.notes == ()


def test_numbers_of_rows_count_records_not_lines(accept: Accept, as_csv: Bytes) -> None:
    broken = [*FINDING[:4], "会议记录\n“补记”，痕迹明显", *FINDING[5:]]
    formula = [*FINDING[:4], '=HYPERLINK("http://x")', *FINDING[5:]]
    records = accept(
        "inspections/2024-07.csv", as_csv([FINDING_HEADER, broken, [], [""] * 8, formula], "gb18030")
    ).records
    assert records["row_no"].tolist() == [2, 5]
    assert records["description_text"].tolist() == ["会议记录\n“补记”，痕迹明显", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("cells", [7, 10], ids=["too few", "too many"])
def test_a_record_with_a_wrong_number_of_cells_has_a_fault(
    accept: Accept, declarations: Rows, as_csv: Bytes, cells: int
) -> None:
    header, row = declarations()
    records = accept(FILE, as_csv([header, row, [*row, "多出一格"][:cells], row])).records
    assert records["row_no"].tolist() == [2, 3, 4]
    assert records["org_code"].isna().tolist() == [False, True, False]
    assert f"这条记录有 {cells} 格，表头有 9 列" in records["fault"][1]
    assert (records.drop(columns="row_no").dtypes == "str").all()


def test_empty_cells_beyond_the_header_are_no_fault(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    assert accept(FILE, as_csv([header, [*row, "", " "]])).records["fault"].isna().all()


def test_wrong_quotes_in_one_record_are_its_fault(accept: Accept, as_csv: Bytes) -> None:
    data = as_csv([FINDING_HEADER, FINDING, FINDING, FINDING])
    records = accept("inspections/2024-07.csv", data.replace("活动室".encode(), '"活动室"一'.encode(), 1)).records
    assert records["row_no"].tolist() == [2, 3, 4]
    assert "引号不成对" in records["fault"][0]
    assert records["fault"].isna().tolist() == [False, True, True]


def test_an_unclosed_quote_is_refused(refuse: Refuse, as_csv: Bytes) -> None:
    data = as_csv([FINDING_HEADER, FINDING, FINDING, FINDING]).replace("活动室".encode(), '"活动室'.encode(), 1)
    assert "第 2 条记录（第 2 行）起的引号没有闭合" in refuse("inspections/2024-07.csv", data)


def test_a_file_that_ends_inside_its_last_record_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    torn = as_csv([header, row, row[:5]]).rstrip()
    assert "最后一条（第 3 条）记录不完整，文件没有传完。请重新导出" in refuse(FILE, torn)


def test_a_whole_last_record_needs_no_line_end(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    assert len(accept(FILE, as_csv(declarations()).rstrip()).records) == 1


def test_a_file_torn_inside_a_character_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    data = as_csv(declarations())
    assert "在一个汉字中间中断" in refuse(FILE, data[: data.index("平".encode()) + 1])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t"])
def test_utf16_with_a_mark_is_read(
    accept: Accept, declarations: Rows, as_csv: Bytes, encoding: str, separator: str
) -> None:
    data = as_csv(declarations(), "utf-8").decode().replace(",", separator)
    records = accept(FILE, f"\ufeff{data}".encode(encoding)).records
    pd.testing.assert_frame_equal(records, accept(FILE, as_csv(declarations())).records)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes, encoding: str) -> None:
    assert "像是 UTF-16 编码，但开头没有编码标记" in refuse(FILE, as_csv(declarations(), encoding))


def test_utf16_that_is_torn_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    assert "在一个字中间中断" in refuse(FILE, as_csv(declarations(), "utf-16")[:-1])
    assert "个字节起不是 UTF-16 编码" in refuse(FILE, b"\xff\xfe\x00\xd8" + as_csv(declarations(), "utf-16-le"))


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\r\n", b",,,\r\n,,\r\n", "　\n".encode()])
def test_an_empty_file_is_refused(refuse: Refuse, data: bytes) -> None:
    message = refuse(FILE, data)
    assert "空的" in message or "空白" in message


def test_a_file_without_a_header_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    assert "找不到表头行" in refuse(FILE, as_csv(declarations()[1:]))


def test_another_separator_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    message = refuse(FILE, as_csv(declarations()).replace(b",", b";"))
    assert "找不到表头行" in message
    assert "英文逗号" in message


def test_a_renamed_required_column_is_refused_by_name(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    message = refuse(FILE, as_csv([["申报数值" if name == "申报值" else name for name in header], row]))
    assert "缺少“申报值”这一列，最接近的是“申报数值”" in message


def test_an_optional_column_may_be_absent(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    delivery = accept(FILE, as_csv([row[:7] for row in declarations()]))
    assert delivery.records[["recheck_status", "recheck_value"]].isna().all(axis=None)
    assert delivery.notes == ()


def test_an_optional_column_that_may_be_renamed_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    renamed = ["复核情况" if name == "复核状态" else name for name in header]
    assert "没有“复核状态”这一列，却有“复核情况”" in refuse(FILE, as_csv([renamed, row]))


def test_a_column_twice_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    rows = [[*row, row[4]] for row in declarations()]
    assert "列“申报值”重复：第 5 列和第 10 列" in refuse(FILE, as_csv(rows))


def test_a_title_of_another_month_is_refused(refuse: Refuse, declarations: Rows, as_xlsx: Bytes) -> None:
    message = refuse("declarations/2024-07.xlsx", as_xlsx([["示例区2024年8月申报表"], *declarations()]))
    assert "标题“示例区2024年8月申报表”写的是 2024-08，文件却放在 2024-07" in message


@pytest.mark.parametrize("latest", ["2024-06-30 23:59", "2024/6/30", "2024年6月30日"])
def test_declarations_that_all_lie_before_their_month_are_refused(
    refuse: Refuse, declarations: Rows, as_csv: Bytes, latest: str
) -> None:
    row = declarations()[1]
    rows = declarations([*row[:5], "2024-06-02 08:00", *row[6:]], [*row[:5], latest, *row[6:]])
    message = refuse(FILE, as_csv(rows))
    assert "所有申报时间都早于 2024-07（最晚的是 2024-06-30）" in message
    assert "请核对是哪一期" in message


@pytest.mark.parametrize("times", [["2024-06-30 08:00", "2024-07-01 00:00"], ["2024-06-30", "不详"][1:]])
def test_one_declaration_in_time_is_enough(accept: Accept, declarations: Rows, as_csv: Bytes, times: list[str]) -> None:
    row = declarations()[1]
    rows = declarations(*([*row[:5], time, *row[6:]] for time in times))
    assert len(accept(FILE, as_csv(rows)).records) == len(times)


def test_a_repeated_header_is_set_aside(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    delivery = accept(FILE, as_csv([header, row, header, row]))
    assert delivery.records["row_no"].tolist() == [2, 4]
    assert delivery.ignored == {"重复的表头行": 1}


def test_a_second_table_under_the_first_is_refused(refuse: Refuse, declarations: Rows, as_csv: Bytes) -> None:
    header, row = declarations()
    other = [header[0], header[2], header[1], *header[3:]]
    assert "第 3 行又出现一个不同的表头" in refuse(FILE, as_csv([header, row, other, row]))


def test_a_month_without_findings_is_a_delivery(accept: Accept, as_csv: Bytes) -> None:
    delivery = accept("inspections/2024-07.csv", as_csv([FINDING_HEADER]))
    assert delivery.records.empty
    assert delivery.notes == ("表头下面没有数据",)
    assert (delivery.records.drop(columns="row_no").dtypes == "str").all()


def test_a_registry_without_organisations_is_refused(refuse: Refuse, as_csv: Bytes) -> None:
    assert "表头下面一个组织也没有" in refuse("registry/organizations.csv", as_csv([REGISTRY_HEADER]))


def test_formulas_without_value_are_refused_in_lists_too(refuse: Refuse, declarations: Rows, as_xlsx: Bytes) -> None:
    row = declarations()[1]
    message = refuse("declarations/2024-07.xlsx", as_xlsx(declarations([*row[:4], "=1+1", *row[5:]])))
    assert "单元格 E2 是公式" in message


def test_a_big_file_takes_little_time(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    import time

    header, row = declarations()
    data = as_csv([header, *([row] * 20_000)])
    accept(FILE, data)
    start = time.perf_counter()
    assert len(accept(FILE, data).records) == 20_000
    assert time.perf_counter() - start < 1.5


def test_the_hash_is_of_the_bytes(accept: Accept, declarations: Rows, as_csv: Bytes) -> None:
    import hashlib

    data = as_csv(declarations())
    assert accept(FILE, data).content_hash == hashlib.file_digest(io.BytesIO(data), "sha256").hexdigest()
