"""Findings as plain data: what was found, what mends it, what is ignored, and what was mended before."""

from __future__ import annotations

from designer.export.arithmetic_json import arithmetic_data
from designer.export.mending import Mending
from designer.export.repair_words import effect_words
from designer.export.report_schema import (
    EffectData,
    FindingData,
    IdleData,
    IgnoredData,
    JudgementData,
    MendedData,
    SettingData,
)
from designer.report import Report
from designer.rules.effects import Effect
from designer.rules.model import Finding, Judgement, Severity
from designer.rules.ruleset import ruleset_of


def finding_data(finding: Finding, report: Report) -> FindingData:
    """One finding of the report, with the effect of its fix where that was tried."""
    effect = (report.effects or {}).get(finding.identity)
    return {
        "id": finding.identity,
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity,
        "message": finding.message,
        "why": finding.why,
        "nodes": list(finding.nodes),
        "connections": list(finding.connections),
        "fix": finding.fix_words,
        "changes": [change.model_dump(mode="json", by_alias=True) for change in finding.fix],
        "effect": None if effect is None else _effect(effect, report),
        "cause": report.causes.get(finding.identity),
        "arithmetic": None if finding.arithmetic is None else arithmetic_data(finding.arithmetic),
        "sources": list(finding.sources),
    }


def _effect(effect: Effect, report: Report) -> EffectData:
    return {
        "words": effect_words(effect, report),
        "met": list(effect.met),
        "missed": list(effect.missed),
        "gain": effect.gain,
        "cost": effect.cost,
        "fixed": list(effect.fixed),
        "added": list(effect.added),
        "safe": effect.is_safe,
    }


def ignored_data(report: Report) -> list[IgnoredData]:
    """What the design says is no fault."""
    return [
        {"finding": finding_data(item.finding, report), "because": item.because} for item in report.ignored
    ]


def idle_data(report: Report) -> list[IdleData]:
    """What the design ignores to no purpose."""
    return [{"rule": item.rule, "nodes": list(item.nodes), "because": item.because} for item in report.idle]


def setting_data(report: Report) -> list[SettingData]:
    """The rules that the scenario has asked otherwise, with their parameters in base units."""
    asked = {item.rule.id: item for item in ruleset_of(report.scenario)}
    return [
        {
            "rule": name,
            "on": setting.on,
            "severity": None if setting.severity is None else Severity(setting.severity),
            "parameters": {parameter: asked[name].parameters[parameter] for parameter in setting.parameters},
            "because": setting.because,
        }
        for name, setting in report.scenario.rules.items()
    ]


def mended_data(mending: Mending) -> MendedData:
    """What was changed before the report was made."""
    before, effect = mending.before, mending.mended.effect
    return {
        "findings": [finding_data(finding, before) for finding in mending.mended.mended],
        "effect": None if effect is None else _effect(effect, before),
    }


def judgement_data(judgement: Judgement) -> JudgementData:
    """What one rule said."""
    return {
        "rule": judgement.rule,
        "title": judgement.title,
        "outcome": judgement.outcome,
        "message": judgement.message,
        "nodes": list(judgement.nodes),
    }
