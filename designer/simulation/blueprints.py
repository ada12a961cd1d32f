"""From a design to the network that is simulated: the same plans and figures, but what happens instead of formulas.

Requests arrive at random (Poisson) at the clients and nowhere else. What they meet at a station depends on all that
came there before, so that busy times of stations that call each other coincide as they would. A call is made after the
way to its target has passed; a cache has a record with the hit ratio that traffic computed; what a queue hands on runs
after the answer. Retries are made when a try takes longer than its timeout, not by a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from designer.catalog.model import Behavior, Trait
from designer.design.model import Connection, Index, Node, Partitioning, Routing
from designer.performance.distributions import Distribution
from designer.performance.setting import Setting
from designer.scenario.model import Access, Operation, Touch
from designer.simulation import machinery
from designer.simulation.lookups import Lookups
from designer.simulation.machinery import Workplace
from designer.simulation.model import (
    Call,
    Delay,
    Law,
    Network,
    Post,
    Retry,
    Serve,
    Shape,
    Source,
    Station,
    Steps,
)
from designer.simulation.steps import at_once, many, one_of, pass_time, retry_of, set_going
from designer.traffic.model import Call as PlannedCall
from designer.traffic.model import Option, Visit

_KEEPS_DATA = frozenset({Behavior.STORE, Behavior.CACHE})
_MOST_SLOTS = 1_000
_DEEPEST = 10
"""Visits are written within each other up to so many levels; further ones have a routine of their own."""

Key = tuple[int, bool, float]
"""A visit (by its id), whether its operations are done at once, and the part of them that is left to do."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A network and what it is of: its stations by node, and what of the design is not in it."""

    network: Network
    computed: Mapping[str, float]  # by node with a station: utilisation as computed
    left_out: tuple[str, ...]


def draw_up(setting: Setting, *, failures: bool = False) -> Blueprint:
    """The network of a design under its traffic, with machines that fail where `failures` says so.

    Sources have the peak rates of the workloads' requests. Raises AnalysisError for what is too much to simulate.
    """
    return _Drafter(setting, failures=failures).draw_up()


def gate_of(node_id: str) -> str:
    """The name of the station at which a node with a limit turns requests away."""
    return f"{node_id}:limit"


@dataclass(frozen=True, slots=True)
class _Variant:
    """One outcome of a call's condition: its chance, and the visit that each option of the call then is."""

    chance: float
    targets: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class _Branch:
    call: PlannedCall
    variants: tuple[_Variant, ...]


class _Drafter:
    """Draws up all workloads on the same stations."""

    def __init__(self, setting: Setting, *, failures: bool) -> None:
        self.setting = setting
        self.routines: dict[str, Steps] = {}
        self._failures = failures
        self._workplaces: dict[str, Workplace] = {}
        self._gates: dict[str, Station] = {}

    def draw_up(self) -> Blueprint:
        rates = self.setting.request_rates
        sources = tuple(
            Source(name, rates[name], _Planner(self, name).request())
            for name, plan in self.setting.traffic.plans.items()
            if plan.entries and rates[name] > 0.0
        )
        known = [place for place in self._workplaces.values() if place.station is not None]
        stations = [place.station for place in known if place.station is not None]
        return Blueprint(
            Network((*stations, *self._gates.values()), sources, self.routines),
            {place.node: place.computed for place in known},
            tuple(self._left_out()),
        )

    @cached_property
    def connections(self) -> Mapping[str, Connection]:
        return {connection.id: connection for connection in self.setting.drawing.design.connections}

    def workplace(self, node_id: str) -> Workplace:
        """The station of a node. What takes more than one step there is a routine."""
        if node_id not in self._workplaces:
            place = machinery.build(self.setting, node_id, failures=self._failures)
            self._workplaces[node_id] = Workplace(
                node_id,
                place.station,
                self._name(f"{node_id}:read", place.read),
                self._name(f"{node_id}:write", place.write),
                self._name(f"{node_id}:scattered", place.scattered),
                place.share,
            )
        return self._workplaces[node_id]

    def _name(self, name: str, steps: Steps) -> Steps:
        return steps if not steps or _is_plain(steps) else self.call(name, steps)

    def call(self, name: str, steps: Steps, retry: Retry | None = None, *, optional: bool = False) -> Steps:
        """The steps as a call to a routine of that name."""
        self.routines[name] = steps
        return (Call(name, retry, optional),)

    def fail(self, chance: float) -> Steps:
        """Fail with that chance: what would take much longer is given up at once."""
        if chance == 0.0:
            return ()
        return one_of([(chance, self.call("error", (Delay(Law(Shape.CONSTANT, 1.0)),), Retry(timeout=1e-9)))])

    def pass_gate(self, node_id: str) -> Steps:
        """Where a node limits what it lets through: as many slots as pass in a while, each taken for that while.

        So no more than the limit get through in any such time; who finds no slot is turned away.
        """
        limit = self.setting.drawing.nodes[node_id].limit
        if limit is None:
            return ()
        slots = max(1, min(_MOST_SLOTS, round(limit)))
        name = gate_of(node_id)
        self._gates[name] = Station(name, servers=slots, places=0)
        held = slots / limit
        return (Serve(name, Law(Shape.CONSTANT, held * 1e-9), hold=1e9),)

    def _left_out(self) -> Iterator[str]:
        if any(connection.hedge_after is not None for connection in self.connections.values()):
            yield "second calls that do not wait for the first to end (hedging)"
        if any(
            self._chooses_alone(name) for place in self._workplaces for name in self.setting.callers[place]
        ):
            yield "that each of several load balancers sees only the requests that it sends itself"

    def _chooses_alone(self, node_id: str) -> bool:
        """Whether a node picks machines by what it sees, and several of its machines do so apart."""
        node, component = self.setting.drawing.nodes[node_id], self.setting.drawing.components[node_id]
        routes = component.behavior is Behavior.ROUTER and Trait.BALANCES in component.traits
        return (
            routes
            and node.routing not in (Routing.RANDOM, Routing.HASH)
            and self.setting.drawing.layouts[node_id].machines > 1
        )


class _Planner:
    """Draws up the steps of one workload's plan."""

    def __init__(self, drafter: _Drafter, workload: str) -> None:
        setting = drafter.setting
        self._drafter = drafter
        self._workload = workload
        self._plan = setting.traffic.plans[workload]
        self._touches: Sequence[Touch] = setting.scenario.workloads[workload].touches
        self._components = setting.drawing.components
        self._distances = setting.drawing.distances
        self._at_once = setting.drawing.at_once
        self._lookups = Lookups(setting.traffic, self._components, self._touches)
        self._visits: dict[int, Visit] = {}
        self._drawn: dict[Key, Steps] = {}
        self._wanted: dict[Key, int] = {}  # by visit, how many ways lead there
        self._depths: dict[Key, int] = {}  # by visit, how many visits are written within each other

    def request(self) -> Steps:
        """All that one request does."""
        options = []
        for entry in self._plan.entries:
            key = self._key(entry.visit, at_once=False, share=1.0)
            self._draw(key)
            options.append((entry.weight, self._drawn[key]))
        return one_of(options)

    def _key(self, visit: Visit, *, at_once: bool, share: float) -> Key:
        self._visits[id(visit)] = visit
        key = (id(visit), at_once, share)
        self._wanted[key] = self._wanted.get(key, 0) + 1
        return key

    def _draw(self, root: Key) -> None:
        """Draw a visit after all that it leads to, with a stack of our own: chains may be longer than Python's."""
        branches = self._explore(root)
        stack = [root]
        while stack:
            key = stack[-1]
            missing = [target for target in _targets(branches[key]) if target not in self._drawn]
            if key in self._drawn or not missing:
                stack.pop()
            if key not in self._drawn and not missing:
                self._drawn[key] = self._finish(key, branches[key])
            stack.extend(missing)

    def _explore(self, root: Key) -> dict[Key, list[_Branch]]:
        """The branches of all visits, found before any is drawn: only then is known how many ways lead to each."""
        found: dict[Key, list[_Branch]] = {}
        waiting = [root]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found[key] = self._branches(key)
                waiting.extend(_targets(found[key]))
        return found

    def _branches(self, key: Key) -> list[_Branch]:
        number, at_once, share = key
        visit = self._visits[number]
        # A router does as it was asked; anybody else asks as is drawn.
        if self._components[visit.node].behavior is not Behavior.ROUTER:
            at_once = visit.node in self._at_once
        found = []
        for call in visit.calls:
            if call.times <= 0.0:
                continue
            variants = tuple(
                _Variant(
                    chance,
                    tuple(
                        self._key(option.visit, at_once=at_once and not call.deferred, share=left)
                        for option in call.options
                    ),
                )
                for chance, left in self._lookups.left(visit, call, share)
            )
            if variants:
                found.append(_Branch(call, variants))
        return found

    def _finish(self, key: Key, branches: Sequence[_Branch]) -> Steps:
        visit = self._visits[key[0]]
        gate = self._drafter.pass_gate(visit.node)
        steps = (*gate, *self._work(visit, key), *self._call_all(visit, branches))
        depth = 1 + max((self._depths[target] for target in _targets(branches)), default=0)
        alone = self._wanted[key] == 1 and depth < _DEEPEST
        self._depths[key] = depth if alone else 0
        deadline = self._drafter.setting.drawing.nodes[visit.node].deadline
        if deadline is not None and steps:
            name = f"{self._workload}:{visit.node}:{len(self._drafter.routines)}"
            return self._drafter.call(name, steps, Retry(timeout=deadline))
        if not alone and steps and not _is_plain(steps):
            return self._drafter.call(f"{self._workload}:{visit.node}:{len(self._drafter.routines)}", steps)
        return steps

    def _call_all(self, visit: Visit, branches: Sequence[_Branch]) -> Steps:
        ways = [self._call(visit.node, branch) for branch in branches]
        waited = [branch for branch in branches if not branch.call.deferred]
        if len(waited) < 2 or visit.node not in self._at_once:
            return tuple(step for way in ways for step in way)
        posted = [way for branch, way in zip(branches, ways, strict=True) if branch.call.deferred]
        chains = self._chains(branches, ways)
        return (*[step for way in posted for step in way], *at_once(chains))

    def _chains(self, branches: Sequence[_Branch], ways: Sequence[Steps]) -> list[Steps]:
        """The calls that may be made at once, each with what has to follow it.

        A store is asked after the cache that did not know; a cache is told to forget after the store was updated.
        """
        chains: list[list[Steps]] = []
        looked_up: dict[int, list[Steps]] = {}
        for branch, way in zip(branches, ways, strict=True):
            call = branch.call
            if call.deferred:
                continue
            updates = self._touches[call.touches[0]].operation is Operation.UPDATE
            if call.on_miss is not None and call.touches[0] in looked_up:
                looked_up[call.touches[0]].append(way)
            elif call.optional and updates and chains:
                chains[-1].append(way)
            else:
                chains.append([way])
                if call.optional:
                    looked_up.update(dict.fromkeys(call.touches, chains[-1]))
        return [tuple(step for way in chain for step in way) for chain in chains]

    def _call(self, node: str, branch: _Branch) -> Steps:
        call = branch.call
        variants = []
        for variant in branch.variants:
            options = [
                (option.weight, self._reach(node, option, target, optional=call.optional))
                for option, target in zip(call.options, variant.targets, strict=True)
            ]
            together = call.deferred or node in self._at_once
            variants.append((variant.chance, many(one_of(options), call.times, together=together)))
        steps = one_of(variants)
        return (Post(steps),) if call.deferred and steps else steps

    def _reach(self, source: str, option: Option, target: Key, *, optional: bool) -> Steps:
        """The way to a node and what is then done there."""
        steps = (*pass_time(self._way(source, option.visit)), *self._drawn[target])
        if self._components[source].behavior is not Behavior.QUEUE:  # what fails there is handed out again
            steps = (*steps, *self._drafter.fail(self._drafter.setting.drawing.errors(option.visit.node)))
        retry = retry_of(self._drafter.connections[option.connection])
        if retry is None and not optional:
            return steps
        name = f"{self._workload}:{option.connection}:{len(self._drafter.routines)}"
        return self._drafter.call(name, steps, retry, optional=optional) if steps else ()

    def _way(self, source: str, visit: Visit) -> Distribution:
        """The time on the way to a node; where any copy takes writes, those go to the nearest."""
        writes = bool(visit.work) and all(
            self._touches[work.touch].operation is not Operation.READ for work in visit.work
        )
        if writes and visit.node in self._drafter.setting.answering_nearby:
            return self._distances.to_nearest(source, visit.node)
        return self._distances.between(source, visit.node)

    def _work(self, visit: Visit, key: Key) -> Steps:
        """The operations done at the node of a visit itself."""
        behavior = self._components[visit.node].behavior
        if behavior is Behavior.CLIENT or (not visit.work and behavior in _KEEPS_DATA):
            return ()
        place = self._drafter.workplace(visit.node)
        if not visit.work:
            return place.read
        _, together, share = key
        done: list[Steps] = []
        for work in visit.work:
            steps = self._generate(place, work.touch) or self._job(place, work.touch, behavior)
            if behavior is Behavior.CACHE and not visit.calls:
                steps = (*steps, *self._fill(place, work.touch))
            if steps:
                done.append(many(steps, work.count * share, together=together))
        return at_once(done) if together else tuple(step for steps in done for step in steps)

    def _fill(self, place: Workplace, number: int) -> Steps:
        """What a cache on the side did not have is put there, and nobody waits for it."""
        touch = self._touches[number]
        if touch.dataset is None or touch.operation is not Operation.READ:
            return ()
        missing = self._lookups.miss_ratio(place.node, touch.dataset)
        return one_of([(missing, (set_going(place.write),))]) if missing > 0.0 and place.write else ()

    def _generate(self, place: Workplace, number: int) -> Steps:
        """What a language model does; nothing for what has no tokens, or where nothing is known of them."""
        touch, setting = self._touches[number], self._drafter.setting
        if not setting.drawing.makes[place.node].generates or not (
            touch.prompt_tokens or touch.output_tokens
        ):
            return ()
        return machinery.generate(setting, place.node, touch.prompt_tokens, touch.output_tokens)

    def _job(self, place: Workplace, number: int, behavior: Behavior) -> Steps:
        touch = self._touches[number]
        node = self._drafter.setting.drawing.nodes[place.node]
        if touch.capability is None and touch.operation is not Operation.READ:
            # A global index is written as well, by whoever has its part of it.
            indexed = behavior is Behavior.STORE and node.index is Index.GLOBAL and node.shards > 1
            return (*place.write, set_going(place.write)) if indexed else place.write
        if behavior is Behavior.CACHE or not _asks_all(node, touch.access):
            return place.read
        return place.scattered


def _asks_all(node: Node, access: Access) -> bool:
    """Whether every part of a store has to answer."""
    if access is Access.SCATTER:
        return True
    if access is Access.INDEX:
        return node.index is Index.LOCAL
    return access is Access.RANGE and node.partitioning is Partitioning.HASH and node.shards > 1


def _targets(branches: Sequence[_Branch]) -> Iterator[Key]:
    for branch in branches:
        for variant in branch.variants:
            yield from variant.targets


def _is_plain(steps: Steps) -> bool:
    """Whether the steps are as short as a call to them would be."""
    return len(steps) == 1 and isinstance(steps[0], Serve | Call)
