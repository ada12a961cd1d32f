"""What fixes do when they are tried, in which order findings are worth mending, and mending all that is safe."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.analysis import Analysis, State, Verdict, analyze
from designer.catalog.loader import load
from designer.design.checks import check
from designer.design.edit import RemoveNode, SetNode, apply
from designer.design.model import Design, Node
from designer.design.notation import parse_notation
from designer.report import rank_findings, review
from designer.rules.continuity import follow
from designer.rules.effects import Effect, nearness, try_changes, try_fix
from designer.rules.engine import RANK, judge_rules
from designer.rules.examples import example_names, example_scenario
from designer.rules.mending import Mended, mend
from designer.rules.model import Finding, Severity
from designer.rules.ranking import rank
from designer.rules.suppression import set_aside
from designer.units import Dimension
from tests.rules.damage import damaged
from tests.strategies import designs

CATALOG = load()
SHORT = "users > load_balancer > api:app_server*2 > cache, db:sql_database"
"""Too few machines, each part alone, and clients that nobody counts."""


def facts(notation: str, scenario: str = "example") -> Analysis:
    return analyze(example_scenario(scenario), parse_notation(notation, CATALOG), CATALOG, headroom=False)


def found(analysis: Analysis) -> tuple[Finding, ...]:
    return set_aside(judge_rules(analysis)[0], analysis.design.ignore).kept


def met(verdicts: tuple[Verdict, ...]) -> set[str]:
    return {item.requirement for item in verdicts if item.state is State.MET}


def verdict(value: float | None, limit: float, kind: str = "latency", *, at_most: bool = True) -> Verdict:
    state = State.UNKNOWN if value is None else State.MISSED
    return Verdict("r", kind, "R", state, value, limit, at_most, Dimension.TIME, "", (), None)


@pytest.mark.parametrize(
    ("judged", "near"),
    [
        (verdict(0.4, 0.2), 0.5),
        (verdict(math.inf, 0.2), 0.0),
        (verdict(None, 0.2), 0.0),
        (verdict(50.0, 100.0, "throughput", at_most=False), 0.5),
        (verdict(0.998, 0.999, "availability", at_most=False), 0.5),
        (verdict(0.0, 0.999, "availability", at_most=False), 0.001),
    ],
)
def test_how_near_a_requirement_is(judged: Verdict, near: float) -> None:
    assert nearness(judged) == pytest.approx(near)


def test_an_effect_is_what_a_second_review_says() -> None:
    analysis = facts(SHORT)
    findings = found(analysis)
    overload = next(item for item in findings if item.identity == "scalability.overloaded-node@api")
    effect = try_fix(analysis, findings, overload)
    assert effect is not None
    mended = apply(analysis.design, overload.fix, CATALOG)
    again = analyze(analysis.scenario, mended, CATALOG, headroom=False)
    assert met(effect.analysis.verdicts) == met(again.verdicts)
    assert set(effect.met) == met(again.verdicts) - met(analysis.verdicts)
    assert set(effect.missed) == met(analysis.verdicts) - met(again.verdicts)
    assert effect.cost == pytest.approx(again.cost.total - analysis.cost.total)
    told = follow(findings, found(again))
    assert effect.fixed == tuple(item.identity for item in told.fixed)
    assert effect.added == tuple(item.identity for item in told.new)
    assert overload.identity in effect.fixed and effect.gain > 0.0


def test_changes_that_cannot_be_made_have_no_effect() -> None:
    analysis = facts(SHORT)
    assert try_changes(analysis, found(analysis), [RemoveNode(node="nobody")], "x") is None


def test_what_takes_a_requirement_away_is_not_safe() -> None:
    analysis = facts("users > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3")
    fewer = [SetNode(node="api", field="instances", value=1)]
    effect = try_changes(analysis, found(analysis), fewer, "x")
    assert effect is not None and effect.missed and not effect.is_safe and effect.cost < 0.0


def test_first_come_those_whose_repair_moves_a_missed_requirement() -> None:
    analysis = facts(SHORT)
    ranking = rank(analysis, found(analysis))
    gains = [_gain(ranking.effects.get(item.identity)) for item in ranking.findings]
    assert gains == sorted(gains, reverse=True) and gains[0] > 0.0
    rest = [RANK[item.severity] for item, gain in zip(ranking.findings, gains, strict=True) if gain == 0.0]
    assert rest == sorted(rest)
    assert set(ranking.findings) == set(found(analysis))


def _gain(effect: Effect | None) -> float:
    if effect is None or effect.finding not in effect.fixed or effect.gain <= 1e-6:
        return 0.0
    return effect.gain


def test_a_louder_finding_that_moves_nothing_comes_later() -> None:
    """Clients at a store are an error, but closing that way serves not one request more."""
    analysis = facts(
        "users > load_balancer*2 > api:app_server*2 > cache*2[replicas=1], db:sql_database*3; users > cache"
    )
    ranking = rank(analysis, found(analysis))
    order = [item.rule for item in ranking.findings]
    loud = {item.rule for item in ranking.findings if item.severity is Severity.ERROR}
    assert order[0] == "scalability.overloaded-node"
    assert order.index("security.store-reachable-from-client") > 0 and order[1] in loud


def test_what_goes_with_anothers_repair_stands_under_it() -> None:
    analysis = facts(SHORT)
    ranking = rank(analysis, found(analysis))
    order = [item.identity for item in ranking.findings]
    for finding, cause in ranking.causes.items():
        assert finding in ranking.effects[cause].fixed
        assert order.index(cause) < order.index(finding)
        assert cause not in ranking.causes


def test_a_large_board_is_ranked_by_fewer_trials() -> None:
    small = facts(SHORT)
    aside = tuple(Node(id=f"aside{number}", component="monitoring") for number in range(4_000))
    large = small.design.model_copy(update={"nodes": (*small.design.nodes, *aside)})
    analysis = analyze(small.scenario, large, CATALOG, headroom=False)
    ranking = rank(analysis, found(analysis))
    assert len(ranking.effects) == 1 and len(ranking.findings) == len(found(analysis))


def test_a_report_is_ranked_when_asked() -> None:
    scenario, design = example_scenario("example"), parse_notation(SHORT, CATALOG)
    quick = review(scenario, design, CATALOG, headroom=False, ranked=False)
    assert quick.effects is None and quick.causes == {}
    ranked = review(scenario, design, CATALOG, headroom=False)
    again = rank_findings(quick)
    assert ranked.findings == again.findings and ranked.causes == again.causes
    assert set(ranked.findings) == set(quick.findings)


def require_harmless(analysis: Analysis, mended: Mended) -> None:
    """Nothing worse, nothing that is not needed, and no more paid than its fixes cost."""
    if mended.effect is None:
        assert mended.mended == () and mended.left == found(analysis)
        return
    effect = mended.effect
    design = apply(analysis.design, mended.changes, CATALOG)
    assert check(design, CATALOG) == []
    again = analyze(analysis.scenario, design, CATALOG, headroom=False)
    after = {item.identity for item in found(again)}
    told = follow(found(analysis), found(again))
    assert told.new == ()
    assert met(analysis.verdicts) <= met(again.verdicts)
    assert told.fixed or met(analysis.verdicts) < met(again.verdicts)
    assert {item.identity for item in mended.left} == after
    assert effect.cost == pytest.approx(again.cost.total - analysis.cost.total, abs=1e-6)
    for finding in mended.mended:
        _require_needed(analysis, mended, finding)


def _require_needed(analysis: Analysis, mended: Mended, finding: Finding) -> None:
    others = [change for item in mended.mended if item is not finding for change in item.fix]
    effect = try_changes(analysis, found(analysis), others, finding.identity)
    whole = mended.effect
    if effect is None or whole is None:
        return  # the others build on it
    left = follow(mended.left, effect.findings)
    worse = bool(left.new) or bool(set(whole.met) - set(effect.met)) or bool(effect.missed)
    assert worse or effect.cost > whole.cost


def test_all_that_is_safe_is_mended() -> None:
    analysis = facts(SHORT)
    mended = mend(analysis, found(analysis))
    assert mended.effect is not None and len(mended.mended) >= 2
    assert not rank_is_safe(mended)
    require_harmless(analysis, mended)


def rank_is_safe(mended: Mended) -> list[str]:
    """Findings left over that could still be mended safely."""
    assert mended.effect is not None
    ranking = rank(mended.effect.analysis, mended.left)
    return [name for name, effect in ranking.effects.items() if effect.is_safe]


def test_where_nothing_is_safe_nothing_is_done() -> None:
    analysis = facts("users")
    mended = mend(analysis, found(analysis))
    assert (mended.mended, mended.effect, mended.changes) == ((), None, ())


@pytest.mark.parametrize("seed", range(100))
def test_mending_never_makes_a_design_worse(seed: int) -> None:
    analysis = damaged(seed)
    require_harmless(analysis, mend(analysis, found(analysis)))


@settings(max_examples=25, deadline=None)
@given(design=designs(CATALOG, max_nodes=6), scenario=st.sampled_from(example_names()))
def test_mending_whatever_is_drawn_never_makes_it_worse(design: Design, scenario: str) -> None:
    analysis = analyze(example_scenario(scenario), design, CATALOG, headroom=False)
    require_harmless(analysis, mend(analysis, found(analysis)))


def test_a_missed_availability_is_never_left_without_a_word() -> None:
    """What is mended leaves each of these with machines that are too few too often, or says so."""
    for seed in (18, 35, 47, 77):
        analysis = damaged(seed)
        mended = mend(analysis, found(analysis))
        assert mended.effect is not None
        unmet = [item for item in mended.effect.analysis.verdicts if item.state is not State.MET]
        assert not unmet or mended.left, seed


def test_damage_is_done_and_much_of_it_is_mended() -> None:
    """The hundred designs are worth the name: most have something to mend, and it is mended."""
    some = [damaged(seed) for seed in range(20)]
    hurt = [analysis for analysis in some if found(analysis)]
    assert len(hurt) >= 10
    assert sum(bool(mend(analysis, found(analysis)).mended) for analysis in hurt) >= 5
