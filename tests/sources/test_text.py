from datetime import date, datetime, time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.texts import heading_key
from sources.delivery import UnreadableError
from sources.text import ascii_forms, cell_text, codes, decode, from_utf16, text_column


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_decode_reads_utf8_and_gb18030(encoding: str) -> None:
    assert decode("新𬒔集团党支部,是".encode(encoding)) == "新𬒔集团党支部,是"


def test_decode_reads_gbk() -> None:
    assert decode("组织代码".encode("gbk")) == "组织代码"


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf\xd7\xe9\xd6\xaf,1", b"\x80\x81\xff\xff,1,2,3"])
def test_decode_refuses_other_encodings(data: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"编码.*请"):
        decode(data)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_decode_refuses_a_text_that_ends_inside_a_character(encoding: str) -> None:
    with pytest.raises(UnreadableError, match=r"没有传完.*请"):
        decode("组织代码,组织名称".encode(encoding)[:-1])


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_with_a_mark_is_any_text(text: str, encoding: str) -> None:
    assert from_utf16(f"\ufeff{text}".encode(encoding)).decode() == text


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.sampled_from(["utf-8", "gb18030"])
)
def test_what_is_not_utf16_stays_as_it_is(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert data[:2] in {b"\xff\xfe", b"\xfe\xff"} or from_utf16(data) == data


def test_text_column_strips_blanks_of_any_kind_and_empties_the_rest() -> None:
    column = text_column([" 平沟村党支部　", "\u200b", None, "a b", "\xa0"])
    assert column.dtype == "str"
    assert column.isna().tolist() == [False, True, True, False, True]
    assert column[[0, 3]].tolist() == ["平沟村党支部", "a b"]


def test_ascii_forms_translates_full_width_digits_and_signs_alone() -> None:
    column = ascii_forms(pd.Series(["９５．５％", "２０２４－０７－０５", "“两新”、组织", None], dtype="str"))
    assert column.iloc[:3].tolist() == ["95.5%", "2024-07-05", "“两新”、组织"]
    assert column.isna().iloc[3]
    assert column.dtype == "str"


def test_codes_get_their_leading_zeros_back() -> None:
    column = codes(
        pd.Series(["32000100001", "32000100001.0", "032000100001", "X1", "1234567890123", None], dtype="str"), 12
    )
    assert column.iloc[:5].tolist() == ["032000100001", "032000100001", "032000100001", "X1", "1234567890123"]
    assert column.isna().iloc[5]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (40.0, "40"),
        (36.27, "36.27"),
        (0.1 + 0.2, "0.3"),
        (32000100001.0, "32000100001"),
        (1e-7, "0.0000001"),
        (123456789012345678.0, "123456789012346000"),
        (-3, "-3"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2024, 7, 5), "2024-07-05"),
        (datetime(2024, 7, 5), "2024-07-05"),  # noqa: DTZ001
        (datetime(2024, 7, 5, 10, 3), "2024-07-05 10:03:00"),  # noqa: DTZ001
        (time(10, 3), "10:03:00"),
        ("=1+1", "=1+1"),
        (" 是 ", " 是 "),
    ],
)
def test_cell_text(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_headings_are_compared_without_blanks_and_width() -> None:
    assert heading_key(" 群众反映\n问题　办结率（％）") == "群众反映问题办结率(%)"
