"""Files kept as if they were records."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Component, DataKind
from designer.errors import quote
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import component, label, listed
from designer.units import Dimension, format_quantity


@rule(
    severity=Severity.WARNING,
    applies="Where something is kept.",
    bad=Example(
        "users > load_balancer*2 > api:app_server*2 > store:wide_column_store*24[replicas=2]",
        scenario="recordings",
    ),
    good=Example(
        "users > load_balancer*2 > api:app_server*2 > store:object_storage",
        scenario="recordings",
    ),
    sources=(
        "R. Sears, C. van Ingen and J. Gray, To BLOB or Not To BLOB, MSR-TR-2006-45: files do better from 1 MB on",
        "Amazon DynamoDB developer guide, bp-use-s3-too: large attribute values",
    ),
    false_positives="Compressed, or read in parts, a large value may be small where it matters.",
    fix="Keep the large value in a store for files, and in the record only its address.",
    parameters=(
        Parameter(
            "large",
            250e3,
            Dimension.SIZE,
            "size of a record from which on it belongs into a store for files",
            "R. Sears et al., To BLOB or Not To BLOB, MSR-TR-2006-45: databases are better below 256 KB",
        ),
    ),
)
def check(analysis: Analysis, large: float) -> Result:
    """Large values are kept in a store made for small records

    A store for records moves them through its memory, its log and each of its copies. A value of a megabyte takes the
    place of a thousand small records there, makes everybody else wait while it is moved, and costs several times what
    a store for files would take.
    """
    kept = {name: growth.homes for name, growth in analysis.growth.items() if growth.homes}
    if not kept:
        return NotApplicable("Nothing is kept here yet.")
    found: dict[str, list[str]] = {}
    for name, homes in kept.items():
        if analysis.scenario.datasets[name].record_size >= large:
            for home in homes:
                if _is_for_records(component(analysis, home)):
                    found.setdefault(home, []).append(name)
    faults = tuple([_fault(analysis, home, names) for home, names in found.items()])
    return faults or Passed("Small things are kept as records, and large ones as files.")


def _is_for_records(found: Component) -> bool:
    return DataKind.RECORDS in found.holds and DataKind.BLOBS not in found.holds


def _fault(analysis: Analysis, home: str, names: list[str]) -> Fault:
    values = listed([_describe(analysis, name) for name in names])
    largest = max(names, key=lambda name: analysis.growth[name].bytes_now)
    message = f"{label(analysis, home)} is made for records of some kilobytes, and keeps {values}."
    return Fault((home,), message, arithmetic=analysis.growth[largest].arithmetic)


def _describe(analysis: Analysis, name: str) -> str:
    data = analysis.scenario.datasets[name]
    size = format_quantity(data.record_size, Dimension.SIZE)
    whole = format_quantity(analysis.growth[name].bytes_now, Dimension.SIZE)
    return f"{quote(data.name)} of {size} each ({whole} in all)"
