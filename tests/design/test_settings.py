"""Settings of nodes and connections: what they mean something for, and what is said where they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from designer.catalog import load
from designer.design import phrases
from designer.design.changes import SetConnection, SetNode
from designer.design.checks import MAX_PROBLEMS, check
from designer.design.edit import apply, describe
from designer.design.model import Connection, Design, Node
from designer.design.notation import format_notation, parse_notation
from designer.design.settings import (
    CHOICES,
    COUNTS,
    LINK_FIELDS,
    LINK_QUANTITIES,
    LISTS,
    POLICIES,
    QUANTITIES,
    SETTINGS,
    SWITCHES,
    WHOLE,
    means_something,
)
from designer.errors import NotationError
from tests.strategies import designs

NOT_SETTINGS = {"id", "component", "figures", "position", "pinned", "color"}


def parse(text: str) -> Design:
    return parse_notation(text, load())


def refusal(text: str) -> str:
    with pytest.raises(NotationError) as caught:
        parse(text)
    return caught.value.headline


def values_of(model: type[BaseModel], field: str) -> list[str]:
    """The values of a choice."""
    annotation = model.model_fields[field].annotation
    kinds = getattr(annotation, "__args__", (annotation,))
    return [value for kind in kinds if kind is not type(None) for value in kind]


def test_every_field_of_a_node_can_be_set():
    assert set(SETTINGS) | NOT_SETTINGS == set(Node.model_fields)
    assert set(POLICIES) == {*CHOICES, *QUANTITIES, *WHOLE, *SWITCHES}
    assert {knob.value for knob in COUNTS} | set(LISTS) | set(POLICIES) | {"name"} == set(SETTINGS)


def test_every_field_of_a_connection_can_be_set():
    assert {"source", "target", *LINK_FIELDS} == set(Connection.model_fields)


@pytest.mark.parametrize("field", CHOICES)
def test_every_choice_has_its_words(field):
    assert set(phrases.CHOICES[field]) == set(values_of(Node, field))


@pytest.mark.parametrize("field", ["carries", "mode"])
def test_every_choice_of_a_connection_has_its_words(field):
    assert set(phrases.LINK_CHOICES[field]) == set(values_of(Connection, field))


def test_every_setting_has_its_words():
    assert set(phrases.CHOICES) | set(phrases.QUANTITIES) == set(POLICIES)
    assert set(phrases.LINK_CHOICES) | set(phrases.LINK_QUANTITIES) == set(LINK_FIELDS)


@pytest.mark.parametrize(
    ("setting", "fitting"),
    [
        ("ttl=1 min", {"cache", "cdn", "browser_cache"}),
        ("writes=through", {"cache", "cdn", "browser_cache"}),
        ("eviction=lfu", {"cache", "cdn", "browser_cache"}),
        (
            "acks=all",
            {"cache", "sql_database", "sharded_sql", "document_store", "search_index", "feature_store", "vector_index"},
        ),
        (
            "leaders=multi",
            {"sql_database", "sharded_sql", "document_store", "search_index", "feature_store", "vector_index"},
        ),
        (
            "sessions=local",
            {
                "app_server", "worker", "notification_service", "stream_processor", "model_server",
                "training_pipeline", "language_model", "language_model_api", "guardrail",
            },
        ),
        ("read_quorum=1", {"wide_column_store"}),
        ("write_quorum=1", {"wide_column_store"}),
        ("partitioning=range", {"sharded_sql", "document_store", "search_index", "feature_store", "vector_index"}),
        ("index=global", {"sharded_sql", "document_store", "search_index", "feature_store", "vector_index"}),
        (
            "hashing=modulo",
            {
                "cache", "sharded_sql", "document_store", "search_index", "feature_store", "vector_index",
                "wide_column_store",
            },
        ),
        ("delivery=at_most_once", {"message_queue", "log_stream"}),
        ("deliveries=3", {"message_queue", "log_stream"}),
        ("ordered=true", {"message_queue", "log_stream"}),
        ("limit=5/s", set(load()) - {"users", "mobile_app"}),
        (
            "deadline=1 s",
            {
                "users", "mobile_app", "app_server", "worker", "notification_service", "stream_processor",
                "model_server", "training_pipeline", "language_model", "language_model_api", "guardrail",
            },
        ),
        (
            "backup_every=1 day",
            {
                "sql_database", "sharded_sql", "document_store", "search_index", "feature_store", "vector_index",
                "wide_column_store", "key_value_store", "object_storage",
            },
        ),
    ],
)  # fmt: skip
def test_a_setting_is_taken_where_it_means_something_and_refused_elsewhere(setting, fitting):
    field = setting.partition("=")[0]
    assert {name for name in load() if means_something(field, load()[name])} == fitting
    for name in load():
        text = f"{name}[{setting}]"
        if name in fitting:
            assert format_notation(parse(text), load()) == text
        else:
            assert f"'{name}'" in refusal(text)
            assert "expected" in refusal(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wide_column_store[replicas=2, write_quorum=4]", "keeps 3 copies of a record, so 4 cannot answer"),
        ("wide_column_store[replicas=0, read_quorum=2]", "keeps 1 copy of a record"),
        ("sharded_sql[hashing=modulo, partitioning=range]", "no key is hashed"),
        ("message_queue[delivery=at_most_once, deliveries=2]", "handed out only once"),
        ("message_queue[ordered=maybe]", "neither true nor false; expected true or false"),
        ("message_queue[deliveries=two]", "a whole number"),
        ("message_queue[deliveries=0]", "at least 1"),
        ("cache[ttl=0 s]", "more than 0"),
        ("cache[ttl=5 GB]", "is not a time"),
        ("cache[writes=later]", "expected invalidate, around, through or back"),
        ("users >[failed] cache", "is no queue, so it gives up no messages"),
        ("users >[retry_budget=10 %] cache", "no retries to be limited"),
        ("users >[retries=2, retry_budget=110 %] cache", "at most 1"),
        ("users >[backoff=50 ms] cache", "no retries to wait before"),
        ("users >[retries=1, backoff=0 s] cache", "more than 0"),
        ("users >[fallback=true] app_server", "'users' is no service, so it has no answer of its own"),
        ("message_queue >[fallback=true] worker", "fallback only out of a service"),
        ("app_server >[fallback=maybe] cache", "neither true nor false"),
        ("app_server[sessions=mine]", "expected shared or local"),
        ("load_balancer[routing=hashed]", "expected random, round_robin, least_connections or hash"),
        ("users >[retries=21] cache", "at most 20"),
        ("users >[retries=some] cache", "a whole number"),
        ("users >[hedge_after=1 s, timeout=1 s] cache", "given up before a second one would start"),
        ("users >[timeout=-1 s] cache", "negative"),
        ("users >[on_miss=perhaps] cache", "neither true nor false"),
        ("load_balancer >[on_miss=true] cache", "asks no cache"),
        ("message_queue >[retries=2] worker", "expected deliveries on the queue"),
        ("message_queue >[hedge_after=1 s] worker", "hands each message to one consumer"),
        ("message_queue >[on_miss=false] worker", "a queue asks no cache"),
        ("users >[read, failed] cache", "said twice"),
        ("users >[async, sync] cache", "said twice"),
        ("users >[asink] cache", "did you mean 'async'?"),
    ],
)
def test_what_means_nothing_or_contradicts_itself_is_refused(text, words):
    assert words in refusal(text)


def test_what_is_neutral_is_never_refused():
    node = Node(
        id="a", component="app_server", writes="invalidate", ttl=None, hashing="consistent", ordered=False
    )
    assert check(Design(nodes=(node,)), load()) == []


def test_an_error_rate_may_be_nought():
    assert parse("cache[error_rate=0]").nodes[0].figures == {"error_rate": 0.0}


def test_of_very_many_problems_the_first_are_told():
    nodes = tuple(Node(id=f"n{index}", component="nothing") for index in range(1_000))
    links = tuple(Connection(source=f"x{index}", target="y") for index in range(1_000))
    assert len(check(Design(nodes=nodes, connections=links), load())) == MAX_PROBLEMS


def test_saying_connections_again_and_again_is_refused():
    step = ",".join(f"n{index}:cache" for index in range(100))
    chain = f"{step}>{step.replace('n', 'm')};"
    assert len(parse(chain).connections) == 10_000
    assert "more than 30,000 connections" in refusal(chain * 4)


@given(designs(load(), policies=True), st.data())
def test_every_setting_can_be_taken_back(design, data):
    node = data.draw(st.sampled_from(design.nodes))
    field = data.draw(st.sampled_from(POLICIES))
    changed = apply(design, [SetNode(node=node.id, field=field, value=None)], load())
    assert getattr(changed.node(node.id), field) == Node.model_fields[field].default
    assert describe(SetNode(node=node.id, field=field, value=None), design, load())


@given(designs(load(), policies=True), st.data())
def test_settings_of_connections_are_set_and_taken_back(design, data):
    if not design.connections:
        assert len(design.nodes) == 1
        return
    link = data.draw(st.sampled_from(design.connections))
    ends = {"source": link.source, "target": link.target}
    there = apply(design, [SetConnection(**ends, field="timeout", value="10 min")], load())
    back = apply(there, [SetConnection(**ends, field="timeout", value=link.timeout)], load())
    assert back == design


def test_words_for_connections():
    design = parse('api:app_server[name="Front"] > db:sql_database')

    def words(field: str, value: object) -> str:
        return describe(SetConnection(source="api", target="db", field=field, value=value), design, load())

    assert words("retry_budget", 0.1) == "Let at most 10 % of the calls from Front to db be retries"
    assert words("hedge_after", "20 ms") == "Let Front ask another machine of db after 20 ms"
    assert (
        words("backoff", 0.05)
        == "Let Front wait 50 ms before it tries db again, and twice as long each time after"
    )
    assert words("backoff", None) == "Let Front try db again at once"
    assert words("fallback", True) == "Let Front answer without db when it fails"
    assert (
        words("fallback", None)
        == words("fallback", False)
        == "Let a request fail when Front has no answer of db"
    )
    assert words("carries", "read") == "Send only reads from Front to db"
    assert words("retries", None) == "Let Front try db only once"
    assert words("share", 0.25) == "Send 25 % of the requests of Front to db"
    assert set(LINK_QUANTITIES) < set(LINK_FIELDS)
