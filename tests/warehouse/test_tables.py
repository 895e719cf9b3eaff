from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from warehouse.tables import METADATA, UtcTimestamp, field_of


def test_every_column_is_in_the_field_dictionary_with_its_type():
    columns = [column for table in METADATA.tables.values() for column in table.columns if table.name != "meta"]
    kinds = {
        "str": sa.String, "int": sa.BigInteger, "points": sa.BigInteger, "bool": sa.Boolean, "date": sa.Date,
        "timestamp": UtcTimestamp, "float": sa.Double,
    }  # fmt: skip
    of = {column: kinds[field_of(column.table.name, column.name).dtype] for column in columns}
    wrong = [str(column) for column in columns if not isinstance(column.type, of[column])]
    assert wrong == []


def test_no_text_is_without_a_length():
    columns = [column for table in METADATA.tables.values() for column in table.columns]
    assert [str(column) for column in columns if isinstance(column.type, sa.String) and not column.type.length] == []


def test_a_moment_is_the_same_on_both_databases(engine):
    given = datetime(2024, 8, 1, 0, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    table = sa.Table("moment", sa.MetaData(), sa.Column("at", UtcTimestamp()))
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(sa.insert(table), [{"at": given}, {"at": None}])
        found = list(connection.scalars(sa.select(table.c.at).order_by(table.c.at.is_(None))))
        earlier = connection.scalar(sa.select(sa.func.count()).where(table.c.at < given + timedelta(microseconds=1)))
    assert found == [given, None]
    assert found[0].tzinfo is UTC
    assert earlier == 1


def test_a_time_without_offset_is_refused(engine):
    with pytest.raises(sa.exc.StatementError, match="no offset"), engine.connect() as connection:
        connection.execute(sa.select(sa.bindparam("at", datetime(2024, 8, 1), UtcTimestamp())))  # noqa: DTZ001
