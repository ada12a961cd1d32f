"""Several operations of one visit at its own node: how long they take together, and what that is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from designer.performance.compose import Time, after, proportion, repeat_time
from designer.performance.distributions import ZERO
from designer.performance.joins import parallel
from designer.performance.stations import Job


class Own(NamedTuple):
    """What a visit does at its own node: how long it takes, and the means it is made of, in seconds."""

    time: Time
    service: float
    waiting: float
    served: float  # when nobody else asks, at the least


IDLE = Own(ZERO, 0.0, 0.0, 0.0)


def operate(job: Job, count: float, *, together: bool) -> Own:
    """`count` operations of one kind."""
    if count == 1.0:
        return Own(job.time, job.service, job.waiting, job.service)
    served = job.service * (min(count, 1.0) if together else count)
    if job.time is None:
        return Own(None, job.service * count, math.inf, served)
    time, times = repeat_time(job.time, count, together=together)
    return Own(time, times * job.service, times * job.waiting, served)


def operate_all(done: Sequence[Own], *, together: bool) -> Own:
    """Operations of several kinds, one kind after the other or all `together`."""
    service = math.fsum([own.service for own in done])
    waiting = math.fsum([own.waiting for own in done])
    served = max([own.served for own in done]) if together else math.fsum([own.served for own in done])
    times = [own.time for own in done if own.time is not None]
    if len(times) < len(done):
        return Own(None, service, math.inf, served)
    if not together:
        return Own(after(*times), service, waiting, served)
    slowest = parallel(*times)
    share = proportion(slowest.mean, service + waiting)
    return Own(slowest, service * share, waiting * share, served)
