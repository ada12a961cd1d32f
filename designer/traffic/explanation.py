"""The arithmetic of a hit ratio, as data: formula, inputs, sources."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component
from designer.design.figures import quantity_of
from designer.design.model import Eviction, Node
from designer.traffic.stream import Stream
from designer.units import Dimension

METHOD = "Che's approximation (LRU)"
TTL_METHOD = "Che's approximation (LRU); time to live without renewal (Jung, Berger, Balakrishnan)"
LFU_METHOD = "The records most asked for (perfect LFU)"


class Explained(NamedTuple):
    """A cache in its steady state: all that it sees, and how long a record stays in it unasked."""

    node: Node
    component: Component
    streams: tuple[Stream, ...]
    time: float


def explain_hit(cache: Explained, stream: Stream, ratio: float) -> Arithmetic:
    """How the hit ratio for `stream` came about."""
    d = f"[{stream.name}]"
    steps = [_freshness(stream)] if stream.pace > 1.0 else []
    if stream.additions > 0.0:
        steps.append(_life(stream))
    window = _window(cache)
    if window is not None:
        steps.append(window)
    return Arithmetic(
        formula=f"h = {_formula(cache, stream, d)}",
        result=Quantity(
            "h", f"hit ratio of {cache.node.label} for {stream.dataset.name}", ratio, Dimension.RATIO
        ),
        inputs=tuple(_inputs(cache, stream, d)),
        method=_method(cache),
        steps=tuple(steps),
    )


def explain_warm_up(cache: Explained, stream: Stream, ratio: float, seconds: float) -> Arithmetic:
    """How long an empty cache takes to nine tenths of its hit ratio: nothing is given up before it is full."""
    d, data = f"[{stream.name}]", stream.dataset
    steady = Quantity("h", f"hit ratio of {cache.node.label} for {data.name}", ratio, Dimension.RATIO)
    return Arithmetic(
        formula=f"0.9 h = {_formula(cache._replace(time=seconds), stream, d, 't')}, t <= T",
        result=Quantity(
            "t", f"time from empty to nine tenths of the hit ratio for {data.name}", seconds, Dimension.TIME
        ),
        inputs=(steady, *_inputs(cache, stream, d)),
        method="Che's approximation before the cache is full: it has the distinct records asked for so far",
    )


def explain_stale(cache: Explained, stream: Stream, part: float) -> Arithmetic:
    """Which part of the hits is older than the last write."""
    d, data = f"[{stream.name}]", stream.dataset
    result = Quantity(
        "s", f"part of the hits for {data.name} older than the last write", part, Dimension.RATIO
    )
    if stream.unseen == 0.0:
        return Arithmetic("s = 0: the cache is told of every update", result)
    unseen = Quantity(
        f"y{d}", f"records of {data.name} updated without its knowledge", stream.unseen, Dimension.RATE
    )
    return Arithmetic(
        formula=f"s = mean over hits of 1 - exp(-y{d} p{d}(i) a), a = age of the copy",
        result=result,
        inputs=(unseen, *_inputs(cache, stream, d)),
        method=_method(cache),
    )


def _method(cache: Explained) -> str:
    if cache.node.eviction is Eviction.LFU:
        return LFU_METHOD
    return METHOD if cache.node.ttl is None else TTL_METHOD


def _formula(cache: Explained, stream: Stream, d: str, symbol: str = "T") -> str:
    """The hit ratio by the characteristic time, which is called `symbol`."""
    lfu = cache.node.eviction is Eviction.LFU and symbol == "T"
    kept = f"k{d}(i) " if lfu else ""
    time = math.inf if lfu else cache.time
    fresh = f"f{d} " if stream.fresh < 1.0 else ""
    events = f"r{d} p{d}(i) e{d}" if stream.renewals else f"r{d} p{d}(i)"
    if stream.updates and not stream.renewals:
        events = f"r{d} p{d}(i) / f{d}"
    if cache.node.ttl is not None and symbol == "T":
        return f"{kept}sum over records i of p{d}(i) {_ageing(cache, stream, d)}"
    if math.isinf(time) and math.isinf(stream.life):
        return (
            f"sum over records i kept of {fresh}p{d}(i)"
            if lfu
            else (f"f{d}: everything fits" if fresh else "1: everything fits")
        )
    total = f"{fresh}sum over records i of {kept}p{d}(i)"
    if stream.sources:
        total = f"mean over ways of {total}"
    if math.isinf(stream.life):
        window = f"max(0, {symbol} - G)" if stream.sources else symbol
        return f"{total} (1 - exp(-e {window})), e = {events}"
    begun = f"L{d}" if math.isinf(time) else f"min({symbol}, L{d})"
    window = ", v = max(0, m - G)" if stream.sources else ", v = m"
    mean = f"(v - (1 - exp(-e v)) / e + (L{d} - m) (1 - exp(-e v))) / L{d}"
    return f"{total} {mean}, e = {events}, m = {begun}{window}"


def _ageing(cache: Explained, stream: Stream, d: str) -> str:
    """A read finds a copy that is not older than its time to live and was not evicted or changed before."""
    ended = ""
    if stream.updates or stream.renewals:
        ended = f", v = (u{d} + w{d}) p{d}(i)" if stream.renewals else f", v = u{d} p{d}(i)"
    reads = f"r = r{d} p{d}(i)"
    long = cache.time < (cache.node.ttl or math.inf)
    found = "(1 - exp(-v D)) / v" if ended else "D"
    if long:
        found = "mean time a copy stays, evicted after T unasked and given up after D"
    head = "(r + w) A / (1 + r A)" if stream.renewals else "r A / (1 + r A)"
    life = "" if math.isinf(stream.life) else f", less the first read in a life of L{d}"
    return f"{head}, A = {found}, {reads}{ended}{life}"


def _inputs(cache: Explained, stream: Stream, d: str) -> Iterator[Quantity]:
    data, time, ttl = stream.dataset, cache.time, cache.node.ttl
    if stream.pace > 1.0:
        yield _fresh(stream)
    if ttl is not None:
        yield Quantity(
            "D", f"time to live of a copy in {cache.node.label}", ttl, Dimension.TIME, "set on the node"
        )
    elif math.isinf(time) and math.isinf(stream.life):
        return
    law = "Zipf's law, less what the caches in front answer" if stream.sources else "Zipf's law"
    yield _reads(stream)
    yield _records(stream)
    yield Quantity(
        f"s{d}", f"skew of {data.name}: p(i) by {law}", data.skew, Dimension.COUNT, _source(stream)
    )
    for number, source in enumerate(stream.sources, start=1):
        name = f"pause before a read that comes by way {number} of {len(stream.sources)}"
        yield Quantity(f"G{number}", name, source.guard, Dimension.TIME)
    if not math.isinf(time):
        yield _time(cache)
    if not math.isinf(stream.life):
        yield Quantity(
            f"L{d}", f"time a record of {data.name} keeps its popularity", stream.life, Dimension.TIME
        )


def _time(cache: Explained) -> Quantity:
    if cache.node.eviction is Eviction.LFU:
        name = f"longest time between two reads of a record that {cache.node.label} keeps"
    else:
        name = f"time a record stays in {cache.node.label} unasked"
    return Quantity("T", name, cache.time, Dimension.TIME)


def _window(cache: Explained) -> Arithmetic | None:
    """How long a record stays; None for a cache without a memory figure."""
    node, streams = cache.node, cache.streams
    memory = quantity_of(node, cache.component, "memory", "m", f"memory of one instance of {node.label}")
    if memory is None:
        return None
    machines = float(node.instances * node.shards)
    inputs = [memory, Quantity("n", f"instances of {node.label}", machines, Dimension.COUNT)]
    for stream in streams:
        name, data = stream.name, stream.dataset
        inputs.append(
            Quantity(
                f"S[{name}]",
                f"size of a record of {data.name}",
                data.record_size,
                Dimension.SIZE,
                _source(stream),
            )
        )
        inputs += [_records(stream), _reads(stream)]
        if stream.pace > 1.0:
            inputs.append(_fresh(stream))
    return Arithmetic(_window_formula(cache), _time(cache), tuple(inputs), _method(cache))


def _window_formula(cache: Explained) -> str:
    updated = any(stream.updates > 0.0 for stream in cache.streams)
    fresh, per_fresh = ("f[d] ", " / f[d]") if updated else ("", "")
    if math.isinf(cache.time):
        return f"T has no end: sum over datasets d of {fresh}S[d] N[d] <= m n"
    if cache.node.eviction is Eviction.LFU:
        return "m n = sum over datasets d and records i with r[d] p[d](i) > 1 / T of S[d]"
    if cache.node.ttl is not None:
        return "m n = sum over datasets d and records i of S[d] h[d](i, T, D)"
    return f"m n = sum over datasets d and records i of {fresh}S[d] (1 - exp(-r[d] p[d](i) T{per_fresh}))"


def _freshness(stream: Stream) -> Arithmetic:
    d, data = f"[{stream.name}]", stream.dataset
    updates = Quantity(f"u{d}", f"records of {data.name} updated", stream.updates, Dimension.RATE)
    if stream.renewals == 0.0:
        return Arithmetic(f"f{d} = r{d} / (r{d} + u{d})", _fresh(stream), (_reads(stream), updates))
    renewals = Quantity(f"w{d}", f"records of {data.name} written to it", stream.renewals, Dimension.RATE)
    pace = Quantity(f"e{d}", f"what happens to a copy of {data.name}, per read", stream.pace, Dimension.COUNT)
    inputs = (_reads(stream), updates, renewals)
    events = Arithmetic(f"e{d} = (r{d} + u{d} + w{d}) / r{d}", pace, inputs)
    return Arithmetic(f"f{d} = (r{d} + w{d}) / (r{d} + u{d} + w{d})", _fresh(stream), inputs, steps=(events,))


def _life(stream: Stream) -> Arithmetic:
    d, data = f"[{stream.name}]", stream.dataset
    life = Quantity(
        f"L{d}", f"time a record of {data.name} keeps its popularity", stream.life, Dimension.TIME
    )
    additions = Quantity(f"w{d}", f"records of {data.name} added", stream.additions, Dimension.RATE)
    return Arithmetic(f"L{d} = N{d} / w{d}", life, (_records(stream), additions))


def _fresh(stream: Stream) -> Quantity:
    return Quantity(
        f"f[{stream.name}]", "part of the copies that are up to date", stream.fresh, Dimension.RATIO
    )


def _reads(stream: Stream) -> Quantity:
    name = f"records of {stream.dataset.name} looked up"
    return Quantity(f"r[{stream.name}]", name, stream.reads, Dimension.RATE)


def _records(stream: Stream) -> Quantity:
    name = f"records of {stream.dataset.name}"
    return Quantity(f"N[{stream.name}]", name, stream.dataset.records, Dimension.COUNT, _source(stream))


def _source(stream: Stream) -> str:
    return stream.dataset.source or "the scenario"
