import time
from collections.abc import Callable

import orjson
import pytest

from schemas.layouts import Inbox
from sources.delivery import Delivery, UnreadableError
from sources.events import MAX_DATA_KEYS, read_events

FILE = "platform/2024-07.jsonl"
EVENT = {
    "event_id": "E1",
    "org_code": "032000300111",
    "kind": "meeting",
    "topic": "理论学习",
    "occurred_at": "2024-07-04T15:45:00+08:00",
    "captured_at": "2024-07-05T10:41:31+08:00",
    "data": {"attended": 10, "expected": 13},
}
Accept = Callable[..., Delivery]


def lines(*events: object) -> bytes:
    return b"".join(event if isinstance(event, bytes) else orjson.dumps(event) + b"\n" for event in events)


def test_an_event_is_read_as_received(accept: Accept) -> None:
    delivery = accept(FILE, lines(EVENT))
    record = delivery.records.iloc[0].dropna().to_dict()
    assert record == {
        **{name: EVENT[name] for name in list(EVENT)[:6]},
        "data.attended": "10",
        "data.expected": "13",
        "row_no": 1,
    }
    assert (delivery.records.drop(columns="row_no").dtypes == "str").all()
    assert delivery.records["row_no"].dtype == "int64"
    assert delivery.notes == ()


def test_values_become_text_by_their_type(accept: Accept) -> None:
    data = {
        "a": 19.3, "b": 40.0, "c": 7, "d": True, "e": False, "f": None, "g": " 二百 ", "h": "", "i": [1, {"x": None}],
        "j": 1e-7, "k": 12345678901234567890, "l": "９５％",
    }  # fmt: skip
    record = accept(FILE, lines(EVENT | {"data": data})).records.iloc[0]
    assert record[[f"data.{key}" for key in "abcdegijkl"]].tolist() == [
        "19.3", "40.0", "7", "true", "false", "二百", '[1,{"x":null}]', "1e-07", "12345678901234567890", "95%",
    ]  # fmt: skip
    assert record[["data.f", "data.h"]].isna().all()


def test_every_declared_field_has_a_column(accept: Accept) -> None:
    columns = set(accept(FILE, lines(EVENT)).records.columns)
    assert {"data.posts_filled", "data.covered", "data.term_expires_on"} <= columns


def test_codes_are_padded_and_topics_kept(accept: Accept) -> None:
    records = accept(
        FILE, lines(EVENT | {"org_code": 32000300111, "topic": "（一）学习"}, EVENT | {"topic": ""})
    ).records
    assert records["org_code"].tolist() == ["032000300111"] * 2
    assert records["topic"].iloc[0] == "（一）学习"
    assert records["topic"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"event_id": "E000000110", "org_co\n', "不是完整的 JSON"),
        (b"[1, 2]\n", "不是一个 JSON 对象"),
        (b"12\n", "不是一个 JSON 对象"),
        (b'{"topic": "\xc0\xed\xc2\xdb"}\n', "不是完整的 JSON"),
        (b'{"topic": "\\ud800"}\n', "不是完整的 JSON"),
        (b'{"topic": "a\\u0000b"}\n', "空字符"),
        (b'{"data": [1]}\n', "data 不是 JSON 对象"),
        (b'{"data": ' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}\n", "data 嵌套过深"),
        (b"[" * 2000 + b"\n", "不是完整的 JSON"),
        (b'{"event_id": "E2"', "不是完整的 JSON"),
    ],
)
def test_one_bad_line_is_a_fault_and_the_rest_goes_on(accept: Accept, line: bytes, fault: str) -> None:
    events = (EVENT, line, EVENT) if line.endswith(b"\n") else (EVENT, EVENT, line)
    records = accept(FILE, lines(*events)).records
    assert records["row_no"].tolist() == [1, 2, 3]
    assert records["event_id"].eq("E1").sum() == 2
    [said] = records["fault"].dropna()
    assert fault in said


def test_rows_are_numbered_by_line_and_blank_lines_are_none(accept: Accept) -> None:
    records = accept(FILE, b"\xef\xbb\xbf" + lines(EVENT, b"\n", b"  \r\n", EVENT)).records
    assert records["row_no"].tolist() == [1, 4]
    assert records["fault"].isna().all()


def test_unknown_fields_are_noted_once(accept: Accept) -> None:
    assert accept(FILE, lines(EVENT | {"operator": "张三"}, EVENT | {"operator": "李四"})).notes == (
        "没有读取的字段：“operator”",
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_a_mark_is_read(accept: Accept, encoding: str) -> None:
    text = lines(EVENT, b"\n", EVENT | {"event_id": "E2"}).decode()
    records = accept(FILE, f"\ufeff{text}".encode(encoding)).records
    assert (records["event_id"].tolist(), records["row_no"].tolist()) == (["E1", "E2"], [1, 3])
    assert records["topic"].tolist() == ["理论学习"] * 2


def test_utf16_without_a_mark_is_refused(refuse: Callable[..., str]) -> None:
    assert "没有编码标记" in refuse(FILE, lines(EVENT, EVENT).decode().encode("utf-16-le"))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(refuse: Callable[..., str], data: bytes) -> None:
    assert "空" in refuse(FILE, data)


@pytest.mark.parametrize(
    "data", ["组织代码,组织名称\n1,甲\n".encode(), b"PK\x03\x04 zip", b'[\n{"event_id": "E1"}\n,\n]\n'[:-20]]
)
def test_a_file_without_any_event_is_refused(refuse: Callable[..., str], data: bytes) -> None:
    message = refuse(FILE, data)
    assert "没有一行是完整的 JSON 对象" in message
    assert "一行一个事件" in message


def test_a_file_in_another_encoding_is_refused(refuse: Callable[..., str]) -> None:
    foreign = [orjson.dumps(EVENT | {"event_id": f"E{n}"}).decode().encode("gb18030") + b"\n" for n in range(3)]
    assert "文件不是 UTF-8 编码" in refuse(FILE, lines(EVENT | {"topic": ""}, *foreign))


def test_absurdly_many_fields_are_refused(refuse: Callable[..., str]) -> None:
    events = [EVENT | {"data": {f"k{n}": 1}} for n in range(MAX_DATA_KEYS + 1)]
    assert "请核对导出程序" in refuse(FILE, lines(*events))


def test_twenty_thousand_lines_take_well_under_a_second(inbox: Inbox) -> None:
    data = lines(*(EVENT | {"event_id": f"E{n}", "data": {"attended": n, "expected": n + 0.5}} for n in range(20_000)))
    read_events(data, inbox.events, 12)
    start = time.perf_counter()
    contents = read_events(data, inbox.events, 12)
    assert len(contents.records) == 20_000
    assert time.perf_counter() - start < 0.9


def test_what_is_refused_says_what_to_do(inbox: Inbox) -> None:
    with pytest.raises(UnreadableError, match="请"):
        read_events(b"x", inbox.events, 12)
