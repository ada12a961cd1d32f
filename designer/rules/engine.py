"""Asks each rule, and keeps going whatever one of them does."""

from __future__ import annotations

from collections.abc import Iterable

from designer.analysis.model import Analysis
from designer.rules.model import (
    Fault,
    Finding,
    Judgement,
    NotApplicable,
    Outcome,
    Passed,
    Result,
    Rule,
    Severity,
)
from designer.rules.ruleset import Asked, ruleset_of

MOST_MESSAGE = 400
"""Longest part of an unexpected error repeated to the reader, in characters."""

RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def judge_rules(
    analysis: Analysis, rules: Iterable[Asked] | None = None
) -> tuple[tuple[Finding, ...], tuple[Judgement, ...]]:
    """Findings, gravest first, and one judgement per rule. A rule that raises becomes "could not judge".

    Without `rules` those of the scenario are asked, as it sets them. Raises ScenarioError where it sets what is not.
    """
    findings: list[Finding] = []
    judgements: list[Judgement] = []
    for asked in ruleset_of(analysis.scenario) if rules is None else rules:
        if asked.silenced is not None:
            judgements.append(asked.silenced)
            continue
        made, judgement = _judge(asked, analysis)
        findings.extend(made)
        judgements.append(judgement)
    findings.sort(
        key=lambda finding: (RANK[finding.severity], finding.rule, finding.nodes, finding.connections)
    )
    return tuple(findings), tuple(judgements)


def _judge(asked: Asked, analysis: Analysis) -> tuple[tuple[Finding, ...], Judgement]:
    item = asked.rule
    try:
        result: Result = item.check(analysis, **asked.parameters)
    except Exception as error:  # one bad rule never takes the review down
        return _could_not_judge(item, error)
    if isinstance(result, Passed):
        return (), Judgement(item.id, item.title, Outcome.PASSED, result.message, result.nodes)
    if isinstance(result, NotApplicable):
        return (), Judgement(item.id, item.title, Outcome.NOT_APPLICABLE, result.reason)
    findings = tuple([_finding(item, fault, asked.severity) for fault in result])
    nodes = tuple(dict.fromkeys([node for finding in findings for node in finding.nodes]))
    return findings, Judgement(item.id, item.title, Outcome.FAILED, lambda: findings[0].message, nodes)


def _finding(item: Rule, fault: Fault, severity: Severity | None = None) -> Finding:
    return Finding(
        rule=item.id,
        title=item.title,
        severity=severity or fault.severity or item.severity,
        message=fault.message,
        why=item.why,
        nodes=fault.nodes,
        connections=fault.connections,
        fix_words=item.fix,
        fix=fault.fix,
        arithmetic=fault.arithmetic,
        sources=item.sources,
    )


def _could_not_judge(item: Rule, error: Exception) -> tuple[tuple[Finding, ...], Judgement]:
    message = f"Rule {item.id} could not judge: {type(error).__name__}: {error}"[:MOST_MESSAGE]
    fault = Fault(nodes=(), message=message, severity=Severity.INFO)
    return (_finding(item, fault),), Judgement(item.id, item.title, Outcome.COULD_NOT_JUDGE, message)
