"""Which of the records delivered count, and for whom: organisations through time, and the checks that touch a score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from fractions import Fraction

from tests.second.catalogue import ITEM, Item
from tests.second.records import Declaration, Event, Finding, Records, Span, Submission

LOCAL = timezone(timedelta(hours=8))


@dataclass(eq=False)
class Organisation:
    """One organisation under all the codes that it ever bore."""

    spans: list[Span] = field(default_factory=list)

    def on(self, day: date) -> Span | None:
        return next((span for span in self.spans if span.covers(day)), None)


@dataclass
class Counted:
    """The records that count, by the organisation that they are about."""

    organisations: list[Organisation]
    bearers: dict[str, Organisation]
    events: dict[Organisation, list[tuple[date, Event]]]
    declared: dict[tuple[Organisation, str, str], Fraction]
    submitted: dict[tuple[Organisation, str, str], Fraction]
    findings: dict[Organisation, list[Finding]]


def counted(records: Records) -> Counted:
    bearers = _bearers(records.spans)
    return Counted(
        organisations=list({id(bearer): bearer for bearer in bearers.values()}.values()),
        bearers=bearers,
        events=_events(records.events, bearers),
        declared=_declared(records.declarations, bearers),
        submitted=_submitted(records.submissions, bearers),
        findings=_findings(records.findings, bearers),
    )


def first_day(period: str) -> date:
    year = int(period[:4])
    if period[4:5] == "Q":
        return date(year, 3 * int(period[5]) - 2, 1)
    return date(year, int(period[5:7]) if period[4:] else 1, 1)


def last_day(period: str) -> date:
    start = first_day(period)
    length = 3 if period[4:5] == "Q" else 1 if period[4:] else 12
    month = start.month + length
    return date(start.year + (month > 12), (month - 1) % 12 + 1, 1) - timedelta(days=1)


def _bearers(spans: list[Span]) -> dict[str, Organisation]:
    """The organisation that each code belongs to: a recoded one is one organisation with its predecessor."""
    before = {span.code: span.predecessors[0] for span in spans if span.succession == "改码"}
    organisations: dict[str, Organisation] = {}
    bearers: dict[str, Organisation] = {}
    for span in spans:
        oldest = span.code
        while oldest in before:
            oldest = before[oldest]
        organisation = organisations.setdefault(oldest, Organisation())
        organisation.spans.append(span)
        bearers[span.code] = organisation
    return bearers


def _bearer(bearers: dict[str, Organisation], code: str, day: date) -> Organisation | None:
    """Who bore the code, if that code was in force on the day."""
    organisation = bearers.get(code)
    if organisation and any(span.code == code and span.covers(day) for span in organisation.spans):
        return organisation
    return None


def _events(events: list[Event], bearers: dict[str, Organisation]) -> dict[Organisation, list[tuple[date, Event]]]:
    latest: dict[str, Event] = {}
    for event in events:
        if not _bearer(bearers, event.code, _local_day(event)) or not _is_sound(event):
            continue
        known = latest.get(event.event_id)
        if known is None or event.captured > known.captured:
            latest[event.event_id] = event
    found: dict[Organisation, list[tuple[date, Event]]] = defaultdict(list)
    for event in latest.values():
        found[bearers[event.code]].append((_local_day(event), event))
    return found


def _local_day(event: Event) -> date:
    return event.occurred.astimezone(LOCAL).date()


def _is_sound(event: Event) -> bool:
    data = event.data
    if event.occurred > event.captured:
        return False
    if event.kind == "meeting":
        return 0 <= float(data["attended"]) <= float(data["expected"])
    return event.kind != "dues" or (float(data["due"]) >= 0 and float(data["paid"]) >= 0)


def _declared(
    declarations: list[Declaration], bearers: dict[str, Organisation]
) -> dict[tuple[Organisation, str, str], Fraction]:
    latest: dict[tuple[Organisation, str, str], Declaration] = {}
    for declaration in declarations:
        day = last_day(declaration.month)
        organisation = _bearer(bearers, declaration.code, day)
        if organisation is None or not _is_its(organisation, day, declaration.item, "declaration"):
            continue
        if value_of(ITEM[declaration.item], declaration.value) is None:
            continue
        key = (organisation, declaration.month, declaration.item)
        if key not in latest or declaration.declared > latest[key].declared:
            latest[key] = declaration
    values = {key: _after_two_checks(ITEM[key[2]], declaration) for key, declaration in latest.items()}
    return {key: value for key, value in values.items() if value is not None}


def _after_two_checks(item: Item, declaration: Declaration) -> Fraction | None:
    if declaration.review != "通过":
        return None
    if declaration.recheck_value:
        return value_of(item, declaration.recheck_value)
    if declaration.recheck == "不通过":
        return None
    return value_of(item, declaration.value)


def _submitted(
    submissions: list[Submission], bearers: dict[str, Organisation]
) -> dict[tuple[Organisation, str, str], Fraction]:
    told: dict[tuple[Organisation, str, str], set[Fraction]] = defaultdict(set)
    for cell in submissions:
        day = last_day(cell.quarter)
        organisation = _bearer(bearers, cell.code, day)
        if organisation is None or not _is_its(organisation, day, cell.item, "department") or not cell.is_verified:
            continue
        value = value_of(ITEM[cell.item], cell.value)
        if value is not None:
            told[organisation, cell.quarter, cell.item].add(value)
    return {key: values.pop() for key, values in told.items() if len(values) == 1}


def _findings(findings: list[Finding], bearers: dict[str, Organisation]) -> dict[Organisation, list[Finding]]:
    found: dict[Organisation, list[Finding]] = defaultdict(list)
    for finding in findings:
        organisation = _bearer(bearers, finding.code, finding.found)
        if organisation and finding.review == "已审核":
            found[organisation].append(finding)
    return found


def _is_its(organisation: Organisation, day: date, item_code: str, source: str) -> bool:
    """Whether the item is one of the organisation's domain on the day, and comes in this way."""
    span = organisation.on(day)
    item = ITEM[item_code]
    return span is not None and span.domain in item.domains and item.source == source


def value_of(item: Item, text: str) -> Fraction | None:
    """The value that a declaration or cell states; None if it can't be one, or is out of range."""
    if item.rule == "yes_no":
        return {"是": Fraction(1), "否": Fraction(0)}.get(text)
    try:
        value = Fraction(text)
    except ValueError:
        return None
    is_share = item.rule == "proportional" and item.parameters["target"] <= 1
    return value if 0 <= value <= (Fraction(3, 2) if is_share else 1_000_000) else None


def within(events: Iterable[tuple[date, Event]], period: str) -> list[Event]:
    start, end = first_day(period), last_day(period)
    return [event for day, event in events if start <= day <= end]
