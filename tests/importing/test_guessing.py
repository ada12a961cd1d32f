"""Words, images and counts: what a label means."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

import pytest

from designer.catalog.loader import load
from designer.importing import guessing
from designer.importing.guessing import Guesser, Shape, load_words
from designer.importing.labels import cut, make_stem, read_html, set_count, split_counts
from designer.importing.zoning import Kind, read_kind

CATALOG = load()
GUESSER = Guesser(CATALOG)


@pytest.mark.parametrize(
    ("label", "component"),
    [
        ("Users", "users"),
        ("User service", "app_server"),
        ("PaymentService", "app_server"),
        ("API Gateway", "api_gateway"),
        ("OpenAI API", "language_model_api"),
        ("Kafka consumer", "worker"),
        ("Video service", "app_server"),
        ("orderDB", "sql_database"),
        ("db1", "sql_database"),
        ("Order databases", "sql_database"),
        ("Load balancer (nginx)", "load_balancer"),
        ("Orders\nPostgreSQL", "sql_database"),
        ("Orders: DynamoDB", "key_value_store"),
        ("Redis server", "cache"),
        ("iOS app", "mobile_app"),
        ("Route 53", "dns"),
        ("Message broker", "message_queue"),
        ("Event bus", "log_stream"),
        ("Sharded MySQL", "sharded_sql"),
        ("S3", "object_storage"),
        ("Elasticsearch", "search_index"),
        ("Vector DB", "vector_index"),
        ("Rate limiter", "rate_limiter"),
        ("Cloudflare", "cdn"),
        ("Nobody knows", "app_server"),
        ("数据库", "app_server"),
        ("", "app_server"),
    ],
)
def test_labels(label: str, component: str) -> None:
    assert GUESSER.from_drawing(label, "", "", None).component.id == component


def test_every_component_is_found_by_its_name_and_its_id() -> None:
    for component in CATALOG.values():
        for label in (component.id, component.id.replace("_", " ").title(), component.name):
            assert GUESSER.from_drawing(label, "", "", None).component.id == component.id, label


def test_keywords_of_the_catalogue_are_heard() -> None:
    for component in CATALOG.values():
        found = {GUESSER.from_drawing(word, "", "", None).component.id for word in component.keywords}
        assert component.id in found


def test_what_tells_more_counts_more() -> None:
    def guess(label: str, name: str = "", hint: str = "", shape: Shape | None = None) -> str:
        return GUESSER.from_drawing(label, name, hint, shape).component.id

    assert guess("Redis", shape=Shape.STORE) == "cache"
    assert guess("Users", shape=Shape.STORE) == "sql_database"
    assert guess("Shopper", shape=Shape.CLIENT) == "users"
    assert guess("Something", hint="elasticache") == "cache"
    assert guess("Something", name="redis") == "cache"
    assert guess("My service", hint="dynamodb") == "key_value_store"


def test_the_table_says_nothing_twice_and_only_of_components_there_are() -> None:
    words = load_words()
    for table in (words.words, words.images):
        assert set(table) <= set(CATALOG)
        counted = Counter(word for group in table.values() for word in group)
        assert [word for word, times in counted.items() if times > 1] == []
    assert {*words.stand_ins.values(), *words.consumers} <= set(CATALOG)
    assert PurePath(guessing.TABLE).name == "words.yaml"


@pytest.mark.parametrize(
    ("label", "rest", "counts"),
    [
        ("API ×3", "API", [(3, None)]),
        ("API x3", "API", [(3, None)]),
        ("API*3", "API", [(3, None)]),
        ("3x API", "API", [(3, None)]),
        ("API (x 3)", "API", [(3, None)]),
        ("LB - x2", "LB", [(2, None)]),
        ("Postgres (2 replicas)", "Postgres", [(2, "replicas")]),
        ("Kafka: 12 partitions", "Kafka", [(12, "partitions")]),
        ("Cache ×6, 2 replicas", "Cache", [(6, None), (2, "replicas")]),
        ("x86 server", "x86 server", []),
        ("S3 bucket", "S3 bucket", []),
        ("K8s 4 cores", "K8s 4 cores", []),
        ("v1.2x", "v1.2x", []),
        ("web2", "web2", []),
    ],
)
def test_counts_in_labels(label: str, rest: str, counts: list[tuple[int, str | None]]) -> None:
    left, found = split_counts(label)
    assert (left, [(count.number, count.knob) for count in found]) == (rest, counts)


@pytest.mark.parametrize(
    ("label", "component", "settings"),
    [
        ("x3", "app_server", {"instances": 3}),
        ("x3", "sql_database", {"replicas": 2}),
        ("3 replicas", "sql_database", {"replicas": 3}),
        ("3 shards", "sharded_sql", {"shards": 3}),
        ("x3", "sharded_sql", {"shards": 3}),
        ("x3", "cdn", {}),
        ("3 shards", "app_server", {}),
        ("x0", "app_server", {}),
        ("x10001", "app_server", {}),
        ("x102", "sql_database", {}),
    ],
)
def test_what_a_count_sets(label: str, component: str, settings: dict[str, int]) -> None:
    _, (count,) = split_counts(label)
    assert set_count(count, CATALOG[component]) == settings


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Zone a", Kind.ZONE),
        ("AZ 1", Kind.ZONE),
        ("az-b", Kind.ZONE),
        ("availability_zone_a", Kind.ZONE),
        ("us-east-1a", Kind.ZONE),
        ("Data center 2", Kind.ZONE),
        ("DC1", Kind.ZONE),
        ("Region Europe", Kind.REGION),
        ("eu-west-1", Kind.REGION),
        ("europe-west4", Kind.REGION),
        ("VPC", None),
        ("Hosted zone", None),
        ("Backend", None),
        ("Blaze", None),
        ("", None),
    ],
)
def test_groups_that_are_zones(title: str, kind: Kind | None) -> None:
    assert read_kind(title) is kind


def test_html_becomes_words() -> None:
    assert read_html("<div>a<br>b &amp; c</div><style>x{}</style><img src=x onerror=alert(1)>d").split() == [
        "a", "b", "&", "c", "d",
    ]  # fmt: skip
    assert read_html("1 < 2 & 3 > 2") == "1 < 2 & 3 > 2"


def test_names_and_ids() -> None:
    assert make_stem("Order DB!", "x") == "order_db"
    assert make_stem("数据库", "cache") == "cache"
    assert make_stem("1st", "x") == "_1st"
    assert len(make_stem("a" * 100, "x")) < 40
    assert cut("x" * 100, 10) == "x" * 9 + "…"
