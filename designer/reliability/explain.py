"""The arithmetic of availability, as data: of a node's machines, and of a workload in every combination of zones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.environment import Environment
from designer.catalog.model import Component
from designer.design.figures import quantity_of
from designer.design.model import Node
from designer.reliability.circuit import Circuit, Op
from designer.reliability.groups import Placement
from designer.reliability.structure import LEAST, Variable, Wiring
from designer.units import SECONDS_PER_YEAR, Dimension

MOST_CASES = 12
"""Combinations of zones that are told one by one; what the others add is one number."""

MOST_SHOWN = 120
"""Symbols beyond which a formula would fill pages."""

MOST_TERMS = 6
"""Kinds of combinations that the chance of one case is added up from."""


def explain_group(
    name: str, placement: Placement, node: Node | None, component: Component | None
) -> Arithmetic:
    """The availability of a node's machines for a read while every zone is up."""
    known = _figure(node, component, "availability", "a", "availability of one")
    one = known or Quantity("a", "availability of one", 1.0 - placement.down, Dimension.RATIO)
    result = Quantity(
        "A", f"availability of {name} while its zones are up", 1.0 - placement.at_best(), Dimension.RATIO
    )
    if not placement.zones:
        return Arithmetic("A = a", result, (one,), "seen as a whole")
    machines = len(placement.zones)
    backing = Quantity("n", "machines that back a request", float(machines), Dimension.COUNT)
    needed = Quantity("k", "of them needed at peak", float(placement.to_read), Dimension.COUNT)
    formula, method, steps = "1 - sum over i < k of C(n, i) * a^i * (1 - a)^(n - i)", "binomial k-of-n", []
    written, inputs = formula.replace("k", "w"), [one, backing]
    switches: list[Quantity] = []
    if placement.switching > 0.0 and machines > placement.to_read:
        steps.append(_explain_switching(placement, one, node, component))
        switches = [steps[0].result]
        written = f"(1 - s) * ({written})"
        method += "; nothing is written while a follower takes over"
    if switches and placement.reads_wait:
        formula = f"(1 - s) * ({formula})"
        method = method.replace("written", "read or written")
    if placement.overloaded:
        method += "; the peak is too much even for all of them, which counts as down"
    if placement.split:
        writing = Quantity("w", "of them needed for a write", float(placement.to_write), Dimension.COUNT)
        name = f"availability of {name} for writes while its zones are up"
        value = 1.0 - placement.at_best_to_write()
        steps.append(
            Arithmetic(
                f"A[write] = {written}",
                Quantity("A[write]", name, value, Dimension.RATIO),
                (*inputs, writing, *switches),
            )
        )
    inputs += [needed, *(switches if placement.reads_wait else ())]
    return Arithmetic(f"A = {formula}", result, tuple(inputs), method, tuple(steps))


def _explain_switching(
    placement: Placement, one: Quantity, node: Node | None, component: Component | None
) -> Arithmetic:
    """The share of the time that is spent failing over."""
    known = [
        one,
        _figure(node, component, "failures_per_year", "F", "failures of a leader in a year"),
        _figure(node, component, "failover_time", "t", "until a follower has taken over"),
    ]
    year = Quantity("Y", "a year", SECONDS_PER_YEAR, Dimension.TIME)
    return Arithmetic(
        "s = min((1 - a) / (2 - a), F * t / Y)",
        Quantity(
            "s", "share of the time in which a follower takes over", placement.switching, Dimension.RATIO
        ),
        (*[item for item in known if item is not None], year),
        "never more than makes a leader with one follower no better than one machine alone",
    )


def _figure(
    node: Node | None, component: Component | None, name: str, symbol: str, label: str
) -> Quantity | None:
    return None if node is None or component is None else quantity_of(node, component, name, symbol, label)


class Case(NamedTuple):
    """Combinations of zones in which every variable is as likely to be false: which are up in each, and how likely."""

    live: tuple[frozenset[str], ...]
    probability: float
    down: tuple[float, ...]


class Told(NamedTuple):
    """What the availability of a workload is told from."""

    workload: str
    availability: float
    contributions: Mapping[str, float]
    wiring: Wiring
    cases: Sequence[Case]
    regions: Mapping[str, str]  # by zone in which machines stand
    environment: Environment
    sources: Mapping[str, str | None]  # by node that of its availability
    groups: Sequence[Arithmetic]  # of the nodes on the way
    is_bound: bool
    is_coarse: bool
    remarks: str


METHOD = "products of what is independent, decision diagrams of what shares parts"


def explain_workload(told: Told) -> Arithmetic:
    """How often a workload is served: what fails in each combination of zones that are up, by how likely each is."""
    circuit, roots = told.wiring.circuit, told.wiring.roots
    failing = []
    for case in told.cases:
        values = circuit.failures(case.down)
        failing.append(sum([weight * values[root] for weight, root in roots]))
    ranked = sorted(range(len(told.cases)), key=lambda number: _rank(told, number, failing[number]))
    inputs: list[Quantity] = []
    steps: list[Arithmetic] = []
    terms = []
    for number, index in enumerate(ranked[:MOST_CASES], 1):
        case = told.cases[index]
        name = f"chance that {_zones_of(case, told.regions)}"
        chance = Quantity(f"p{number}", name, case.probability, Dimension.RATIO)
        fails = Quantity(f"u{number}", "chance that no way works then", failing[index], Dimension.RATIO)
        inputs += [chance, fails]
        terms.append(f"{chance.symbol} * {fails.symbol}")
        steps += [*_explain_chance(told, case, chance), *_explain_ways(told, case, fails)]
    others = ranked[MOST_CASES:]
    if others:
        rest = sum([told.cases[index].probability * failing[index] for index in others])
        inputs.append(
            Quantity("o", f"{len(others)} other cases, added up in the same way", rest, Dimension.RATIO)
        )
        terms.append("o")
    method = METHOD if _size(told.wiring) <= MOST_SHOWN else f"{METHOD}, too much to be written out"
    if told.is_bound:
        method = f"a lower bound, since all of it is too entangled to be exact: A is at least this; {method}"
    result = Quantity("A", f"availability of {told.workload}", told.availability, Dimension.RATIO)
    return Arithmetic(
        formula=f"A {'>=' if told.is_bound else '='} 1 - ({' + '.join(terms)})",
        result=result,
        inputs=tuple(inputs),
        method=f"{method}{told.remarks}",
        steps=(*steps, *told.groups, _explain_shares(told, result)),
    )


def _explain_shares(told: Told, result: Quantity) -> Arithmetic:
    return Arithmetic(
        formula="U = 1 - A",
        result=Quantity("U", "unavailability", 1.0 - told.availability, Dimension.RATIO),
        inputs=(
            result,
            *[
                Quantity(f"B[{node}]", f"unavailability that goes with {node}", share, Dimension.RATIO)
                for node, share in told.contributions.items()
            ],
        ),
        method="Birnbaum importance for shares; what is left goes with zones and regions",
    )


def _rank(told: Told, number: int, failing: float) -> tuple[bool, float]:
    """All zones up first, then what costs most."""
    case = told.cases[number]
    return not _all_up(case, told.regions), -case.probability * failing


def _all_up(case: Case, regions: Mapping[str, str]) -> bool:
    return any(len(live) == len(regions) for live in case.live)


def _zones_of(case: Case, regions: Mapping[str, str]) -> str:
    if not regions:
        return "anything is up at all"
    if len(case.live) > 1:
        return f"zones are up as in one of {len(case.live)} combinations that come to the same"
    (live,) = case.live
    if len(live) == len(regions):
        return "every zone is up"
    return f"of the zones only {', '.join(sorted(live))} are up" if live else "no zone is up"


def _explain_chance(told: Told, case: Case, chance: Quantity) -> Iterator[Arithmetic]:
    """The chance of a case, from how often a zone and a region are up."""
    if told.is_coarse or not told.regions:
        return
    members = Counter(told.regions.values())
    terms = Counter(_chance_of(live, told.regions, members) for live in case.live)
    if len(terms) > MOST_TERMS:
        return
    zone, region = told.environment.zone_availability, told.environment.region_availability
    added = [f"{count} * {term}" if count > 1 else term for term, count in terms.items()]
    yield Arithmetic(
        formula=f"{chance.symbol} = {' + '.join(added)}",
        result=chance,
        inputs=(
            Quantity(
                "z",
                "availability of a zone while its region is up",
                zone.default,
                Dimension.RATIO,
                zone.source,
            ),
            Quantity("r", "availability of a region", region.default, Dimension.RATIO, region.source),
        ),
    )


def _chance_of(live: frozenset[str], regions: Mapping[str, str], members: Mapping[str, int]) -> str:
    """The formula of one combination: its regions fail apart, and the zones of one too while it is up."""
    up = Counter(regions[zone] for zone in live)
    factors = []
    for region, number in members.items():
        if up[region]:
            down = number - up[region]
            factors += ["r", _power("z", up[region]), *([_power("(1 - z)", down)] if down else [])]
        else:
            factors.append(f"(1 - r + r * {_power('(1 - z)', number)})")
    return " * ".join(factors)


def _power(base: str, exponent: int) -> str:
    return base if exponent == 1 else f"{base}^{exponent}"


def _explain_ways(told: Told, case: Case, fails: Quantity) -> Iterator[Arithmetic]:
    """What fails in one case, from how likely each node cannot do its part in it."""
    if _size(told.wiring) > MOST_SHOWN or fails.value >= 1.0:
        return
    writer = _Ways(told.wiring)
    formula = writer.formula()
    yield Arithmetic(
        formula=f"{fails.symbol} = {formula}",
        result=fails,
        inputs=(
            *[
                Quantity(
                    _symbol(variable),
                    _meaning(variable),
                    case.down[number],
                    Dimension.RATIO,
                    None if variable.dataset is not None else told.sources.get(variable.node),
                )
                for number, variable in enumerate(told.wiring.variables)
                if number in writer.used
            ],
            *[
                Quantity(f"w{number}", "share of the requests that begin there", weight, Dimension.RATIO)
                for number, (weight, _) in enumerate(told.wiring.roots, 1)
                if len(told.wiring.roots) > 1
            ],
        ),
    )


def _size(wiring: Wiring) -> int:
    """Symbols that the formula of a circuit has when it is written out."""
    sizes = [1] * (wiring.circuit.variables + 2)
    for op, parts in wiring.circuit.steps:
        sizes.append(sum([sizes[part] for part in parts]) + (sizes[parts[0]] if op is Op.IF else 0))
    return sum([sizes[root] for _, root in wiring.roots])


def _symbol(variable: Variable) -> str:
    node, need, dataset = variable
    if dataset is not None:
        return f"m[{node}, {dataset}]"
    return f"q[{node}]" if need == LEAST else f"q[{node}, {need}]"


def _meaning(variable: Variable) -> str:
    node, need, dataset = variable
    if dataset is not None:
        return f"reads of {dataset} that {node} has no answer to"
    if need == LEAST:
        return f"too few machines of {node} are up"
    return f"too few of {node} are up for {need}, while there are enough for less"


class _Ways:
    """A circuit written out as a formula; what occurs more than once is written as often."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._circuit: Circuit = wiring.circuit
        self.used: set[int] = set()

    def formula(self) -> str:
        roots = [self._slot(root) for _, root in self._wiring.roots]
        if len(roots) == 1:
            return roots[0]
        return " + ".join([f"w{number} * ({root})" for number, root in enumerate(roots, 1)])

    def _slot(self, slot: int) -> str:
        circuit = self._circuit
        if slot < circuit.variables:
            self.used.add(slot)
            return _symbol(self._wiring.variables[slot])
        if slot in (circuit.false, circuit.true):
            return "1" if slot == circuit.false else "0"
        op, parts = circuit.steps[slot - circuit.variables - 2]
        found = [self._slot(part) for part in parts]
        if op is Op.ALL:
            return f"1 - {' * '.join([f'(1 - {_bracketed(part)})' for part in found])}"
        if op is Op.ANY:
            return " * ".join([_bracketed(part) for part in found])
        if op is Op.IF:
            decider, low, high = [_bracketed(part) for part in found]
            return f"{decider} * {low} + (1 - {decider}) * {high}"
        return f"min({', '.join(found)})"


def _bracketed(formula: str) -> str:
    return f"({formula})" if " - " in formula or " + " in formula or " * " in formula else formula
