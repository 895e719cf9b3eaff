"""The files of every rule book that an edition was computed with, word for word: a rule is never lost to an edit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa

from warehouse import bulk
from warehouse.database import WarehouseError, reading
from warehouse.tables import rulebook_file


def keep(engine: sa.Engine, rules_id: str, files: Mapping[str, str]) -> None:
    """Keeps the texts of a rule book's files, by their path, under the hash of all of them; once is enough."""
    rows = pd.DataFrame({"rules_id": rules_id, "file": list(files), "content": list(files.values())})
    if _texts(engine, rules_id):
        return
    try:
        with engine.begin() as connection:
            bulk.insert(connection, rulebook_file, rows)
    except (sa.exc.IntegrityError, engine.dialect.loaded_dbapi.IntegrityError):
        if not _texts(engine, rules_id):  # anything but another run that kept them just now
            raise


def restore(engine: sa.Engine, rules_id: str) -> dict[str, str]:
    """The texts kept under that hash, by their path. Raises WarehouseError if there are none."""
    texts = _texts(engine, rules_id)
    if not texts:
        raise WarehouseError(f"没有保存指纹为{rules_id}的规则手册文件")
    return texts


def _texts(engine: sa.Engine, rules_id: str) -> dict[str, str]:
    own = sa.select(rulebook_file.c.file, rulebook_file.c.content).where(rulebook_file.c.rules_id == rules_id)
    with reading(engine) as connection:
        return {row.file: row.content for row in connection.execute(own)}
