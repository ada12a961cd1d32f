"""A report as SARIF 2.1.0, which code hosts show beside the lines of the design file.

Findings and requirements that are not met are results; what the design ignores is a suppressed result. A fix is
given only for a design file, as the very lines that it exchanges there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from designer import __version__
from designer.analysis.model import State, Verdict
from designer.export.design_file import DesignFile
from designer.export.repair_words import effect_words, fix_words
from designer.export.sarif_fixes import fixes_of
from designer.export.sarif_places import artifact, places
from designer.export.sarif_rules import LEVELS, REQUIREMENT, descriptors, message
from designer.report import Report
from designer.rules.model import Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "designerIdentity/v1"


def write_sarif(report: Report, file: DesignFile | None = None) -> str:
    """The report as JSON text in ASCII with a final newline; `file` is where the report's design was read from."""
    return json.dumps(sarif_data(report, file), indent=2, allow_nan=False) + "\n"


def sarif_data(report: Report, file: DesignFile | None = None) -> dict[str, Any]:
    """The report as plain data."""
    results = [*_requirements(report, file), *_findings(report, file), *_ignored(report, file)]
    rules = descriptors(result["ruleId"] for result in results)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "designer", "semanticVersion": __version__, "rules": rules}},
        "automationDetails": {"id": f"designer/{report.scenario.id}/"},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [{**result, "ruleIndex": numbers[result["ruleId"]]} for result in results],
        "properties": {"passed": report.passed, "score": report.score.points},
    }
    if file is not None:
        run["artifacts"] = [{"location": artifact(file), "roles": ["analysisTarget"]}]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _requirements(report: Report, file: DesignFile | None) -> Iterator[dict[str, Any]]:
    for verdict in report.verdicts:
        if verdict.state is not State.MET:
            yield {
                "ruleId": f"{REQUIREMENT}.{verdict.kind}",
                **_verdict_kind(verdict),
                "message": message(f"{verdict.title}: {verdict.reason}"),
                **places(verdict.nodes, (), file),
                "partialFingerprints": {FINGERPRINT: f"{REQUIREMENT}@{verdict.requirement}"},
                "suppressions": [],
                "properties": {"requirement": verdict.requirement},
            }


def _verdict_kind(verdict: Verdict) -> Mapping[str, str]:
    """Only what is known to be missed fails; a level goes with nothing else."""
    missed = verdict.state is State.MISSED
    return {"kind": "fail", "level": "error"} if missed else {"kind": "open", "level": "none"}


def _findings(report: Report, file: DesignFile | None) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        result = _finding(finding, report, file)
        result["suppressions"] = []
        effect = (report.effects or {}).get(finding.identity)
        if effect is not None:
            words = f"{fix_words(finding, report)}: {effect_words(effect, report)}"
            result["properties"]["repair"] = words
            if file is not None:
                result["fixes"] = fixes_of(finding.fix, words, file, report.analysis.catalog)
        yield result


def _ignored(report: Report, file: DesignFile | None) -> Iterable[dict[str, Any]]:
    """SARIF calls a suppression in the very file that is judged one "in source"."""
    for item in report.ignored:
        result = _finding(item.finding, report, file)
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": item.because}]
        yield result


def _finding(finding: Finding, report: Report, file: DesignFile | None) -> dict[str, Any]:
    cause = report.causes.get(finding.identity)
    return {
        "ruleId": finding.rule,
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": message(finding.message),
        **places(finding.nodes, finding.connections, file),
        "partialFingerprints": {FINGERPRINT: finding.identity},
        "properties": {} if cause is None else {"goesWith": cause},
    }
