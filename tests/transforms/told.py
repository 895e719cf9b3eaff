"""Invented districts whose organisations are founded, renamed, moved, recoded, merged, split and dissolved."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from schemas.periods import Period

START = date(2024, 1, 1).toordinal()
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["found", "rename", "move", "domain", "recode", "recode", "merge", "split", "dissolve"]),
        st.integers(0, 40),
        st.integers(0, 50),
    ),
    max_size=14,
)


class Told:
    """A district as it happened: registry rows, and for every identity the code that it bore from each day on."""

    def __init__(self, steps):
        self.rows: list[dict] = []
        self.live: dict[int, dict] = {}
        self.codes: dict[int, list[tuple[int, str]]] = {}
        self.gone: dict[int, int] = {}
        self.day = START
        self.names = 0
        for _ in range(3):
            self.begin()
        for step, days, which in steps:
            self.day += days
            self.happen(step, which)
        for row in self.live.values():
            self.rows.append(row)

    def begin(self, **link):
        identity = len(self.codes)
        code = self.new_code(identity)
        self.live[identity] = self.row(code, "支部", "山区" if identity % 3 else None, None, **link)

    def row(self, code, name, domain, parent, **link):
        own = {"org_code": code, "org_name": name, "domain": domain, "parent_code": parent}
        return own | {"valid_from": str(date.fromordinal(self.day))} | link

    def new_code(self, identity):
        self.names += 1
        code = f"{self.names * 7919 % 9973:04d}"
        self.codes.setdefault(identity, []).append((self.day, code))
        return code

    def end(self, identity):
        row = self.live.pop(identity)
        self.rows.append(row | {"valid_to": str(date.fromordinal(self.day - 1))})
        return row

    def happen(self, step, which):
        whole = [one for one, row in self.live.items() if row["valid_from"] < str(date.fromordinal(self.day))]
        if step == "found" or not whole:
            self.begin()
            return
        one = whole[which % len(whole)]
        other = whole[(which * 7 + 1) % len(whole)]
        row = self.end(one)
        name, domain, parent = row["org_name"], row["domain"], row["parent_code"]
        if step == "recode":
            link = {"predecessor_code": row["org_code"], "succession": "改码"}
            self.live[one] = self.row(self.new_code(one), name, domain, parent, **link)
        elif step == "merge":
            codes = [row["org_code"], *([self.end(other)["org_code"]] if other != one else [])]
            self.gone |= dict.fromkeys((one, other), self.day)
            self.begin(predecessor_code="、".join(codes), succession="合并")
        elif step == "split":
            self.gone[one] = self.day
            for _ in range(2):
                self.begin(predecessor_code=row["org_code"], succession="拆分")
        elif step == "dissolve":
            self.gone[one] = self.day
        else:
            changed = {
                "rename": (f"{name}改", domain, parent),
                "domain": (name, {None: "山区", "山区": "平原", "平原": None}[domain], parent),
                "move": (name, domain, self.codes[which % len(self.codes)][0][1]),
            }[step]
            self.live[one] = self.row(row["org_code"], *changed)

    def borne(self, identity, day):
        """The code that an identity bears on a day, before it began the first."""
        return max(held for held in self.codes[identity] if held[0] <= day or held == self.codes[identity][0])[1]

    def exists(self, identity, day):
        return self.codes[identity][0][0] <= day < self.gone.get(identity, day + 1)

    @property
    def days(self):
        """Every day on which anything changes, the day before and the day after."""
        changes = {day for held in self.codes.values() for day, _ in held} | set(self.gone.values())
        return sorted({day + shift for day in changes for shift in (-1, 0, 1)})

    @property
    def months(self):
        first = Period.parse("2023-12")
        months = [first]
        while months[-1].end.toordinal() < self.day + 40:
            months.append(months[-1].next)
        return months
