"""Department sheets, through the whole reading."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.layouts import Inbox, SenderLayout
from sources.delivery import Delivery, UnreadableError
from sources.submissions import read_submission

FINANCE = "departments/2024Q3/财政局.xlsx"
TITLE = ["示例区2024年第三季度党组织组织力指标报送表"]
Rows = Callable[..., list[list[Any]]]
Bytes = Callable[..., bytes]
Accept = Callable[..., Delivery]
Refuse = Callable[..., str]


def farming(*data: list[Any]) -> list[list[Any]]:
    """The sheet of 农业农村局: six items, two of them with a unit."""
    header = ["序号", "组织代码", "组织名称", "村集体经济收入（万元）", "“四清”合同清理率", "“四清”资源清收率(%)",
              "“四清”债务化解率", "“四清”带动增收（万元）", "结对帮扶", "备注"]  # fmt: skip
    return [TITLE, ["填报单位：农业农村局"], header, *data]


def test_every_filled_cell_of_an_item_is_a_record(accept: Accept, as_xlsx: Bytes) -> None:
    rows = farming(
        [1, "032000200002", "凤园村党总支", 36.27, "９９．５％", 98.1, "/", "1,234.5", "", "见附件2"],
        [2, "032000100005", "竹桥中心党支部", None, "—", "　", "", None, 1, "已核对"],
    )
    delivery = accept("departments/2024Q3/农业农村局.xlsx", as_xlsx(rows))
    records = delivery.records
    assert records.drop(columns=["fault", "town", "sender"]).to_numpy().tolist() == [
        ["032000200002", "凤园村党总支", "V03", "36.27", "万元", "已核实", "村集体经济收入（万元）", 4],
        ["032000200002", "凤园村党总支", "V04", "99.5%", records.loc[1, "unit_text"], "已核实", "“四清”合同清理率", 4],
        ["032000200002", "凤园村党总支", "V05", "98.1", "%", "已核实", "“四清”资源清收率(%)", 4],
        ["032000200002", "凤园村党总支", "V07", "1,234.5", "万元", "已核实", "“四清”带动增收（万元）", 4],
        ["032000100005", "竹桥中心党支部", "G07", "1", records.loc[4, "unit_text"], "已核实", "结对帮扶", 5],
    ]
    assert records["unit_text"].isna().tolist() == [False, True, False, False, True]
    assert records[["fault", "town"]].isna().all(axis=None)
    assert set(records["sender"]) == {"农业农村局"}
    assert (records.drop(columns="row_no").dtypes == "str").all()
    assert delivery.ignored == {"空单元格": 7}
    assert len(records) + delivery.ignored["空单元格"] == 2 * 6
    assert delivery.notes == ()


def test_the_verification_is_the_cell_where_there_is_a_column(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    rows = sheet(*([n, "1", "甲", 0.9, state, ""] for n, state in enumerate(["已核实", "未核实", "", "核了"])))
    assert accept(FINANCE, as_xlsx(rows)).records["verification"].fillna("空").tolist() == [
        "已核实", "未核实", "空", "核了",
    ]  # fmt: skip


def test_a_sheet_of_names_and_towns_needs_no_codes(accept: Accept, as_xlsx: Bytes) -> None:
    rows = [
        TITLE,
        ["序号", "组织名称", "所在镇街", "矛盾纠纷调解成功率(%)", "备注"],
        [1, " 平沟社区党支部", "梅兰街道", 100.0, ""],
    ]
    records = accept("departments/2024Q3/司法局.xlsx", as_xlsx(rows)).records
    assert records[["org_name", "town", "value_text", "unit_text"]].to_numpy().tolist() == [
        ["平沟社区党支部", "梅兰街道", "100", "%"]
    ]
    assert records["org_code"].isna().all()


@pytest.mark.parametrize(
    "remark",
    [
        ["合计", "", "", 121],
        ["总计：", "", "", 121],
        ["小计", "", "", 5],
        ["合 计", "", "", 5],
        ["注：数据截至季度末，由本单位扎口统计。"],
        ["注1 另附", "", "", 5],
        ["", "", "合计", 5],
        ["", "", "合计（121个）", 5],
    ],
)
def test_totals_and_notes_are_no_data(accept: Accept, sheet: Rows, as_xlsx: Bytes, remark: list[Any]) -> None:
    more = [1, "1", "甲", 0.9, "已核实", ""], remark, [2, "2", "乙", 0.8, "已核实", ""]
    delivery = accept(FINANCE, as_xlsx(sheet(*more)))
    assert delivery.records["row_no"].tolist() == [4, 6]
    assert delivery.ignored == {"合计、说明行": 1}


def test_a_name_that_begins_like_a_note_is_data(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    delivery = accept(FINANCE, as_xlsx(sheet(["", "", "注溪村党支部", 0.9, "已核实", ""])))
    assert delivery.records["org_name"].tolist() == ["注溪村党支部"]


def test_blank_rows_count_for_nothing(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    delivery = accept(FINANCE, as_xlsx(sheet([], [1, "1", "甲", 0.9, "已核实", ""], [None, " "], ["　"])))
    assert delivery.records["row_no"].tolist() == [5]
    assert delivery.ignored == {}


def test_a_row_without_code_and_name_is_delivered(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    records = accept(FINANCE, as_xlsx(sheet([7, "", "", 0.9, "已核实", ""]))).records
    assert records["value_text"].tolist() == ["0.9"]
    assert records[["org_code", "org_name"]].isna().all(axis=None)


def test_unknown_columns_are_noted_and_the_order_is_free(accept: Accept, as_xlsx: Bytes) -> None:
    rows = [["序号", "党建经费到位率", "联系人", "组织名称", "电话", "组织代码"], [1, 0.9, "张三", "甲", "138", "1"]]
    delivery = accept(FINANCE, as_xlsx(rows))
    assert delivery.records[["org_code", "org_name", "value_text"]].to_numpy().tolist() == [
        ["000000000001", "甲", "0.9"]
    ]
    assert delivery.notes == ("没有读取的列：“联系人”、“电话”",)


def test_a_sheet_that_begins_further_right_is_read(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    delivery = accept(FINANCE, as_xlsx([["", *row] for row in [*sheet(), ["合计", "", "", 1]]]))
    assert delivery.records["value_text"].tolist() == ["0.95"]
    assert delivery.ignored == {"合计、说明行": 1}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_a_csv_with_titles_and_notes_of_other_widths_is_read(
    accept: Accept, sheet: Rows, as_csv: Bytes, encoding: str
) -> None:
    rows = [*sheet(), ["合计", "", "", 1, "", ""], ["注：数据截至季度末"]]
    delivery = accept("departments/2024Q3/财政局.csv", as_csv(rows, encoding).rstrip())
    assert delivery.records["row_no"].tolist() == [4]
    assert delivery.ignored == {"合计、说明行": 2}


def test_a_csv_row_of_another_width_is_one_fault(accept: Accept, sheet: Rows, as_csv: Bytes) -> None:
    rows = sheet(
        [1, "1", "甲", 0.9, "已核实", ""], [2, "2", "乙，丙", 0.8, "已核实", "", "多"], [3, "3", "丁", "", "已核实", ""]
    )
    delivery = accept("departments/2024Q3/财政局.csv", as_csv(rows))
    assert delivery.records["row_no"].tolist() == [4, 5]
    assert "这条记录有 7 格，表头有 6 列" in delivery.records["fault"][1]
    assert delivery.records.loc[1].drop(["row_no", "fault"]).isna().all()
    assert delivery.ignored == {"空单元格": 1}


def test_a_missing_item_is_refused_for_it_would_score_nothing(refuse: Refuse, sheet: Rows, as_xlsx: Bytes) -> None:
    rows = [["党建经费拨付率" if cell == "党建经费到位率" else cell for cell in row] for row in sheet()]
    message = refuse(FINANCE, as_xlsx(rows))
    assert "财政局的表缺少“党建经费到位率”这一列，最接近的是“党建经费拨付率”" in message
    assert "请改回“党建经费到位率”" in message


def test_a_sheet_without_organisations_is_refused(refuse: Refuse, as_xlsx: Bytes) -> None:
    message = refuse(FINANCE, as_xlsx([["序号", "支部全称", "党建经费到位率"], [1, "甲", 0.9]]))
    assert "缺少“组织代码”或“组织名称”这一列" in message


@pytest.mark.parametrize("heading", ["核实情况", "核查状态"])
def test_a_renamed_verification_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Bytes, heading: str) -> None:
    rows = [[heading if cell == "核实状态" else cell for cell in row] for row in sheet()]
    assert f"没有“核实状态”这一列，却有“{heading}”" in refuse(FINANCE, as_xlsx(rows))


@pytest.mark.parametrize("heading", ["党建经费到位率", "党建经费到位率(%)", "组织名称"])
def test_a_heading_twice_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Bytes, heading: str) -> None:
    rows = [[*row, heading if row[0] == "序号" else ""] for row in sheet()]
    assert f"列“{heading}”重复" in refuse(FINANCE, as_xlsx(rows))


def test_an_undeclared_unit_is_refused(refuse: Refuse, as_xlsx: Bytes) -> None:
    rows = [
        [cell.replace("万元", "亿元") if isinstance(cell, str) else cell for cell in row]
        for row in farming([1, "1", "甲", 1])
    ]
    message = refuse("departments/2024Q3/农业农村局.xlsx", as_xlsx(rows))
    assert "列“村集体经济收入（亿元）”的单位“亿元”没有登记" in message


@pytest.mark.parametrize("title", ["2024年第二季度报送表", "2024年2季度", "2023Q3", "2024年6月"])
@pytest.mark.parametrize("form", ["as_xlsx", "as_csv"])
def test_a_title_of_another_quarter_is_refused(
    request: pytest.FixtureRequest, refuse: Refuse, sheet: Rows, title: str, form: str
) -> None:
    message = refuse(FINANCE, request.getfixturevalue(form)(sheet(title=title)))
    assert f"标题“{title}”" in message
    assert "文件却放在 2024Q3" in message


def test_a_sheet_without_data_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Bytes) -> None:
    assert "表头下面没有数据" in refuse(FINANCE, as_xlsx([*sheet()[:3], ["合计", "", "", 0]]))


def test_a_file_without_a_header_is_refused(refuse: Refuse, as_xlsx: Bytes) -> None:
    message = refuse(FINANCE, as_xlsx([["报送表"], ["编号", "组织代码", "党建经费到位率"], [1, "1", 0.9]]))
    assert "找不到表头行，最像表头的是第 2 行（第一格是“编号”），但与规定模板不同" in message
    assert "CSV" not in message


def test_an_empty_workbook_is_refused(refuse: Refuse, as_xlsx: Bytes) -> None:
    assert "空白" in refuse(FINANCE, as_xlsx([]))


def test_a_header_on_each_printed_page_is_set_aside(accept: Accept, sheet: Rows, as_xlsx: Bytes) -> None:
    rows = sheet([1, "1", "甲", 0.9, "已核实", ""])
    delivery = accept(FINANCE, as_xlsx([*rows, rows[2], [2, "2", "乙", 0.8, "已核实", ""]]))
    assert delivery.records["row_no"].tolist() == [4, 6]
    assert delivery.ignored == {"重复的表头行": 1}


def test_another_table_below_is_refused(refuse: Refuse, sheet: Rows, as_xlsx: Bytes) -> None:
    rows = [*sheet(), ["序号", "组织名称", "党建经费使用率"], [1, "甲", 0.9]]
    assert "第 5 行又出现一个不同的表头" in refuse(FINANCE, as_xlsx(rows))


def test_a_sender_of_whom_nothing_is_asked_in_the_period_is_refused(inbox: Inbox, sheet: Rows, as_xlsx: Bytes) -> None:
    assert inbox.submissions
    layout = inbox.submissions.model_copy(update={"senders": {"财政局": SenderLayout(items={})}})
    with pytest.raises(UnreadableError, match="2024-07没有要“财政局”报送的指标"):
        read_submission(as_xlsx(sheet()), layout, "财政局", "2024-07", 12)


def test_several_senders_may_send_one_item_and_a_ballot_cell_by_cell(
    accept: Accept, inbox: Inbox, as_xlsx: Bytes
) -> None:
    assert inbox.submissions
    both = {"党建得分": "T02", "优秀票": "T03/优秀", "发出票数": "T03/发出票数"}
    senders = {name: SenderLayout(items=both) for name in ("纪委", "组织部")}
    layout = inbox.submissions.model_copy(update={"senders": senders, "path": "departments/{period}/{sender}"})
    rows = [["序号", "组织代码", "党建得分", "优秀票", "发出票数"], [1, "1", 95, 20, 30]]
    for name in senders:
        file = f"departments/2018/{name}.xlsx"
        records = accept(file, as_xlsx([[name], *rows]), inbox.model_copy(update={"submissions": layout})).records
        assert records[["item_code", "value_text", "sender"]].to_numpy().tolist() == [
            ["T02", "95", name], ["T03/优秀", "20", name], ["T03/发出票数", "30", name],
        ]  # fmt: skip


def test_a_sender_that_the_period_does_not_know_is_refused(inbox: Inbox, sheet: Rows, as_xlsx: Bytes) -> None:
    with pytest.raises(UnreadableError, match="“水利局”不是已登记的报送单位"):
        read_submission(as_xlsx(sheet([1, "1", "甲", 0.9, "已核实", ""])), inbox.submissions, "水利局", "2024Q3", 12)
