"""What the methods behind a limit are called on a page."""

METHOD_NAMES = {
    "census": "全部核查，没有抽样误差",
    "hypergeometric": "超几何分布精确上限",
    "staged": "分阶段规则的精确上限",
    "fisher": "各层合并上限（Fisher 合并检验）",
    "pooled": "各层合并上限（差错合并计数）",
    "weighted": "各层合并上限（差错按各层抽样疏密加权）",
    "bonferroni": "各层上限相加（Bonferroni）",
    "stringer": "学时单元的 Stringer 上限",
}
"""By ``Look.method`` and ``HoursEvaluation.method``; "pooled" of hours is ``POOLED_HOURS``."""

POOLED_HOURS = "各层合并的 Stringer 上限（差错比例按各层抽样疏密加权）"
