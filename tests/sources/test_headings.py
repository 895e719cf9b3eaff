import pytest

from sources.delivery import UnreadableError
from sources.headings import Columns, ItemColumn, match, missing_column, refuse_renamed, require

FIELDS = {"组织代码": "org_code", "组织名称": "org_name", "所在镇街": "town", "核实状态": "verification"}
ITEMS = {"服务对象满意度": "G09", "村集体经济收入": "V03"}
UNITS = ("%", "万元")


def matched(*headings: str) -> Columns:
    return match(headings, FIELDS, ITEMS, UNITS, unread=("序号", "备注"))


def test_match_knows_fields_items_units_and_the_rest() -> None:
    columns = matched(
        "序号", "组织 代码", "组织\n名称", "服务对象满意度（％）", "村集体经济收入(万元)", "联系人", "备注", ""
    )
    assert columns.fields == {"org_code": 1, "org_name": 2}
    assert columns.items == (
        ItemColumn(3, "服务对象满意度（％）", "G09", "%"),
        ItemColumn(4, "村集体经济收入(万元)", "V03", "万元"),
    )
    assert columns.unknown == ("联系人",)


def test_an_item_without_unit_has_none() -> None:
    assert matched("服务对象满意度").items == (ItemColumn(0, "服务对象满意度", "G09", ""),)


@pytest.mark.parametrize("twice", [("组织代码", "组织代码"), ("服务对象满意度", "服务对象满意度(%)")])
def test_two_headings_for_one_thing_are_refused(twice: tuple[str, str]) -> None:
    with pytest.raises(UnreadableError, match=r"重复：第 2 列和第 3 列.*请只保留一列"):
        matched("序号", *twice)


def test_two_unknown_headings_of_one_name_do_no_harm() -> None:
    assert matched("联系人", "联系人").unknown == ("联系人", "联系人")


def test_an_undeclared_unit_is_refused_with_the_declared_ones() -> None:
    with pytest.raises(UnreadableError, match=r"单位“元”没有登记。请把各格除以10000，列名改成“村集体经济收入（万元）”"):
        matched("村集体经济收入（元）")


@pytest.mark.parametrize(
    ("unit", "remedy"),
    [
        ("亿元", "请把各格乘以10000，列名改成“村集体经济收入（万元）”"),
        ("户", "数值可用的单位是“万元”，比例用“%”。请把各格换算成规定模板的单位，列名照模板写"),
    ],
)
def test_the_remedy_of_a_unit_never_asks_for_a_per_cent_or_for_none(unit: str, remedy: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        matched(f"村集体经济收入（{unit}）")
    assert str(refused.value) == f"列“村集体经济收入（{unit}）”的单位“{unit}”没有登记。{remedy}"


def test_a_heading_with_quotation_marks_is_quoted_in_others() -> None:
    assert str(missing_column(["“四清”债务化解率"], [], "农业农村局")) == (
        "农业农村局的表缺少『“四清”债务化解率』这一列。请按规定模板补上这一列后重新报送"
    )


def test_brackets_of_an_unknown_column_are_no_unit() -> None:
    assert matched("联系人（手机）").unknown == ("联系人（手机）",)


def test_a_missing_column_names_the_heading_most_like_it() -> None:
    with pytest.raises(UnreadableError, match=r"缺少“组织代码”这一列，最接近的是“组织编码”.*请改回“组织代码”"):
        require(matched("组织名称", "组织编码", "联系人"), FIELDS, ["组织名称", "组织代码"])


def test_a_missing_column_with_nothing_like_it_is_just_missing() -> None:
    assert str(missing_column(["核实状态"], ["电话"])) == "缺少“核实状态”这一列。请按规定模板补上这一列后重新报送"


@pytest.mark.parametrize("heading", ["核实情况", "核查状态", "是否核实"])
def test_an_absent_column_that_may_be_renamed_is_asked_about(heading: str) -> None:
    with pytest.raises(UnreadableError, match=rf"没有“核实状态”这一列，却有“{heading}”.*请改回原名"):
        refuse_renamed(matched("组织代码", "组织名称", heading), FIELDS)


@pytest.mark.parametrize("heading", ["联系人", "党员人数", "年度经营目标进度", "备 注"])
def test_other_headings_are_not_taken_for_renamed_ones(heading: str) -> None:
    assert refuse_renamed(matched("组织名称", heading), FIELDS) is None


def test_a_likeness_to_a_column_that_is_there_is_nothing_to_ask_about() -> None:
    assert refuse_renamed(matched("组织代码", "组织名称", "核实状态", "核实情况"), FIELDS) is None
