"""What former periods say, under the codes that organisations bear today: history follows a recoded organisation."""

from __future__ import annotations

import pandas as pd

from transforms.registry import Registry


def carried(frame: pd.DataFrame, registry: Registry, day: int) -> pd.DataFrame:
    """Rows of a former period with org_code as on `day` (ordinal).

    Where two codes of that period turn out to be one organisation, rows of the code that it bears on the day count, or
    else of the one that it took last: no organisation counts twice.
    """
    now = registry.code_on(frame["org_code"], day)
    moved = now != frame["org_code"]
    if not moved.any():
        return frame
    codes = pd.DataFrame({"now": now, "former": frame["org_code"], "moved": moved}).drop_duplicates()
    began = codes["former"].map(registry.spans.groupby("org_code")["first_day"].min())
    first = codes.assign(began=began).sort_values(["moved", "began"], ascending=[True, False]).drop_duplicates("now")
    return frame.assign(org_code=now)[frame["org_code"].isin(first["former"])].reset_index(drop=True)
