"""Recovery point and recovery time, and what of a workload is turned away or given up."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from designer.analysis import Analysis, State, Verdict
from designer.analysis.verdicts import judge
from designer.arithmetic import Arithmetic, Quantity
from designer.units import Dimension
from tests.analysis.boards import analysis_of

WORKING = Arithmetic("t = d", Quantity("t", "time", 1.0, Dimension.TIME))


def verdict(analysis: Analysis, requirement: str) -> Verdict:
    return next(item for item in judge(analysis) if item.requirement == requirement)


def with_recovery(*, point: float = 0.0, time: float = 0.0) -> Analysis:
    analysis = analysis_of()
    found = analysis.reliability
    return replace(
        analysis,
        reliability=replace(
            found,
            durabilities=tuple(
                replace(item, recovery_point=point, recovery=WORKING) for item in found.durabilities
            ),
            workloads=tuple(replace(item, recovery_time=time, recovery=WORKING) for item in found.workloads),
        ),
    )


@pytest.mark.parametrize(
    ("point", "state", "words"),
    [
        (0.0, State.MET, "No acknowledged write"),
        (10.0, State.MET, "the last 10 s"),
        (11.0, State.MISSED, "the last 11 s"),
        (math.inf, State.MISSED, "every write"),
    ],
)
def test_recovery_point(point: float, state: State, words: str) -> None:
    found = verdict(with_recovery(point=point), "gone")
    assert (found.value, found.limit, found.state, found.at_most) == (point, 10.0, state, True)
    assert words in found.reason
    assert (found.title, found.nodes, found.arithmetic) == ("Items: recovery point", ("db",), WORKING)


@pytest.mark.parametrize(
    ("time", "state", "words"),
    [
        (0.0, State.MET, "goes on when any one machine is lost"),
        (120.0, State.MET, "back 2 min after"),
        (121.0, State.MISSED, "back "),
        (math.inf, State.MISSED, "does not come back by itself"),
    ],
)
def test_recovery_time(time: float, state: State, words: str) -> None:
    found = verdict(with_recovery(time=time), "back")
    assert (found.value, found.limit, found.state, found.at_most) == (time, 120.0, state, True)
    assert words in found.reason
    assert (found.title, found.arithmetic) == ("Look: recovery time", WORKING)


def test_data_without_a_home_and_work_without_a_way_never_recover() -> None:
    analysis = analysis_of("users > api:app_server > cache")
    assert (verdict(analysis, "gone").value, verdict(analysis, "back").value) == (math.inf, math.inf)
    assert verdict(analysis, "back").state is State.MISSED
    empty = analysis_of("users")
    assert verdict(empty, "back").reason


def with_losses(node: str, *, refused: float = 0.0, given_up: float = 0.0) -> Analysis:
    """The shop, where `node` takes on 800 visits a second in all and loses some of them."""
    analysis = analysis_of()
    loads = tuple(
        load._replace(calls=load.calls - refused, refused=refused, given_up=given_up)
        if (load.node, load.workload) == (node, "look")
        else load
        for load in analysis.traffic.loads
    )
    return replace(analysis, traffic=replace(analysis.traffic, loads=loads))


def test_what_a_node_turns_away_is_not_carried() -> None:
    found = verdict(with_losses("api", refused=200.0), "carry")
    assert found.state is State.MISSED
    assert found.value == pytest.approx(600.0)
    assert found.reason == "api turns away 25 % of it at peak."
    assert found.nodes == ("api",)
    assert found.arithmetic is not None
    assert [item.value for item in found.arithmetic.inputs] == [800.0, pytest.approx(200.0)]


def test_what_is_given_up_is_not_carried() -> None:
    found = verdict(with_losses("db", given_up=80.0), "carry")
    assert found.value == pytest.approx(720.0)
    assert found.reason == "db gives up 10 % of it at peak."


def test_rounding_turns_nothing_away() -> None:
    assert verdict(with_losses("api", refused=1e-9), "carry").state is State.MET


def test_of_several_visits_of_one_request_each_is_a_part() -> None:
    """Four visits a request: losing 800 of 3,200 of them leaves three quarters done."""
    analysis = with_losses("db", refused=800.0)
    loads = tuple(
        load._replace(calls=2_400.0) if (load.node, load.workload) == ("db", "look") else load
        for load in analysis.traffic.loads
    )
    changed = replace(analysis, traffic=replace(analysis.traffic, loads=loads))
    assert verdict(changed, "carry").value == pytest.approx(600.0)


def test_a_ceiling_that_is_lower_still_is_told_first() -> None:
    overloaded = analysis_of("users > api:app_server[read_rate=200/s] > db:sql_database")
    loads = tuple(
        load._replace(refused=8.0) if load.node == "db" else load for load in overloaded.traffic.loads
    )
    changed = replace(overloaded, traffic=replace(overloaded.traffic, loads=loads))
    assert "tightest part" in verdict(changed, "carry").reason


def test_retries_that_do_not_come_to_rest_are_told() -> None:
    analysis = replace(analysis_of(), unsettled=("api>db",))
    for requirement in ("carry", "quick"):
        assert "Retries towards db feed an overload" in verdict(analysis, requirement).reason
    metastable = replace(analysis_of(), metastable=("api>db",))
    assert "Once overloaded, retries towards db would keep it so." in verdict(metastable, "carry").reason
    elsewhere = replace(analysis_of(), metastable=("api>elsewhere",))
    assert "etries" not in verdict(elsewhere, "carry").reason


def test_what_is_overloaded_counts_as_down() -> None:
    found = verdict(analysis_of("users > api:app_server[read_rate=200/s] > db:sql_database"), "up")
    assert found.value == 0.0
    assert found.reason == "More arrives at api at peak than it can serve, which counts as down."
    assert found.nodes == ("api",)
