"""docker-compose files: services by image, name and command, connections by what they name."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from designer.errors import DesignError
from designer.importing.compose_services import fill_in
from designer.importing.model import Imported

Read = Callable[..., Imported]
Refuse = Callable[..., DesignError]

NAME = "docker-compose.yml"

SHOP = """
name: shop
x-base: &base
  restart: always
  environment: &env
    DATABASE_URL: postgres://shop:${PASSWORD:-x}@db:5432/shop
    REDIS_HOST: sessions
services:
  proxy:
    image: nginx:1.25
    ports: ["80:80", "443:443"]
    depends_on: [web]
  web:
    <<: *base
    build: .
    deploy: {replicas: 3}
    environment:
      <<: *env
      KAFKA: log:9092
      POSTGRES_DB: db2
    depends_on:
      db: {condition: service_healthy}
  consumer:
    <<: *base
    build: .
    command: ["celery", "worker"]
    depends_on: [mq]
    scale: 2
  mq: {image: "rabbitmq:3-management", ports: ["127.0.0.1:15672:15672"]}
  log: {image: confluentinc/cp-kafka:7}
  db:
    image: ${DB_IMAGE:-postgres:16}
    deploy: {resources: {limits: {memory: 2G}}}
    ports: [{target: 5432, published: "5432"}]
  db2: {image: "registry.example.org:5000/acme/mariadb@sha256:abc"}
  sessions: {image: "redis:7-alpine", mem_limit: 512m}
  thing: {build: ./thing, mem_limit: 1g}
"""


def test_a_whole_file(read: Read) -> None:
    found = read(SHOP, NAME)
    design = found.design
    assert (found.format, design.name) == ("docker-compose", "shop")
    assert {node.id: node.component for node in design.nodes} == {
        "users": "users", "proxy": "reverse_proxy", "web": "app_server", "consumer": "worker", "mq": "message_queue",
        "log": "log_stream", "db": "sql_database", "db2": "sql_database", "sessions": "cache", "thing": "app_server",
    }  # fmt: skip
    assert {link.id for link in design.connections} == {
        "users>proxy", "proxy>web", "web>db", "web>sessions", "web>log", "mq>consumer", "consumer>db",
        "consumer>sessions",
    }  # fmt: skip
    assert (design.node("web").instances, design.node("consumer").instances) == (3, 2)
    assert design.node("db").figures == {"memory": 2 * 1024**3}
    assert design.node("sessions").figures == {"memory": 512 * 1024**2}
    assert design.node("thing").figures == {}
    told = [guess.sentence for guess in found.guesses]
    for sentence in (
        "'db' became a SQL database, from its image 'postgres'.",
        "'thing' became an API / app server, since it is built here.",
        "users call 'proxy', since it publishes the ports 80 and 443.",
        "'web' calls 'sessions', since 'REDIS_HOST' names it.",
        "'mq' hands messages to 'consumer', from depends_on, and it is a consumer.",
        "the published port 5432 of 'db' is left out, since users do not call such a part.",
        "'db' has 2 GiB of memory, from the limit of its container.",
    ):
        assert sentence in told, sentence
    assert all(guess.where.startswith("line ") for guess in found.guesses)


@pytest.mark.parametrize(
    ("body", "component"),
    [
        ("image: postgres", "sql_database"),
        ("image: mcr.microsoft.com/mssql/server:2022", "sql_database"),
        ("image: haproxy:2", "load_balancer"),
        ("image: traefik", "load_balancer"),
        ("image: memcached", "cache"),
        ("image: mongo", "document_store"),
        ("image: cassandra", "wide_column_store"),
        ("image: docker.elastic.co/elasticsearch/elasticsearch:8.1", "search_index"),
        ("image: minio/minio", "object_storage"),
        ("image: prom/prometheus", "monitoring"),
        ("image: ollama/ollama", "language_model"),
        ("image: vllm/vllm-openai", "language_model"),
        ("image: acme/shop-worker", "worker"),
        ("image: acme/thing", "app_server"),
        ("{}", "app_server"),
        ("command: celery -A shop worker", "worker"),
    ],
)
def test_components(body: str, component: str, read: Read) -> None:
    assert read(f"services:\n  it:\n    {body}\n", NAME).design.nodes[0].component == component


@pytest.mark.parametrize("name", ["client", "frontend", "browser", "mobile-app", "web"])
def test_no_service_is_a_client(name: str, read: Read) -> None:
    found = read(f"services:\n  {name}: {{build: .}}\n", NAME)
    assert found.design.nodes[0].component == "app_server"


@pytest.mark.parametrize(
    ("environment", "names_it"),
    [
        ("{A_HOST: db}", True),
        ("{A_HOST: 'db:5432'}", True),
        ("[A_URL=postgres://u:p@db:5432/x]", True),
        ("[ANY=redis://db]", True),
        ("{BROKERS: 'x:1,db:9092'}", True),
        ("{ANY: 'http://x, http://db:1'}", True),
        ("{ANY: db}", False),
        ("{POSTGRES_DB: db}", False),
        ("{A_HOST: dbx}", False),
        ("{A_HOST: 5}", False),
        ("[A_HOST]", False),
        ("null", False),
    ],
)
def test_environments_that_name_a_service(environment: str, names_it: bool, read: Read) -> None:
    text = f"services:\n  web:\n    build: .\n    environment: {environment}\n  db: {{image: postgres}}\n"
    assert bool(read(text, NAME).design.connections) == names_it


def test_services_by_their_other_names(read: Read) -> None:
    text = (
        "services:\n  web: {build: ., links: ['store:other'], environment: {Q_HOST: rabbit}}\n"
        "  store: {image: postgres}\n  mq: {image: rabbitmq, container_name: rabbit}\n"
    )
    assert {link.id for link in read(text, NAME).design.connections} == {"web>store", "web>mq"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${A:-b}", "b"), ("${A-b}", "b"), ("${A}", ""), ("$A", ""), ("${A:?needed}", ""), ("${A:+b}", ""),
        ("${A:-${B:-c}}", "c"), ("$$A", "$A"), ("x${A:-b}y$", "xby$"), ("${", "${"),
    ],
)  # fmt: skip
def test_variables_take_their_defaults(text: str, filled: str) -> None:
    assert fill_in(text) == filled


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("services: []\n", 1, "there are no services in this file"),
        ("services:\n  a: 5\n", 2, "the service 'a' is no mapping"),
        ("services:\n  a: {image: *b}\n", 2, "there is no '&b' before this"),
        ("services:\n  a: &a {x: *a}\n", 2, "there is no '&a' before this"),
        ("services:\n  a: !reset {}\n", 2, "a tag ('!reset') is not allowed"),
        ("services:\n  a: {}\n  a: {}\n", 3, "written twice"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(
    text: str, line: int, words: str, refuse: Refuse
) -> None:
    error = refuse(text, NAME)
    assert words in str(error)
    assert error.where is not None
    assert error.where.line == line


def test_a_bomb_of_aliases_is_refused(refuse: Refuse) -> None:
    names = "abcdefghijkl"
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 8)}]" for old, new in pairwise(names)]
    text = "\n".join([*lines, "services: {x: {image: *l}}\n"])
    assert "more than 100,000 keys and values" in str(refuse(text, NAME))


def test_odd_values_are_passed(read: Read) -> None:
    text = (
        "services:\n  a:\n    image: 5\n    ports: x\n    depends_on: {b: null, 7x: {}}\n    deploy: []\n"
        "    scale: -1\n"
        "    mem_limit: lots\n    links: 3\n    command: [1, null]\n  b:\n"
    )
    found = read(text, NAME).design
    assert [node.id for node in found.nodes] == ["a", "b"]
    assert [link.id for link in found.connections] == ["a>b"]
