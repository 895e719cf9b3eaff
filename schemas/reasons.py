"""Reasons for which a record or cell is rejected, with what the sender reads: what is wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A reason's Chinese name, and the sentence for its sender.

    The sentence may use {column} and {value}, which come in quotation marks.
    """

    title: str
    message: str


REASONS: dict[str, Reason] = {
    "malformed": Reason("格式错误", "{column}填的{value}无法识别。请按要求的格式填写后重新报送"),
    "future_dated": Reason("时间倒置", "发生时间晚于抓取时间（抓取时间{value}）。请核对两个时间后重新推送"),
    "unknown_organization": Reason(
        "组织不存在", "组织名册中没有{value}。请核对组织代码或名称、镇街；新设组织请先由组织部登记入册"
    ),
    "inactive_organization": Reason(
        "组织当日不在册", "{value}在所述日期不在册（尚未成立或已撤销）。请核对日期和组织代码"
    ),
    "ambiguous_name": Reason("名称重复", "有多个组织都叫{value}，无法确定是哪一个。请填写所在镇街或组织代码"),
    "unknown_indicator": Reason("指标不存在", "指标代码{value}不在本期可报送的指标目录中。请核对指标代码"),
    "not_applicable": Reason("指标不适用", "{value}不是该组织所属领域的指标。请删除这一项，或核对组织代码"),
    "not_declared": Reason(
        "没有这项申报",
        "该组织本期没有可以复核的{value}的申报，或申报时间对不上。请核对组织代码、指标代码和申报时间；复核最后一次申报的，申报时间留空",
    ),
    "out_of_range": Reason("数值超出范围", "{column}填的{value}超出允许范围。请核对数值和单位"),
    "unknown_status": Reason("状态不识别", "{column}填的{value}不在规定的写法之内。请改为规定的写法"),
    "conflicting_duplicate": Reason(
        "重复且不一致", "另有一条与此矛盾（{column}这里是{value}），都不计入。请只保留正确的一条"
    ),
    "control_total": Reason("总数不符", "{column}填的{value}与分项合计或组织名册不符。请核对后重新报送"),
    "nothing_left": Reason(
        "豁免后无项可分",
        "豁免{value}以后，该组织在这个维度里没有可以得分的指标了，满分无处分摊，这条豁免不采用。请撤销它，或少豁免一项",
    ),
    "unreadable": Reason("文件无法读取", "{value}"),
}
