"""A design with every kind of note and group: placed and not, in zones and across them, of every colour."""

from __future__ import annotations

from designer.design.model import Color, Design, Group, Note, NoteKind, Position

PLACES = {
    "users": (0, 240), "cdn": (280, 0), "lb": (280, 240), "api_a": (560, 80), "api_b": (560, 240),
    "api_c": (560, 400), "cache_a": (840, 0), "cache_b": (840, 160), "db": (840, 280), "jobs": (840, 440),
    "worker": (1120, 440), "images": (1400, 0),
}  # fmt: skip
WHY = (
    "Why a cache: nine reads in ten are for one item in a hundred, and the database would need more machines."
)
GROUPS = (
    Group(id="read", name="Read path", color=Color.BLUE, nodes=("api_a", "cache_a")),
    Group(id="later", name="Done later", color=Color.PURPLE, nodes=("jobs", "worker")),
    Group(id="plain", nodes=("images",)),
)
NOTES = (
    Note(id="why", text=WHY, position=Position(x=1040, y=-20)),
    Note(id="who", text="Open question:\nwho empties the queue?", color=Color.PINK, position=Position(x=1120, y=560)),
    Note(id="head", text="Write path", kind=NoteKind.TEXT, color=Color.TEAL, position=Position(x=560, y=520)),
    Note(id="draft", text="Draft", kind=NoteKind.TEXT, position=Position(x=0, y=400)),
    Note(id="nowhere", text="Stands nowhere yet"),
)  # fmt: skip


def decorate(shop: Design) -> Design:
    """The shop of the fixtures with places, groups and notes."""
    nodes = tuple(
        node.model_copy(update={"position": Position(x=PLACES[node.id][0], y=PLACES[node.id][1])})
        for node in shop.nodes
    )
    return shop.model_copy(update={"nodes": nodes, "groups": GROUPS, "notes": NOTES})
