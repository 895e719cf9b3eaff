import pytest

from sources.delivery import UnreadableError
from sources.titles import check_titles, periods_in


@pytest.mark.parametrize(
    ("title", "periods"),
    [
        ("示例区2024年第三季度党组织组织力指标报送表", ["2024Q3"]),
        ("２０２４年 第 3 季度", ["2024Q3"]),
        ("2024年3季度", ["2024Q3"]),
        ("2024年三季度", ["2024Q3"]),
        ("2024Q3 报送表", ["2024Q3"]),
        ("二〇二四年第三季度", ["2024Q3"]),
        ("第二季度报送表", ["2024Q2"]),
        ("2024年7月申报表", ["2024-07"]),
        ("2024年07月份", ["2024-07"]),
        ("2024-07 申报", ["2024-07"]),
        ("2024年7-9月报送表", ["2024-07", "2024-09"]),
        ("截至2024年9月30日", []),
        ("2024-09-30", []),
        ("四季青镇报送表", []),
        ("2024年度报送表", []),
        ("编号032000202407", []),
        ("2024年13月", []),
        ("2024年上半年报送表", ["2024H1"]),
        ("二〇二四年度下半年", ["2024H2"]),
    ],
)
def test_periods_in(title: str, periods: list[str]) -> None:
    assert [str(period) for period in periods_in(title, 2024)] == periods


@pytest.mark.parametrize(
    ("titles", "period"),
    [
        (["示例区2024年第三季度报送表", "填报单位：财政局"], "2024Q3"),
        (["2024年9月报送表"], "2024Q3"),
        (["2024年第三季度检查情况"], "2024-07"),
        (["填报日期：2024年10月"], "2024Q3"),
        (["没有写期别"], "2024Q3"),
        (["2024年第三季度（对照2024年第二季度）"], "2024Q3"),
        (["2024年第二季度"], ""),
        ([], "2024Q3"),
        (["2024年下半年"], "2024Q3"),
        (["2024年第三季度"], "2024H2"),
        (["2018年度考核得分表"], "2018"),
        (["2018年度", "2017年12月末"], "2018"),
        (["2018年第四季度"], "2018"),
        (["2018年度考核办法附表"], "2019-01"),
        (["2018年工作"], "2019"),
    ],
)
def test_titles_that_go_with_the_period(titles: list[str], period: str) -> None:
    assert check_titles(titles, period) is None


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("示例区2024年第二季度报送表", "2024Q3"),
        ("示例区2023年第三季度报送表", "2024Q3"),
        ("第二季度报送表", "2024Q3"),
        ("2024年6月", "2024Q3"),
        ("2024年6月申报", "2024-07"),
        ("2024年上半年", "2024Q3"),
        ("2024年上半年", "2024H2"),
        ("2017年度考核得分表", "2018"),
        ("二〇一七年度", "2018"),
        ("2017年第四季度", "2018"),
    ],
)
def test_a_title_of_another_period_is_refused(title: str, period: str) -> None:
    with pytest.raises(UnreadableError, match=rf"“{title}”.*{period}.*请核对"):
        check_titles([title], period)
