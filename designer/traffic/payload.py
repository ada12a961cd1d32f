"""How many bytes a call carries there and back.

Between clients, routers, services and queues travel the workload's own messages, `request_size` and `response_size`. A
call that takes part of the touches carries part of the message: of the request in proportion to the data they write, of
the answer in proportion to the data they read, evenly where they move no data.

At a store, and between a service and its caches, travel the records themselves: count x records x record_size back for
a read, forward for a write. Asking for them takes an even part of the request, which is an upper bound on the size of
a query; so does telling a cache to forget. A lookup that misses brings nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from designer.catalog.model import Behavior
from designer.scenario.model import Dataset, Operation, Workload
from designer.traffic.model import Visit

_ASKS_CACHE_FOR_RECORDS = frozenset({Behavior.SERVICE, Behavior.STORE})


class Payload:
    """The bytes of one workload's calls."""

    def __init__(self, workload: Workload, datasets: Mapping[str, Dataset]) -> None:
        self._touches = workload.touches
        self._volumes = [  # bytes of one operation
            0.0 if touch.dataset is None else touch.records * datasets[touch.dataset].record_size
            for touch in workload.touches
        ]
        reads = [touch.operation is Operation.READ for touch in workload.touches]
        moved = [touch.count * volume for touch, volume in zip(workload.touches, self._volumes, strict=True)]
        written = [0.0 if read else size for read, size in zip(reads, moved, strict=True)]
        read = [size if read else 0.0 for read, size in zip(reads, moved, strict=True)]
        self._requests = [workload.request_size * part for part in _parts(written)]
        self._responses = [workload.response_size * part for part in _parts(read)]
        self._query = workload.request_size / len(workload.touches)

    def of_call(
        self, caller: Behavior, callee: Behavior, visit: Visit, hit_ratio: Callable[[str], float]
    ) -> tuple[float, float]:
        """Bytes forward and back of one call that becomes `visit`; `hit_ratio` is the callee's for a dataset."""
        counts = {work.touch: work.count for work in visit.work}
        forward = back = 0.0
        for touch in visit.touches:
            if self._moves_records(caller, callee, visit, touch, touch in counts):
                there, again = self._records(callee, visit, touch, counts, hit_ratio)
            else:
                there, again = self._requests[touch], self._responses[touch]
            forward += there
            back += again
        return forward, back

    def _moves_records(
        self, caller: Behavior, callee: Behavior, visit: Visit, touch: int, done_here: bool
    ) -> bool:
        if self._touches[touch].dataset is None:
            return False
        if callee is Behavior.CACHE:
            return caller in _ASKS_CACHE_FOR_RECORDS or not visit.calls
        return callee is Behavior.STORE and done_here

    def _records(
        self,
        callee: Behavior,
        visit: Visit,
        number: int,
        counts: Mapping[int, float],
        hit_ratio: Callable[[str], float],
    ) -> tuple[float, float]:
        touch = self._touches[number]
        volume = counts.get(number, touch.count) * self._volumes[number]
        if touch.operation is Operation.READ:
            aside = callee is Behavior.CACHE and not visit.calls
            return self._query, volume * (hit_ratio(touch.dataset or "") if aside else 1.0)
        forgets = callee is Behavior.CACHE and number in counts
        return (self._query if forgets else volume), 0.0


def _parts(sizes: list[float]) -> list[float]:
    """Sizes as parts of their sum; even parts when there is nothing to go by."""
    total = sum(sizes)
    return [size / total for size in sizes] if total > 0.0 else [1.0 / len(sizes)] * len(sizes)
