"""What has arrived in a district's inbox, wherever that is: a folder, or an address that is mirrored into one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flows.jobs.context import Context
from schemas.layouts import Inbox
from sources.delivery import Found, Refusal
from sources.inbox import discover

_NO_FILES = ("table:", "api:")
"""How the names begin of what is read from no file."""


@dataclass(frozen=True)
class Arrived:
    """The folder in which the files lie, the deliveries found, those refused, and what was left alone and why."""

    root: Path
    found: list[Found]
    refused: list[Refusal]
    left_alone: list[str]

    def lacks(self, file: str) -> bool:
        """Whether a file that lay in the inbox has gone. Of one in which nothing is found that cannot be said."""
        is_file = not file.startswith(_NO_FILES)
        is_there = self.root.joinpath(file).exists() or any(line.startswith(f"{file}：") for line in self.left_alone)
        return bool(self.found or self.refused) and is_file and not is_there


def arrived(context: Context, inbox: Inbox) -> Arrived:
    """What the inbox holds; an address is mirrored first, under the lock. Raises SourceError where it is away."""
    settings = context.settings
    address = str(settings.inbox)
    if "://" not in address:
        root = Path(address)
        return Arrived(root, *discover(root, inbox, settings.settle_seconds))
    from sources.remote import mirror

    own = hashlib.sha256(f"{address}\0{context.district}\0{context.scheme}".encode()).hexdigest()[:16]
    root = settings.mirror / own
    with context.locked():
        left_alone = mirror(address, root, inbox, settings.settle_seconds)
    found, refused, others = discover(root, inbox)
    return Arrived(root, found, refused, sorted([*left_alone, *others]))
