from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from designer.documents import (
    Document,
    Position,
    fail,
    load_text,
    validate,
)
from designer.errors import DesignerError, DocumentError, ScenarioError
from designer.units import Bytes, Rate, Ratio
from tests.documents.samples import STORY, place, pointed_at


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Access(StrEnum):
    KEY = "key"
    SCATTER = "scatter"


class Latency(Strict):
    kind: Literal["latency"]
    latency: Rate = 1
    limit: Rate


class Budget(Strict):
    kind: Literal["budget"]
    dollars: Annotated[float, Field(gt=0)]


def even(value: int) -> int:
    if value % 2:
        raise ValueError(f"{value} is odd")
    return value


class Dataset(Strict):
    id: Annotated[str, Field(min_length=1, max_length=8, pattern="^[a-z_]+$")]
    size: Bytes | None = None
    access: Access = Access.KEY
    mode: Literal["hot", "cold"] = "hot"
    replicas: Annotated[int, Field(ge=1, le=9)] = 1
    pairs: Annotated[int, BeforeValidator(even)] = 2


class PlainDataset(Dataset):
    id: Annotated[str, Field(min_length=1, max_length=8, pattern="^[a-z_]+$")] = "plain"


class Workload(Strict):
    name: str
    rate: Rate


class Scenario(Strict):
    title: str
    datasets: tuple[Dataset, ...] = ()
    dataset: PlainDataset | None = None
    named: dict[Annotated[str, Field(max_length=5)], Dataset] = {}
    requirements: list[Annotated[Latency | Budget, Field(discriminator="kind")]] = []
    load: Workload | Rate | None = None
    either: Dataset | list[int] | None = None
    share: Annotated[Ratio, Field(le=1)] = 0.5
    on: bool = False
    id: str = "none"

    @model_validator(mode="after")
    def _title_is_no_id(self) -> Scenario:
        if self.title == self.id:
            raise ValueError("the title says no more than the id")
        return self


def check(text: str, **options: Any) -> Scenario:
    return validate(Scenario, load_text(text, "s.yaml"), error=ScenarioError, **options)


def problem(text: str, **options: Any) -> DesignerError:
    with pytest.raises(ScenarioError) as caught:
        check(text, **options)
    return caught.value


def test_a_good_document_becomes_a_model() -> None:
    scenario = check(
        "title: x\ndatasets: [{id: a, size: 5 GB, access: scatter}]\n"
        "requirements: [{kind: budget, dollars: 5}]\nload: 10k/s\n"
    )
    assert scenario.datasets == (Dataset(id="a", size=5e9, access=Access.SCATTER),)
    assert scenario.requirements == [Budget(kind="budget", dollars=5)]
    assert scenario.load == 10_000


RATES = "a rate such as 10k/s, 2.5M/day or 30/min"

MISFITS = [
    # What follows the title; the column in its line (2); what stands there; the message.
    ("shaer: 1", 1, "shaer: 1", "unknown field shaer; did you mean 'share'?"),
    ("load: {name: a, rate: 1, zzz: 1}", 26, "zzz: 1}", "unknown field load.zzz; expected name or rate"),
    ("datasets: [{size: 5}]", 12, "{size: 5}]", "the field datasets[0].id is missing"),
    ("named: {k: {size: 5}}", 9, "k: {size: 5}}", "the field named.k.id is missing"),
    ("id: [x]", 5, "[x]", "id cannot be a list; expected text"),
    ("id: 5", 5, "5", "id cannot be 5; expected text"),
    ("id: {}", 5, "{}", "id cannot be a mapping; expected text"),
    ("id:", 4, "", "id cannot be empty; expected text"),
    ("datasets: 5", 11, "5", "datasets cannot be 5; expected a list"),
    ("datasets: [5]", 12, "5]", "datasets[0] cannot be 5; expected a mapping of fields"),
    ("named: [5]", 8, "[5]", "named cannot be a list; expected a mapping"),
    (
        "named: {toolong: {id: a}}",
        9,
        "toolong: {id: a}}",
        ("named.toolong cannot be 'toolong'; expected at most 5 characters"),
    ),
    (
        "dataset: {access: scater}",
        19,
        "scater}",
        ("dataset.access cannot be 'scater'; expected key or scatter; did you mean 'scatter'?"),
    ),
    ("dataset: {mode: warm}", 17, "warm}", "dataset.mode cannot be 'warm'; expected hot or cold"),
    ("dataset: {replicas: 0}", 21, "0}", "dataset.replicas cannot be 0; expected at least 1"),
    ("dataset: {replicas: 10}", 21, "10}", "dataset.replicas cannot be 10; expected at most 9"),
    ("dataset: {replicas: 1.5}", 21, "1.5}", "dataset.replicas cannot be 1.5; expected a whole number"),
    ("dataset: {replicas: two}", 21, "two}", "dataset.replicas cannot be 'two'; expected a whole number"),
    ("dataset: {pairs: 3}", 18, "3}", "dataset.pairs: 3 is odd"),
    ("dataset: {id: ''}", 15, "''}", "dataset.id cannot be ''; expected at least 1 character"),
    ("dataset: {id: A}", 15, "A}", "dataset.id cannot be 'A'; expected text of the form ^[a-z_]+$"),
    (
        "dataset: {size: 5 gb}",
        17,
        "5 gb}",
        (
            "dataset.size: '5 gb' is not a size; "
            "expected a size such as 500 B, 16 GiB or 5 TB; did you mean '5 GB'?"
        ),
    ),
    ("share: 150 %", 8, "150 %", "share cannot be '150 %'; expected at most 1"),
    ("on: maybe", 5, "maybe", "on cannot be 'maybe'; expected true or false"),
    (
        "requirements: [{kind: budget, dollars: 0}]",
        40,
        "0}]",
        ("requirements[0].dollars cannot be 0; expected more than 0"),
    ),
    (
        "requirements: [{kind: bugdet}]",
        23,
        "bugdet}]",
        ("requirements[0].kind cannot be 'bugdet'; expected latency or budget; did you mean 'budget'?"),
    ),
    ("requirements: [{dollars: 1}]", 16, "{dollars: 1}]", "the field requirements[0].kind is missing"),
    # The field is called like the branch of the union it is in.
    (
        "requirements: [{kind: latency, latency: 1}]",
        16,
        "{kind: latency, latency: 1}]",
        "the field requirements[0].limit is missing",
    ),
    (
        "requirements: [{kind: budget, dollar: 1}]",
        31,
        "dollar: 1}]",
        ("unknown field requirements[0].dollar; did you mean 'dollars'?"),
    ),
    ("load: 10k/z", 7, "10k/z", f"load: '10k/z' is not a rate; expected {RATES} or a mapping of fields"),
    ("load: {name: a, rate: x}", 23, "x}", f"load.rate: 'x' is not a rate; expected {RATES}"),
    ("either: five", 9, "five", "either cannot be 'five'; expected a mapping of fields or a list"),
    ("either: [a]", 10, "a]", "either[0] cannot be 'a'; expected a whole number"),
]


@pytest.mark.parametrize(("text", "column", "pointed", "message"), MISFITS)
def test_a_misfit_is_one_sentence_at_its_place(text: str, column: int, pointed: str, message: str) -> None:
    error = problem(f"title: x\n{text}")
    assert error.headline == f"s.yaml:2:{column}: {message}"
    assert pointed_at(error) == pointed
    assert error.others == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("datasets: []", "the field title is missing"),
        ("title: x\nid: x", "the title says no more than the id"),
        ("", "the document is empty; expected a mapping of fields"),
        ("[]", "the document cannot be a list; expected a mapping of fields"),
        ("just text", "the document cannot be 'just text'; expected a mapping of fields"),
    ],
)
def test_a_misfit_of_the_whole_is_shown_at_its_beginning(text: str, message: str) -> None:
    assert problem(text).headline == f"s.yaml:1:1: {message}"


def test_the_first_problem_of_the_document_leads_and_the_others_follow_in_order() -> None:
    text = "title: 5\ndatasets:\n  - id: A\n    access: no\n  - replicas: 0\nload: x\n"
    error = problem(text)
    assert error.headline.endswith("title cannot be 5; expected text (and 5 more)")
    assert [place(other) for other in (error, *error.others)] == [
        (1, 8),
        (3, 9),
        (4, 13),
        (5, 5),
        (5, 15),
        (6, 7),
    ]
    assert all(type(other) is ScenarioError and other.excerpt for other in error.others)
    assert [other.field for other in error.others] == [
        "datasets[0].id",
        "datasets[0].access",
        "datasets[1].id",
        "datasets[1].replicas",
        "load",
    ]


def test_a_misspelt_field_is_not_also_a_missing_one() -> None:
    error = problem("title: x\nload: {nam: a, rate: 5}")  # codespell:ignore
    assert error.headline == "s.yaml:2:8: unknown field load.nam; did you mean 'name'?"  # codespell:ignore


def test_extra_fields_come_from_outside_and_only_from_there() -> None:
    assert check("title: x", extra={"id": "news"}).id == "news"
    error = problem("title: x\nid: mine", extra={"id": "news"})
    assert place(error) == (2, 1)
    assert "'id'" in error.message


def test_the_context_reaches_validators() -> None:
    seen: list[Any] = []

    class Curious(BaseModel):
        @model_validator(mode="wrap")
        @classmethod
        def _look(cls, data: Any, handler: Any, info: Any) -> Any:
            seen.append(info.context)
            return handler(data)

    validate(Curious, load_text("{}", "f.yaml"), error=DocumentError, context={"catalog": 7})
    assert seen == [{"catalog": 7}]


def test_an_error_of_the_family_raised_by_a_validator_gets_a_place() -> None:
    class Judge(BaseModel):
        @model_validator(mode="before")
        @classmethod
        def _judge(cls, data: Any) -> Any:
            raise DocumentError("this is not it", expected="something else")

    with pytest.raises(ScenarioError) as caught:
        validate(Judge, load_text("\n a: 1", "f.yaml"), error=ScenarioError)
    assert caught.value.headline == "f.yaml:2:2: this is not it; expected something else"


def test_fields_behind_root_models_and_aliases_are_known() -> None:
    class Inner(Strict):
        from_: str = Field("x", alias="from")

    class Many(RootModel[tuple[Inner, ...]]):
        pass

    class Outer(Strict):
        many: Many

    with pytest.raises(ScenarioError) as caught:
        validate(Outer, load_text("many: [{form: a}]", "f.yaml"), error=ScenarioError)
    assert caught.value.headline == "f.yaml:1:9: unknown field many[0].form; did you mean 'from'?"


def test_thousands_of_problems_are_cut_and_quick_to_word() -> None:
    text = "title: x\n" + "".join(f"unknown_{number}: 1\n" for number in range(20_000))
    error = problem(text)
    assert place(error) == (2, 1)
    assert 100 < len(error.others) < 1000


def test_hostile_keys_and_values_stay_on_one_short_line() -> None:
    error = problem('title: x\n"' + "k" * 900 + '\\n\\e[31m": 1')
    assert len(error.headline) < 200
    assert "\x1b" not in str(error)


def test_fail_raises_at_the_place() -> None:
    document = load_text(STORY, "s.yaml")
    with pytest.raises(ScenarioError) as caught:
        fail(
            document,
            ["datasets", 1, "size"],
            "the size is odd",
            error=ScenarioError,
            expected="an even one",
            suggestion="2 KB",
        )
    error = caught.value
    assert error.headline == "s.yaml:6:24: the size is odd; expected an even one; did you mean '2 KB'?"
    assert error.field == "datasets[1].size"
    assert pointed_at(error) == "1 KB}"
    with pytest.raises(ScenarioError) as caught:
        fail(document, ["limits", "zones"], "no zones", error=ScenarioError, key=True)
    assert place(caught.value) == (7, 23)


def test_a_document_made_by_hand_can_be_checked_too() -> None:
    document = Document("a > b", "a > b", {"title": 5}, {(): Position(1, 1), ("title",): Position(1, 5)})
    with pytest.raises(ScenarioError) as caught:
        validate(Scenario, document, error=ScenarioError)
    assert place(caught.value) == (1, 5)
    assert pointed_at(caught.value) == "b"
