"""All facts: `analyze(scenario, design)` gathers traffic, performance, reliability, cost and verdicts."""

from designer.analysis.facts import analyze, judge_only, measure, scale_traffic
from designer.analysis.model import Analysis, Headroom, State, Verdict

__all__ = ["Analysis", "Headroom", "State", "Verdict", "analyze", "judge_only", "measure", "scale_traffic"]
