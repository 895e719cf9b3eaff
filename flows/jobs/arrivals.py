"""What has arrived in a district's inbox, wherever that is: a folder, or an address that is mirrored into one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from flows.jobs.context import Context
from schemas.layouts import Inbox
from sources.delivery import Found, Refusal
from sources.inbox import discover


@dataclass(frozen=True)
class Arrived:
    """The folder in which the files lie, the deliveries found, those refused, and what was left alone and why."""

    root: Path
    found: list[Found]
    refused: list[Refusal]
    left_alone: list[str]


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
