"""A small inbox layout built by hand, and helpers that put real files into an inbox and read them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from schemas.layouts import EventFields, EventLayout, Inbox, SenderLayout, SubmissionLayout, TableLayout
from sources.delivery import Delivery, Refusal
from sources.inbox import discover, read

ITEMS = {
    "组织部": {"发展党员计划完成率": "C04"},
    "财政局": {"党建经费到位率": "S04"},
    "12345中心": {"群众反映问题办结率": "M01"},
    "农业农村局": {
        "村集体经济收入": "V03",
        "“四清”合同清理率": "V04",
        "“四清”资源清收率": "V05",
        "“四清”债务化解率": "V06",
        "“四清”带动增收": "V07",
        "结对帮扶": "G07",
    },
    "工商联": {"“百企联百村”项目": "V08", "参与“百企联百村”项目": "N08"},
    "民政局": {"村务公开规范": "V10", "社区工作者职业体系建设": "U01"},
    "住建局": {"“红星”物业覆盖率": "U02"},
    "司法局": {"矛盾纠纷调解成功率": "U08"},
    "行政审批局": {"便民服务事项办结率": "U09", "服务对象满意度": "G09"},
    "区委办": {"中心工作重点任务完成率": "G02"},
    "机关工委": {"书记抓党建述职评议": "G04"},
    "宣传部": {"意识形态工作责任制": "G05"},
    "纪委": {"作风效能投诉": "G06"},
    "市场监管局": {"党建工作写入章程": "N04", "诚信守法经营": "N07"},
    "总工会": {"工会组建率": "N09", "厂务公开与职代会": "E07"},
    "国资办": {"“三重一大”前置研究率": "E03", "党员攻坚项目": "E04", "年度经营目标进度": "E06"},
    "应急局": {"安全生产事故": "E05"},
}
REGISTRY_COLUMNS = {
    "组织代码": "org_code",
    "组织名称": "org_name",
    "组织类型": "kind",
    "领域": "domain",
    "上级组织代码": "parent_code",
    "所在镇街": "town",
    "生效日期": "valid_from",
    "失效日期": "valid_to",
    "党员人数": "members",
    "党小组数": "groups",
    "原组织代码": "predecessor_code",
    "变更方式": "succession",
}
DECLARATION_COLUMNS = {
    "组织代码": "org_code",
    "组织名称": "org_name",
    "指标代码": "item_code",
    "指标名称": "item_name",
    "申报值": "value_text",
    "申报时间": "declared_at",
    "审核状态": "review_status",
    "复核状态": "recheck_status",
    "复核值": "recheck_value",
}
FINDING_COLUMNS = {
    "检查日期": "found_on",
    "组织代码": "org_code",
    "组织名称": "org_name",
    "条目编号": "item_code",
    "问题描述": "description_text",
    "发现次数": "findings_count",
    "现场整改": "fixed_text",
    "审核状态": "review_status",
}
SUBMISSION_COLUMNS = {"组织代码": "org_code", "组织名称": "org_name", "所在镇街": "town", "核实状态": "verification"}


@pytest.fixture
def inbox() -> Inbox:
    """The layout that the example inbox follows, with 上级组织代码 and 复核状态 optional as well."""
    return Inbox(
        code_digits=12,
        yes=("是",),
        no=("否",),
        registry=TableLayout(
            path="registry/organizations",
            sender="组织部",
            columns=REGISTRY_COLUMNS,
            optional=("上级组织代码", "原组织代码", "变更方式"),
        ),
        events=EventLayout(
            path="platform/{month}",
            sender="平台",
            kinds={
                "meeting": EventFields(numbers=("attended", "expected"), required=("attended", "expected")),
                "roster": EventFields(numbers=("posts_filled",), flags=("covered",), dates=("term_expires_on",)),
            },
        ),
        declarations=TableLayout(
            path="declarations/{month}",
            sender="党支部",
            columns=DECLARATION_COLUMNS,
            optional=("复核状态", "复核值"),
            unread=("审核时间",),
        ),
        findings=TableLayout(path="inspections/{period}", sender="检查组", columns=FINDING_COLUMNS),
        submissions=SubmissionLayout(
            path="departments/{quarter}/{sender}",
            header="序号",
            columns=SUBMISSION_COLUMNS,
            unread=("备注",),
            not_data=("合计", "小计", "总计", "注"),
            missing=("—", "/"),
            units={"%": "0.01", "万元": "1"},
            verified="已核实",
            unverified="未核实",
            senders={name: SenderLayout(items=items) for name, items in ITEMS.items()},
        ),
        reviewed={"通过": True},
        rechecked={"通过": True},
        findings_reviewed={"已审核": True},
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty inbox."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


Rows = Sequence[Sequence[Any]]


def csv_bytes(rows: Rows, encoding: str = "utf-8-sig") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx_bytes(rows: Rows, **other_sheets: Rows) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, cells in {**other_sheets, "数据": rows}.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls_bytes(rows: Rows) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def as_csv() -> Callable[..., bytes]:
    return csv_bytes


@pytest.fixture
def as_xlsx() -> Callable[..., bytes]:
    return xlsx_bytes


@pytest.fixture
def as_xls() -> Callable[..., bytes]:
    return xls_bytes


@pytest.fixture
def put(root: Path) -> Callable[[str, bytes], Path]:
    """Puts a file into the inbox."""

    def write(file: str, data: bytes) -> Path:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def receive(root: Path, inbox: Inbox, put: Callable[[str, bytes], Path]) -> Callable[..., Delivery | Refusal]:
    """Puts a file into the inbox, discovers and reads it: what intake gets to see of that file."""

    def deliver(file: str, data: bytes, layout: Inbox | None = None) -> Delivery | Refusal:
        put(file, data)
        found, refused, _ = discover(root, layout or inbox)
        results = [*refused, *(read(one, layout or inbox) for one in found)]
        return next(one for one in results if one.file == file)

    return deliver


@pytest.fixture
def accept(receive: Callable[..., Delivery | Refusal]) -> Callable[..., Delivery]:
    """As `receive`, for a file that must be readable."""

    def deliver(file: str, data: bytes, layout: Inbox | None = None) -> Delivery:
        result = receive(file, data, layout)
        assert isinstance(result, Delivery), result
        return result

    return deliver


@pytest.fixture
def refuse(receive: Callable[..., Delivery | Refusal]) -> Callable[..., str]:
    """As `receive`, for a file that must be refused: its message, which names the file and what to do."""

    def deliver(file: str, data: bytes, layout: Inbox | None = None) -> str:
        result = receive(file, data, layout)
        assert isinstance(result, Refusal), result
        assert result.reason == "unreadable"
        assert result.message.startswith(f"{file}：")
        assert "请" in result.message.partition("。")[2]
        return result.message

    return deliver


@pytest.fixture
def sheet() -> Callable[..., list[list[Any]]]:
    """The rows of 财政局's sheet as departments send it, with the given data rows."""

    def rows(*data: Sequence[Any], title: str = "示例区2024年第三季度党组织组织力指标报送表") -> list[list[Any]]:
        header = ["序号", "组织代码", "组织名称", "党建经费到位率", "核实状态", "备注"]
        filled = data or ([1, "032000100001", "平沟社区党支部", 0.95, "已核实", ""],)
        return [[title], ["填报单位：财政局"], header, *map(list, filled)]

    return rows


@pytest.fixture
def declarations() -> Callable[..., list[list[Any]]]:
    """A declarations table with the given records, or one."""

    def rows(*data: Sequence[Any]) -> list[list[Any]]:
        one = ["032000100001", "平沟社区党支部", "S02", "规范党建阵地", "是", "2024-08-02 06:57", "通过", "", ""]
        return [list(DECLARATION_COLUMNS), *map(list, data or (one,))]

    return rows
