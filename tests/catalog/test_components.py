"""The shipped catalogue: every file is right, every number has a source, and the numbers go together."""

import pytest

from designer.catalog.environment import Distance, Environment
from designer.catalog.loader import GROUPS, check, load
from designer.catalog.model import (
    FIGURE_DIMENSIONS,
    Behavior,
    Component,
    Figures,
    Knob,
    Place,
    Replication,
    Trait,
)
from designer.catalog.values import Figure

REQUIRED = (
    "users", "load_balancer", "app_server", "cache", "cdn", "sql_database", "sharded_sql", "message_queue",
    "worker", "object_storage",
)  # fmt: skip
LITERATURE = {
    "front end": ("users", "mobile_app"),
    "load balancing": ("load_balancer", "l4_load_balancer", "dns"),
    "proxies": ("reverse_proxy", "forward_proxy", "api_gateway", "rate_limiter"),
    "compute": ("app_server", "worker", "scheduler", "notification_service"),
    "caching": ("cache", "cdn", "browser_cache"),
    "data": ("key_value_store", "wide_column_store", "document_store", "search_index", "object_storage"),
    "messaging": ("message_queue", "log_stream", "stream_processor"),
    "machine learning": ("feature_store", "model_server", "vector_index", "training_pipeline"),
    "language models": ("language_model", "language_model_api", "guardrail"),
    "operations": ("monitoring",),
}
IDS = tuple(load())
BANDS = ("low", "default", "high")


@pytest.fixture(params=IDS)
def component(request: pytest.FixtureRequest) -> Component:
    return load()[request.param]


def figures_of(component: Component) -> dict[str, Figure[float]]:
    return {name: figure for name in FIGURE_DIMENSIONS if (figure := component.figure(name)) is not None}


def test_every_file_and_icon_is_right():
    check()
    assert len(IDS) >= 28


@pytest.mark.parametrize("name", REQUIRED)
def test_the_ids_that_scenarios_rely_on_exist(name):
    assert load()[name].id == name


@pytest.mark.parametrize("part", LITERATURE)
def test_each_part_of_the_interview_literature_can_be_placed(part):
    assert set(LITERATURE[part]) <= set(IDS)


def test_every_group_is_one_of_the_palette(component):
    assert component.group in GROUPS


def test_every_figure_names_its_source(component):
    for name, figure in figures_of(component).items():
        assert figure.source.strip(), name
        assert not figure.source.lower().startswith(("todo", "unknown", "?")), name
        assert "[" not in figure.source, f"{name}: the publication itself is named, not a key for it"


def test_figures_have_a_dimension_each():
    assert list(FIGURE_DIMENSIONS) == list(Figures.model_fields)


def test_times_have_a_mean_and_a_tail_that_fit_each_other(component):
    for mean_name in ("service_time", "write_time"):
        mean, p99 = component.figure(mean_name), component.figure(f"{mean_name}_p99")
        assert (mean is None) == (p99 is None)
        if mean is not None and p99 is not None:
            assert 1.5 <= p99.default / mean.default <= 15
            assert all(getattr(mean, band) <= getattr(p99, band) for band in BANDS)


def test_a_request_holds_its_server_no_longer_than_it_takes(component):
    """Little's law: `servers` requests in flight at `read_rate` leave each of them servers / rate seconds."""
    servers = component.figure("servers")
    for rate_name, time_name in (("read_rate", "service_time"), ("write_rate", "write_time")):
        rate = component.figure(rate_name)
        time = component.figure(time_name) or component.figure("service_time")
        if rate is not None:
            assert servers is not None
            assert time is not None
            assert servers.default / rate.default <= time.default * (1 + 1e-9)


def test_a_server_is_held_for_what_the_time_says_where_the_time_is_occupancy(component):
    if component.behavior is Behavior.SERVICE:
        servers, rate, time = (component.figure(name) for name in ("servers", "read_rate", "service_time"))
        assert servers is not None
        assert rate is not None
        assert time is not None
        if component.id != "stream_processor":  # its time is mostly spent between cores, in buffers
            assert servers.default == pytest.approx(rate.default * time.default)


def test_what_a_component_is_shows_in_its_traits(component):
    managed = Trait.MANAGED in component.traits
    assert (
        managed == (component.replication is Replication.MANAGED) or component.behavior is not Behavior.STORE
    )
    assert not managed or not component.knobs, "the provider scales it"
    assert (component.behavior is Behavior.CACHE) == (Trait.CACHES in component.traits)
    assert (component.behavior is Behavior.QUEUE) == (Trait.ASYNC in component.traits)
    assert not {Trait.STATELESS, Trait.STATEFUL} <= component.traits
    assert Trait.DURABLE not in component.traits or component.figure("durability") is not None


def test_behavior_says_what_it_keeps(component):
    assert (component.behavior is Behavior.STORE) == bool(component.holds)
    assert (component.behavior is Behavior.CACHE) == bool(component.caches)
    assert (component.behavior is Behavior.CLIENT) <= (component.place is Place.CLIENT)
    if component.behavior is Behavior.STORE:
        assert component.figure("durability") is not None


def test_machines_can_fail_and_cost_something(component):
    if component.place is not Place.CLIENT:
        assert component.figure("availability") is not None
    if component.knobs:
        assert component.figure("cost") is not None


def test_knobs_turn_something(component):
    for knob, figure in ((Knob.MEMORY, "memory"), (Knob.DISK, "disk")):
        assert knob not in component.knobs or component.figure(figure) is not None
    if component.replication is Replication.LEADER:
        assert component.figure("failover_time") is not None
        assert component.figure("failures_per_year") is not None
        assert component.figure("replication_lag") is not None


def test_words_are_there_for_people(component):
    assert 2 <= len(component.failure_modes) <= 4
    assert component.use_when
    assert component.keywords
    assert len(set(component.keywords)) == len(component.keywords)


def test_names_and_icons_tell_components_apart():
    components = tuple(load().values())
    assert len({component.name for component in components}) == len(components)
    assert len({component.icon for component in components}) == len(components)


def test_providers_of_work():
    provides = {name: set(load()[name].provides) for name in IDS if load()[name].provides}
    assert provides["app_server"] == {"compute"}
    assert provides["worker"] == {"compute", "transcode"}
    assert provides["model_server"] == {"inference", "embedding"}
    assert provides["language_model"] == {"generate"}
    assert provides["language_model_api"] == {"generate", "embedding"}
    assert provides["guardrail"] == {"moderate"}
    assert provides["notification_service"] == {"notify"}
    assert provides["stream_processor"] == {"aggregate"}
    assert provides["training_pipeline"] == {"training"}
    assert provides["search_index"] == {"search"}


def test_figures_for_tokens_go_together(component):
    """All requests together write no faster than each of them at its own pace."""
    reading, writing, time = (component.figure(name) for name in ("prompt_rate", "token_rate", "token_time"))
    assert (reading is None) == (writing is None) == (time is None) == (component.figure("context") is None)
    if writing is not None and time is not None:
        servers = component.figure("servers")
        assert servers is not None
        assert servers.default / writing.default <= time.default * (1 + 1e-9)


def test_a_sql_database_and_its_shards_are_the_same_machine():
    one, shard = load()["sql_database"], load()["sharded_sql"]
    for name in FIGURE_DIMENSIONS:
        if name not in {"service_time", "write_time"}:
            assert one.figure(name) == shard.figure(name)


def test_distances_grow_with_the_distance():
    environment = load().environment
    way = (
        environment.same_zone,
        environment.cross_zone,
        environment.client_to_edge,
        environment.client_to_region,
        environment.cross_region,
    )
    assert [distance.mean for distance in way] == sorted(distance.mean for distance in way)
    for name in Environment.model_fields:
        fact = getattr(environment, name)
        assert fact.source.strip()
        if isinstance(fact, Distance):
            assert 1.5 <= fact.p99 / fact.mean <= 15
    assert environment.region_availability.default > environment.zone_availability.default


def test_disks_take_what_the_machine_writes(component):
    """A write goes to the disk: a machine that could not write as much as it promises would promise too much."""
    iops, writes = component.figure("iops"), component.figure("write_rate")
    if iops is not None and writes is not None:
        assert all(getattr(iops, band) >= getattr(writes, band) for band in BANDS)


def test_what_can_be_backed_up_can_be_restored(component):
    """Whoever runs a store also brings it back; what a provider runs is the provider's business."""
    managed = Trait.MANAGED in component.traits
    if component.behavior is Behavior.STORE:
        assert (component.figure("restore_rate") is None) == managed


def test_failures_worth_another_try_are_rare(component):
    rate = component.figure("error_rate")
    if rate is not None:
        assert 0 < rate.default <= 0.01


def test_no_law_of_scaling_is_claimed_without_a_measurement(component):
    for name in ("contention", "coherency"):
        figure = component.figure(name)
        assert figure is None or not figure.source.startswith("rule of thumb")
