"""The field dictionary: every column of a record, a stage frame or a published table, defined once.

A column has one name, one type, one unit and one description wherever it occurs. Record frames and stage frames
(`schemas.records`, `schemas.stages`), warehouse tables and the generated data dictionary are all built from here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One column: its type, its size where it is text, its unit, and what it says in English and Chinese.

    `dtype` is one of str, int, points, bool, date, timestamp, float. `points` are whole ten-thousandths of a point.
    """

    dtype: str
    title: str
    description: str
    size: int = 0
    unit: str = ""


def _code(title: str, description: str, size: int = 64) -> Field:
    return Field("str", title, description, size)


def _text(title: str, description: str, size: int = 400) -> Field:
    return Field("str", title, description, size)


def _count(title: str, description: str, unit: str = "") -> Field:
    return Field("int", title, description, unit=unit)


def _points(title: str, description: str) -> Field:
    return Field("points", title, description, unit="1/10000 point")


FIELDS: dict[str, Field] = {
    # who and when
    "district": _code("区县", "code of the district that is assessed"),
    "scheme": _code("考核体系", "code of the assessment system: its folder in rulebooks/"),
    "period": _code("考核期", "month 2024-07, quarter 2024Q3, half-year 2024H2 or year 2024, Asia/Shanghai", 16),
    "cadence": _code("周期", "month, quarter, half_year or year", 16),
    "period_start": Field("date", "期初", "first day of the period"),
    "period_end": Field("date", "期末", "last day of the period"),
    # organisations
    "org_code": _code("组织代码", "code of the organisation in the registry"),
    "org_name": _text("组织名称", "name of the organisation as at the period's last day", 200),
    "kind": _code("类型", "kind of the row: of an organisation, an item, an adjustment, a task or a delivery"),
    "domain": _code("领域代码", "peer domain of the organisation"),
    "domain_name": _text("领域", "Chinese name of the domain", 100),
    "peer_group": _code("同类组", "peer group: the domain, or <domain>/<value> where it is split by an attribute", 200),
    "parent_code": _code("上级组织代码", "code of the organisation above in the tree"),
    "predecessor_code": _code(
        "原组织代码", "code that it bore before, or codes of the organisations that it came from, 、 between them", 200
    ),
    "succession": _code(
        "变更方式", "how it came from them: recoded (the same under a new code), merged or split (a new one)", 16
    ),
    "town": _text("所在镇街", "town or street that the organisation lies in", 100),
    "valid_from": Field("date", "生效日期", "first day on which the registry row, or the exemption, holds"),
    "valid_to": Field(
        "date", "失效日期", "last day on which the registry row, or the exemption, holds; empty while it is open"
    ),
    "members": _count("党员人数", "Party members of the organisation", "persons"),
    "groups": _count("党小组数", "Party groups inside the organisation", "groups"),
    "is_assessed": Field("bool", "是否考核", "whether the organisation is assessed in the period (RULES §0, as at)"),
    "is_restricted": Field("bool", "是否不公开", "whether its kind is restricted, so that no published view shows it"),
    # records as delivered
    "row_no": _count(
        "行号", "the record's row in its file: sheet row, line of a JSONL file, or record with the header as 1"
    ),
    "file": _text("文件", "path of the file inside the inbox, or the name of the table that it came from"),
    "sender": _text("报送单位", "who delivered", 100),
    "batch_id": _code("批次", "hash of the content and address of a delivery", 32),
    "event_id": _code("事件编号", "the platform's number of the event"),
    "topic": _text("主题", "what the event was about", 100),
    "occurred_at": Field("timestamp", "发生时间", "when the event happened, with offset"),
    "captured_at": Field("timestamp", "抓取时间", "when the platform captured the event, with offset"),
    "item_code": _code(
        "指标代码",
        "rule-book item, negative-list item, entry of the event register, coefficient:<code> or floor:<dimension>",
    ),
    "item_name": _text("指标名称", "name of the item", 200),
    "value_text": _text("填报值", "the value exactly as it was delivered", 200),
    "unit_text": _text("单位", "unit in the brackets of the column's heading", 20),
    "declared_at": Field("timestamp", "申报时间", "when the branch declared, local time"),
    "review_status": _text("审核状态", "what the parent organisation or the inspection office decided", 20),
    "recheck_status": _text("复核状态", "what the district's re-check decided", 20),
    "recheck_value": _text("复核值", "value found by the re-check", 200),
    "verification": _text("核实状态", "whether the department verified the row", 20),
    "found_on": Field("date", "检查日期", "day of the inspection"),
    "description_text": _text("问题描述", "what the inspectors found", 4000),
    "findings_count": _count("发现次数", "how often it was found", "findings"),
    "fixed_text": _text("现场整改", "whether it was put right on the spot; cancels nothing", 20),
    "closed_on": Field("date", "整改完成日期", "day on which the finding was put right; empty while it is not"),
    # corrections, exemptions, re-checks and decisions
    "correction": _text("更正名称", "name of a correction of a source, by which messages call it", 200),
    "material": _text("材料", "kind of delivery that the correction is of, by its Chinese name", 20),
    "of_period": _text("更正的考核期", "period whose delivery the correction is of; blank for the registry", 16),
    "organization": _text("组织", "organisation as the source has it: its code, or its name where there is none", 200),
    "record": _text("记录", "which record is meant: event number, time of declaration, day of inspection or validity"),
    "expected": _text("来源原值", "the cell as the source has it; blank for an empty one", 200),
    "corrected": _text("改为", "what counts in its place; blank for an empty cell", 200),
    "provider": _text("提供人", "who gave the right value", 100),
    "recorded_on": Field("date", "登记日期", "day on which the correction was recorded"),
    "approved_by": _text("批准人", "who approved the exemption", 100),
    "approved_on": Field("date", "批准日期", "day on which the exemption was approved"),
    "checked_by": _text("复核人", "who re-checked the declaration", 100),
    "checked_on": Field("date", "复核日期", "day of the re-check"),
    "decision": _text("决定", "what was decided about an organisation: listed or not_listed", 20),
    "decided_by": _text("决定人", "who decided", 100),
    "decided_on": Field("date", "决定日期", "day of the decision"),
    "converted_on": Field("date", "转化日期", "day on which the organisation was found converted; empty until then"),
    "outcome_text": _text("转化情况", "what came of the rectification, in the words of who followed it", 1000),
    "seed": _code("随机种子", "what the sample was drawn with; the same seed draws the same", 100),
    "drawn_at": Field("timestamp", "抽取时间", "when the declaration came into the sample"),
    "status_name": _text("办理状态", "Chinese name of the status", 20),
    # observations
    "org": _count("组织位次", "position of the organisation among those assessed"),
    "item": _count("指标位次", "position of the item in the rule book"),
    # rejections
    "column_name": _text("列", "column of the rejected cell, in the sender's words", 200),
    "value": Field("float", "实际值", "observed value; exact value is value_num / value_den"),
    "reason": _text("原因", "reason: a code for rejections, a sentence in Chinese for ledger lines and warnings", 1000),
    "message": _text("说明", "what is wrong and what to do, in Chinese, for the sender", 1000),
    "resolved_by": _code("解决于", "edition or batch that made it void, or `withdrawn`; empty while it stands", 32),
    "received_at": Field("timestamp", "接收时间", "when the product received the delivery: the second clock"),
    # ledger and scores
    "dimension": _code("维度代码", "dimension of the item"),
    "dimension_name": _text("维度", "Chinese name of the dimension", 100),
    "role": _code(
        "维度作用", "counted (in the index), basis (only ranks units) or adjustment (in the index with its sign)", 16
    ),
    "category": _text("大类", "category of the item", 100),
    "source": _code(
        "来源", "way in: platform, declaration, department, inspection or units (results of units above or below)"
    ),
    "assessor": _text("评分人", "assessor whose sheet the line is from, where there are several", 100),
    "value_num": _count("实际值分子", "numerator of the exact observed value"),
    "value_den": _count("实际值分母", "denominator of the exact observed value; empty when the value is missing"),
    "target": Field("float", "目标值", "value at which the item is met"),
    "points": _points("得分", "points earned; negative for deductions, either sign for coefficients"),
    "full_points": _points("满分", "full points after redistribution of items that are not applicable"),
    "nominal_points": _points("标准分", "full points that the rule book gives the item"),
    "is_met": Field("bool", "是否达标", "whether the item was met; empty on lines that cannot be met or missed"),
    "status": _code(
        "状态",
        "met, unmet, missing, mean, deducted, floor or adjusted; of a task open, overdue, done; of an edition building,"
        " published, failed; of a batch taken, refused; of what is due complete, partial, missing, stale;"
        " of a weak and lax organisation undecided, listed, not_listed, converted",
        16,
    ),
    "evidence": _text("依据", "keys of the records that the line came from", 1000),
    "index_points": _points("组织力指数", "result of the period: base points and adjustments"),
    "base_points": _points("基础得分", "sum of the counted dimensions, before adjustments"),
    "rank": _count("名次", "place in the peer group, equal scores share the better one"),
    "peers": _count("同类组织数", "organisations in the peer group", "organisations"),
    "previous_rank": _count("上期名次", "place in the previous period's edition, in the same peer group"),
    "domain_median_pct": Field("float", "领域中位数", "median attainment of the dimension in the domain", unit="%"),
    # radar, common problems and diagnosis
    "standing": _code("强弱", "strength, weak, or blank: the attainment beside the domain's median", 16),
    "organizations": _count("组织数", "organisations that miss the item, or that are on the board", "organisations"),
    "strengths": _text("强项", "names of the dimensions that are strengths, with 、 between; blank if none is", 1000),
    "weaknesses": _text("弱项", "names of the dimensions that are weak, with 、 between; blank if none is", 1000),
    "common_problems": _count("共性问题数", "items not met that are common problems of the domain", "items"),
    "text": _text("诊断", "what the scores say of the organisation, in Chinese", 4000),
    # progress boards
    "board": _code("进度榜代码", "progress board of the rule book"),
    "board_name": _text("进度榜", "Chinese name of the progress board", 100),
    "is_lagging": Field("bool", "是否滞后", "whether the item earns less than the board's share of its full points"),
    "is_named": Field("bool", "是否亮牌", "whether an item of the organisation lags, so that it is named on the board"),
    "lagging": _count("滞后组织数", "organisations whose item lags", "organisations"),
    "reported": _count("有数据组织数", "organisations on the board whose item has a value", "organisations"),
    "unit": _text("计量单位", "unit of the item's values, as the rule book says; blank for shares and yes or no", 20),
    "total": Field("float", "合计", "sum of the values that were reported; empty where they are shares"),
    "mean": Field("float", "平均", "mean of the values that were reported; a missing value counts for nothing"),
    # warnings
    "warning_code": _code("预警条件", "condition of the rule book that holds"),
    "colour": _code("颜色", "blue, yellow or red", 16),
    "severity": _count("级别", "higher is worse"),
    "responsible_code": _code("责任主体代码", "who must see to it"),
    "responsible_name": _text("责任主体", "name of who must see to it", 200),
    "since_period": _code("起始期", "first period of the unbroken run", 16),
    "months": _count("持续月数", "length of the unbroken run", "months"),
    # coefficients and the event register
    "coefficient": Field("float", "系数", "c = 1 + (middle − rank) × step; empty on rows of any other kind"),
    "basis_rank": Field(
        "float", "依据名次", "place by which the coefficient or bonus goes; whole unless equals share an average"
    ),
    "rank_num": _count("依据名次分子", "numerator of the exact place by which the coefficient or bonus goes"),
    "rank_den": _count("依据名次分母", "denominator of that place; empty where there is none"),
    "count": _count("次数", "how often the event was registered; empty where none was", "events"),
    "places_moved": _count(
        "系数所致名次变化", "places won in the peer group because of the coefficient; negative if lost"
    ),
    # grades and stars
    "scale": _code("等次序列代码", "scale of grades or stars"),
    "scale_name": _text("等次序列", "Chinese name of the scale", 100),
    "grade": _code("等次代码", "grade of the scale that was reached"),
    "grade_name": _text("等次", "Chinese name of the grade", 100),
    "place": _count("等次排位", "place in the peer group that quotas are held against"),
    "previous_grade": _code("上期评定等次", "grade in the edition of the period before, as stored"),
    "previous": _code("上期等次代码", "grade in the period before; empty if there was none"),
    "previous_name": _text("上期等次", "Chinese name of the grade in the period before", 100),
    "movement": _code("升降", "new, same, risen or fallen against the period before", 16),
    "is_barred": Field("bool", "是否取消评先资格", "whether a limit bars grades that are awards"),
    "limited_by": _code("受限原因", "limit that kept the unit from a better grade, or one_step; empty if none did"),
    "consequence": _text("后续任务", "names of the open tasks that the grade led to, with 、 between them", 1000),
    # tasks
    "task_code": _code(
        "任务代码", "consequence of a grade, entry of the negative list to be put right, or condition of a warning"
    ),
    "raised_on": Field("date", "下达日期", "day on which the task arose"),
    "due_on": Field("date", "完成期限", "day by which the task is to be done, or the delivery to be there"),
    "done_on": Field("date", "完成日期", "day on which the task was done; empty until then"),
    "done_by": _text("办结依据", "what the task was done or cleared by, in Chinese; empty until then"),
    # weak and lax organisations
    "list_place": _count("建议排位", "place on the list of proposals; equals share the better place"),
    "is_proposed": Field("bool", "是否建议", "whether it is proposed: it is ahead as far as there are places"),
    "circumstances": _count("情形数", "circumstances of weak and lax organisations that were found in the year"),
    "circumstance_codes": _text("情形代码", "codes of these circumstances, with 、 between; blank if none was found"),
    "pool_months": _count("在池月数", "months of the year in which the organisation was in the pool", "months"),
    "score_period": _code("得分考核期", "month of the index that a proposal goes by", 16),
    "made_of": _code("依据至", "last month whose edition the proposals were made of", 16),
    "made_at": Field("timestamp", "建议生成时间", "when the proposals were made"),
    # figures along the tree
    "figure": _code("汇总项代码", "figure of the rule book that is added up along the tree"),
    "figure_name": _text("汇总项", "Chinese name of the figure", 100),
    "level": _count("层级", "depth in the tree; 0 is a root"),
    "own": _count("本级数", "the unit's own figure (stored in ten-thousandths, like every number of a roll-up)"),
    "children": _count("下级合计", "sum of the totals of the units directly below"),
    "figure_total": _count("本级及下级合计", "own and children together"),
    "stated": _count("填报合计", "what was stated for the unit; empty where nothing was"),
    # factors of persons
    "share": _code("个人系数代码", "factor of a person, as the rule book has it"),
    "unit_code": _code("所在单位代码", "unit above whose coefficient the factor takes"),
    "unit_num": _count("单位系数分子", "numerator of the unit's coefficient"),
    "unit_den": _count("单位系数分母", "denominator of the unit's coefficient"),
    "personal_num": _count("本人系数分子", "numerator of the person's own value"),
    "personal_den": _count("本人系数分母", "denominator of the person's own value"),
    "factor_num": _count("个人系数分子", "numerator of the factor: unit × person"),
    "factor_den": _count("个人系数分母", "denominator of the factor"),
    # editions
    "edition_id": _count("版本号", "number of the edition: hash of what it was computed from"),
    "revision": _count("修订次数", "1 for the first edition of a period, one more for each that replaced it"),
    "known_seq": _count(
        "接收序号上限", "the edition or draw knows the batches up to this number of the order of receipt"
    ),
    "confirmed_seq": _count("核对到的序号", "the edition is known to hold with the batches up to this number"),
    "confirmed_at": Field("timestamp", "核对时间", "when a run last published the edition or came to the same"),
    "source_id": _count(
        "来源版本号", "edition that the edition was computed from: the period before, or a part of its own"
    ),
    "rules_id": _code("规则文件指纹", "hash of the rule book's files as they stood"),
    "content": _text("文件内容", "text of a file of the rule book", 1_000_000),
    "as_of": Field("timestamp", "截至时间", "the edition knows what had been received by this moment"),
    "rulebook_version": _code("规则版本", "latest effective_from of the rules applied", 16),
    "rulebook_hash": _code("规则指纹", "hash of the resolved rule book"),
    "inputs_hash": _code("数据指纹", "hash of the records that the edition was computed from"),
    "code_version": _code("程序版本", "version of the program"),
    "is_provisional": Field("bool", "是否即时版", "computed while the period was open or waits for somebody"),
    "created_at": Field("timestamp", "生成时间", "when the edition was begun"),
    "published_at": Field("timestamp", "发布时间", "when the edition became the current one; empty if it never did"),
    "cause": _text(
        "缘由",
        "why the edition exists (routine, late data, rule change, code change, provisional), or why a number changed",
        1000,
    ),
    "note": _text("备注", "what a person should know about the edition or batch", 1000),
    "row_count": _count("行数", "rows of the edition over all tables", "rows"),
    "report": _text("校验报告", "path of the gate's report", 1000),
    # restatements
    "measure": _code("项目", "number that changed: index_points, rank, dimension:<code>, item:<code>, colour …", 100),
    "old_value": _points("原值", "value in the edition before; ranks, counts and severities in the same unit"),
    "new_value": _points("新值", "value in this edition; ranks, counts and severities in the same unit"),
    "from_data": _points("数据所致", "part of the change that came from records"),
    "from_registry": _points("名册所致", "part of the change that came from the organisation registry"),
    "from_rules": _points("规则所致", "part of the change that came from the rule book"),
    "from_code": _points("程序所致", "part of the change that came from the program"),
    "from_streaks": _points("前期所致", "part of the change that came from earlier periods' ranks and runs"),
    "parent_name": _text("上级组织", "name of the organisation above in the tree", 200),
    # completeness
    "expected_count": _count("应报数", "organisations with something due from the sender; 1 for a delivery as a whole"),
    "delivered_count": _count("已报数", "those of them that something came for: of declarations, all that is due"),
    "policy": _code(
        "未报齐的处理", "publish, provisional, wait or refuse: what becomes of a period while this is incomplete", 16
    ),
    "until": Field("date", "等到", "last day on which the period is waited with; empty: until everything is there"),
    "held_since": Field("timestamp", "暂缓自", "since when the period is held back"),
    # batches
    "seq": _count("接收序号", "order in which the batches of a district and system were taken"),
    "content_hash": _code("内容指纹", "SHA-256 of what was delivered"),
    "received": _count("收到条数", "records received; accepted + rejected + ignored", "records"),
    "accepted": _count("接收条数", "records accepted", "records"),
    "rejected": _count("退回条数", "records rejected", "records"),
    "ignored": _count("忽略条数", "records left out by design, such as totals and empty cells", "records"),
    "first_day": Field("date", "最早日期", "first day that the records speak of"),
    "last_day": Field("date", "最晚日期", "last day that the records speak of; of the registry that of its receipt"),
    "path": _text("湖内路径", "path of the batch's Parquet file inside the lake", 400),
    "cursor": _text("翻页标记", "where in a paged source of events the page asked for last begins", 2000),
    "page_hash": _code("页指纹", "SHA-256 of the events that the page asked for last had"),
    "page_events": _count("页内条数", "events that the page asked for last had", "events"),
    "fetched_at": Field("timestamp", "取数时间", "when the page asked for last was fetched"),
    "superseded_by": _code("替代批次", "batch that replaced this one, or `withdrawn`; empty while it is in force", 32),
    "rejection_id": _code("退回编号", "hash of the batch, place and reason of the rejection", 32),
    # rule-book items and names
    "item_order": _count("指标序号", "place of the item in the rule book"),
    "rule": _code(
        "计分规则",
        "kind of the rule: at_least, proportional, yes_no, tiers, per_unit, inverse, scored, milestones; deduction …",
        32,
    ),
    "rule_text": _text("计分说明", "the rule in Chinese", 1000),
    "lead_unit": _text("牵头单位", "unit that leads on the item", 100),
    "reference": _text("依据文件", "document that the item is from", 400),
    "label_kind": _code(
        "名称类别", "domain, dimension, condition, board, scale, grade, adjustment, limit, consequence or figure", 16
    ),
    "code": _code("代码", "code in the rule book; of a label (a grade as <scale>/<grade>) or an adjustment", 150),
    "name": _text("名称", "Chinese name of what the code stands for", 200),
    "sort": _count("排序", "place in which the label is shown"),
    "warning_name": _text("预警名称", "Chinese name of the condition", 100),
    # derived in the published views
    "share_pct": Field("float", "占比", "organisations as a share of the peers", unit="%"),
    "attainment_pct": Field("float", "得分率", "points as a share of full points", unit="%"),
    "rank_change": _count("名次变化", "places won since the previous period; negative if lost"),
    "triggers": _count("触发数", "triggers of the organisation in the pool"),
    "period_cadence": _code("考核期周期", "cadence of the period, where `cadence` is that of an item", 16),
    # peer groups
    "bottom_count": _count("末位数", "k of the condition: places that count as the bottom", "organisations"),
    "is_too_small": Field("bool", "组过小", "the group is too small to have a bottom"),
}
