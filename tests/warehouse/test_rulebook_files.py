"""Rule books kept beside what was computed with them: word for word, once, and found by their hash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from rulebooks.files import texts
from warehouse import rulebook_files
from warehouse.database import WarehouseError, reading
from warehouse.tables import rulebook_file

ONE, OTHER = "a" * 64, "b" * 64


def _kept(engine):
    with reading(engine) as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(rulebook_file))


def test_files_come_back_word_for_word(engine):
    files = texts("ganyu") | {"odd.yaml": "名称: “两新”\t𬒔㽏\r\n'引号' -- %s {x}\n", "empty.yaml": ""}
    rulebook_files.keep(engine, ONE, files)
    assert rulebook_files.restore(engine, ONE) == files


def test_the_same_again_is_kept_once(engine):
    rulebook_files.keep(engine, ONE, {"a.yaml": "1", "b.yaml": "2"})
    rulebook_files.keep(engine, ONE, {"a.yaml": "1", "b.yaml": "2"})
    assert _kept(engine) == 2


def test_rule_books_do_not_mix(engine):
    rulebook_files.keep(engine, ONE, {"a.yaml": "1"})
    rulebook_files.keep(engine, OTHER, {"a.yaml": "2", "b.yaml": "3"})
    assert rulebook_files.restore(engine, ONE) == {"a.yaml": "1"}
    assert rulebook_files.restore(engine, OTHER) == {"a.yaml": "2", "b.yaml": "3"}


def test_what_nobody_kept_is_said(engine):
    rulebook_files.keep(engine, ONE, {"a.yaml": "1"})
    with pytest.raises(WarehouseError, match=f"没有保存指纹为{OTHER}的规则手册文件"):
        rulebook_files.restore(engine, OTHER)


def test_several_runs_may_keep_the_same_at_once(engine):
    files = {f"{number}.yaml": "x" * 1000 for number in range(50)}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: rulebook_files.keep(engine, ONE, files), range(8)))
    assert rulebook_files.restore(engine, ONE) == files
    assert _kept(engine) == len(files)


def test_another_run_that_kept_them_just_now_is_no_error(engine, monkeypatch):
    """Both looked before either wrote."""
    seen = iter([{}, {"a.yaml": "1"}])
    rulebook_files.keep(engine, ONE, {"a.yaml": "1"})
    monkeypatch.setattr(rulebook_files, "_texts", lambda *_: next(seen))
    rulebook_files.keep(engine, ONE, {"a.yaml": "1"})
    assert _kept(engine) == 1


def test_any_other_fault_is_raised(engine, monkeypatch):
    rulebook_files.keep(engine, ONE, {"a.yaml": "1"})
    monkeypatch.setattr(rulebook_files, "_texts", lambda *_: {})
    with pytest.raises((sa.exc.IntegrityError, engine.dialect.loaded_dbapi.IntegrityError)):
        rulebook_files.keep(engine, ONE, {"a.yaml": "1"})


def test_a_file_that_is_too_long_for_its_place_is_refused_and_nothing_is_kept(engine):
    size = rulebook_file.c.content.type.length
    with pytest.raises(ValueError, match="content"):
        rulebook_files.keep(engine, ONE, {"a.yaml": "1", "long.yaml": "x" * (size + 1)})
    assert _kept(engine) == 0
