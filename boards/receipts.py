"""What an intake tells whoever ran it: every file with its counts, every refusal with its remedy."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.kinds import KIND_NAMES
from schemas.receipts import Receipt, Receipts


def receipt_lines(result: Receipts) -> Iterator[str]:
    """One line per file that was taken or is back, then refusals, what was left alone or has gone, and the totals."""
    for receipt in result.having("taken"):
        yield _taken_line(receipt)
        yield from (f"    提示：{note}" for note in receipt.notes)
        if receipt.rejected or not all(total.agrees for total in receipt.totals):
            yield from _book_line(receipt)
    for receipt in result.having("unchanged"):
        for note in receipt.notes:
            yield f"  未变 {receipt.file}：{note}"
            yield from _book_line(receipt)
    for receipt in result.having("refused"):
        yield f"  拒收 {receipt.message}"
        yield from _book_line(receipt)
    for line in result.left_alone:
        yield f"  未取 {line}"
    for file in result.withdrawn:
        yield f"  撤走 {file}：上次拒收的文件已不在收件箱"
    taken = result.having("taken")
    counted = "，".join(
        f"{title}{sum(getattr(receipt, name) for receipt in taken)}"
        for name, title in (("received", "收到"), ("accepted", "采纳"), ("rejected", "退回"))
    )
    ignored = sum(sum(receipt.ignored.values()) for receipt in taken)
    yield (
        f"本次取件：新增{len(taken)}个文件（{counted}，略去{ignored}），"
        f"未变{len(result.having('unchanged'))}个，拒收{len(result.having('refused'))}个"
    )


def _book_line(receipt: Receipt) -> Iterator[str]:
    if receipt.book:
        yield f"    回执：{receipt.book}"


def _taken_line(receipt: Receipt) -> str:
    ignored = "，".join(f"{label}{count}" for label, count in receipt.ignored.items())
    return (
        f"  取入 {receipt.file}（{KIND_NAMES[receipt.kind]}，{receipt.sender}）："
        f"收到{receipt.received}，采纳{receipt.accepted}，退回{receipt.rejected}"
        + (f"，略去{sum(receipt.ignored.values())}（{ignored}）" if ignored else "")
    )
