"""Several operations of one visit at its own node: how long they take together, and what that is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from designer.performance.compose import after, proportion, repeat_time
from designer.performance.distributions import ZERO
from designer.performance.joins import parallel
from designer.performance.stations import Job

IDLE = Job(ZERO, 0.0, 0.0, 0.0)


def operate(job: Job, count: float, *, together: bool) -> Job:
    """`count` operations of one kind."""
    if count == 1.0:
        return job
    served = job.service * (min(count, 1.0) if together else count)
    if job.time is None:
        return Job(None, job.service * count, math.inf, served)
    time, times = repeat_time(job.time, count, together=together)
    return Job(time, times * job.service, times * job.waiting, served)


def operate_all(done: Sequence[Job], *, together: bool) -> Job:
    """Operations of several kinds, one kind after the other or all `together`."""
    service = math.fsum([own.service for own in done])
    waiting = math.fsum([own.waiting for own in done])
    served = max([own.served for own in done]) if together else math.fsum([own.served for own in done])
    times = [own.time for own in done if own.time is not None]
    if len(times) < len(done):
        return Job(None, service, math.inf, served)
    if not together:
        return Job(after(*times), service, waiting, served)
    slowest = parallel(*times)
    share = proportion(slowest.mean, service + waiting)
    return Job(slowest, service * share, waiting * share, served)
