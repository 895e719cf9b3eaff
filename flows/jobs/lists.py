"""The work lists of a period as workbooks: written where the organisation department finds them."""

from __future__ import annotations

from boards.lists import PENDING_LIST, Lists, pending_list, task_list
from boards.subject import edition_of
from boards.workbooks import keep, workbook
from flows.jobs.context import Context


def lists(context: Context, period: str) -> Lists:
    """Writes the lists of the current edition of a period, whole files in place of those of the edition before.

    Raises NotPublished where the period has no edition, NotAPeriod where `period` is none.
    """
    edition = edition_of(context.engine, context.district, context.scheme, period, None)
    folder = context.settings.lists / context.district / context.scheme / period
    made = [task_list(context.engine, edition)]
    left_out = {}
    if edition.is_provisional:
        made.append(pending_list(context.engine, edition))
    else:
        left_out[PENDING_LIST] = f"没有生成，{period}已有正式版，只有即时版才催报"
    for one in made:
        keep(workbook(one.tables), folder / one.file)
    return Lists(period, edition.revision, str(folder), {one.file: one.told for one in made}, left_out)
