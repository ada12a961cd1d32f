"""The boards that are drawn in the browser: one question, and designs of any size that answer it."""

from __future__ import annotations

SIZES = (30, 100, 300)
"""Nodes on the boards that are edited; cards are dragged on the largest, and the smallest is opened."""

SCENARIO = "url_shortener"
CHANGED = "api_1"
BOARD_ZOOM = 0.45
"""The service that an edit makes larger where the board has no way to choose one, and how near the largest is seen."""


def board_notation(nodes: int) -> str:
    """A board of that many nodes: users and a load balancer, then pairs of services with a cache and a store each."""
    lines = ["users > lb:load_balancer*3"]
    for number in range(1, (nodes - 2) // 4 + 1):
        lines.append(f"lb > api_{number}:app_server*20 > w_{number}:app_server*20")
        lines.append(f"w_{number} > c_{number}:cache, d_{number}:key_value_store")
    rest = nodes - 2 - 4 * ((nodes - 2) // 4)
    lines += [f"lb > extra_{number}:app_server*20" for number in range(rest)]
    return "\n".join(lines)
