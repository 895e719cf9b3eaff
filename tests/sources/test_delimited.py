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


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        ("标题\na\tb\n1\t2,3\n", [["标题"], ["a", "b"], ["1", "2,3"]]),
        ('"表,一"\t\na\tb\n', [["表,一", ""], ["a", "b"]]),
        ("附\t件\na,b,c\n1,2,3\n", [["附\t件"], ["a", "b", "c"], ["1", "2", "3"]]),
        ("a,b\n1\t,2\n", [["a", "b"], ["1\t", "2"]]),
        ("a\n", [["a"]]),
    ],
    ids=["tabs", "commas in data", "quoted commas in the title", "a tab in the title", "a tab in a cell", "one column"],
)
def test_cells_are_separated_by_what_the_header_has(text: str, rows: list[list[str]]) -> None:
    assert read_csv(text.encode()).rows == rows
