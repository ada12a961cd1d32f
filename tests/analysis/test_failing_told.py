"""What fails though all is up is told word for word, and each call that it fails at by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer.arithmetic import Arithmetic, Quantity
from designer.performance.failing import Failing
from designer.units import format_quantity
from tests.analysis.boards import analysis_of
from tests.formulas import all_of, evaluate

DESIGNS = {
    "a limit, a budget and a deadline": (
        "users > api:app_server*2[deadline=300 ms] >[timeout=80 ms, retries=3, retry_budget=10 %, calls=2.5] "
        "b:app_server*4[error_rate=10 %] > db:sql_database[disk=2TB, replicas=1]"
    ),
    "two ways, one of them twice": (
        "users > lb:load_balancer*2 >[share=0.7, retries=1] a:app_server*4 >[calls=2] "
        "c:app_server*4[error_rate=2 %] > db:sql_database[disk=2TB, replicas=1]; "
        "lb >[share=0.3] b:app_server*4[error_rate=30 %] > db"
    ),
    "two kinds of users, and one service on both ways": (
        "web:users > a:app_server*4[error_rate=1 %] > c:app_server*4 >[calls=3] d:app_server*4[error_rate=2 %] > "
        "db:sql_database[disk=2TB, replicas=1]; phone:users > b:app_server*4 >[retries=1] c"
    ),
    "a deadline, and a limit little longer, within a budget": (
        "users > a:app_server*4 >[timeout=120 ms, retries=3, retry_budget=0.3 %] b:app_server*4[deadline=119 ms] > "
        "db:sql_database[disk=2TB, replicas=1]"
    ),
    "a deadline, and a limit little longer": (
        "users > a:app_server*4 >[timeout=120 ms, retries=1] b:app_server*4[deadline=119 ms] > "
        "db:sql_database[disk=2TB, replicas=1]"
    ),
    "a cache before what fails": (
        "users > api:app_server*2 >[timeout=2 ms] c:cache[error_rate=1 %], db:sql_database[disk=2TB, error_rate=4 %]"
    ),
}


def told(arithmetic: Arithmetic, indent: str = "") -> Iterator[str]:
    yield f"{indent}{said(arithmetic.result)}"
    yield f"{indent}  by {arithmetic.formula}"
    if arithmetic.method:
        yield f"{indent}  ({arithmetic.method})"
    for item in arithmetic.inputs:
        yield f"{indent}  {said(item)}"
    for step in arithmetic.steps:
        yield from told(step, indent + "| ")


def said(item: Quantity) -> str:
    source = f" [{item.source}]" if item.source else ""
    return f"{item.symbol} = {format_quantity(item.value, item.dimension)} {item.name}{source}"


def named(failing: Failing) -> list[str]:
    return [
        f"{item.connection} {item.share:.4g}, errors {item.errors:.4g}, late {item.late:.4g}"
        for item in failing.culprits
    ]


def everything(failing: Failing) -> Iterator[str]:
    yield from told(failing.arithmetic)
    yield from named(failing)
    yield from (f"deadline of {node} {share:.4g}" for node, share in failing.deadlines.items())


TOLD = {
    "a limit, a budget and a deadline": """
f = 8.56 % part of Look that fails though all is up
  by f = f[users]
  (tries of one call, and calls of one request, are taken as independent of each other)
  f[users] = 8.56 % visits to users that fail
| f[users] = 8.56 % visits to users that fail
|   by f[users] = f[api]
|   f[api] = 8.56 % visits to api that fail
| f[api] = 8.56 % visits to api that fail
|   by f[api] = 1 - (1 - g[api>b]) ^ n1 * (1 - r1 * g[api>b]) * (1 - o)
|   g[api>b] = 3.5 % calls from api to b that are lost
|   n1 = 2 calls each time
|   r1 = 50 % chance of one more
|   o = 0.0679 % visits to api that take longer than its deadline
| o = 0.0679 % visits to api that take longer
|   by o = P(T > D)
|   (the distribution of the time that the visit takes)
|   D = 300 ms deadline of api [set on the node]
| g[api>b] = 3.5 % calls from api to b that are lost
|   by g[api>b] = 1 - (1 + b) * (1 - (1 - (1 - e) * (1 - l)))
|   e = 10 % answers of b that are errors [set on the node]
|   l = 2.52 % P(T > t): a try takes longer than the limit
|   t = 80 ms api waits for b [set on the connection]
|   b = 10 % tries after the first, for each call [set on the connection]
api>b 0.08561, errors 0.1, late 0.02522
deadline of api 0.0006794
""",
    "two ways, one of them twice": """
f = 9.11 % part of Look that fails though all is up
  by f = f[users]
  (tries of one call, and calls of one request, are taken as independent of each other)
  f[users] = 9.11 % visits to users that fail
| f[users] = 9.11 % visits to users that fail
|   by f[users] = f[lb]
|   f[lb] = 9.11 % visits to lb that fail
| f[lb] = 9.11 % visits to lb that fail
|   by f[lb] = 1 - (1 - (w1.1 * g[lb>a] + w2.1 * g[lb>b]))
|   g[lb>a] = 0.157 % calls from lb to a that are lost
|   w1.1 = 70 % part of the calls that go there
|   g[lb>b] = 30 % calls from lb to b that are lost
|   w2.1 = 30 % part of the calls that go there
| g[lb>a] = 0.157 % calls from lb to a that are lost
|   by g[lb>a] = f[a] ^ m
|   f[a] = 3.96 % visits to a that fail
|   m = 2 tries [set on the connection]
| g[lb>b] = 30 % calls from lb to b that are lost
|   by g[lb>b] = e
|   e = 30 % answers of b that are errors [set on the node]
| f[a] = 3.96 % visits to a that fail
|   by f[a] = 1 - (1 - g[a>c]) ^ n1
|   g[a>c] = 2 % calls from a to c that are lost
|   n1 = 2 calls each time
| g[a>c] = 2 % calls from a to c that are lost
|   by g[a>c] = e
|   e = 2 % answers of c that are errors [set on the node]
lb>b 0.09, errors 0.3, late 0
a>c 0.028, errors 0.02, late 0
""",
    "two kinds of users, and one service on both ways": """
f = 3.58 % part of Look that fails though all is up
  by f = w1 * f[web] + w2 * f[phone]
  (tries of one call, and calls of one request, are taken as independent of each other)
  f[web] = 6.82 % visits to web that fail
  w1 = 50 % requests that begin at web
  f[phone] = 0.346 % visits to phone that fail
  w2 = 50 % requests that begin at phone
| f[web] = 6.82 % visits to web that fail
|   by f[web] = g[web>a]
|   g[web>a] = 6.82 % calls from web to a that are lost
| g[web>a] = 6.82 % calls from web to a that are lost
|   by g[web>a] = (1 - (1 - e) * (1 - f[a]))
|   e = 1 % answers of a that are errors [set on the node]
|   f[a] = 5.88 % visits to a that fail
| f[phone] = 0.346 % visits to phone that fail
|   by f[phone] = f[b]
|   f[b] = 0.346 % visits to b that fail
| f[a] = 5.88 % visits to a that fail
|   by f[a] = f[c]
|   f[c] = 5.88 % visits to c that fail
| f[b] = 0.346 % visits to b that fail
|   by f[b] = g[b>c]
|   g[b>c] = 0.346 % calls from b to c that are lost
| g[b>c] = 0.346 % calls from b to c that are lost
|   by g[b>c] = f[c] ^ m
|   f[c] = 5.88 % visits to c that fail
|   m = 2 tries [set on the connection]
| f[c] = 5.88 % visits to c that fail
|   by f[c] = 1 - (1 - g[c>d]) ^ n1
|   g[c>d] = 2 % calls from c to d that are lost
|   n1 = 3 calls each time
| g[c>d] = 2 % calls from c to d that are lost
|   by g[c>d] = e
|   e = 2 % answers of d that are errors [set on the node]
c>d 0.03584, errors 0.02, late 0
web>a 0.005, errors 0.01, late 0
""",
    "a deadline, and a limit little longer, within a budget": """
f = 0.152 % part of Look that fails though all is up
  by f = f[users]
  (tries of one call, and calls of one request, are taken as independent of each other)
  f[users] = 0.152 % visits to users that fail
| f[users] = 0.152 % visits to users that fail
|   by f[users] = f[a]
|   f[a] = 0.152 % visits to a that fail
| f[a] = 0.152 % visits to a that fail
|   by f[a] = g[a>b]
|   g[a>b] = 0.152 % calls from a to b that are lost
| g[a>b] = 0.152 % calls from a to b that are lost
|   by g[a>b] = 1 - (1 + b) * (1 - (1 - (1 - l) * (1 - i)))
|   l = 0.00455 % P(T > t): a try takes longer than the limit
|   t = 120 ms a waits for b [set on the connection]
|   i = 0.446 % visits to b that fail, of those that are not given up before
|   b = 0.3 % tries after the first, for each call [set on the connection]
| | i = 0.446 % visits to b that fail, of those that are not given up before
| |   by i = 1 - (1 - f[b]) / (1 - o) * (1 - o * (1 - h) / (1 - l))
| |   (the deadline and the limit look at the same time)
| |   f[b] = 0.451 % visits to b that fail
| |   o = 0.451 % visits to b that take longer than its deadline
| |   h = 1 % of the visits that its deadline ends, the part that was given up before
| |   l = 0.00455 % calls that take longer than the caller's limit
| f[b] = 0.451 % visits to b that fail
|   by f[b] = o
|   o = 0.451 % visits to b that take longer than its deadline
| o = 0.451 % visits to b that take longer
|   by o = P(T > D)
|   (the distribution of the time that the visit takes)
|   D = 119 ms deadline of b [set on the node]
a>b 1.536e-05, errors 0, late 4.548e-05
deadline of b 0.001523
""",
    "a deadline, and a limit little longer": """
f = 0.00203 % part of Look that fails though all is up
  by f = f[users]
  (tries of one call, and calls of one request, are taken as independent of each other)
  f[users] = 0.00203 % visits to users that fail
| f[users] = 0.00203 % visits to users that fail
|   by f[users] = f[a]
|   f[a] = 0.00203 % visits to a that fail
| f[a] = 0.00203 % visits to a that fail
|   by f[a] = g[a>b]
|   g[a>b] = 0.00203 % calls from a to b that are lost
| g[a>b] = 0.00203 % calls from a to b that are lost
|   by g[a>b] = (1 - (1 - l) * (1 - i)) ^ m
|   l = 0.00455 % P(T > t): a try takes longer than the limit
|   t = 120 ms a waits for b [set on the connection]
|   i = 0.446 % visits to b that fail, of those that are not given up before
|   m = 2 tries [set on the connection]
| | i = 0.446 % visits to b that fail, of those that are not given up before
| |   by i = 1 - (1 - f[b]) / (1 - o) * (1 - o * (1 - h) / (1 - l))
| |   (the deadline and the limit look at the same time)
| |   f[b] = 0.451 % visits to b that fail
| |   o = 0.451 % visits to b that take longer than its deadline
| |   h = 1 % of the visits that its deadline ends, the part that was given up before
| |   l = 0.00455 % calls that take longer than the caller's limit
| f[b] = 0.451 % visits to b that fail
|   by f[b] = o
|   o = 0.451 % visits to b that take longer than its deadline
| o = 0.451 % visits to b that take longer
|   by o = P(T > D)
|   (the distribution of the time that the visit takes)
|   D = 119 ms deadline of b [set on the node]
a>b 2.051e-07, errors 0, late 4.548e-05
deadline of b 2.034e-05
""",
    "a cache before what fails": """
f = 0.151 % part of Look that fails though all is up
  by f = f[users]
  (tries of one call, and calls of one request, are taken as independent of each other)
  f[users] = 0.151 % visits to users that fail
| f[users] = 0.151 % visits to users that fail
|   by f[users] = f[api]
|   f[api] = 0.151 % visits to api that fail
| f[api] = 0.151 % visits to api that fail
|   by f[api] = 1 - (1 - c1 * (1 - (1 - g[api>db])))
|   g[api>db] = 12.1 % calls from api to db that are lost
|   c1 = 1.25 % chance that the call is made
| g[api>db] = 12.1 % calls from api to db that are lost
|   by g[api>db] = (1 - (1 - e) * (1 - l))
|   e = 4 % answers of db that are errors [set on the node]
|   l = 8.46 % P(T > t): a try takes longer than the limit
|   t = 2 ms api waits for db [set on the connection]
api>db 0.001515, errors 0.04, late 0.08458
""",
}


@pytest.mark.parametrize("name", DESIGNS)
def test_it_is_told_word_for_word(name: str) -> None:
    failing = analysis_of(DESIGNS[name]).failing["look"]
    assert list(everything(failing)) == TOLD[name].strip().splitlines()


@pytest.mark.parametrize("name", DESIGNS)
def test_every_step_can_be_worked_out(name: str) -> None:
    for step in all_of(analysis_of(DESIGNS[name]).failing["look"].arithmetic):
        if "P(T" not in step.formula:
            assert evaluate(step) == pytest.approx(step.result.value, rel=1e-9), step.formula


def test_of_what_fails_behind_a_call_it_is_not_to_blame() -> None:
    """Of a hundred requests half begin at web: 1 % of its calls fail at a by themselves, whatever fails behind it."""
    culprits = {
        item.connection: item.share
        for item in analysis_of(DESIGNS["two kinds of users, and one service on both ways"])
        .failing["look"]
        .culprits
    }
    assert culprits["web>a"] == pytest.approx(0.5 * 0.01)
