"""What a language model does, counted in tokens: time, load, machines, waiting, and the price."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.performance.generation import find_streamed, find_written
from designer.performance.latency import await_tokens
from designer.performance.model import Ceiling, Response
from designer.performance.queueing import erlang_c
from designer.performance.setting import setting_of
from designer.scenario.model import Touch
from designer.units import SECONDS_PER_MONTH
from tests.performance.boards import COMPUTE, Board, all_arithmetic, draw, evaluate

MODEL = {"server": {"prompt_rate": 10_000.0, "token_rate": 2_000.0, "token_time": 0.01, "servers": 8.0}}
"""Reads 10,000 and writes 2,000 tokens a second, eight requests at a time; a token of one answer takes 10 ms."""
TEXT = "users > llm:server"
SHARE = 2_000 / 10_000 + 300 / 2_000
"""Seconds of a machine's time that 2,000 tokens to read and 300 to write take."""
ALONE = 2_000 / 10_000 + 300 * 0.01
WAY = 0.05


def words(prompt: float = 2_000.0, output: float = 300.0, **settings: Any) -> Touch:
    return Touch(capability="compute", prompt_tokens=prompt, output_tokens=output, **settings)


def ask(text: str = TEXT, *touches: Touch, figures: Any = MODEL, rate: float = 1.0, **settings: Any) -> Board:
    return draw(text, *(touches or (words(),)), figures=figures, rate=rate, **settings)


def first_token(board: Board) -> Response:
    found = await_tokens(board.scenario, board.design, board.catalog, board.traffic, board.nodes)
    return found["w"]


def test_an_operation_takes_its_share_of_a_machine() -> None:
    used = ask(rate=2.0).used("llm", Ceiling.TOKENS)
    assert used.value == pytest.approx(2.0 * SHARE)
    assert used.demand == pytest.approx(2.0 * 2_300)
    assert used.demand / used.limit == pytest.approx(used.value)
    assert ask(rate=2.0).nodes["llm"].binding == used


def test_the_arithmetic_of_tokens_comes_out() -> None:
    for touches in ((words(),), (words(), COMPUTE), (words(100.0, 0.0), words(0.0, 50.0))):
        figures = {"server": MODEL["server"] | {"read_rate": 100.0}}
        used = ask(TEXT, *touches, figures=figures).used("llm", Ceiling.TOKENS)
        assert evaluate(used.arithmetic) == pytest.approx(used.value)
        assert all(evaluate(item) == pytest.approx(item.result.value) for item in used.arithmetic.steps)
        assert "the source of prompt_rate" in used.arithmetic.sources


def test_machines_share_the_tokens() -> None:
    board = ask("users > balancer > llm:server*2", rate=10.0)
    assert board.used("llm", Ceiling.TOKENS).value == pytest.approx(10.0 * SHARE / 2)
    assert board.nodes["llm"].minimum == math.ceil(10.0 * SHARE) == 4
    assert board.nodes["llm"].needed == 3  # more than there are
    assert ask("users > balancer > llm:server*6", rate=10.0).nodes["llm"].needed == 4


def test_when_nobody_else_asks_it_takes_the_time_of_its_tokens() -> None:
    board = ask(rate=1e-6)
    assert board.answers["w"].mean == pytest.approx(WAY + ALONE, rel=1e-4)


def test_the_first_token_comes_when_the_prompt_is_read() -> None:
    board = ask(rate=1e-6)
    response = first_token(board)
    assert response.mean == pytest.approx(WAY + 2_000 / 10_000, rel=1e-4)
    assert response.arithmetic.result.name == "mean time to the first token"
    steps = {item.result.name: item for item in all_arithmetic(response.arithmetic)}
    reading = steps["one operation with tokens at llm, to its first token"]
    assert evaluate(reading) == pytest.approx(reading.result.value) == pytest.approx(0.2)


def test_only_what_is_written_last_is_read_while_it_is_written() -> None:
    board = ask(TEXT, words(100.0, 50.0), words(), rate=1e-6)
    before = 100 / 10_000 + 50 * 0.01
    assert first_token(board).mean == pytest.approx(WAY + before + 2_000 / 10_000, rel=1e-4)
    setting = setting_of(board.scenario, board.design, board.catalog, board.traffic)
    plan = board.traffic.plans["w"]
    assert [item.touch for item in find_written(setting, plan)] == [0, 1]
    assert find_streamed(setting, plan) == 1


@pytest.mark.parametrize("touch", [words(output=0.0), words(deferred=True), COMPUTE])
def test_what_nobody_reads_has_no_first_token(touch: Touch) -> None:
    board = ask(TEXT, touch)
    assert await_tokens(board.scenario, board.design, board.catalog, board.traffic, board.nodes) == {}


def test_who_finds_no_place_waits_as_in_m_m_c() -> None:
    rate = 0.8 / SHARE
    hold = 8 * SHARE  # a prompt is read by the whole machine: by all of its places
    offered = rate * hold
    wait = erlang_c(8, offered) * hold / (8 - offered)
    board = ask(rate=rate)
    assert board.answers["w"].mean == pytest.approx(WAY + ALONE + wait, rel=1e-6)
    assert first_token(board).mean == pytest.approx(WAY + 0.2 + wait, rel=1e-6)


def test_operations_of_different_lengths_wait_as_in_m_g_1() -> None:
    figures = {"server": MODEL["server"] | {"servers": 1.0}}
    board = ask(TEXT, words(2_000.0, 0.0), words(8_000.0, 0.0), figures=figures, rate=0.5)
    mean, second = (0.2 + 0.8) / 2, (2 * 0.2**2 + 2 * 0.8**2) / 2
    load = 1.0 * mean
    wait = 1.0 * second / (2 * (1 - load))
    (hop,) = [hop for hop in board.answers["w"].hops if hop.node == "llm"]
    assert hop.waiting == pytest.approx(2 * wait)


def test_above_its_tokens_nobody_is_answered() -> None:
    board = ask(rate=1.1 / SHARE)
    assert board.answers["w"].mean == math.inf
    assert board.answers["w"].saturated == ("llm",)
    assert first_token(board).mean == math.inf


def test_operations_without_tokens_are_counted_as_ever() -> None:
    figures = {"server": MODEL["server"] | {"read_rate": 10.0, "service_time": 0.5}}
    board = ask(TEXT, COMPUTE, figures=figures, rate=4.0)
    assert board.used("llm").value == pytest.approx(0.4)
    assert board.nodes["llm"].utilisation(Ceiling.TOKENS) is None


def test_both_kinds_take_time_of_the_same_machine() -> None:
    figures = {"server": MODEL["server"] | {"read_rate": 10.0, "service_time": 0.5}}
    board = ask(TEXT, COMPUTE, words(), figures=figures)
    assert board.used("llm").value == pytest.approx(0.1)
    assert board.used("llm", Ceiling.TOKENS).value == pytest.approx(0.1 + SHARE)


def test_tokens_mean_nothing_to_what_has_no_figures_for_them() -> None:
    figures = {"server": {"read_rate": 10.0, "service_time": 0.5}}
    told, untold = (ask(TEXT, touch, figures=figures) for touch in (words(), COMPUTE))
    assert told.used("llm").value == untold.used("llm").value
    assert told.answers["w"].percentiles == untold.answers["w"].percentiles


def test_a_rate_that_is_not_known_is_no_ceiling() -> None:
    board = ask(figures={"server": {"token_time": 0.01}}, rate=1e6)
    assert board.nodes["llm"].utilisations == ()
    assert board.answers["w"].mean == pytest.approx(WAY + 3.0, rel=1e-4)


def test_tokens_are_paid_for_at_the_average_rate() -> None:
    prices = {"cost_per_million_prompt_tokens": 2.0, "cost_per_million_output_tokens": 10.0}
    board = ask(figures={"server": MODEL["server"] | prices}, rate=1.0, peak_factor=3.0)
    (cost,) = [item for item in board.cost.nodes if item.node == "llm"]
    assert cost.tokens == pytest.approx(SECONDS_PER_MONTH * (2_000 * 2.0 + 300 * 10.0) / 1e6)
    assert cost.by_use == cost.total == pytest.approx(cost.tokens + cost.egress)
    assert evaluate(cost.arithmetic) == pytest.approx(cost.total)


@settings(max_examples=40, deadline=None)
@given(prompt=st.floats(1, 4_000), output=st.floats(1, 400), longer=st.floats(1, 2), reads=st.booleans())
def test_more_tokens_are_never_faster_nor_less_work(
    prompt: float, output: float, longer: float, reads: bool
) -> None:
    less = ask(TEXT, words(prompt, output))
    touch = words(prompt * longer, output) if reads else words(prompt, output * longer)
    more = ask(TEXT, touch)
    slack = 1 - 1e-9
    assert more.used("llm", Ceiling.TOKENS).value >= less.used("llm", Ceiling.TOKENS).value * slack
    assert more.answers["w"].mean >= less.answers["w"].mean * slack
    assert first_token(more).mean >= first_token(less).mean * slack
    assert first_token(more).mean <= more.answers["w"].mean
