"""Periods scored one after the other while organisations come, go and change their codes: history follows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from math import floor

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.jobs.reading import NO_BEFORE, Inputs
from flows.jobs.scoring import NobodyAssessed, score
from schemas.periods import Period
from tests.transforms.told import STEPS, Told
from transforms.checks.registry import check_registry
from transforms.parts import Part
from transforms.registry import Registry, organizations
from transforms.scoring import Records

MONTHS = Period.parse("2024").months[:6]
MET = st.sets(st.tuples(st.integers(0, 12), st.sampled_from(range(6))), max_size=30)
"""Pairs of identity and month: who held a meeting when."""


@settings(max_examples=8)
@given(STEPS, MET)
def test_scores_streaks_and_quarters_follow_the_organisation(records, rulebook, steps, met):
    told = Told(steps)
    rows = records("registry", *told.rows)
    registry = Registry(check_registry(rows, rulebook).accepted)
    assessed = {month: _assessed(told, registry, month, rulebook) for month in MONTHS}
    made, before = {}, NO_BEFORE
    for place, month in enumerate(MONTHS):
        events = records("events", *_meetings(told, month, {one for one, when in met if when == place}))
        frames = _scored(_inputs(month, rulebook, rows, _records(records, events), before))
        made[month] = frames
        _each_once(frames, assessed[month].values())
        if frames is not None:
            runs = _runs(frames)
            for one, code in assessed[month].items():
                assert runs.get(code, 0) == _run(one, place, assessed, met), (month, code)
        before = NO_BEFORE if frames is None else replace(NO_BEFORE, scores=frames["score"], streaks=frames["streak"])
    for quarter in dict.fromkeys(month.around("quarter") for month in MONTHS):
        parts = [Part(month, *(made[month][name] for name in ("score", "ledger_line", "item")))
                 for month in quarter.months if made[month] is not None]  # fmt: skip
        if parts:
            frames = _scored(_inputs(quarter, rulebook, rows, _records(records), NO_BEFORE, *parts))
            wanted = _of_quarter(told, registry, quarter, assessed, made)
            _each_once(frames, wanted)
            if frames is not None:
                totals = _mean_totals(frames)
                assert totals == {code: total for code, total in wanted.items() if code in totals}


def _assessed(told, registry, month, rulebook):
    """The code of every identity that is assessed in the month."""
    frame = organizations(registry, month, rulebook)
    codes = set(frame.loc[frame["is_assessed"], "org_code"])
    last = month.end.toordinal()
    return {
        one: told.borne(one, last) for one in told.codes if told.exists(one, last) and told.borne(one, last) in codes
    }


def _meetings(told, month, identities):
    """A meeting of each on the first day of the month on which it exists, under the code that it bears then."""
    for one in sorted(identities & told.codes.keys()):
        days = [month.start + timedelta(days=n) for n in range((month.end - month.start).days + 1)]
        day = next((day for day in days if told.exists(one, day.toordinal())), None)
        if day:
            at = {"occurred_at": f"{day}T09:00:00+08:00", "captured_at": f"{day}T10:00:00+08:00", "day": str(day)}
            yield {"event_id": f"{month}-{one}", "org_code": told.borne(one, day.toordinal())} | at


def _records(records, events=None):
    kinds = ("declarations", "submissions", "findings", "totals", "findings")
    return Records(records("events") if events is None else events, *(records(kind) for kind in kinds))


def _inputs(period, rulebook, rows, own, before, *parts):
    return Inputs(period, rulebook, rows, own, before, parts, is_provisional=False, sources=())


def _scored(inputs):
    try:
        return score(inputs).frames
    except NobodyAssessed:
        return None


def _each_once(frames, codes):
    found = [] if frames is None else frames["score"]["org_code"].tolist()
    assert sorted(found) == sorted(codes)
    assert len(set(found)) == len(found)
    if frames is not None:
        assert set(found) <= set(frames["organization"]["org_code"])


def _runs(frames):
    streaks = frames["streak"].query("warning_code == 'unmet' and item_code == 'COUNT'")
    return dict(zip(streaks["org_code"], streaks["months"], strict=True))


def _run(one, place, assessed, met):
    """Months running, up to this one, in which the identity was assessed without a meeting."""
    length = 0
    while place - length >= 0 and one in assessed[MONTHS[place - length]] and (one, place - length) not in met:
        length += 1
    return length


def _of_quarter(told, registry, quarter, assessed, made):
    """The rounded mean of the monthly totals of everyone who must have a quarter, by the code of its last day."""
    last = quarter.end.toordinal()
    has_domain = registry.domains_on(pd.Series([told.borne(one, last) for one in told.codes], dtype="str"), last)
    wanted = {}
    for one, domain in zip(told.codes, has_domain, strict=True):
        codes = [(month, assessed[month][one]) for month in quarter.months if one in assessed[month]]
        if codes and told.exists(one, last) and isinstance(domain, str):
            totals = [made[month]["score"].set_index("org_code").at[code, "index_points"] for month, code in codes]
            wanted[told.borne(one, last)] = floor(Fraction(int(sum(totals)), len(totals)) + Fraction(1, 2))
    return wanted


def _mean_totals(frames):
    lines = frames["ledger_line"]
    return lines[lines["status"] == "mean"].groupby("org_code")["points"].sum().to_dict()
