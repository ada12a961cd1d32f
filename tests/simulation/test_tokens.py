"""A language model in the simulation: as busy, as slow and as long a wait as computed."""

from __future__ import annotations

import pytest

from designer.performance.model import Ceiling
from designer.performance.setting import setting_of
from designer.scenario.model import Touch
from designer.simulation import simulate
from designer.simulation.blueprints import draw_up
from tests.performance.boards import COMPUTE, WORLD, Shelf, ask, measure, work

FIGURES = {
    "server": {
        "prompt_rate": 10_000.0,
        "token_rate": 2_000.0,
        "token_time": 0.01,
        "servers": 4.0,
        "read_rate": 10.0,
        "service_time": 0.4,
    }
}
SHORT = Touch(capability="compute", prompt_tokens=500.0, output_tokens=50.0)
LONG = Touch(capability="compute", prompt_tokens=4_000.0, output_tokens=300.0)


@pytest.mark.parametrize("other", [None, SHORT, COMPUTE])
def test_tokens_take_in_a_simulation_what_is_computed(other: Touch | None) -> None:
    asked = {"long": work(LONG, rate=1.2)} | ({} if other is None else {"other": work(other, rate=1.0)})
    board = measure(ask(asked), "users > llm:server", Shelf(FIGURES, WORLD))
    blueprint = draw_up(setting_of(board.scenario, board.design, board.catalog, board.traffic))
    outcome = simulate(blueprint.network, seed=3, requests=60_000, warm_up=6_000)
    (station,) = outcome.stations
    used = board.used("llm", Ceiling.TOKENS).value
    assert 0.5 < used < 0.85
    assert blueprint.computed["llm"] == pytest.approx(used)
    assert station.utilisation.value == pytest.approx(used, rel=0.03)
    for source in outcome.sources:
        assert source.responses is not None
        computed = board.answers[source.name]
        assert source.responses.mean.value == pytest.approx(computed.mean, rel=max(0.05, computed.band))
