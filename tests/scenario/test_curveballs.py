"""Curveballs: what is left of a design when parts of it go down."""

from designer.catalog.loader import load
from designer.design.model import Design, Node
from designer.design.notation import parse_notation
from designer.scenario.curveballs import strike, struck_words

DESIGN = """
users > cdn > lb:load_balancer*3[zones=a+b+c] > api:app_server*10[zones=a+b+c]
api > cache*2[zones=a], db:sql_database*3[zones=a+b+c], kv:key_value_store
"""


def design(text: str = DESIGN) -> Design:
    return parse_notation(text, load())


def left(*fails: str, text: str = DESIGN) -> dict[str, Node]:
    return dict(strike(design(text), fails, load()).by_id)


def test_nothing_struck_leaves_everything():
    assert strike(design(), (), load()) == design()


def test_a_component_is_gone_with_its_connections():
    struck = strike(design(), ("cache",), load())
    assert "cache" not in struck.by_id
    assert all("cache" not in (link.source, link.target) for link in struck.connections)
    assert ("api", "db") in {(link.source, link.target) for link in struck.connections}


def test_a_trait_takes_every_component_that_has_it():
    assert not {"cdn", "cache"} & left("caches").keys()


def test_a_zone_takes_its_part_of_the_machines():
    nodes = left("a")
    assert (nodes["lb"].instances, nodes["lb"].zones) == (2, ("b", "c"))
    assert nodes["api"].instances == 6
    assert nodes["db"].replicas == 1
    assert "cache" not in nodes


def test_what_stands_in_no_zone_stands_in_the_first_unless_the_provider_spreads_it():
    nodes = left(
        "a", text="@ a, b; users > api:app_server*4 > kv:key_value_store, db:sql_database*2[zones=b]"
    )
    assert "api" not in nodes
    assert {"kv", "db"} <= nodes.keys()
    assert "api" in left("b", text="@ a, b; users > api:app_server*4 > kv:key_value_store")


def test_two_zones_of_three_leave_a_third():
    nodes = left("a", "b")
    assert nodes["lb"].instances == 1
    assert nodes["api"].instances == 3
    assert nodes["db"].replicas == 0


def test_a_single_machine_over_two_zones_is_counted_as_lost():
    assert "api" not in left("a", text="users > api:app_server[zones=a+b] > db:sql_database*3[zones=a+b]")


def test_unknown_words_strike_nothing():
    assert strike(design(), ("tokio",), load()) == design()


def test_the_words_that_strike():
    words = struck_words(design(), load())
    assert {"cache", "key_value_store", "caches", "durable", "a", "b", "c"} <= words
    assert "tokio" not in words
