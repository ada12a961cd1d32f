from __future__ import annotations

import math
import pickle
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from designer.errors import UnitError
from designer.units import (
    MAX_LENGTH,
    SECONDS_PER_DAY,
    SECONDS_PER_MONTH,
    SECONDS_PER_YEAR,
    Bytes,
    BytesPerSecond,
    Count,
    Dimension,
    Dollars,
    Rate,
    Ratio,
    Seconds,
    format_multiple,
    format_quantity,
    parse,
)

RATE, TIME, SIZE, BANDWIDTH, RATIO, MONEY, COUNT = Dimension

READINGS = [
    (RATE, "10k/s", 10_000),
    (RATE, "10k rps", 10_000),
    (RATE, "10 kqps", 10_000),
    (RATE, "2.5M/day", 2.5e6 / 86_400),
    (RATE, "100M/month", 1e8 / 2_629_800),
    (RATE, "30/min", 0.5),
    (RATE, "1 B/month", 1e9 / 2_629_800),
    (RATE, "1 billion requests per month", 1e9 / 2_629_800),
    (RATE, "10 million requests/day", 1e7 / 86_400),
    (RATE, "5 writes / s", 5),
    (RATE, "60 rpm", 1),
    (RATE, "3 k / s", 3000),
    (RATE, "12", 12),
    (RATE, "10k", 10_000),
    (RATE, "1.5e3/s", 1500),
    (TIME, "200ms", 0.2),
    (TIME, "200 ms", 0.2),
    (TIME, "5 s", 5),
    (TIME, "2 min", 120),
    (TIME, "3 h", 10_800),
    (TIME, "30 days", 2_592_000),
    (TIME, "1 month", SECONDS_PER_MONTH),
    (TIME, "5 years", 157_788_000),
    (TIME, "7 us", 7e-6),
    (TIME, "7 \u00b5s", 7e-6),
    (TIME, "7 \u03bcs", 7e-6),
    (TIME, "1 ns", 1e-9),
    (TIME, "1.5 hours", 5400),
    (SIZE, "500 B", 500),
    (SIZE, "500 bytes", 500),
    (SIZE, "1 KB", 1000),
    (SIZE, "1 kB", 1000),
    (SIZE, "5 TB", 5e12),
    (SIZE, "2PB", 2e15),
    (SIZE, "1 KiB", 1024),
    (SIZE, "16 GiB", 16 * 2**30),
    (SIZE, "1 PiB", 2**50),
    (SIZE, "2 Mbit", 250_000),
    (SIZE, "1.5", 1.5),
    (BANDWIDTH, "50 MB/s", 5e7),
    (BANDWIDTH, "10 Gbit/s", 1.25e9),
    (BANDWIDTH, "10 Gbps", 1.25e9),
    (BANDWIDTH, "1 GB/day", 1e9 / 86_400),
    (BANDWIDTH, "1 MiB/s", 2**20),
    (RATIO, "99.95 %", 0.9995),
    (RATIO, "99.95%", 0.9995),
    (RATIO, "0.9995", 0.9995),
    (RATIO, "150 %", 1.5),
    (RATIO, ".5", 0.5),
    (RATIO, "-5 %", -0.05),
    (MONEY, "$4k/month", 4000),
    (MONEY, "$48k/year", 4000),
    (MONEY, "4000", 4000),
    (MONEY, "$0.10", 0.1),
    (MONEY, "$0.10/hour", 73.05),
    (MONEY, "2.5M USD/year", 2.5e6 / 12),
    (MONEY, "$4k", 4000),
    (COUNT, "10M", 1e7),
    (COUNT, "1B", 1e9),
    (COUNT, "36_000", 36_000),
    (COUNT, "1.2k", 1200),
    (COUNT, "10 million", 1e7),
    (COUNT, "2 trillion", 2e12),
    (COUNT, " 7 ", 7),
]


@pytest.mark.parametrize(("dimension", "text", "value"), READINGS)
def test_what_people_write_is_read(dimension: Dimension, text: str, value: float) -> None:
    assert parse(text, dimension) == pytest.approx(value, rel=1e-15)


def test_decimal_text_is_the_nearest_float_without_a_rounding_detour() -> None:
    assert parse("99.95 %", RATIO) == 0.9995
    assert parse("0.1 ms", TIME) == 0.0001
    assert parse("29 %", RATIO) == 0.29


def test_months_and_years_are_equal_parts() -> None:
    assert SECONDS_PER_YEAR == 365.25 * SECONDS_PER_DAY
    assert SECONDS_PER_MONTH * 12 == SECONDS_PER_YEAR
    assert parse("12/year", RATE) == parse("1/month", RATE)


@pytest.mark.parametrize("dimension", list(Dimension))
@given(number=st.one_of(st.integers(0, 10**15), st.floats(0, 1e15)))
def test_a_number_is_in_the_base_unit_already(dimension: Dimension, number: float) -> None:
    assert parse(number, dimension) == number
    assert parse(repr(number), dimension) == number


REFUSALS = [
    (RATE, "10k rsp"),
    (RATE, "fast"),
    (RATE, "200 ms"),
    (RATE, "$5/s"),
    (RATE, "10 000"),
    (RATE, "/s"),
    (RATE, "-1/s"),
    (TIME, "5 parsecs"),
    (TIME, "10k s"),
    (TIME, "1:30"),
    (SIZE, "5 smoots"),
    (SIZE, "5M"),
    (SIZE, "5 MB/s"),
    (BANDWIDTH, "5 MB"),
    (RATIO, "1:10"),
    (RATIO, "99.95 %%"),
    (RATIO, "99,95 %"),
    (MONEY, "€5"),
    (MONEY, "5 EUR"),
    (COUNT, "5 s"),
    (COUNT, "1__000"),
    (COUNT, "_1"),
    (COUNT, "1_"),
    (COUNT, "1.2.3"),
    (COUNT, "1e"),
    (COUNT, "0x10"),
    (COUNT, "+"),
    (COUNT, "."),
    (COUNT, "٣"),
    (COUNT, "1,234"),
    *((dimension, text) for dimension in Dimension for text in ("", " ", "nan", "inf", "-inf", "NaN", "{0}")),
]  # fmt: skip


@pytest.mark.parametrize(("dimension", "text"), REFUSALS)
def test_nonsense_is_refused_with_an_example(dimension: Dimension, text: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(text, dimension)
    assert caught.value.expected is not None
    assert "such as" in caught.value.expected
    assert len(caught.value.headline.splitlines()) == 1


@pytest.mark.parametrize("dimension", list(Dimension))
@pytest.mark.parametrize(
    "value", [True, False, None, [], {}, math.nan, math.inf, -math.inf, 10**400, b"5", 1j]
)
def test_what_is_no_number_is_refused(dimension: Dimension, value: object) -> None:
    with pytest.raises(UnitError):
        parse(value, dimension)  # type: ignore[arg-type]


@pytest.mark.parametrize("dimension", [RATE, TIME, SIZE, BANDWIDTH, COUNT])
@pytest.mark.parametrize("value", [-1, -0.5, "-1", "-0.5"])
def test_less_than_nothing_is_refused_where_it_means_nothing(dimension: Dimension, value: object) -> None:
    with pytest.raises(UnitError, match="negative"):
        parse(value, dimension)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["9" * (MAX_LENGTH + 1), " " * 1_000_000, "1" + "0" * 1_000_000])
def test_absurdly_long_text_is_refused_unread(text: str) -> None:
    with pytest.raises(UnitError, match="too long"):
        parse(text, COUNT)


@pytest.mark.parametrize(("text", "dimension"), [("1e999", COUNT), ("1e308k", COUNT), ("9e307 EB", SIZE)])
def test_a_number_beyond_floats_is_refused(text: str, dimension: Dimension) -> None:
    with pytest.raises(UnitError, match="too large"):
        parse(text, dimension)


@pytest.mark.parametrize(
    ("dimension", "text", "suggestion"),
    [
        (RATE, "10k rsp", "10k rps"),
        (RATE, "5/dya", "5/day"),
        (TIME, "200 MS", "200 ms"),
        (TIME, "5m", "5 min"),
        (TIME, "3 huors", "3 hours"),
        (SIZE, "5 gb", "5 GB"),
        (SIZE, "5M", "5 MB"),
        (SIZE, "16 Gi", "16 GiB"),
        (SIZE, "2 Gb", "2 Gbit"),
        (RATIO, "5 percnt", "5 percent"),
        (COUNT, "36,000", "36_000"),
        (COUNT, "10 milion", "10 million"),  # codespell:ignore
    ],
)
def test_a_slip_gets_a_suggestion_that_can_be_read(dimension: Dimension, text: str, suggestion: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(text, dimension)
    assert caught.value.suggestion == suggestion
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert parse(suggestion, dimension) >= 0


@pytest.mark.parametrize("dimension", list(Dimension))
@given(text=st.text(max_size=80))
def test_any_text_is_read_or_refused_in_the_family(dimension: Dimension, text: str) -> None:
    try:
        value = parse(text, dimension)
    except UnitError as error:
        value = float(bool(error.message))
    assert math.isfinite(value)


PRINTINGS = [
    (12_800, RATE, "12.8k/s"),
    (0.2, TIME, "200 ms"),
    (5e12, SIZE, "5 TB"),
    (0.9995, RATIO, "99.95 %"),
    (4000, MONEY, "$4k/month"),
    (0.1, MONEY, "$0.10/month"),
    (12.5, MONEY, "$12.50/month"),
    (99.999, MONEY, "$100/month"),
    (-4000, MONEY, "-$4k/month"),
    (0.375, MONEY, "$0.375/month"),
    (12.345, MONEY, "$12.34/month"),
    (0.0004, MONEY, "$0.0004/month"),
    (999, RATE, "999/s"),
    (999.6, RATE, "1k/s"),
    (999_499, RATE, "999k/s"),
    (999_999, RATE, "1M/s"),
    (999_999_999, COUNT, "1B"),
    (0.5, RATE, "30/min"),
    (2 / SECONDS_PER_YEAR, RATE, "2/year"),
    (1e-6, TIME, "1 µs"),
    (0.0009999, TIME, "1 ms"),
    (59.99, TIME, "1 min"),
    (90, TIME, "1.5 min"),
    (86_399, TIME, "1 day"),
    (30 * 86_400, TIME, "30 days"),
    (5 * SECONDS_PER_YEAR, TIME, "5 years"),
    (1.5e9, BANDWIDTH, "1.5 GB/s"),
    (0, RATE, "0/s"),
    (0, TIME, "0 s"),
    (0, SIZE, "0 B"),
    (0, BANDWIDTH, "0 B/s"),
    (0, RATIO, "0 %"),
    (-0.0, MONEY, "$0/month"),
    (0, COUNT, "0"),
    (7, COUNT, "7"),
    (36_000, COUNT, "36k"),
    (1, RATIO, "100 %"),
    (1.4, RATIO, "140 %"),
    (0.5, RATIO, "50 %"),
    (0.99995, RATIO, "99.995 %"),
    (0.999999999, RATIO, "99.9999999 %"),
    (1 - 2**-53, RATIO, "99.99999999999999 %"),
    (1.0004, RATIO, "100.04 %"),
    (1 + 2**-52, RATIO, "100 %"),
    (0.00012, RATIO, "0.012 %"),
]


@pytest.mark.parametrize(("value", "dimension", "text"), PRINTINGS)
def test_how_quantities_are_printed(value: float, dimension: Dimension, text: str) -> None:
    assert format_quantity(value, dimension) == text


@pytest.mark.parametrize("dimension", list(Dimension))
def test_what_is_no_number_prints_as_a_word(dimension: Dimension) -> None:
    assert format_quantity(math.inf, dimension) == "unbounded"
    assert format_quantity(math.nan, dimension) == "unknown"


def test_more_digits_on_request() -> None:
    assert format_quantity(12_345.678, RATE, digits=6) == "12.3457k/s"
    assert format_quantity(math.pi, COUNT, digits=1) == "3"


@pytest.mark.parametrize("dimension", list(Dimension))
@given(value=st.floats(1e-30, 1e30), digits=st.integers(1, 12))
def test_what_is_printed_is_read_back_within_the_digits_shown(
    dimension: Dimension, value: float, digits: int
) -> None:
    text = format_quantity(value, dimension, digits=digits)
    assert parse(text, dimension) == pytest.approx(value, rel=0.5 * 10 ** (1 - digits) + 1e-12)


@pytest.mark.parametrize("dimension", list(Dimension))
@given(value=st.floats(1e-12, 1e20))
def test_printing_what_was_read_changes_nothing_any_more(dimension: Dimension, value: float) -> None:
    text = format_quantity(value, dimension)
    assert format_quantity(parse(text, dimension), dimension) == text


@pytest.mark.parametrize("dimension", [RATE, SIZE, BANDWIDTH, MONEY, COUNT])
@given(power=st.integers(1, 4), below=st.floats(0, 1e-3))
def test_no_thousand_of_a_prefix_that_has_a_next(dimension: Dimension, power: int, below: float) -> None:
    text = format_quantity(1000**power * (1 - below), dimension)
    assert "1000" not in text


@given(st.floats(0, 1, exclude_max=True))
def test_what_is_below_one_never_prints_as_all(value: float) -> None:
    assert format_quantity(value, RATIO) != "100 %"
    assert parse(format_quantity(value, RATIO), RATIO) < 1


@given(st.floats(1e-14, 0.1))
def test_the_part_missing_to_one_survives_printing(missing: float) -> None:
    value = 1 - missing
    assert 1 - parse(format_quantity(value, RATIO), RATIO) == pytest.approx(1 - value, rel=0.051)


class Figures(BaseModel):
    rate: Rate = 1
    time: Seconds = 1
    size: Bytes = 1
    bandwidth: BytesPerSecond = 1
    ratio: Ratio = 1
    cost: Dollars = 1
    count: Count = 1


def test_fields_take_numbers_and_words() -> None:
    figures = Figures.model_validate(
        {
            "rate": "10k/s",
            "time": "200 ms",
            "size": "5 TB",
            "bandwidth": "1 Gbps",
            "ratio": "99.9 %",
            "cost": "$48k/year",
            "count": 5,
        }
    )
    assert list(figures.model_dump().values()) == [10_000, 0.2, 5e12, 1.25e8, 0.999, 4000, 5]


@pytest.mark.parametrize("name", list(Figures.model_fields))
@pytest.mark.parametrize("value", [-1, "-1", math.inf, math.nan, "inf", True, None, "x", [], "{message}"])
def test_fields_refuse_what_is_not_finite_and_positive(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Figures.model_validate({name: value})


def test_a_field_can_be_narrowed() -> None:
    class Narrow(BaseModel):
        availability: Annotated[Ratio, Field(le=1)]
        rate: Rate | None = None

    assert Narrow(availability="99.9 %").availability == 0.999  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="less than or equal to 1"):
        Narrow(availability="150 %")  # type: ignore[arg-type]


def test_the_schema_of_a_field_shows_examples_that_can_be_read() -> None:
    for name, schema in Figures.model_json_schema()["properties"].items():
        number, text = schema["anyOf"]
        assert (number["type"], number["minimum"], text["type"]) == ("number", 0, "string")
        for example in text["examples"]:
            assert getattr(Figures.model_validate({name: example}), name) > 0


@pytest.mark.parametrize(
    ("value", "short", "long"),
    [
        (2.1, "×2.1", "×2.1"),
        (1_234.0, "×1.23k", "×1.23k"),
        (0.4, "×0.4", "×0.4"),
        (0.1, "×0.1", "×0.1"),
        (0.00166, "1/600", "1/600 of the traffic"),
        (0.0999, "1/10", "1/10 of the traffic"),
        (1.3e-6, "1/770,000", "1/770,000 of the traffic"),
        (0.0, "×0", "×0"),
        (math.inf, "unbounded", "unbounded"),
    ],
)
def test_a_multiple_is_said_as_people_say_it(value: float, short: str, long: str) -> None:
    assert format_multiple(value) == short
    assert format_multiple(value, of="the traffic") == long
