"""The check of whom an organisation succeeds: what of a link is rejected, alone, and what becomes a span's."""

from __future__ import annotations

import re

import pytest

from schemas.fields import FIELDS
from transforms.checks.registry import check_registry
from transforms.checks.successions import MESSAGES
from transforms.registry import Registry

OLD = {"org_code": "0001", "org_name": "旧支部", "valid_to": "2024-06-30"}
TWIN = {"org_code": "0002", "org_name": "邻支部", "valid_to": "2024-06-30"}
NEW = {"org_code": "0003", "org_name": "新支部", "valid_from": "2024-07-01"}
AFTER = {"org_code": "0004", "org_name": "又一支部", "valid_from": "2024-07-01"}
STANDING = {"org_code": "0005", "org_name": "常在支部"}
RECODED = {"predecessor_code": "0001", "succession": "改码"}


@pytest.fixture(scope="module")
def check(records, rulebook):
    return lambda *rows: check_registry(records("registry", *rows), rulebook)


@pytest.fixture(scope="module")
def links(check):
    """What the check makes of the rows' links: by code those that are kept, and the rejections."""

    def made(*rows):
        found = check(*rows)
        kept = found.accepted.dropna(subset="predecessor_code")
        pairs = kept[["predecessor_code", "succession"]].to_numpy().tolist()
        columns = ["row_no", "column_name", "value_text", "reason"]
        assert found.rejected_count == 0
        assert len(found.accepted) == len(rows)
        assert (found.accepted["predecessor_code"].notna() == found.accepted["succession"].notna()).all()
        return dict(zip(kept["org_code"], pairs, strict=True)), found.rejections[columns].to_numpy().tolist()

    return made


@pytest.mark.parametrize(
    ("codes", "word", "kept"),
    [
        ("0001", "改码", ["0001", "recoded"]),
        ("0001", "合并", ["0001", "merged"]),
        ("0001", "拆分", ["0001", "split"]),
        ("0001、0002", "合并", ["0001、0002", "merged"]),
        ("0002,0001", "合并", ["0002、0001", "merged"]),
        ("0002; 0001\n", "合并", ["0002、0001", "merged"]),
        ("0001　0002", "拆分", ["0001、0002", "split"]),
        ("0001、0001", "改码", ["0001", "recoded"]),
    ],
)
def test_a_link_in_order_is_the_spans(links, codes, word, kept):
    made, rejections = links(OLD, TWIN, NEW | {"predecessor_code": codes, "succession": word})
    assert (made, rejections) == ({"0003": kept}, [])


FAULTY = {
    "no word": ({"predecessor_code": "0001"}, ("变更", "", "malformed")),
    "no code": ({"succession": "改码"}, ("原代码", "", "malformed")),
    "nothing that is a code": ({"predecessor_code": "、", "succession": "合并"}, ("原代码", "、", "malformed")),
    "unknown word": ({"predecessor_code": "0001", "succession": "改名"}, ("变更", "改名", "unknown_status")),
    "unknown word alone": ({"succession": "新设"}, ("变更", "新设", "unknown_status")),
    "two recoded into one": (RECODED | {"predecessor_code": "0001、0002"}, ("原代码", "0001、0002", "malformed")),
    "unknown predecessor": (RECODED | {"predecessor_code": "0009"}, ("原代码", "0009", "unknown_organization")),
    "one of two unknown": (
        {"predecessor_code": "0001、0009", "succession": "合并"},
        ("原代码", "0001、0009", "unknown_organization"),
    ),
    "itself": (RECODED | {"predecessor_code": "0003"}, ("原代码", "0003", "conflicting_duplicate")),
    "itself among others": (
        {"predecessor_code": "0001、0003", "succession": "合并"},
        ("原代码", "0001、0003", "conflicting_duplicate"),
    ),
    "still in force": (RECODED | {"predecessor_code": "0005"}, ("原代码", "0005", "conflicting_duplicate")),
    "one of two not there before": (
        {"predecessor_code": "0001 0004", "succession": "合并"},
        ("原代码", "0001 0004", "conflicting_duplicate"),
    ),
    "founded at the same time": (RECODED | {"predecessor_code": "0004"}, ("原代码", "0004", "conflicting_duplicate")),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_link_that_cannot_be_right_is_rejected_alone(links, name):
    row, expected = FAULTY[name]
    assert links(OLD, TWIN, NEW | row, AFTER, STANDING) == ({}, [[4, *expected]])


@pytest.mark.parametrize(("last", "is_kept"), [("2024-06-30", True), ("2024-07-01", False), ("2024-07-02", False)])
def test_a_code_that_goes_on_under_another_is_gone_the_day_before(links, last, is_kept):
    made, rejections = links(OLD | {"valid_to": last}, NEW | RECODED)
    assert (len(made), [row[3] for row in rejections]) == (int(is_kept), [] if is_kept else ["conflicting_duplicate"])


@pytest.mark.parametrize("word", ["合并", "拆分"])
def test_what_it_came_out_of_may_go_on_beside_it(links, word):
    made, rejections = links(STANDING, NEW | {"predecessor_code": "0005", "succession": word})
    assert (len(made), rejections) == (1, [])


def test_a_predecessor_that_comes_back_is_still_in_force(links):
    back = OLD | {"valid_from": "2025-01-01", "valid_to": None}
    made, rejections = links(OLD, NEW | RECODED, back)
    assert (made, rejections) == ({}, [[3, "原代码", "0001", "conflicting_duplicate"]])


def test_there_may_be_time_between(links):
    assert links(OLD | {"valid_to": "2024-03-31"}, NEW | RECODED)[1] == []


def test_of_a_cycle_the_link_that_leads_back_is_rejected(links):
    made, rejections = links(OLD | {"predecessor_code": "0003", "succession": "改码"}, NEW | RECODED)
    assert made == {"0003": ["0001", "recoded"]}
    assert rejections == [[2, "原代码", "0003", "conflicting_duplicate"]]


def test_a_code_that_goes_to_and_fro_is_recoded_once_at_most(links):
    made, _ = links(
        OLD | {"valid_to": "2024-03-31"},
        TWIN | RECODED | {"valid_from": "2024-04-01"},
        OLD | {"valid_from": "2024-07-01", "valid_to": None, "predecessor_code": "0002", "succession": "改码"},
    )
    assert made == {}


def test_one_code_does_not_go_on_as_two(links):
    made, rejections = links(OLD, NEW | RECODED, AFTER | RECODED)
    assert made == {}
    assert rejections == [[row, "原代码", "0001", "conflicting_duplicate"] for row in (3, 4)]


def test_a_false_link_takes_nothing_from_a_right_one(links):
    early = AFTER | RECODED | {"valid_from": "2024-06-30"}
    made, rejections = links(OLD, NEW | RECODED, early)
    assert made == {"0003": ["0001", "recoded"]}
    assert [row[0] for row in rejections] == [4]


def test_one_code_may_go_on_as_one_and_have_others_split_off(links):
    made, rejections = links(OLD, NEW | RECODED, AFTER | RECODED | {"succession": "拆分"})
    assert (set(made), rejections) == ({"0003", "0004"}, [])


def test_a_code_does_not_go_on_from_two(links):
    later = NEW | {"valid_from": "2024-09-01", "predecessor_code": "0002", "succession": "改码"}
    made, rejections = links(OLD, TWIN, NEW | RECODED | {"valid_to": "2024-08-31"}, later)
    assert made == {}
    assert [row[0] for row in rejections] == [4, 5]


def test_a_link_may_stand_on_every_row_of_its_code(links):
    later = NEW | RECODED | {"valid_from": "2024-09-01", "org_name": "更名支部"}
    made, rejections = links(OLD, NEW | RECODED | {"valid_to": "2024-08-31"}, later)
    assert (made, rejections) == ({"0003": ["0001", "recoded"]}, [])


def test_a_code_in_force_before_cannot_be_what_another_was_recoded_into(links):
    before = NEW | {"valid_from": "2024-01-01", "valid_to": "2024-06-30"}
    assert links(OLD, before, NEW | RECODED)[0] == {}
    made, rejections = links(OLD, before, NEW | RECODED | {"succession": "合并"})
    assert (made, rejections) == ({"0003": ["0001", "merged"]}, [])


def test_a_row_rejected_by_itself_is_no_predecessor_and_takes_none(check, rejected):
    found = check(OLD | {"kind": "小组"}, NEW | RECODED)
    assert rejected(found) == [(2, "类型", "小组", "unknown_status"), (3, "原代码", "0001", "unknown_organization")]
    found = check(OLD, NEW | RECODED | {"kind": "小组"}, AFTER | RECODED)
    assert rejected(found) == [(3, "类型", "小组", "unknown_status")]
    assert found.accepted["predecessor_code"].fillna("").tolist() == ["", "0001"]


def test_rows_that_overlap_are_no_predecessor_and_take_none(check):
    found = check(OLD, OLD | {"valid_from": "2024-05-01"}, NEW | RECODED)
    assert found.rejections["reason"].tolist() == ["conflicting_duplicate"] * 2 + ["unknown_organization"]
    found = check(OLD, NEW | RECODED, AFTER | RECODED, AFTER | RECODED | {"valid_from": "2024-08-01"})
    assert found.rejections["row_no"].tolist() == [4, 5]
    assert found.accepted["predecessor_code"].fillna("").tolist() == ["", "0001"]


def test_a_link_is_part_of_what_a_row_says(check, rejected):
    assert check(OLD, NEW | RECODED, NEW | RECODED).accepted["predecessor_code"].count() == 1
    assert check(OLD, NEW, NEW | RECODED).rejected_count == 2


def test_more_codes_than_can_be_kept_are_rejected(check, rejected):
    many = [f"{number:012d}" for number in range(20)]
    rows = [OLD | {"org_code": code, "org_name": code} for code in many]
    for count, expected in ((15, []), (16, ["malformed"])):
        found = check(*rows, NEW | {"predecessor_code": "、".join(many[:count]), "succession": "合并"})
        assert [case[3] for case in rejected(found)] == expected
        assert found.accepted["predecessor_code"].str.len().fillna(0).le(FIELDS["predecessor_code"].size).all()


def test_the_sender_reads_what_is_wrong_and_what_to_do(check):
    rows = [FAULTY[name][0] for name in ("two recoded into one", "unknown predecessor", "still in force", "no word")]
    new = [NEW | row | {"org_code": f"100{place}"} for place, row in enumerate(rows)]
    assert check(OLD, TWIN, STANDING, *new).rejections["message"].tolist() == [
        "“原代码”填的“0001、0002”不止一个代码，同一个组织只能由一个代码改来。请只填一个，或改正变更方式",
        "“原代码”填的“0009”里有组织名册中没有的代码。请核对代码；原组织的行要留在名册里，写明失效日期",
        "“原代码”填的“0005”在本组织生效以后仍在册，不会是改码前的代码。请核对生效、失效日期；代码不变的不用填",
        "“变更”没有填写。请补填后重新报送",
    ]
    both = check(OLD, NEW | RECODED, AFTER | RECODED)
    assert set(both.rejections["message"]) == {
        "另有一行与此矛盾：一个代码只能改为一个，也只能由一个改来（“原代码”这里是“0001”）。请只保留正确的一条"
    }


@pytest.mark.parametrize("state", MESSAGES)
def test_a_message_is_chinese_and_says_what_to_do(state):
    assert "请" in MESSAGES[state]
    assert re.fullmatch(r"[^a-zA-Z]*", re.sub(r"\{(column|value)\}", "", MESSAGES[state]))


def test_a_registry_of_before_these_columns_is_as_it_was(records, rulebook):
    frame = records("registry", OLD, STANDING).assign(predecessor_code=None, succession=None)
    empty = frame.astype({"predecessor_code": "str", "succession": "str"})
    found = check_registry(empty, rulebook)
    assert (len(found.accepted), len(found.rejections)) == (2, 0)
    codes = empty["org_code"]
    assert Registry(found.accepted).code_on(codes, 5) is codes
