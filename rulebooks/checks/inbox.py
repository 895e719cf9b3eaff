"""Ways in: how items' values arrive, and whether there is a delivery that they arrive in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from rulebooks.checks.faults import Fault, by_code, unknown
from schemas.kinds import RECORD_COLUMNS, Kind
from schemas.layouts import SenderLayout
from schemas.periods import Cadence
from schemas.rulebook import Ballot, Item, RuleBook, Source

_LAYOUTS: dict[Source, tuple[str, str]] = {
    "platform": ("events", "platform"),
    "declaration": ("declarations", "declarations"),
    "department": ("submissions", "departments"),
}

_GROWING_OLD: tuple[Kind, ...] = ("events", "registry")
"""Kinds that can be there and be too old."""
_MADE = ("row_no", "fault", "batch_id", "day", "sender")
"""Columns of records that no heading is read into."""


def layouts(rulebook: RuleBook) -> Iterator[Fault]:
    """Whatever is to be read has a layout that says where."""
    inbox = rulebook.inbox
    for code, item in by_code(rulebook.items).items():
        field, layout = _LAYOUTS.get(item.source, ("registry", ""))
        if getattr(inbox, field) is None:
            yield _no_layout(f"items.{code}", ("source",), layout)
    for section in ("negative_items", "adjustments", "consequences", "circumstances"):
        for entry in getattr(rulebook, section):
            if inbox.findings is None and not getattr(entry, "by_rank", None):
                yield _no_layout(f"{section}.{entry.code}", (), "inspections")
    for total in rulebook.control_totals:
        if inbox.totals is None:
            yield _no_layout(f"control_totals.{total.code}", (), "totals")


def columns(rulebook: RuleBook) -> Iterator[Fault]:
    """Columns are read into fields that there are."""
    inbox = rulebook.inbox
    tables: dict[Kind, tuple[str, Mapping[str, str]]] = {
        "registry": ("registry", inbox.registry.columns),
        "declarations": ("declarations", inbox.declarations.columns if inbox.declarations else {}),
        "findings": ("inspections", inbox.findings.columns if inbox.findings else {}),
        "submissions": ("departments", inbox.submissions.columns if inbox.submissions else {}),
        "totals": ("totals", inbox.totals.columns if inbox.totals else {}),
    }
    for kind, (layout, headings) in tables.items():
        known = [field for field in RECORD_COLUMNS[kind] if field not in _MADE]
        for heading, field in headings.items():
            yield from unknown(f"layouts.{layout}", ("columns", heading), "字段", field, known)


def closing(rulebook: RuleBook) -> Iterator[Fault]:
    """What is to be put right can be reported as done."""
    findings = rulebook.inbox.findings
    for negative in rulebook.negative_items:
        if negative.rectify_days is not None and findings and "closed_on" not in findings.columns.values():
            found = "登记表没有整改完成日期（closed_on）一列，整改永远办不结"
            remedy = "请在 inbox.yaml 的 inspections 中补上这一列，或删去 rectify_days"
            yield Fault(f"negative_items.{negative.code}", ("rectify_days",), found, remedy)


def conventions(rulebook: RuleBook) -> Iterator[Fault]:
    """Columns of statuses have words that may stand in them."""
    inbox = rulebook.inbox
    needed = (
        ("registry", inbox.registry, "succession", "successions", inbox.successions),
        ("declarations", inbox.declarations, "review_status", "reviewed", inbox.reviewed),
        ("declarations", inbox.declarations, "recheck_status", "rechecked", inbox.rechecked),
        ("inspections", inbox.findings, "review_status", "findings_reviewed", inbox.findings_reviewed),
    )
    for code, layout, field, convention, words in needed:
        if layout and field in layout.columns.values() and not words:
            found = f"有 {field} 一列，却没有写可用的用语"
            yield Fault(f"layouts.{code}", ("columns",), found, f"请在 conventions 中补上 {convention}")


def measures_given(rulebook: RuleBook) -> Iterator[Fault]:
    """Items of the platform, and only they, are measured."""
    for code, item in by_code(rulebook.items).items():
        path = f"items.{code}"
        if item.source == "platform" and item.measure is None:
            yield Fault(path, ("measure",), "平台抓取的指标没有写如何计量，谁也得不到分", "请写 measure，或改 source")
        if item.source != "platform" and item.measure is not None:
            yield Fault(path, ("measure",), "只有平台抓取的指标才计量", "请删去 measure，或把 source 改为 platform")
        for key, value in (("assessors", item.assessor), ("ballot", item.ballot)):
            if value and item.source != "department":
                found = f"只有部门采集的指标才写 {key}"
                yield Fault(path, (key,), found, f"请删去 {key}，或把 source 改为 department")


def sent(rulebook: RuleBook) -> Iterator[Fault]:
    """Every department item is sent by one department, or by each of its assessors and no one else."""
    submissions = rulebook.inbox.submissions
    if submissions is None:
        return
    senders = submissions.senders
    for code, item in by_code(rulebook.items).items():
        if item.source != "department":
            continue
        assessors = [one.assessor for one in rulebook.items if one.code == code and one.assessor]
        if assessors:
            yield from _by_assessors(item, assessors, senders)
        elif item.ballot:
            yield from _votes(item, item.ballot, senders)
        else:
            yield from _by_one(item, senders)
        placeholder = next((name for name in ("month", "quarter") if f"{{{name}}}" in submissions.path), item.cadence)
        if placeholder != item.cadence:
            found = f"部门报送表按 {placeholder} 存放，收不到 {item.cadence} 的指标"
            yield Fault(f"items.{code}", ("cadence",), found, "请把 departments 的位置改写成 {period}，或改周期")


def senders(rulebook: RuleBook) -> Iterator[Fault]:
    """What departments send are department items or cells of their ballots."""
    submissions = rulebook.inbox.submissions
    cells = {
        cell
        for item in rulebook.items
        if item.source == "department"
        for cell in (_cells(item.code, item.ballot) if item.ballot else [item.code])
    }
    for name, sender in (submissions.senders if submissions else {}).items():
        for heading, code in sender.items.items():
            yield from unknown(f"senders.{name}", ("items", heading), "部门采集的指标", code, cells)


def expected(rulebook: RuleBook) -> Iterator[Fault]:
    """What is due is delivered at all, for periods that there are; each kind and cadence is said once."""
    inbox, first = rulebook.inbox, dict[tuple[Kind, Cadence], str]()
    for entry in inbox.expected:
        path = f"expected.{entry.code}"
        if getattr(inbox, entry.kind) is None:
            yield Fault(path, ("of",), "layouts 没有写这类材料放在哪里", "请在 layouts 中补上，或删去这一条")
        yield from unknown(path, ("cadence",), "考核周期", entry.cadence, list(rulebook.cadences))
        if entry.stale_days is not None and entry.kind not in _GROWING_OLD:
            yield Fault(path, ("stale_days",), "只有平台数据和组织名册会过时", "请删去 stale_days")
        earlier = first.setdefault((entry.kind, entry.cadence), entry.code)
        if earlier != entry.code:
            found = f"与 {earlier} 说的是同一类材料、同一周期"
            yield Fault(path, ("of",), found, "请只留一条")


def _no_layout(path: str, keys: tuple[str, ...], layout: str) -> Fault:
    return Fault(path, keys, f"inbox.yaml 没有写 {layout}，收不到这类材料", f"请在 layouts 中补上 {layout}")


def _by_one(item: Item, senders: Mapping[str, SenderLayout]) -> Iterator[Fault]:
    count = Counter(code for sender in senders.values() for code in sender.items.values())[item.code]
    if count != 1:
        found = f"有 {count} 个部门报送" if count else "没有部门报送，谁也得不到分"
        remedy = "请在 departments.yaml 中写明且只写一个报送部门"
        yield Fault(f"items.{item.code}", ("source",), found, remedy)


def _by_assessors(item: Item, assessors: Collection[str], senders: Mapping[str, SenderLayout]) -> Iterator[Fault]:
    path = f"items.{item.code}"
    cells = _cells(item.code, item.ballot) if item.ballot else [item.code]
    for assessor in assessors:
        own = list(senders[assessor].items.values()) if assessor in senders else []
        if any(own.count(cell) != 1 for cell in cells):
            remedy = f"请在 departments.yaml 的 {assessor} 下面写明且只写一个这项指标的列"
            yield Fault(path, ("assessors",), f"“{assessor}”参加评分，却没有报送这项指标的列，或写了几列", remedy)
    for name, sender in senders.items():
        strange = [heading for heading, code in sender.items.items() if code in cells and name not in assessors]
        for heading in strange:
            found = f"“{name}”不是 {item.code} 的评分单位"
            remedy = "请删去这一列，或把它列入 assessors"
            yield Fault(f"senders.{name}", ("items", heading), found, remedy)


def _votes(item: Item, ballot: Ballot, senders: Mapping[str, SenderLayout]) -> Iterator[Fault]:
    path, sent_by = f"items.{item.code}", Counter[str]()
    for cell in _cells(item.code, ballot):
        by = [name for name, sender in senders.items() for code in sender.items.values() if code == cell]
        sent_by.update(set(by))
        if len(by) != 1:
            found = f"“{cell}”有 {len(by)} 列报送" if by else f"“{cell}”没有部门报送，票数算不出来"
            yield Fault(path, ("ballot",), found, "请在 departments.yaml 中为发出票数和每个选项各写一列")
    if len(sent_by) > 1:
        yield Fault(path, ("ballot",), f"票数由 {'、'.join(sent_by)} 分头报送，合不到一起", "请由一个部门报送全部票数")


def _cells(code: str, ballot: Ballot) -> list[str]:
    return [f"{code}/{name}" for name in (ballot.issued, *ballot.options)]
