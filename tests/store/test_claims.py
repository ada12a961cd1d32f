"""Who draws on an attempt, in a real SQLite file and in a real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from designer.store import Attempt, Attempts, Claim, Claims

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
FIRST, SECOND = Claim("first", NOON), Claim("second", NOON + timedelta(seconds=5))


@pytest.fixture
def claims(engine: Engine) -> Claims:
    return Claims(engine)


def test_the_first_to_claim_holds_it(claims: Claims) -> None:
    assert claims.find("a1") is None
    assert claims.take("a1", FIRST, None)
    assert not claims.take("a1", SECOND, None)
    assert claims.find("a1") == FIRST


def test_a_claim_is_renewed_and_taken_over_from_who_holds_it(claims: Claims) -> None:
    claims.take("a1", FIRST, None)
    later = Claim("first", NOON + timedelta(minutes=1))
    assert claims.take("a1", later, "first")
    assert claims.find("a1") == later
    assert claims.take("a1", SECOND, "first")
    assert not claims.take("a1", later, "first")
    assert claims.find("a1") == SECOND


def test_only_the_holder_gives_it_up(claims: Claims) -> None:
    claims.take("a1", FIRST, None)
    claims.drop("a1", "second")
    assert claims.find("a1") == FIRST
    claims.drop("a1", "first")
    assert claims.find("a1") is None


def test_of_many_at_once_one_gets_it(claims: Claims) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: claims.take("a1", Claim(f"t{number}", NOON), None), range(20)))
    assert sum(taken) == 1
    found = claims.find("a1")
    assert found is not None and taken[int(found.holder[1:])]


def test_a_removed_attempt_is_not_claimed(engine: Engine, claims: Claims) -> None:
    Attempts(engine).save(Attempt("a1", "url_shortener", "{}", 1, 1, NOON))
    claims.take("a1", FIRST, None)
    Attempts(engine).remove("a1")
    assert claims.find("a1") is None
