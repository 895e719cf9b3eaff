import pytest

from schemas.layouts import Inbox, TableLayout
from sources.places import left_alone, places


@pytest.mark.parametrize(
    ("file", "kind", "sender", "period"),
    [
        ("registry/organizations.xlsx", "registry", "组织部", ""),
        ("platform/2024-07.jsonl", "events", "平台", "2024-07"),
        ("declarations/2024-07.CSV", "declarations", "党支部", "2024-07"),
        ("departments/2024Q3/财政局 .xlsx", "submissions", "财政局", "2024Q3"),
        ("inspections/2024Q3.csv", "findings", "检查组", "2024Q3"),
        ("inspections/2024-07.csv", "findings", "检查组", "2024-07"),
        ("inspections/2024H2.csv", "findings", "检查组", "2024H2"),
        ("inspections/2024.csv", "findings", "检查组", "2024"),
    ],
)
def test_a_path_says_whose_delivery_it_is(inbox: Inbox, file: str, kind: str, sender: str, period: str) -> None:
    parts = tuple(file.split("/"))
    [place] = [place for place in places(inbox) if place.holds(parts)]
    assert (place.kind, *place.address(parts)) == (kind, sender, period, None)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("declarations/七月.csv", "“七月”不是规定写法的期别"),
        ("declarations/2024Q3.csv", "“2024Q3”不是规定写法的期别"),
        ("declarations/2024-13.csv", "“2024-13”不是规定写法的期别"),
        ("departments/2024年3季度/财政局.xlsx", "“2024年3季度”不是规定写法的期别"),
        ("departments/2024Q3/财政.xlsx", "“财政”不是已登记的报送单位"),
        ("departments/财政局.xlsx", "应放在 departments/<季度>/<报送单位>"),
        ("departments/2024Q3/补报/财政局.xlsx", "文件放的位置不对"),
        ("registry/名册.xlsx", "应放在 registry/organizations"),
        ("inspections/2024H3.csv", "这里应是月份、季度、半年或年度，写作 2024-07、2024Q3、2024H2 或 2024"),
    ],
)
def test_a_path_that_is_nobodys_says_what_it_should_be(inbox: Inbox, file: str, problem: str) -> None:
    parts = tuple(file.split("/"))
    [place] = [place for place in places(inbox) if place.holds(parts)]
    said = str(place.address(parts).problem)
    assert problem in said
    assert "请" in said


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("departments/2024Q3/财政局.xlsx.回执.xlsx", "这是回执。请改名为“财政局.xlsx”，替换收件箱里原来的文件"),
        ("departments/2024Q3/财政局.csv.回执.xlsx", "请改名为“财政局.xlsx”，并把收件箱里的“财政局.csv”拿走"),
        ("declarations/2024-07.xlsx.回执.xlsx", "请改名为“2024-07.xlsx”"),
        ("departments/2024Q3/财政局.xlsx.回执.json", "这是供程序读的回执，不是报送的表格。请从收件箱里拿走"),
    ],
)
def test_a_receipt_is_no_delivery_until_it_has_the_name_of_its_file(inbox: Inbox, file: str, said: str) -> None:
    parts = tuple(file.split("/"))
    [place] = [place for place in places(inbox) if place.holds(parts)]
    assert said in str(place.address(parts).problem)


def test_an_unknown_department_is_told_the_nearest_name(inbox: Inbox) -> None:
    [place] = [place for place in places(inbox) if place.kind == "submissions"]
    assert "如果是“财政局”" in str(place.address(("departments", "2024Q3", "财政局(1).xlsx")).problem)
    assert "组织部" in str(place.address(("departments", "2024Q3", "Book1.xlsx")).problem)


@pytest.mark.parametrize(
    ("path", "file", "sender", "period"),
    [
        ("departments/{period}/{sender}", "departments/2018/财政局.xlsx", "财政局", "2018"),
        ("departments/{period}/{sender}", "departments/2024H1/财政局.xlsx", "财政局", "2024H1"),
        ("departments/{sender}/{period}", "departments/财政局/2024-07.xlsx", "财政局", "2024-07"),
        ("departments/{month}/{sender}", "departments/2024-07/财政局.xlsx", "财政局", "2024-07"),
    ],
)
def test_departments_may_send_for_periods_of_any_cadence(
    inbox: Inbox, path: str, file: str, sender: str, period: str
) -> None:
    assert inbox.submissions
    layout = inbox.submissions.model_copy(update={"path": path})
    [place] = [one for one in places(inbox.model_copy(update={"submissions": layout})) if one.kind == "submissions"]
    assert place.address(tuple(file.split("/"))) == (sender, period, None)


def test_stated_totals_have_a_place_where_a_district_has_them(inbox: Inbox) -> None:
    totals = TableLayout(path="totals/{period}", sender="组织部", columns={"项目": "figure", "数值": "value_text"})
    [place] = [one for one in places(inbox.model_copy(update={"totals": totals})) if one.kind == "totals"]
    assert place.address(("totals", "2018.xlsx")) == ("组织部", "2018", None)


def test_a_district_may_do_with_a_registry_alone(inbox: Inbox) -> None:
    nothing = dict.fromkeys(("events", "declarations", "findings", "submissions", "totals"))
    assert [place.kind for place in places(inbox.model_copy(update=nothing))] == [
        "registry", "corrections", "exemptions", "decisions",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "~$财政局.xlsx", "财政局.xlsx.part", "x.TMP", "Thumbs.db", "desktop.ini", ".~lock.x#", "__MACOSX"],
)
def test_files_of_programs_are_left_alone(name: str) -> None:
    assert left_alone(name)


def test_a_file_of_a_sender_is_not(inbox: Inbox) -> None:
    assert left_alone("财政局.xlsx") is None
