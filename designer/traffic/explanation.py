"""The arithmetic of a hit ratio, as data: formula, inputs, sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from designer.arithmetic import Arithmetic, Quantity
from designer.catalog.model import Component
from designer.design.figures import quantity_of
from designer.design.model import Node
from designer.traffic.stream import Stream
from designer.units import Dimension

METHOD = "Che's approximation (LRU)"


def explain_hit(
    node: Node, component: Component, streams: Sequence[Stream], stream: Stream, time: float, ratio: float
) -> Arithmetic:
    """How the hit ratio for `stream` came about in a cache that keeps records for `time` and sees all `streams`."""
    d = f"[{stream.name}]"
    steps = [_freshness(stream)] if stream.updates > 0.0 else []
    if stream.additions > 0.0:
        steps.append(_life(stream))
    window = _window(node, component, streams, time)
    if window is not None:
        steps.append(window)
    return Arithmetic(
        formula=f"h = {_formula(stream, d, time)}",
        result=Quantity("h", f"hit ratio of {node.label} for {stream.dataset.name}", ratio, Dimension.RATIO),
        inputs=tuple(_inputs(node, stream, d, time)),
        method=METHOD,
        steps=tuple(steps),
    )


def _formula(stream: Stream, d: str, time: float) -> str:
    fresh = f"f{d} " if stream.updates > 0.0 else ""
    events = f"r{d} p{d}(i) / f{d}" if stream.updates > 0.0 else f"r{d} p{d}(i)"
    if math.isinf(time) and math.isinf(stream.life):
        return f"f{d}: everything fits" if fresh else "1: everything fits"
    total = f"{fresh}sum over records i of p{d}(i)"
    if stream.sources:
        total = f"mean over ways of {total}"
    if math.isinf(stream.life):
        window = "max(0, T - G)" if stream.sources else "T"
        return f"{total} (1 - exp(-e {window})), e = {events}"
    begun = f"L{d}" if math.isinf(time) else f"min(T, L{d})"
    window = ", v = max(0, m - G)" if stream.sources else ", v = m"
    mean = f"(v - (1 - exp(-e v)) / e + (L{d} - m) (1 - exp(-e v))) / L{d}"
    return f"{total} {mean}, e = {events}, m = {begun}{window}"


def _inputs(node: Node, stream: Stream, d: str, time: float) -> Iterator[Quantity]:
    data = stream.dataset
    if stream.updates > 0.0:
        yield _fresh(stream)
    if math.isinf(time) and math.isinf(stream.life):
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
        yield Quantity("T", f"time a record stays in {node.label} unasked", time, Dimension.TIME)
    if not math.isinf(stream.life):
        yield Quantity(
            f"L{d}", f"time a record of {data.name} keeps its popularity", stream.life, Dimension.TIME
        )


def _window(node: Node, component: Component, streams: Sequence[Stream], time: float) -> Arithmetic | None:
    """How long a record stays; None for a cache without a memory figure."""
    memory = quantity_of(node, component, "memory", "m", f"memory of one instance of {node.label}")
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
        if stream.updates > 0.0:
            inputs.append(_fresh(stream))
    updated = any(stream.updates > 0.0 for stream in streams)
    fresh, per_fresh = ("f[d] ", " / f[d]") if updated else ("", "")
    formula = (
        f"T has no end: sum over datasets d of {fresh}S[d] N[d] <= m n"
        if math.isinf(time)
        else f"m n = sum over datasets d and records i of {fresh}S[d] (1 - exp(-r[d] p[d](i) T{per_fresh}))"
    )
    result = Quantity("T", f"time a record stays in {node.label} unasked", time, Dimension.TIME)
    return Arithmetic(formula, result, tuple(inputs), METHOD)


def _freshness(stream: Stream) -> Arithmetic:
    d, data = f"[{stream.name}]", stream.dataset
    updates = Quantity(f"u{d}", f"records of {data.name} updated", stream.updates, Dimension.RATE)
    return Arithmetic(f"f{d} = r{d} / (r{d} + u{d})", _fresh(stream), (_reads(stream), updates))


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
