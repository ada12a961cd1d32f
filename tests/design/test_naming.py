"""Nodes nobody named are called as their cards on the board are."""

import pytest

from designer.catalog.loader import load
from designer.design.model import Design, Node
from designer.design.naming import name_nodes


@pytest.mark.parametrize(
    ("node", "label"),
    [
        (Node(id="cache", component="cache"), "Cache"),
        (Node(id="cache_2", component="cache"), "Cache 2"),
        (Node(id="load_balancer", component="load_balancer"), "Load balancer"),
        (Node(id="load_balancer_12", component="load_balancer"), "Load balancer 12"),
        (Node(id="cache", component="cache", name="Hot links"), "Hot links"),
        (Node(id="links", component="cache"), "links"),
        (Node(id="cache", component="sql_database"), "cache"),
    ],
)
def test_labels(node: Node, label: str) -> None:
    named = name_nodes(Design(nodes=(node,)), load())
    assert named.nodes[0].label == label
    assert named.nodes[0].id == node.id
