"""Days and times as senders write them, read strictly: what is not a whole date is missing, never completed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from schemas.periods import LOCAL_ZONE

_EPOCH = 719_163
"""Ordinal of 1970-01-01."""
_SPELLINGS = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_DATE = r"\d{4}-\d{1,2}-\d{1,2}"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})"
_FIRST, _LAST = pd.Timestamp("0001-01-02"), pd.Timestamp("9999-12-31")
"""Between these a time has a day of the calendar in every zone."""


def days(texts: pd.Series) -> pd.Series:
    """Days written 2024-07-05, 2024/7/5, 2024.7.5 or 2024年7月5日, with or without a time; NaT for anything else."""
    return local_times(texts).dt.floor("D")


def local_times(texts: pd.Series) -> pd.Series:
    """Local times (datetime64[us], no zone) of texts in any of the spellings of `days`, the time optional."""
    plain = texts.str.replace(_SPELLINGS, r"\1-\2-\3", regex=True)
    whole = plain.where(plain.str.fullmatch(rf"{_DATE}(?:[ T]+{_CLOCK})?").fillna(False).astype(bool))
    times = pd.to_datetime(whole, format="ISO8601", errors="coerce").astype("datetime64[us]")
    return times.where(times >= _FIRST)


def moments(texts: pd.Series) -> pd.Series:
    """Moments (UTC) of ISO texts with an offset; NaT where it is missing, for nobody knows which zone was meant."""
    whole = texts.where(texts.str.fullmatch(rf"{_DATE}[ T]{_CLOCK}{_OFFSET}").fillna(False).astype(bool))
    times = pd.to_datetime(whole, format="ISO8601", utc=True, errors="coerce").astype("datetime64[us, UTC]")
    return times.where((times >= _FIRST.tz_localize("UTC")) & (times < _LAST.tz_localize("UTC")))


def local_days(times: pd.Series) -> pd.Series:
    """The local day (midnight, no zone) of each moment."""
    return times.dt.tz_convert(LOCAL_ZONE).dt.tz_localize(None).dt.floor("D")


def written(times: pd.Series, form: str) -> pd.Series:
    """Times as text, in strftime's `form`; missing stays missing. Each distinct time is written once."""
    group, distinct = pd.factorize(times)
    texts = pd.array(pd.DatetimeIndex(distinct).strftime(form), dtype="str")
    return pd.Series(texts.take(group, allow_fill=True), index=times.index)


def ordinals(day: pd.Series) -> np.ndarray:
    """Ordinal of each day (datetime64 without zone); 0 where it is missing."""
    number = day.to_numpy().astype("datetime64[D]").astype("int64") + _EPOCH
    return np.where(day.isna(), 0, number)
