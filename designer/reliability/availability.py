"""Availability of every workload, exact for independent failures under common causes (zones, regions).

The structure of each workload (structure.py) is evaluated for every combination of zones that are up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Catalog
from designer.design.model import Design
from designer.reliability.chances import Failing, Odds
from designer.reliability.durability import keep
from designer.reliability.groups import Placement
from designer.reliability.model import Contribution, Group, Outage, Reliability, WorkloadAvailability
from designer.reliability.outages import find_outages
from designer.reliability.placing import Placer
from designer.reliability.recovery import Recoveries
from designer.reliability.shedding import find_sheds
from designer.reliability.structure import Outliner, Structure
from designer.reliability.zones import is_coarse, states_of
from designer.scenario.model import Scenario
from designer.traffic.model import Plan, Traffic
from designer.units import Dimension


def assess(
    scenario: Scenario,
    design: Design,
    catalog: Catalog,
    traffic: Traffic,
    needed: Mapping[str, int],
    homes: Mapping[str, Sequence[str]],
    *,
    stored: Mapping[str, float] | None = None,
) -> Reliability:
    """Availability, durability, recovery, and what each failure takes away.

    `needed` says how many of each node's machines carry the peak load (the k of k-of-n), `homes` which nodes keep each
    dataset, `stored` how many bytes one copy of all that a node keeps has: what is rebuilt or restored when it is
    lost. Nothing is counted as rebuilt without it.

    A tier that cannot carry the peak with all its machines (more needed than there are) counts as down, and so does
    all that cannot do without it: see `Placement`. The contributions of the others are then what they are without that.
    An answer without something for which its caller has an answer of its own (a fallback) counts as up.
    """
    survey = _Survey(scenario, design, catalog, traffic, needed, stored or {})
    services = _Services(survey)
    return Reliability(
        groups=survey.groups,
        workloads=services.workloads,
        durabilities=partial(keep, design.by_id, catalog, homes, stored or {}),
        outages=services.outages,
    )


class _Survey:
    """A design with all that its reliability is found from; each part is worked out once, when somebody looks."""

    def __init__(
        self,
        scenario: Scenario,
        design: Design,
        catalog: Catalog,
        traffic: Traffic,
        needed: Mapping[str, int],
        stored: Mapping[str, float],
    ) -> None:
        self.scenario = scenario
        self.design = design
        self.catalog = catalog
        self.traffic = traffic
        self.needed = needed
        self.stored = stored

    def groups(self) -> tuple[Group, ...]:
        return tuple([Group(name, item) for name, item in self.placements.items()])

    @cached_property
    def placements(self) -> dict[str, Placement]:
        placer, needed = Placer(self.design, self.catalog), self.needed
        found: dict[str, Placement] = {}
        for name, node in self.design.by_id.items():
            placement = placer.place(node, needed.get(name, 1))
            if placement is not None:
                found[name] = placement
        return found

    @cached_property
    def outliner(self) -> Outliner:
        return Outliner(self.placements, self.design.by_id)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """All in which machines stand."""
        distinct = dict.fromkeys(self.placements.values())
        return tuple(dict.fromkeys([zone for item in distinct for zone in item.standing]))

    @cached_property
    def odds(self) -> Odds:
        environment = self.catalog.environment
        states = states_of(
            self.zones,
            self.design,
            1.0 - environment.zone_availability.default,
            1.0 - environment.region_availability.default,
        )
        hits = {(hit.cache, hit.dataset): hit.ratio for hit in self.traffic.hits}
        return Odds(self.placements, states, hits)

    @cached_property
    def recoveries(self) -> Recoveries:
        return Recoveries(self.design.by_id, self.catalog, self.placements, self.stored)


class _Services:
    """The workloads that a survey is about."""

    def __init__(self, survey: _Survey) -> None:
        self._survey = survey

    def workloads(self) -> tuple[WorkloadAvailability, ...]:
        return tuple([service.availability() for service in self._services])

    def outages(self) -> tuple[Outage, ...]:
        survey = self._survey
        structures = [service.structure for service in self._services]
        sheds = find_sheds(
            survey.scenario, survey.catalog, survey.traffic, survey.placements, survey.design.by_id
        )
        return find_outages(survey.design, survey.zones, structures, survey.placements, sheds)

    @cached_property
    def _services(self) -> list[_Service]:
        return [_Service(self._survey, plan) for plan in self._survey.traffic.plans.values() if plan.entries]


class _Service:
    """One workload of it."""

    def __init__(self, survey: _Survey, plan: Plan) -> None:
        self._survey = survey
        self._plan = plan

    def availability(self) -> WorkloadAvailability:
        return WorkloadAvailability(
            self._plan.workload,
            Arithmetic.later(self._explain),
            Arithmetic.later(lambda: self._survey.recoveries.explain(self.structure)),
            unavailability=lambda: self._failing.total,
            contributions=lambda: self._failing.contributions,
            recovery_time=lambda: self._survey.recoveries.longest(self.structure),
        )

    @cached_property
    def structure(self) -> Structure:
        touches = self._survey.scenario.workloads[self._plan.workload].touches
        return self._survey.outliner.structure(self._plan, touches)

    @cached_property
    def _overloaded(self) -> tuple[str, ...]:
        """The nodes on the way that cannot carry the peak with all their machines."""
        meets = self.structure.meets
        return tuple(
            [name for name, item in self._survey.placements.items() if item.overloaded and name in meets]
        )

    @cached_property
    def _failing(self) -> Failing:
        return self._survey.odds.failing(self.structure.wiring, self._overloaded)

    def _explain(self) -> Arithmetic:
        total, contributions = self._failing
        bound = is_coarse(self._survey.zones) or self.structure.wiring.circuit.is_bound
        states = self._survey.odds.states
        return _explain(
            self._plan.workload, total, contributions, states, bound, self._overloaded, self._spared()
        )

    def _spared(self) -> tuple[str, ...]:
        """The nodes whose callers have an answer of their own when they fail."""
        fallbacks = {item.id for item in self._survey.design.connections if item.fallback}
        options = [
            option
            for visit in (self._plan.visits if fallbacks else ())
            for call in visit.calls
            if call.optional
            for option in call.options
        ]
        return tuple(
            dict.fromkeys([option.visit.node for option in options if option.connection in fallbacks])
        )


def _explain(
    workload: str,
    total: float,
    contributions: Sequence[Contribution],
    states: int,
    bound: bool,
    overloaded: Sequence[str],
    spared: Sequence[str],
) -> Arithmetic:
    method = "products of what is independent, decision diagrams of what shares parts; Birnbaum importance for shares"
    if bound:
        method = f"a lower bound, since all of it is too entangled to be exact: A is at least this; {method}"
    if overloaded:
        method += f"; {', '.join(overloaded)} cannot carry the peak with all machines, which counts as down"
    if spared:
        method += (
            f"; when {', '.join(spared)} cannot answer, requests are answered without, which counts as up"
        )
    return Arithmetic(
        formula=f"A {'>=' if bound else '='} 1 - sum over zone states of P(state) P(no way works | state)",
        result=Quantity("A", f"availability of {workload}", 1.0 - total, Dimension.RATIO),
        inputs=(
            Quantity("states", "combinations of zones up", float(states), Dimension.COUNT),
            *[
                Quantity(
                    f"B[{item.node}]",
                    f"unavailability that goes with {item.node}",
                    item.unavailability,
                    Dimension.RATIO,
                )
                for item in contributions
            ],
        ),
        method=method,
    )
