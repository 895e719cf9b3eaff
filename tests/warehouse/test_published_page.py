"""The questions that docs/published.md asks run as they stand, on both databases."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from warehouse.views import VIEWS

PAGE = (Path(__file__).parents[2] / "docs/published.md").read_text("utf-8")
BLOCKS = [block for block in re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL) if block.startswith("SELECT")]
QUESTIONS = [question for block in BLOCKS for question in block.split(";") if question.strip()]


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_every_question_runs(engine, question):
    with engine.connect() as connection:
        assert connection.exec_driver_sql(question).all() == []


def test_every_view_is_told_of_and_each_new_one_is_asked():
    assert [name for name in VIEWS if f"`{name}`" not in PAGE] == []
    asked = " ".join(QUESTIONS)
    new = ("grades", "adjustments", "tasks", "roll_ups")
    assert [name for name in new if not sa.text(asked).text.count(f"FROM {name}")] == []
