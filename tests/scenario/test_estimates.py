"""Estimates: the arithmetic of published worked exercises comes out, and their slips do not."""

import pytest

from designer.errors import ScenarioError
from designer.scenario.estimates import expected, is_near, stated, unit_size
from designer.scenario.growth import records_at
from designer.scenario.loader import load_scenario
from designer.scenario.model import Dataset, Estimate, EstimateCheck, EstimateFigure, Scenario, Workload
from designer.units import Dimension, parse

PUBLISHED = 0.05
"""How far from the published figures: the sources take a month for 2.5 million seconds, and round."""

WRITE, READ, SEARCH = "write", "read", "search"


def exercise(
    rates: dict[str, str | dict[str, object]],
    record_size: str,
    growth: str,
    fan_out: float = 1.0,
    **more: object,
) -> Scenario:
    """A service with the workloads `write`, `read` and `search`, and the dataset `things`."""
    operations = {WRITE: "write", READ: "read", SEARCH: "read"}
    workloads = {
        name: {
            "name": name,
            **({"rate": rate} if isinstance(rate, str) else rate),
            "touches": [
                {"dataset": "things", "operation": operations[name], "count": fan_out if name == WRITE else 1}
            ],
        }
        for name, rate in rates.items()
    }
    dataset = {"name": "Things", "record_size": record_size, "records": 1, "growth": growth, **more}
    return Scenario.model_validate(
        {
            "id": "exercise",
            "name": "Exercise",
            "difficulty": "core",
            "summary": "A worked exercise.",
            "story": "As published.",
            "datasets": {"things": dataset},
            "workloads": workloads,
            "requirements": {"budget": {"kind": "budget", "limit": 1}},
        }
    )


PASTEBIN = exercise({WRITE: "10M/month", READ: "100M/month"}, "1.27 KB", "10M/month")
TWITTER = exercise(
    {WRITE: "500M/day", READ: "250B/month", SEARCH: "10B/month"}, "10 KB", "500M/day", fan_out=10
)
CRAWLER = exercise({WRITE: "4B/month", SEARCH: "100B/month"}, "500 KB", "4B/month")
SALES_RANK = exercise({WRITE: "1B/month", READ: "100B/month"}, "40 B", "1B/month")
SCALING = exercise({WRITE: "1B/month", READ: "100B/month"}, "1 KB", "1B/month")
SHORTENER = exercise({WRITE: "100M/day", READ: "1B/day"}, "100 B", "100M/day")
TWEETS = {"users": "150M", "actions_per_day": 2, "peak_factor": 2}
TWITTER_MEDIA = exercise({WRITE: TWEETS}, "1 MB", "30M/day")
VIDEO = exercise({WRITE: {"users": "5M", "actions_per_day": 0.1}}, "300 MB", "500k/day")

RATES = [
    ("pastebin writes", PASTEBIN, "average_rate", WRITE, "4/s"),
    ("pastebin reads", PASTEBIN, "average_rate", READ, "40/s"),
    ("tweets", TWITTER, "average_rate", WRITE, "6k/s"),
    ("timelines", TWITTER, "average_rate", READ, "100k/s"),
    ("deliveries", TWITTER, "average_operations", WRITE, "60k/s"),
    ("tweet searches", TWITTER, "average_rate", SEARCH, "4k/s"),
    ("crawled pages", CRAWLER, "average_rate", WRITE, "1.6k/s"),
    ("page searches", CRAWLER, "average_rate", SEARCH, "40k/s"),
    ("sales", SALES_RANK, "average_rate", WRITE, "400/s"),
    ("sales ranks read", SALES_RANK, "average_rate", READ, "40k/s"),
    ("writes of ten million users", SCALING, "average_rate", WRITE, "400/s"),
    ("reads of ten million users", SCALING, "average_rate", READ, "40k/s"),
    ("short links made", SHORTENER, "average_rate", WRITE, "1160/s"),
    ("short links followed", SHORTENER, "average_rate", READ, "11.6k/s"),
    ("tweets with media", TWITTER_MEDIA, "average_rate", WRITE, "3.5k/s"),
    ("tweets with media at the peak", TWITTER_MEDIA, "peak_rate", WRITE, "7k/s"),
]

SIZES = [
    ("pastes of a month", PASTEBIN, "1 month", "12.7 GB"),
    ("pastes of three years", PASTEBIN, "3 years", "450 GB"),
    ("tweets of a month", TWITTER, "1 month", "150 TB"),
    ("tweets of three years", TWITTER, "3 years", "5.4 PB"),
    ("pages of a month", CRAWLER, "1 month", "2 PB"),
    ("pages of three years", CRAWLER, "3 years", "72 PB"),
    ("sales of a month", SALES_RANK, "1 month", "40 GB"),
    ("sales of three years", SALES_RANK, "3 years", "1.44 TB"),
    ("ten million users, a month", SCALING, "1 month", "1 TB"),
    ("ten million users, three years", SCALING, "3 years", "36 TB"),
    ("short links of ten years", SHORTENER, "10 years", "36.5 TB"),
    ("media of a day", TWITTER_MEDIA, "1 day", "30 TB"),
    ("media of five years", TWITTER_MEDIA, "5 years", "55 PB"),
    ("videos of a day", VIDEO, "1 day", "150 TB"),
]


def figure(scenario: Scenario, name: str, **fields: object) -> float:
    return expected(EstimateCheck.model_validate({"figure": name, **fields}), scenario)


@pytest.mark.parametrize(
    ("scenario", "name", "workload", "published"), [row[1:] for row in RATES], ids=[row[0] for row in RATES]
)
def test_published_rates(scenario, name, workload, published):
    fields = {"workload": workload} | ({"dataset": "things"} if name.endswith("operations") else {})
    assert figure(scenario, name, **fields) == pytest.approx(parse(published, Dimension.RATE), rel=PUBLISHED)


@pytest.mark.parametrize(
    ("scenario", "horizon", "published"), [row[1:] for row in SIZES], ids=[row[0] for row in SIZES]
)
def test_published_sizes(scenario, horizon, published):
    size = figure(scenario, "bytes_after", dataset="things", horizon=horizon)
    assert size == pytest.approx(parse(published, Dimension.SIZE), rel=PUBLISHED)


def test_published_counts():
    pastes = figure(PASTEBIN, "records_after", dataset="things", horizon="3 years")
    links = figure(SHORTENER, "records_after", dataset="things", horizon="10 years")
    assert pastes == pytest.approx(360e6, rel=PUBLISHED)
    assert links == pytest.approx(365e9, rel=PUBLISHED)


def test_ten_years_are_not_counted_twice():
    """A well-known book has 365 TB for ten years of short links."""
    size = figure(SHORTENER, "bytes_after", dataset="things", horizon="10 years")
    assert size == pytest.approx(36.5e12, rel=0.001)


def test_bandwidth_is_what_is_answered():
    assert figure(SHORTENER, "average_bandwidth", workload=READ) == pytest.approx(1e9 / 86_400 * 1_000)
    assert figure(TWITTER_MEDIA, "peak_bandwidth", workload=WRITE) == pytest.approx(
        300e6 / 86_400 * 2 * 1_000
    )


def test_tokens_are_those_of_all_operations():
    scenario = load_scenario("assistant")
    tokens = 40 + 3_000 + 350
    assert figure(scenario, "average_tokens", workload="ask") == pytest.approx(60e3 * 10 / 86_400 * tokens)
    assert figure(scenario, "peak_tokens", workload="ask") == pytest.approx(3 * 60e3 * 10 / 86_400 * tokens)


def test_every_figure_can_be_computed():
    for name in EstimateFigure:
        counted = figure(SHORTENER, name, workload=WRITE, dataset="things", horizon="1 day")
        assert counted > 0 or name in (EstimateFigure.AVERAGE_TOKENS, EstimateFigure.PEAK_TOKENS), name


def grown(seconds: float, growth: str | None = None, **more: object) -> float:
    """Records of a dataset that begins with one and is written to 5 times a second."""
    scenario = exercise({WRITE: "5/s"}, "1 B", growth or "0/s", **more)
    if growth is None:
        silent = scenario.datasets["things"].model_dump(exclude={"growth"})
        scenario = scenario.model_copy(update={"datasets": {"things": Dataset.model_validate(silent)}})
    return records_at(scenario, "things", seconds)


def test_records_grow_as_stated_or_else_as_written():
    assert grown(1_000, "10/s") == 10_001
    assert grown(1_000, "0/s") == 1
    assert grown(1_000) == 5_001
    assert grown(1_000, fan_out=3) == 15_001


def test_as_many_records_stay_as_arrive_within_retention():
    assert [grown(seconds, "10/s", retention="60 s") for seconds in (0, 10, 60, 1_000)] == [1, 101, 600, 600]


def test_records_of_the_start_stay_until_newer_ones_have_made_up_their_number():
    assert grown(1_000, "1/s", retention="60 s", records=100) == 100


def estimate(figure: EstimateFigure, answer: float, unit: str, tolerance: float = 0.1) -> Estimate:
    check = EstimateCheck(figure=figure, workload=WRITE, dataset="things")
    return Estimate(question="?", answer=answer, unit=unit, tolerance=tolerance, working="!", check=check)


@pytest.mark.parametrize(
    ("figure", "unit", "size"),
    [
        ("average_rate", "requests per second", 1),
        ("average_rate", "deliveries per second", 1),
        ("average_rate", "links/day", 1 / 86_400),
        ("peak_operations", "thousand deliveries per second", 1e3),
        ("average_rate", "million posts a day", None),
        ("records_after", "billion links", 1e9),
        ("records_after", "links", 1),
        ("bytes_after", "TB", 1e12),
        ("bytes_after", "apples", None),
        ("peak_bandwidth", "GB/s", 1e9),
    ],
)
def test_units_of_answers(figure, unit, size):
    asked = estimate(EstimateFigure(figure), 3, unit)
    if size is None:
        with pytest.raises(ScenarioError, match="is no unit of"):
            unit_size(asked)
    else:
        assert stated(asked) == pytest.approx(3 * size)


def test_a_guess_is_near_within_the_tolerance():
    asked = estimate(EstimateFigure.AVERAGE_RATE, 100, "requests per second")
    assert is_near(asked, 91) and is_near(asked, 109)
    assert not is_near(asked, 89) and not is_near(asked, 111)


def test_a_workload_is_stated_or_counted():
    counted = Workload.model_validate({"name": "W", "users": "8.64M", "actions_per_day": 10, "touches": [{}]})
    assert counted.average_rate == 1_000
