"""Places: which kind of delivery a path in the inbox is, whose, and for which period, by the layouts' paths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from schemas.kinds import Kind
from schemas.layouts import EventLayout, Inbox, TableLayout
from schemas.periods import CADENCES, Period
from schemas.receipts import RECEIPT_ENDINGS
from schemas.texts import BLANKS
from sources.delivery import UnreadableError
from sources.text import join

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CADENCES = {"month": ("month",), "quarter": ("quarter",), "period": CADENCES}
_FORMS = {
    "month": "月份，写作 2024-07",
    "quarter": "季度，写作 2024Q3",
    "period": "月份、季度、半年或年度，写作 2024-07、2024Q3、2024H2 或 2024",
}
_CHINESE = {"month": "<月份>", "quarter": "<季度>", "period": "<考核期>", "sender": "<报送单位>"}
_UNFINISHED = (".part", ".tmp", ".crdownload", ".download", ".filepart", ".swp", "~")
_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini", "__macosx")


class Entry(NamedTuple):
    """A file or folder of a folder."""

    name: str
    is_folder: bool


class Address(NamedTuple):
    """Whose delivery a path is, and for which period ("" for none); `problem` where it is nobody's."""

    sender: str
    period: str
    problem: UnreadableError | None = None


@dataclass(frozen=True)
class Place:
    """Where one kind of delivery lies; `senders` may deliver there (None: always the `sender`)."""

    kind: Kind
    path: str
    sender: str
    senders: tuple[str, ...] | None = None

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders that come before the first placeholder."""
        return PurePosixPath(self.path.partition("{")[0] + "x").parts[:-1]

    @property
    def shown(self) -> str:
        """The path as a sender reads it."""
        return _PLACEHOLDER.sub(lambda found: _CHINESE.get(found[1], found[0]), self.path)

    def holds(self, parts: tuple[str, ...]) -> bool:
        """Whether a path lies under the place's folders."""
        return parts[: len(self.folders)] == self.folders and len(parts) > len(self.folders)

    def leads_through(self, parts: tuple[str, ...]) -> bool:
        """Whether the folder is on the way to the place, or inside it."""
        return self.folders[: len(parts)] == parts[: len(self.folders)]

    def address(self, parts: tuple[str, ...]) -> Address:
        """Sender and period that a path in this place names, with the problem where one is not a known one."""
        if is_receipt(parts[-1]):
            return Address(self.sender, "", _receipt(parts[-1]))
        named = "/".join((*parts[:-1], PurePosixPath(parts[-1]).stem))
        found = self._form.fullmatch(unicodedata.normalize("NFC", named))
        if found is None:
            return Address(self.sender, "", _misplaced(self))
        values = {name: text.strip(BLANKS) for name, text in found.groupdict().items()}
        sender = values.pop("sender", self.sender)
        placeholder, text = next(iter(values.items()), ("", ""))
        period = _period(placeholder, text) if placeholder else ""
        if placeholder and not period:
            return Address(sender, "", _no_period(text, placeholder))
        if self.senders is not None and sender not in self.senders:
            return Address(sender, period, unknown_sender(sender, self.senders))
        return Address(sender, period)

    @cached_property
    def _form(self) -> re.Pattern[str]:
        literal = [re.escape(text) for text in _PLACEHOLDER.split(self.path)]
        literal[1::2] = [f"(?P<{name}>[^/]+)" for name in _PLACEHOLDER.findall(self.path)]
        return re.compile("".join(literal))


def places(inbox: Inbox) -> tuple[Place, ...]:
    """The places of a district's inbox: of the kinds of delivery that it has a layout for."""
    submissions = inbox.submissions
    layouts: dict[Kind, TableLayout | EventLayout | None] = {
        "registry": inbox.registry,
        "events": inbox.events,
        "declarations": inbox.declarations,
        "findings": inbox.findings,
        "totals": inbox.totals,
        "corrections": inbox.corrections,
        "exemptions": inbox.exemptions,
        "rechecks": inbox.rechecks if inbox.declarations else None,
        "decisions": inbox.decisions,
    }
    return (
        *(Place(kind, layout.path, layout.sender) for kind, layout in layouts.items() if layout),
        *([Place("submissions", submissions.path, "", tuple(submissions.senders))] if submissions else []),
    )


def walk(
    entries: Callable[[tuple[str, ...]], Iterable[Entry]],
    known: Sequence[Place],
    alone: list[str],
    folder: tuple[str, ...] = (),
) -> Iterator[tuple[str, ...]]:
    """The paths that lie in a place, as parts; `entries` lists a folder, what is passed over is added to `alone`."""
    for entry in sorted(entries(folder)):
        parts = (*folder, entry.name)
        shown = "/".join(parts) + "/" * entry.is_folder
        if why := left_alone(entry.name):
            alone.append(f"{shown}：{why}，没有读取")
        elif entry.is_folder and any(place.leads_through(parts) for place in known):
            yield from walk(entries, known, alone, parts)
        elif not entry.is_folder and any(place.holds(parts) for place in known):
            yield parts
        else:
            alone.append(f"{shown}：不在约定的位置（{join(place.shown for place in known)}），没有读取")


def is_receipt(name: str) -> bool:
    """Whether a file of that name is a receipt, which is no delivery until it has the name of its file."""
    return unicodedata.normalize("NFC", name).endswith(RECEIPT_ENDINGS)


def left_alone(name: str) -> str | None:
    """Why a file or folder of that name is not looked at, None where it is."""
    if name.startswith("~$"):
        return "Office 打开时的临时文件"
    if name.startswith("."):
        return "隐藏文件"
    if name.lower() in _OF_THE_SYSTEM:
        return "系统文件"
    return "没有传完的文件" if name.lower().endswith(_UNFINISHED) else None


def _period(placeholder: str, text: str) -> str:
    """The period that the text names, "" where it names none of the placeholder's kind."""
    try:
        period = Period.parse(text)
    except ValueError:
        return ""
    return str(period) if period.cadence in _CADENCES[placeholder] else ""


def _receipt(name: str) -> UnreadableError:
    for_people, for_programs = RECEIPT_ENDINGS
    name = unicodedata.normalize("NFC", name)
    if name.endswith(for_programs):
        return UnreadableError("这是供程序读的回执，不是报送的表格", "请从收件箱里拿走")
    file = PurePosixPath(name.removesuffix(for_people))
    if file.suffix.lower() == ".xlsx":
        return UnreadableError("这是回执", f"请改名为“{file.name}”，替换收件箱里原来的文件")
    return UnreadableError("这是回执", f"请改名为“{file.stem}.xlsx”，并把收件箱里的“{file.name}”拿走")


def _misplaced(place: Place) -> UnreadableError:
    return UnreadableError("文件放的位置不对", f"应放在 {place.shown}（后面加扩展名），请移过去")


def _no_period(text: str, placeholder: str) -> UnreadableError:
    return UnreadableError(f"“{text}”不是规定写法的期别", f"这里应是{_FORMS[placeholder]}，请改名后重新报送")


def unknown_sender(sender: str, senders: tuple[str, ...]) -> UnreadableError:
    """That nobody of this name delivers, with whom may be meant."""
    close = get_close_matches(sender, senders, n=1, cutoff=0.3)
    hint = f"如果是{join(close)}，请把文件名改成这个单位名" if close else f"文件名应是报送单位名：{join(senders)}"
    return UnreadableError(f"“{sender}”不是已登记的报送单位", f"{hint}；新的报送单位请先由组织部登记")
