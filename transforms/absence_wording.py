"""What has not come, in Chinese: for an edition's note, for who is told why a period is held back, and under a line."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd

from schemas.kinds import KIND_NAMES, KIND_OF, Kind
from schemas.periods import Period
from schemas.rulebook import RuleBook
from transforms.completeness import MISSING, PARTIAL, STALE, incomplete, sent_by
from transforms.lookup import line_key


def absent(rows: pd.DataFrame) -> list[str]:
    """What is incomplete of the frame `due_delivery`, a sentence each: who is missing, what is stale, who has not
    declared all."""
    own = incomplete(rows)
    missing = own[own["status"].eq(MISSING)]
    found = [f"没有收到{_senders(missing)}"] if len(missing) else []
    found += [_stale(row) for row in own[own["status"].eq(STALE)].to_dict("records")]
    return found + [_partial(row) for row in own[own["status"].eq(PARTIAL)].to_dict("records")]


def noted(rows: pd.DataFrame) -> list[str]:
    """The same for an edition's note; that some have not declared all is said only where it makes a difference."""
    is_usual = rows["status"].eq(PARTIAL) & rows["policy"].eq("publish")
    return absent(rows[~is_usual])


def not_sent(rows: pd.DataFrame, rulebook: RuleBook, period: Period) -> dict[str, str]:
    """Why an item has no value: its sender delivered nothing. A sentence by item (`line_key` of code and assessor)."""
    gone = rows[rows["status"].eq(MISSING)]
    senders = {(str(row.kind), str(row.sender)) for row in gone.itertuples()}
    by_place = {place: sender for sender, own in sent_by(rulebook, period.cadence).items() for place in own}
    whole = {kind: sender for kind, sender in senders if kind != "submissions"}
    found = {}
    for place, item in enumerate(rulebook.items):
        kind = KIND_OF.get(item.source)
        if kind is None or item.cadence != period.cadence:
            continue
        sender = by_place.get(place) if kind == "submissions" else whole.get(kind)
        if sender and (kind, sender) in senders:
            found[line_key(item.code, item.assessor)] = _not_sent(kind, sender, period)
    return found


def waiting_until(until: date | None) -> str:
    """Until when a period is held back."""
    return f"最晚等到{until}" if until else "收齐后才发布"


def _not_sent(kind: Kind, sender: str, period: Period) -> str:
    return f"没有收到{sender}{period}的{KIND_NAMES[kind]}，本项按缺报计0分"


def _senders(missing: pd.DataFrame) -> str:
    """Senders by kind: 住建局、纪委（部门报送），平台（平台事件）."""
    pairs = sorted(zip(missing["kind"], missing["sender"], strict=True))
    by_kind = groupby(pairs, key=lambda pair: pair[0])
    return "，".join(f"{'、'.join(sender for _, sender in own)}（{KIND_NAMES[kind]}）" for kind, own in by_kind)


def _stale(row: dict[Hashable, Any]) -> str:
    if pd.isna(row["last_day"]):
        since = "本期没有一条数据"
    elif row["kind"] == "registry":
        since = f"{row['last_day']:%Y-%m-%d}之后没有更新"
    else:
        since = f"数据只到{row['last_day']:%Y-%m-%d}"
    return f"{KIND_NAMES[row['kind']]}（{row['sender']}）已经过时，{since}"


def _partial(row: dict[Hashable, Any]) -> str:
    lacking = row["expected_count"] - row["delivered_count"]
    return f"{KIND_NAMES[row['kind']]}：{row['expected_count']}个组织中有{lacking}个没有报齐"
