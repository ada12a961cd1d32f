"""Finds the rules by walking this package, asks each, and keeps going whatever one of them does."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module

import designer.rules
from designer.analysis.model import Analysis
from designer.errors import DesignerError
from designer.rules.definition import ATTRIBUTE
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

MOST_MESSAGE = 400
"""Longest part of an unexpected error repeated to the reader, in characters."""

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the package, by id."""
    found: list[Rule] = []
    for module in pkgutil.walk_packages(designer.rules.__path__, prefix="designer.rules."):
        if not module.ispkg:
            found.extend(_rules_in(module.name))
    return tuple(sorted(found, key=lambda item: item.id))


def _rules_in(name: str) -> Iterable[Rule]:
    module = import_module(name)
    for value in vars(module).values():
        made = getattr(value, ATTRIBUTE, None)
        if isinstance(made, Rule) and made.check.__module__ == name:
            yield made


def find_rule(rule_id: str) -> Rule:
    """The rule of that id. Raises DesignerError with the nearest id."""
    from designer.errors import suggest

    rules = {item.id: item for item in all_rules()}
    if rule_id not in rules:
        near = suggest(rule_id, rules)
        raise DesignerError(f"there is no rule {rule_id!r}", suggestion=near)
    return rules[rule_id]


def judge_rules(
    analysis: Analysis, rules: Iterable[Rule] | None = None
) -> tuple[tuple[Finding, ...], tuple[Judgement, ...]]:
    """Findings, gravest first, and one judgement per rule. A rule that raises becomes "could not judge"."""
    findings: list[Finding] = []
    judgements: list[Judgement] = []
    for item in all_rules() if rules is None else rules:
        made, judgement = _judge(item, analysis)
        findings.extend(made)
        judgements.append(judgement)
    findings.sort(
        key=lambda finding: (_RANK[finding.severity], finding.rule, finding.nodes, finding.connections)
    )
    return tuple(findings), tuple(judgements)


def _judge(item: Rule, analysis: Analysis) -> tuple[tuple[Finding, ...], Judgement]:
    try:
        result: Result = item.check(analysis)
    except Exception as error:  # one bad rule never takes the review down
        return _could_not_judge(item, error)
    if isinstance(result, Passed):
        return (), Judgement(item.id, item.title, Outcome.PASSED, result.message, result.nodes)
    if isinstance(result, NotApplicable):
        return (), Judgement(item.id, item.title, Outcome.NOT_APPLICABLE, result.reason)
    findings = tuple(_finding(item, fault) for fault in result)
    nodes = tuple(dict.fromkeys(node for finding in findings for node in finding.nodes))
    return findings, Judgement(item.id, item.title, Outcome.FAILED, findings[0].message, nodes)


def _finding(item: Rule, fault: Fault) -> Finding:
    return Finding(
        rule=item.id,
        title=item.title,
        severity=fault.severity or item.severity,
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
