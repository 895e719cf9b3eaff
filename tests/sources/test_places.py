import pytest

from schemas.layouts import Inbox
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
    ],
)
def test_a_path_that_is_nobodys_says_what_it_should_be(inbox: Inbox, file: str, problem: str) -> None:
    parts = tuple(file.split("/"))
    [place] = [place for place in places(inbox) if place.holds(parts)]
    said = str(place.address(parts).problem)
    assert problem in said
    assert "请" in said


def test_an_unknown_department_is_told_the_nearest_name(inbox: Inbox) -> None:
    [place] = [place for place in places(inbox) if place.kind == "submissions"]
    assert "如果是“财政局”" in str(place.address(("departments", "2024Q3", "财政局(1).xlsx")).problem)
    assert "组织部" in str(place.address(("departments", "2024Q3", "Book1.xlsx")).problem)


@pytest.mark.parametrize(
    "name",
    [".DS_Store", "~$财政局.xlsx", "财政局.xlsx.part", "x.TMP", "Thumbs.db", "desktop.ini", ".~lock.x#", "__MACOSX"],
)
def test_files_of_programs_are_left_alone(name: str) -> None:
    assert left_alone(name)


def test_a_file_of_a_sender_is_not(inbox: Inbox) -> None:
    assert left_alone("财政局.xlsx") is None
