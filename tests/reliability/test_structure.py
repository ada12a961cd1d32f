"""Plans as formulas: reachability by any way, shared machines, and what a drawing's value is."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from designer.reliability import structure as module
from designer.reliability.chances import Case, find_failing
from designer.reliability.frontier import Way, follow
from designer.reliability.structure import LEAST, Outline, Structure, Variable, structure_of

SIZE = 12


def layered(seed: int, *, size: int = SIZE, width: int = 3, fan: int = 2) -> Outline:
    """Layers of machines, each of which needs any of `fan` of the next layer; a client needs any of the first."""
    chosen = random.Random(seed)
    layers = [list(range(start, min(start + width, size))) for start in range(0, size, width)]
    rows: list[tuple[tuple[int, ...], tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]]] = []
    places: dict[int, int] = {}
    for depth in range(len(layers) - 1, -1, -1):
        for machine in layers[depth]:
            needs: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
            if depth + 1 < len(layers):
                below = chosen.sample(layers[depth + 1], min(fan, len(layers[depth + 1])))
                needs = (((), tuple(places[target] for target in below)),)
            places[machine] = len(rows)
            rows.append(((machine,), needs))
    rows.append(((), (((), tuple(places[machine] for machine in layers[0])),)))
    names = tuple(Variable(f"n{number}", LEAST) for number in range(size))
    return Outline("look", names, tuple(rows), ((1.0, len(rows) - 1),))


def counted(seen: Outline, structure: Structure, down: list[float]) -> float:
    total = []
    for up in itertools.product([True, False], repeat=len(down)):
        failed = {seen.variables[number].node: LEAST for number, is_up in enumerate(up) if not is_up}
        if structure.falls(failed):
            total.append(math.prod(1 - q if is_up else q for q, is_up in zip(down, up, strict=True)))
    assert not structure.falls({})
    return math.fsum(total)


@pytest.mark.parametrize("seed", range(6))
def test_any_way_through_layers_agrees_with_counting(seed: int) -> None:
    seen = layered(seed)
    structure = structure_of(seen)
    down = [0.05 + 0.03 * number for number in range(SIZE)]
    exact = counted(seen, structure, down)
    assert find_failing(structure.wiring, (Case(1.0, tuple(down)),), ()).total == pytest.approx(
        exact, abs=1e-12
    )


@pytest.mark.parametrize("seed", range(3))
def test_walking_through_and_taking_apart_agree(seed: int) -> None:
    seen = layered(seed, size=40, width=4)
    case = (Case(1.0, tuple(0.01 + 0.001 * number for number in range(40))),)
    walked = find_failing(structure_of(seen).wiring, case, ())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEW_STATES", 0)
        patch.setattr(module, "MOST_STATES", 0)
        apart = find_failing(module._wire.__wrapped__(seen), case, ())
    assert walked.total == pytest.approx(apart.total, rel=1e-9)
    ranked = {item.node: item.unavailability for item in apart.contributions}
    for item in walked.contributions:
        assert item.unavailability == pytest.approx(ranked[item.node], rel=1e-6)


def test_eighty_nodes_are_exact_in_few_steps() -> None:
    circuit = structure_of(layered(1, size=80, width=4)).wiring.circuit
    assert not circuit.is_bound
    assert len(circuit.steps) < 1_000


def test_a_walk_says_when_there_is_too_much_of_it_or_a_machine_is_met_twice() -> None:
    ways = [Way((0,), None), Way((1,), None), Way((), (0, 1))]
    assert follow(ways, [2], 10) is not None
    assert follow(ways, [2], 1) is None
    assert follow([Way((0,), None), Way((0,), (0,))], [1], 10) is None


def test_equal_drawings_share_their_wiring() -> None:
    assert structure_of(layered(4)).wiring is structure_of(layered(4)).wiring
    assert structure_of(layered(4)).wiring is not structure_of(layered(5)).wiring


def test_a_chain_of_thousands_is_no_reason_to_run_out_of_stack() -> None:
    size = 3_000
    rows = tuple(((number,), (((), (number - 1,)),) if number else ()) for number in range(size))
    names = tuple(Variable(f"n{number}", LEAST) for number in range(size))
    structure = structure_of(Outline("look", names, rows, ((1.0, size - 1),)))
    failing = find_failing(structure.wiring, (Case(1.0, (1e-5,) * size),), ())
    assert failing.total == pytest.approx(-math.expm1(size * math.log1p(-1e-5)), rel=1e-9)
    assert len(structure.stops) == size
