"""What a drawing lacks is said in one sentence, and the rest is planned all the same."""

from __future__ import annotations

from designer.design.model import Design, Node
from designer.scenario.model import Touch
from designer.traffic.model import Plan, Problem, ProblemKind
from designer.traffic.propagation import propagate
from designer.traffic.routing import route
from tests.traffic.boards import CATALOG, IMAGE, READ, SEARCH, UPDATE, WRITE, ask, calls_over, draw, tell


def route_board(board: str, *touches: Touch) -> tuple[Plan, tuple[Problem, ...]]:
    plans, problems = route(ask(*touches), draw(board), CATALOG)
    return plans["w"], problems


def test_an_empty_board() -> None:
    plans, problems = route(ask(READ, WRITE), Design(), CATALOG)
    assert plans["w"] == Plan("w", (), (0, 1))
    assert [problem.kind for problem in problems] == [ProblemKind.EMPTY]
    assert problems[0].message == "Nothing is drawn yet: place a client, and what answers it."


def test_a_board_without_a_client() -> None:
    plan, problems = route_board("api:app_server > db:sql_database", READ)
    assert plan == Plan("w", (), (0,))
    assert [problem.kind for problem in problems] == [ProblemKind.NO_CLIENT]


def test_a_client_alone() -> None:
    plan, problems = route_board("users", READ)
    assert plan.entries == ()
    assert [problem.kind for problem in problems] == [ProblemKind.NO_HOME]


def test_data_without_a_home_and_what_could_be_one() -> None:
    plan, (problem,) = route_board("users > api:app_server > db:sql_database", READ, IMAGE)
    assert tell(plan) == "users[0] > api[0] > db[0]!0"
    assert plan.unserved == (1,)
    assert (problem.kind, problem.workload, problem.touch) == (ProblemKind.NO_HOME, "w", 1)
    assert problem.message == (
        "'Ask' cannot be answered: nothing keeps 'Images' (blobs); place one that can, such as Object storage."
    )


def test_a_home_that_was_given_to_other_data() -> None:
    _, (problem,) = route_board("users > api:app_server > db:sql_database[holds=users, name=Main]", READ)
    assert problem.kind is ProblemKind.NO_HOME
    assert problem.nodes == ("db",)
    assert "nothing keeps 'Links' (records); 'Main' could, but is set to hold other data." in problem.message


def test_a_capability_that_nothing_offers() -> None:
    _, (problem,) = route_board("users > api:app_server", SEARCH)
    assert problem.message == (
        "'Ask' cannot be answered: nothing offers 'search'; place one that does, such as Search index."
    )
    _, (problem,) = route_board("users > api:app_server", Touch(capability="alchemy"))
    assert problem.message == "'Ask' cannot be answered: nothing offers 'alchemy'; let a node provide it."


def test_a_connection_that_is_not_there() -> None:
    plan, (problem,) = route_board("users > lb:load_balancer > api:app_server > cache; db:sql_database", READ)
    assert plan == Plan("w", (), (0,))
    assert problem.kind is ProblemKind.UNREACHABLE
    assert problem.nodes == ("api", "db")
    assert problem.message == (
        "'Ask' cannot read 'Links': the request gets as far as 'api', which has no connection towards 'db'."
    )


def test_a_client_that_is_not_connected() -> None:
    _, (problem,) = route_board("users; api:app_server > db:sql_database", READ)
    assert "gets as far as 'users', which has no connection towards 'db'" in problem.message


def test_a_connection_that_carries_something_else() -> None:
    _, (problem,) = route_board("users > api:app_server >[read] db:sql_database", READ, WRITE)
    assert problem.touch == 1
    assert problem.nodes == ("api", "db")
    assert (
        problem.message == "'Ask' cannot write 'Links': the connection from 'api' to 'db' carries only reads."
    )
    _, (problem,) = route_board("users > api:app_server >[write] db:sql_database", READ, UPDATE)
    assert (
        problem.message == "'Ask' cannot read 'Links': the connection from 'api' to 'db' carries only writes."
    )


def test_no_client_has_a_way_to_everything() -> None:
    plan, (problem,) = route_board(
        "users > a:app_server > db:sql_database; mobile_app > b:app_server > search_index", READ, SEARCH
    )
    assert tell(plan) == "users[0] > a[0] > db[0]!0"
    assert plan.unserved == (1,)
    assert problem.kind is ProblemKind.UNREACHABLE
    assert (
        problem.message
        == "'Ask' cannot get 'search': no client has a way to this and to all else that it needs."
    )


def test_the_same_gap_is_told_once() -> None:
    _, problems = route_board("users > api:app_server", READ, READ)
    assert len(problems) == 1


def test_a_circle() -> None:
    board = (
        "users > a:app_server > b:app_server > p1:reverse_proxy > db:sql_database; "
        "a > p2:reverse_proxy > db; b > a; a > files:object_storage"
    )
    plan, (problem,) = route_board(board, READ)
    assert plan == Plan("w", ())
    assert (problem.kind, problem.workload, problem.touch) == (ProblemKind.CYCLE, "w", 0)
    assert problem.nodes == ("a", "b")
    assert problem.message == "'Ask' goes in circles: 'a' → 'b' → 'a'. Remove one of these connections."
    # What does not run into it is judged as ever.
    assert tell(route_board(board, IMAGE)[0]) == "users[0] > a[0] > files[0]!0"


def test_names_are_quoted() -> None:
    nodes = (Node(id="users", component="users"), Node(id="db", component="sql_database", name="\u202e<b>"))
    _, (problem,) = route(ask(READ), Design(nodes=nodes), CATALOG)
    assert "'\\u202e<b>'" in problem.message


def test_what_cannot_be_answered_sends_nothing() -> None:
    design = draw("users > api:app_server > db:sql_database")
    traffic = propagate(ask(READ, IMAGE), design, CATALOG)
    assert calls_over(traffic, "api>db") == 1_000.0
    assert [problem.kind for problem in traffic.problems] == [ProblemKind.NO_HOME]
    assert propagate(ask(IMAGE), design, CATALOG).flows == ()
