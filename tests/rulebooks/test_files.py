"""A rule book's files as texts: what is kept beside an edition reads as the same rules again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rulebooks.files import load_texts, texts, texts_id
from rulebooks.findings import RuleBookError
from rulebooks.loader import HERE, load
from tests.rulebooks.conftest import Copy

JULY, NOW = date(2024, 7, 31), datetime(2024, 8, 5, tzinfo=UTC)
P03 = "    rule: {proportional: 0.95}\n    reference: 《赣榆区党组织组织力指数指标体系（参考目录）》第3项\n"
LATER = """\
    changes:
      - {effective_from: 2024-07-01, adopted_on: 2024-08-20, reference: 更正, rule: {proportional: 0.9}}
"""


def test_texts_are_all_yaml_files_of_the_scheme_by_their_path() -> None:
    found = texts("ganyu")
    assert set(found) == {path.relative_to(HERE / "ganyu").as_posix() for path in (HERE / "ganyu").rglob("*.yaml")}
    assert {"scheme.yaml", "items/common.yaml"} <= set(found)
    assert found["warnings.yaml"] == (HERE / "ganyu/warnings.yaml").read_text("utf-8")


def test_texts_of_another_root(copy: Copy) -> None:
    assert texts("ganyu", copy.root) == texts("ganyu")
    copy.append("boards.yaml", "# 一条注释\n")
    assert texts("ganyu", copy.root)["boards.yaml"].endswith("# 一条注释\n")


def test_an_unknown_scheme_has_no_texts(tmp_path: Path) -> None:
    with pytest.raises(RuleBookError, match="没有考核体系“nowhere”"):
        texts("nowhere")
    with pytest.raises(RuleBookError):
        texts("ganyu", tmp_path)


def test_the_id_is_of_names_and_texts_in_whatever_order() -> None:
    files = {"a.yaml": "1", "b/c.yaml": "2"}
    assert texts_id(files) == texts_id(dict(reversed(files.items())))
    others = [{}, {"a.yaml": "1"}, files | {"a.yaml": "2"}, {"a.yaml": "2", "b/c.yaml": "1"}, {"b.yaml": "1"} | files]
    assert len({texts_id(other) for other in [files, *others]}) == len(others) + 1


def test_names_and_texts_do_not_run_into_each_other() -> None:
    assert texts_id({"a": "bc"}) != texts_id({"ab": "c"})
    assert texts_id({"a": "b", "c": "d"}) != texts_id({"a": "bcd"})


def test_texts_read_as_the_rules_that_the_folder_has() -> None:
    assert load_texts("ganyu", texts("ganyu"), JULY, NOW) == load("ganyu", JULY, NOW)


def test_texts_are_read_as_at_a_day_and_as_adopted_by_a_moment(copy: Copy) -> None:
    copy.replace("items/common.yaml", P03, P03 + LATER)
    files = texts("ganyu", copy.root)
    plain = load("ganyu", JULY, NOW)
    assert load_texts("ganyu", files, JULY, NOW) == plain
    known = load_texts("ganyu", files, JULY, datetime(2024, 8, 20, tzinfo=UTC))
    assert known == load("ganyu", JULY, datetime(2024, 8, 20, tzinfo=UTC), copy.root)
    assert known.hash != plain.hash
    assert load_texts("ganyu", files, date(2024, 6, 30), datetime(2024, 8, 20, tzinfo=UTC)).hash == plain.hash


def test_texts_with_a_fault_are_refused_like_a_folder() -> None:
    files = texts("ganyu")
    with pytest.raises(RuleBookError, match="bodys"):
        load_texts("ganyu", files | {"scheme.yaml": files["scheme.yaml"].replace("bodies:", "bodys:")}, JULY, NOW)


def test_a_comment_changes_the_texts_and_not_the_rules() -> None:
    files = texts("ganyu")
    commented = files | {"boards.yaml": files["boards.yaml"] + "# 一条注释\n"}
    assert texts_id(commented) != texts_id(files)
    assert load_texts("ganyu", commented, JULY, NOW) == load("ganyu", JULY, NOW)
