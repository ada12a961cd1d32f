"""Files kept as if they were records."""

from __future__ import annotations

import math

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, DataKind
from designer.design.edit import AddNode, Change, Connect, RemoveNode, SetNode
from designer.errors import quote
from designer.rules.definition import rule
from designer.rules.model import Example, Fault, NotApplicable, Parameter, Passed, Result, Severity
from designer.rules.questions import component, flows_into, label, listed
from designer.rules.repairs import FILES, GB, fits_budget, leaves_room, new_node
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
    fix = _move_out(analysis, home, names)
    return Fault((home,), message, fix=fix, arithmetic=analysis.growth[largest].arithmetic)


def _move_out(analysis: Analysis, home: str, names: list[str]) -> tuple[Change, ...]:
    """The large values in a store for files beside this one, which goes when nothing else is kept there.

    Nothing where that store does not take such data, or is too slow or too dear for what is asked.
    """
    files = new_node(analysis, FILES)
    if files is None:
        return ()
    found = analysis.catalog[files.component]
    if any(analysis.scenario.datasets[name].kind not in found.holds for name in names):
        return ()
    price = found.figure("cost_per_gb_month")
    kept = math.fsum([analysis.growth[name].bytes_now for name in names]) / GB
    callers = list(dict.fromkeys([flow.source for flow in flows_into(analysis).get(home, ())]))
    if not fits_budget(analysis, kept * (0.0 if price is None else price.default)):
        return ()
    if not all(leaves_room(analysis, caller, home, files) for caller in callers):
        return ()
    rest = tuple(
        [name for name, growth in analysis.growth.items() if home in growth.homes and name not in names]
    )
    passed_to = analysis.graph.successors(home)
    links = [
        Connect(connection=analysis.graph.connections[caller, home].model_copy(update={"target": files.id}))
        for caller in callers
    ]
    if not rest:
        if any(component(analysis, name).behavior is not Behavior.OBSERVER for name in passed_to):
            return ()
        return (AddNode(node=files), *links, RemoveNode(node=home))
    files = files.model_copy(update={"holds": tuple(names)})
    return (AddNode(node=files), *links, SetNode(node=home, field="holds", value=rest))


def _describe(analysis: Analysis, name: str) -> str:
    data = analysis.scenario.datasets[name]
    size = format_quantity(data.record_size, Dimension.SIZE)
    whole = format_quantity(analysis.growth[name].bytes_now, Dimension.SIZE)
    return f"{quote(data.name)} of {size} each ({whole} in all)"
