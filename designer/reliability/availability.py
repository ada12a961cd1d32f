"""Availability of every workload, exact for independent failures under common causes (zones, regions).

The structure of each workload (structure.py) is evaluated for every combination of zones that are up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial

from designer.arithmetic import Arithmetic
from designer.catalog.model import Catalog
from designer.design.figures import quantity_of
from designer.design.model import Design
from designer.reliability.chances import Failing, Odds
from designer.reliability.durability import keep
from designer.reliability.explain import Case, Told, explain_workload
from designer.reliability.groups import Placement, regions_of
from designer.reliability.model import Group, Outage, Reliability, WorkloadAvailability
from designer.reliability.outages import find_outages
from designer.reliability.placing import Placer
from designer.reliability.recovery import Recoveries
from designer.reliability.shedding import find_sheds
from designer.reliability.structure import Outliner, Structure, Variable
from designer.reliability.zones import is_coarse, states_of
from designer.scenario.model import Scenario
from designer.traffic.model import Plan, Traffic


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
        nodes, catalog = self.design.by_id, self.catalog
        return tuple(
            [
                Group(name, item, nodes[name], catalog[nodes[name].component])
                for name, item in self.placements.items()
            ]
        )

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
        survey, wiring = self._survey, self.structure.wiring
        total, contributions = self._failing
        coarse = is_coarse(survey.zones)
        overloaded = [number for number, item in enumerate(wiring.variables) if self._is_overloaded(item)]
        return explain_workload(
            Told(
                workload=self._plan.workload,
                availability=1.0 - total,
                contributions={item.node: item.unavailability for item in contributions},
                wiring=wiring,
                cases=[
                    Case(live, probability, _with_down(down, overloaded))
                    for live, probability, down in survey.odds.cases(wiring)
                ],
                regions=regions_of(survey.zones, survey.design),
                environment=survey.catalog.environment,
                sources=self._sources,
                groups=[item.arithmetic for item in survey.groups() if item.node in self._met],
                is_bound=coarse or wiring.circuit.is_bound,
                is_coarse=coarse,
                remarks=_remark(self._overloaded, self._spared()),
            )
        )

    def _is_overloaded(self, variable: Variable) -> bool:
        return variable.dataset is None and variable.node in self._overloaded

    @cached_property
    def _met(self) -> frozenset[str]:
        """The nodes that a formula of this workload names."""
        return frozenset([item.node for item in self.structure.wiring.variables if item.dataset is None])

    @property
    def _sources(self) -> dict[str, str | None]:
        survey = self._survey
        found: dict[str, str | None] = {}
        for name in self._met:
            node = survey.design.by_id[name]
            known = quantity_of(node, survey.catalog[node.component], "availability", "a", "")
            found[name] = None if known is None else known.source
        return found

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


def _with_down(chances: tuple[float, ...], numbers: Sequence[int]) -> tuple[float, ...]:
    """The chances, with these variables false in any case."""
    return tuple([1.0 if number in numbers else chance for number, chance in enumerate(chances)])


def _remark(overloaded: Sequence[str], spared: Sequence[str]) -> str:
    found = ""
    if overloaded:
        found += f"; {', '.join(overloaded)} cannot carry the peak with all machines, which counts as down"
    if spared:
        found += (
            f"; when {', '.join(spared)} cannot answer, requests are answered without, which counts as up"
        )
    return found
