"""How many bytes a call carries there and back.

Between clients, routers, services and queues travel the workload's own messages, `request_size` and `response_size`. A
call that takes part of the touches carries part of the message: of the request in proportion to the data they write, of
the answer in proportion to the data they read, evenly where they move no data.

At a store, and between a service and its caches, travel the records themselves: count x records x record_size back for
a read, forward for a write. Asking for them takes an even part of the request, which is an upper bound on the size of
a query; so does telling a cache to forget. A lookup that misses brings nothing back, and the record is then put there.
"""

from __future__ import annotations

from collections.abc import Mapping

from designer.scenario.model import Dataset, Operation, Workload
from designer.traffic.model import Visit

_READ = Operation.READ

Bytes = tuple[float, float]
"""Forward and back, for one visit all of whose operations are wanted."""


class Payload:
    """The bytes of one workload's calls."""

    def __init__(self, workload: Workload, datasets: Mapping[str, Dataset]) -> None:
        self._touches = touches = workload.touches
        self._volumes: list[float | None] = []  # bytes of one operation; None for a capability
        self._reads: list[bool] = []
        read, written = [], []
        for touch in touches:
            reads = touch.operation is _READ
            size = None if touch.dataset is None else touch.records * datasets[touch.dataset].record_size
            moved = touch.count * (size or 0.0)
            self._volumes.append(size)
            self._reads.append(reads)
            read.append(moved if reads else 0.0)
            written.append(0.0 if reads else moved)
        self._requests = _divide(workload.request_size, written)
        self._responses = _divide(workload.response_size, read)
        self._query = workload.request_size / len(touches)

    def of_message(self, touches: tuple[int, ...]) -> Bytes:
        """A call between nodes that pass the request on."""
        forward = sum([self._requests[touch] for touch in touches])
        return forward, sum([self._responses[touch] for touch in touches])

    def of_store(self, visit: Visit) -> Bytes:
        """A call to a store: records where it works on them, and the message for what it passes on."""
        counts = {work.touch: work.count for work in visit.work}
        forward = back = 0.0
        for touch in visit.touches:
            volume = self._volumes[touch]
            if touch not in counts or volume is None:
                forward += self._requests[touch]
                back += self._responses[touch]
            elif self._reads[touch]:
                forward += self._query
                back += counts[touch] * volume
            else:
                forward += counts[touch] * volume
        return forward, back

    def of_inline_cache(self, visit: Visit) -> Bytes:
        """A call to a cache on the way: all that is read comes back from here, all that is written passes by."""
        forward = back = 0.0
        for touch in visit.touches:
            volume = self._volumes[touch]
            if volume is None:
                forward += self._requests[touch]
                back += self._responses[touch]
            elif self._reads[touch]:
                forward += self._query
                back += self._count(visit, touch) * volume
            else:
                forward += self._count(visit, touch) * volume
        return forward, back

    def of_aside_cache(self, visit: Visit, hit_ratios: Mapping[int, float], *, kept: bool) -> Bytes:
        """A call to a cache on the side, with its hit ratio by touch; `kept`: it has a copy of what is written."""
        forward = back = 0.0
        for touch in visit.touches:
            size = self._count(visit, touch) * (self._volumes[touch] or 0.0)
            if self._reads[touch]:
                ratio = hit_ratios[touch]
                forward += self._query + (1.0 - ratio) * size
                back += ratio * size
            else:
                forward += size if kept else self._query
        return forward, back

    def _count(self, visit: Visit, touch: int) -> float:
        for work in visit.work:
            if work.touch == touch:
                return work.count
        return self._touches[touch].count


def _divide(message: float, sizes: list[float]) -> list[float]:
    """A message in proportion to these sizes; in even parts when there is nothing to go by."""
    total = sum(sizes)
    if total > 0.0:
        return [message * (size / total) for size in sizes]
    return [message / len(sizes)] * len(sizes)
