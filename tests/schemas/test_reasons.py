"""Reasons for rejections, and what the sender reads."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from schemas.reasons import REASONS

PUBLISHED = {
    "malformed",
    "future_dated",
    "unknown_organization",
    "inactive_organization",
    "ambiguous_name",
    "unknown_indicator",
    "not_applicable",
    "not_declared",
    "out_of_range",
    "unknown_status",
    "conflicting_duplicate",
    "nothing_left",
    "control_total",
    "unreadable",
}


def test_reasons_are_those_that_senders_have_been_told():
    assert set(REASONS) == PUBLISHED


@pytest.mark.parametrize("code", REASONS)
def test_a_message_is_chinese_cites_what_was_delivered_and_says_what_to_do(code):
    reason = REASONS[code]
    fields = {name for _, name, _, _ in Formatter().parse(reason.message) if name}
    assert "value" in fields
    assert fields <= {"value", "column"}
    assert re.search(r"[\u4e00-\u9fff]", reason.title)
    if code != "unreadable":
        assert "请" in reason.message
        assert re.fullmatch(r"[^a-zA-Z]*", re.sub(r"\{\w+\}", "", reason.message))


def test_titles_tell_reasons_apart():
    assert len({reason.title for reason in REASONS.values()}) == len(REASONS)
