"""The gate's report: a first page in Chinese, and Great Expectations' Data Docs of each table behind it.

All pages stand alone: nothing is loaded from anywhere, so they open on a closed network and tell nobody that they do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from warehouse.editions import Edition
from warehouse.expectations import Expectation

TABLE_TITLES = {
    "organization": "组织",
    "item": "指标",
    "label": "名称",
    "score": "指数与名次",
    "dimension_score": "维度得分",
    "ledger_line": "得分明细",
    "warning": "预警",
    "streak": "持续情况",
    "peer_group": "末位组",
    "adjustment": "系数与加减分",
    "grade": "等次",
    "task": "任务",
    "roll_up": "逐级汇总",
    "person_share": "个人系数",
    "common_problem": "共性问题",
    "diagnosis": "诊断",
    "progress": "进度榜",
    "progress_total": "进度榜合计",
    "due_delivery": "报送齐全情况",
    "correction": "更正",
    "exemption": "豁免",
    "edition_source": "来源版次",
    "restatement": "修订",
}
_STYLE = """
body { font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { border: 1px solid #ccc; padding: .35rem .6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
th { background: #f3f3f3; } code { color: #555; } .met { color: #17692f; } .unmet { color: #b3261e; font-weight: 600; }
.fa-check-circle::before { content: "✔"; color: #17692f; } .fa-times::before { content: "✘"; color: #b3261e; }
.fa-exclamation-triangle::before { content: "⚠"; }
"""
_SECTIONS = re.compile(r'<div id="section-1".*?(?=<footer>|</body>)', re.DOTALL)
_SCRIPTS = re.compile(r"<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>", re.DOTALL)
_LINKS = re.compile(r'<a\b[^>]*href="[^"]*\.html"[^>]*>(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Failure:
    """An expectation that the edition does not meet: its name, a message in Chinese, and some of the rows."""

    name: str
    message: str
    sample: tuple[dict[str, Any], ...]


def write(
    folder: Path,
    edition: Edition,
    expectations: Sequence[Expectation],
    failures: Mapping[str, Failure],
    pages: Mapping[str, str],
) -> Path:
    """Writes the report into `folder`, in place of an earlier one of this edition; returns its first page's path.

    `failures` by name of the expectation, `pages` by table as `data_docs` makes them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table, content in pages.items():
        title = f"{TABLE_TITLES[table]}校验明细"
        body = f'<p><a href="index.html">返回校验报告</a></p><h1>{title}</h1>{content}'
        (folder / f"{table}.html").write_text(_page(title, body), encoding="utf-8")
    first = folder / "index.html"
    first.write_text(_page("数据质量校验报告", _overview(edition, expectations, failures)), encoding="utf-8")
    return first


def data_docs(validation: Any) -> str:
    """Great Expectations' page on one validation, without its frame, scripts and references to the outside."""
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    page = _view().render(ValidationResultsPageRenderer().render(validation))
    found = _SECTIONS.search(page)
    return _LINKS.sub(r"\1", _SCRIPTS.sub("", found[0] if found else page))


@cache
def _view() -> Any:
    """One for all pages: each would compile its templates anew."""
    from great_expectations.render.view.view import DefaultJinjaPageView

    return DefaultJinjaPageView()


def _overview(edition: Edition, expectations: Sequence[Expectation], failures: Mapping[str, Failure]) -> str:
    verdict = (
        f'<p class="unmet">未通过：{len(failures)}项要求不符，本版没有发布。</p>'
        if failures
        else f'<p class="met">通过：{len(expectations)}项要求全部符合。</p>'
    )
    about = (
        f"<p>区县 {escape(edition.district)}，考核体系 {escape(edition.scheme)}，考核期 {escape(edition.period)}，"
        f"第{edition.revision}版（版本号 {edition.edition_id}）</p>"
    )
    unmet_first = sorted(expectations, key=lambda expectation: expectation.name not in failures)
    rows = "".join(_row(expectation, failures.get(expectation.name)) for expectation in unmet_first)
    head = "<tr><th>结果</th><th>要求</th><th>说明</th><th>明细</th></tr>"
    return f"<h1>数据质量校验报告</h1>{about}{verdict}<table>{head}{rows}</table>"


def _row(expectation: Expectation, failure: Failure | None) -> str:
    result = '<td class="unmet">不符</td>' if failure else '<td class="met">符合</td>'
    said = escape(failure.message) if failure else ""
    detail = f'<a href="{expectation.table}.html">{TABLE_TITLES[expectation.table]}</a>'
    name = f"{escape(expectation.message)}<br><code>{expectation.name}</code>"
    return f"<tr>{result}<td>{name}</td><td>{said}</td><td>{detail}</td></tr>"


def _page(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'
