"""The two networks of rivals.py for cimba: compiled processes hand arrival times from Store to Store, as in its README.

cimba reads the annotations when a class is made, so that they cannot be postponed here.
"""

import cimba as cb
from rivals import (
    APP,
    APPS,
    BALANCER,
    CACHE,
    DATABASE,
    DATABASES,
    HITS,
    W1_RATE,
    W1_SERVERS,
    W1_SERVICE,
    W2_RATE,
)


class Queue(cb.Model):
    wanted: cb.Param[int] = 1_000_000
    line: cb.Store[float]
    done: cb.Output[int]
    total: cb.Output[float]

    @cb.on_start
    def begin(self):
        self.done = 0
        self.total = 0.0

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(1.0 / W1_RATE))
            self.line.put(cb.now())

    @cb.process(copies=W1_SERVERS)
    def server(self):
        while True:
            born = self.line.get()
            cb.hold(cb.random.exponential(1.0 / W1_SERVICE))
            self.total += cb.now() - born
            self.done += 1
            if self.done >= self.wanted:
                cb.end_trial()


class Web(cb.Model):
    wanted: cb.Param[int] = 1_000_000
    balanced: cb.Store[float]
    first: cb.Store[float]
    second: cb.Store[float]
    third: cb.Store[float]
    fourth: cb.Store[float]
    cached: cb.Store[float]
    stored: cb.Store[float]
    done: cb.Output[int]
    total: cb.Output[float]

    @cb.on_start
    def begin(self):
        self.done = 0
        self.total = 0.0

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(1.0 / W2_RATE))
            self.balanced.put(cb.now())

    @cb.process
    def balancer(self):
        while True:
            born = self.balanced.get()
            cb.hold(cb.random.exponential(1.0 / BALANCER))
            app = cb.random.dice(1, APPS)
            if app == 1:
                self.first.put(born)
            elif app == 2:
                self.second.put(born)
            elif app == 3:
                self.third.put(born)
            else:
                self.fourth.put(born)

    @cb.process
    def first_app(self):
        while True:
            born = self.first.get()
            cb.hold(cb.random.exponential(1.0 / APP))
            self.cached.put(born)

    @cb.process
    def second_app(self):
        while True:
            born = self.second.get()
            cb.hold(cb.random.exponential(1.0 / APP))
            self.cached.put(born)

    @cb.process
    def third_app(self):
        while True:
            born = self.third.get()
            cb.hold(cb.random.exponential(1.0 / APP))
            self.cached.put(born)

    @cb.process
    def fourth_app(self):
        while True:
            born = self.fourth.get()
            cb.hold(cb.random.exponential(1.0 / APP))
            self.cached.put(born)

    @cb.process
    def cache(self):
        while True:
            born = self.cached.get()
            cb.hold(cb.random.exponential(1.0 / CACHE))
            if cb.random.uniform(0.0, 1.0) >= HITS:
                self.stored.put(born)
            else:
                self.total += cb.now() - born
                self.done += 1
                if self.done >= self.wanted:
                    cb.end_trial()

    @cb.process(copies=DATABASES)
    def database(self):
        while True:
            born = self.stored.get()
            cb.hold(cb.random.exponential(1.0 / DATABASE))
            self.total += cb.now() - born
            self.done += 1
            if self.done >= self.wanted:
                cb.end_trial()
