"""What is left while something is down, judged with numbers."""

from __future__ import annotations

import pytest

from designer.analysis import Analysis, State
from designer.analysis.aftermath import take_down
from designer.catalog.loader import load
from designer.design.model import Design
from designer.errors import DesignError
from designer.performance.model import Ceiling
from designer.report import review
from designer.scenario.loader import load_scenario
from designer.scenario.samples import build_design
from tests.analysis.boards import analysis_of

CATALOG = load()
CACHED = "users > lb:load_balancer*2 > api:app_server*4 > cache, db:sql_database[disk=2TB]"


def reference(name: str) -> Analysis:
    scenario = load_scenario(name)
    design = build_design(scenario.references[0], scenario, CATALOG)
    return review(scenario, design, CATALOG, headroom=False, ranked=False).analysis


@pytest.fixture(scope="module")
def feed() -> Analysis:
    return reference("news_feed")


@pytest.mark.parametrize("name", ["assistant", "news_feed", "url_shortener", "video_recommendation"])
def test_every_outage_is_judged_and_what_is_lost_has_no_verdict(name: str) -> None:
    analysis = reference(name)
    for outage in analysis.reliability.outages:
        if outage.kind == "instance":
            continue
        left = take_down(analysis, outage.kind, outage.name)
        assert left.outage == outage
        assert not set(left.down) & {*left.reduced, *left.unreached}
        for requirement, item in analysis.scenario.requirements.items():
            verdict = left.verdict(requirement)
            if getattr(item, "workload", None) in outage.lost:
                assert verdict is None
            elif verdict is not None:
                assert verdict.state is not State.UNKNOWN


def test_a_store_that_is_down_stops_all_that_leads_only_there() -> None:
    analysis = analysis_of("users > lb:load_balancer*2 > api:app_server*4 > db:sql_database[disk=2TB]")
    left = take_down(analysis, "node", "api")
    assert left.down == ("api",)
    assert left.unreached == ("db",)
    assert left.stopped == ("lb>api", "api>db")
    assert left.rest is None


def test_without_its_cache_the_store_has_more_to_do() -> None:
    analysis = analysis_of(CACHED)
    left = take_down(analysis, "node", "cache")
    assert left.rest is not None
    before, after = (item.nodes["db"].utilisation(Ceiling.OPERATIONS) for item in (analysis, left.rest))
    assert before is not None and after is not None
    assert after.value > before.value
    assert left.without == ("look",)
    assert "api>cache" in left.stopped and "api>db" not in left.stopped


def test_what_is_put_off_waits_and_no_request_takes_another_way(feed: Analysis) -> None:
    left = take_down(feed, "node", "worker")
    assert left.waiting == ("write_post",)
    assert left.stopped == ("queue>worker", "worker>store", "worker>cache")
    assert left.rest is not None
    used = {flow.connection for flow in feed.traffic.flows}
    assert {flow.connection for flow in left.rest.traffic.flows} <= used
    latency = left.verdict("write_latency")
    assert latency is not None and latency.value == pytest.approx(feed.verdict("write_latency").value)


def test_a_dead_zone_takes_its_share_of_the_machines(feed: Analysis) -> None:
    left = take_down(feed, "zone", "b")
    assert "api" in left.reduced and left.down == ()
    assert left.rest is not None
    before, after = feed.design.node("api"), left.rest.design.node("api")
    assert after.instances == before.instances - before.instances // 3
    assert "b" not in after.zones
    busy, busier = feed.nodes["api"].binding, left.rest.nodes["api"].binding
    assert busy is not None and busier is not None and busier.value > busy.value


def test_a_region_takes_everything_in_it(feed: Analysis) -> None:
    left = take_down(feed, "region", feed.design.zones[0].region)
    assert {"api", "store", "cache"} <= set(left.down)
    assert set(left.outage.lost) == set(feed.scenario.workloads)


def test_nothing_drawn_is_changed(feed: Analysis) -> None:
    design: Design = feed.design
    text = design.model_dump_json()
    take_down(feed, "zone", "a")
    assert design.model_dump_json() == text


def test_a_client_that_is_away_asks_for_nothing() -> None:
    left = take_down(analysis_of(CACHED), "node", "users")
    assert set(left.outage.lost) == {"look", "order"}
    assert left.rest is None
    assert {"lb", "api", "cache", "db"} <= set(left.unreached)


@pytest.mark.parametrize(("kind", "name"), [("node", "cash"), ("zone", "q"), ("planet", "cache")])
def test_what_is_not_there_cannot_be_down(kind: str, name: str) -> None:
    with pytest.raises(DesignError, match="could be down"):
        take_down(analysis_of(CACHED), kind, name)


def test_the_same_name_is_suggested() -> None:
    with pytest.raises(DesignError) as caught:
        take_down(analysis_of(CACHED), "node", "cash")
    assert caught.value.suggestion == "cache"
