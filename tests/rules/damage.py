"""Designs that somebody took something away from, the same for the same number."""

from __future__ import annotations

import contextlib
import random

from designer.analysis import Analysis, analyze
from designer.catalog.loader import load
from designer.design.edit import Change, RemoveNode, SetNode, apply
from designer.design.model import Design
from designer.errors import DesignError
from designer.scenario.loader import build_design, load_scenario, scenario_ids

CATALOG = load()


def damaged(seed: int) -> Analysis:
    """A shipped reference of which somebody took something away."""
    chance = random.Random(seed)
    scenario = load_scenario(chance.choice(scenario_ids()))
    design = build_design(chance.choice(scenario.references), scenario, CATALOG)
    for _ in range(chance.randint(1, 4)):
        with contextlib.suppress(DesignError):
            design = apply(design, [_damage(chance, design)], CATALOG)
    return analyze(scenario, design, CATALOG, headroom=False)


def _damage(chance: random.Random, design: Design) -> Change:
    node = chance.choice(design.nodes)
    if chance.random() < 0.2:
        return RemoveNode(node=node.id, reconnect=True)
    field = chance.choice(["instances", "replicas", "shards", "zones"])
    values = {"instances": max(1, node.instances // 3), "replicas": 0, "shards": 1}
    return SetNode(node=node.id, field=field, value=values.get(field, ()))
