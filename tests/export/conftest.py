import pytest

from designer.catalog import Catalog, load
from designer.design.model import Connection, Design, Node, Zone


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The catalogue that comes with the package."""
    return load()


@pytest.fixture
def shop() -> Design:
    """Twelve nodes: three zones, replicas, shards, a queue, a node spread over zones, edge and managed parts."""
    return Design(
        name="Web shop",
        zones=(Zone(id="a", name="Zone A"), Zone(id="b", name="Zone B"), Zone(id="c", name="Zone C")),
        nodes=(
            Node(id="users", component="users"),
            Node(id="cdn", component="cdn", name="CDN"),
            Node(id="lb", component="load_balancer", name="Entry", instances=2, zones=("a", "b")),
            Node(id="api_a", component="app_server", name="API", instances=4, zones=("a",)),
            Node(id="api_b", component="app_server", name="API", instances=4, zones=("b",)),
            Node(id="api_c", component="app_server", name="API", instances=4, zones=("c",)),
            Node(id="cache_a", component="cache", zones=("a",)),
            Node(id="cache_b", component="cache", zones=("b",)),
            Node(
                id="db", component="sharded_sql", name="Orders", shards=8, replicas=2, zones=("a", "b", "c")
            ),
            Node(id="jobs", component="message_queue", partitions=32),
            Node(id="worker", component="worker", instances=12, zones=("c",)),
            Node(id="images", component="object_storage"),
        ),
        connections=connect(
            "users>cdn users>lb cdn>images lb>api_a lb>api_b lb>api_c api_a>cache_a api_b>cache_b "
            "api_a>db api_b>db api_c>db api_a>jobs jobs>worker worker>images"
        ),
    )


def connect(pairs: str) -> tuple[Connection, ...]:
    ends = (pair.split(">") for pair in pairs.split())
    return tuple(Connection(source=source, target=target) for source, target in ends)
