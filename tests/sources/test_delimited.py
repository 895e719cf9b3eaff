import pytest

from sources.delimited import read_csv
from sources.delivery import UnreadableError


def test_a_quoted_line_break_starts_no_new_record() -> None:
    table = read_csv('a,b\r\n"一\n二",3\r\n\r\nx,4\r\n'.encode())
    assert table.rows == [["a", "b"], ["一\n二", "3"], [], ["x", "4"]]
    assert table.ends_complete


def test_a_quoted_comma_and_a_doubled_quote_are_text() -> None:
    assert read_csv('"反映干部""优亲厚友"", 不实",1\n'.encode()).rows == [['反映干部"优亲厚友", 不实', "1"]]


def test_wrong_quotes_inside_one_line_are_a_fault_of_that_record() -> None:
    table = read_csv('a,b\n"他说"好"",1\nx,2\n'.encode())
    assert table.rows == [["a", "b"], [], ["x", "2"]]
    assert [position for position, _ in table.faults] == [1]
    assert "引号不成对" in table.faults[0][1]


@pytest.mark.parametrize(
    "text",
    ['a,b\n1,"没有闭合\n2,x\n3,y\n', 'a,b\n1,"没有闭合\n2,"x"\n3,y\n', 'a,b\n1,"' + "长" * 200_000 + "\n2,x\n"],
    ids=["never closed", "closed by the next quote", "too long to be meant"],
)
def test_a_quote_that_runs_over_lines_makes_the_file_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"第 2 条记录.*引号没有闭合.*请"):
        read_csv(text.encode())


def test_null_characters_mean_a_broken_file() -> None:
    with pytest.raises(UnreadableError, match=r"空字符.*请"):
        read_csv(b"a,b\n1,\x00\n")


def test_an_unfinished_last_line_is_noticed() -> None:
    assert not read_csv(b"a,b\n1,2").ends_complete
