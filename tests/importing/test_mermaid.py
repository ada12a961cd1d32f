"""Mermaid flowcharts: what is read, what is guessed, what is refused and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.catalog.loader import load
from designer.catalog.model import Catalog
from designer.design.model import Color, Design, Mode
from designer.errors import DesignError
from designer.importing.library import read_design
from designer.importing.model import Imported

Read = Callable[..., Imported]
Refuse = Callable[..., DesignError]


def components(design: Design) -> Mapping[str, str]:
    return {node.id: node.component for node in design.nodes}


def links(design: Design) -> set[str]:
    return {link.id for link in design.connections}


def said(imported: Imported) -> list[str]:
    return [guess.sentence for guess in imported.guesses]


WHOLE = """---
title: My shop
config:
  theme: dark
---
%%{init: {"theme": "base"}}%%
%% what it is
flowchart LR
  U([Users]) -->|https| LB{{"Load balancer ×2"}}
  LB --> A["API #quot;v2#quot; x3"] & B[Auth service]
  A -- reads --> C[("Redis<br/>cache")]
  A & B ==> D[(Orders)]; A -.-> Q>Job queue]:::hot
  subgraph "AZ a"
    direction TB
    A
  end
  subgraph net [My network]
    W[/"`**Worker** pool`"/]
  end
  Q ----> W
  W --> D %% twice a day
  classDef hot fill:#f00
  style A stroke:#333,stroke-width:4px
  linkStyle 0 stroke:#f00
  click A "http://example.org"
"""


def test_a_whole_chart(read: Read) -> None:
    found = read(WHOLE)
    design = found.design
    assert found.format == "mermaid"
    assert design.name == "My shop"
    assert components(design) == {
        "U": "users", "LB": "load_balancer", "A": "app_server", "B": "app_server", "C": "cache", "D": "sql_database",
        "Q": "message_queue", "W": "worker",
    }  # fmt: skip
    assert links(design) == {"U>LB", "LB>A", "LB>B", "A>C", "A>D", "B>D", "A>Q", "Q>W", "W>D"}
    assert design.node("A").name == 'API "v2"'
    assert (design.node("A").instances, design.node("LB").instances) == (3, 2)
    assert design.node("A").zones == ("az_a",)
    assert design.node("W").name == "Worker pool"
    by_id = {link.id: link for link in design.connections}
    assert by_id["A>Q"].mode is Mode.ASYNC
    assert (by_id["U>LB"].label, by_id["A>C"].label) == ("https", "reads")
    told = said(found)
    assert "'Redis cache' became a Cache, from 'redis' in its label." in told
    assert "'Orders' became a SQL database, from its shape, a cylinder." in told
    assert [(group.id, group.name, group.nodes) for group in design.groups] == [("net", "My network", ("W",))]
    assert "the group 'My network' stays a group, since it is not called a zone or a region." in told
    for word in ("classDef", "style", "linkStyle", "click"):
        assert f"'{word}' is left out, since it says how a chart looks." in told


@pytest.mark.parametrize(
    ("shape", "label"),
    [
        ("[Plain]", "Plain"),
        ("(Round)", "Round"),
        ("([Stadium])", "Stadium"),
        ("[[Subroutine]]", "Subroutine"),
        ("((Circle))", "Circle"),
        ("(((Double)))", "Double"),
        ("{Rhombus}", "Rhombus"),
        ("{{Hexagon}}", "Hexagon"),
        (">Flag]", "Flag"),
        ("[/Leaning/]", "Leaning"),
        ("[\\Leaning\\]", "Leaning"),
        ("[/Trapezoid\\]", "Trapezoid"),
        ("[\\Trapezoid/]", "Trapezoid"),
        ('["In (brackets) [too]; and -->"]', "In (brackets) [too]; and -->"),
        ('["two\nlines"]', "two lines"),
        ('["`some *marked* **words**`"]', "some marked words"),
        ('["#35;1 #amp; #quot;q#quot; &lt;b&gt;"]', '#1 & "q" <b>'),
        ('["<b>bold</b><br>next <script>alert(1)</script>"]', "bold next"),
        ("[fa:fa-user Somebody]", "Somebody"),
        (":::hot", None),
        ("[Marked]:::hot,cold", "Marked"),
        ('@{ shape: rounded, label: "New style" }', "New style"),
        ("@{\n  shape: rect\n  label: Lines\n}", "Lines"),
        ('@{ label: "a } in it", icon: "fa:user" }', "a } in it"),
    ],
)
def test_shapes_and_their_labels(shape: str, label: str | None, read: Read) -> None:
    node = read(f"flowchart LR\n  n1{shape} --> n2\n").design.node("n1")
    assert node.name == label


@pytest.mark.parametrize("shape", ["[(x)]", "@{ shape: cyl }", "@{ shape: database, label: x }", '[("x")]'])
def test_a_cylinder_is_a_store(shape: str, read: Read) -> None:
    assert read(f"graph TD\nn1{shape}").design.node("n1").component == "sql_database"


@pytest.mark.parametrize(
    ("arrow", "expected"),
    [
        ("-->", {"a>b"}),
        ("--->", {"a>b"}),
        ("-->|text|", {"a>b"}),
        ("-- text -->", {"a>b"}),
        ('-- "quoted --> text" -->', {"a>b"}),
        ("---|text|", {"a>b"}),
        ("-- text ---", {"a>b"}),
        ("==>", {"a>b"}),
        ("== text ==>", {"a>b"}),
        ("-.->", {"a>b"}),
        ("-..->", {"a>b"}),
        ("-. text .->", {"a>b"}),
        ("---", {"a>b"}),
        ("===", {"a>b"}),
        ("-.-", {"a>b"}),
        ("--x", {"a>b"}),
        ("--o", {"a>b"}),
        ("o--o", {"a>b"}),
        ("x--x", {"a>b"}),
        ("<-->", {"a>b", "b>a"}),
        ("<==>", {"a>b", "b>a"}),
        ("<-.->", {"a>b", "b>a"}),
        ("<-- both ways -->", {"a>b", "b>a"}),
        ("e1@-->", {"a>b"}),
        ("~~~", set()),
    ],
)
def test_arrows(arrow: str, expected: set[str], read: Read) -> None:
    found = read(f"flowchart LR\n  a[Service a] {arrow} b[Service b]\n").design
    assert links(found) == expected
    assert {link.mode for link in found.connections} <= ({Mode.ASYNC} if "." in arrow else {Mode.SYNC})


def test_arrows_without_spaces(read: Read) -> None:
    found = read("flowchart LR\napi-1-->api-2-.->api_3==>api.4").design
    assert [link.id for link in found.connections] == ["api-1>api-2", "api-2>api_3", "api_3>api_4"]


def test_chains_and_sides_of_many(read: Read) -> None:
    found = read("flowchart LR\nA & B --> C & D --> E").design
    assert links(found) == {"A>C", "A>D", "B>C", "B>D", "C>E", "D>E"}


def test_how_an_arrow_looks_is_passed(read: Read) -> None:
    assert links(read("flowchart LR\nA e1@--> B\ne1@{ animate: true }\nB --> C").design) == {"A>B", "B>C"}


def test_a_fence_of_markdown_is_taken_off(read: Read) -> None:
    found = read("```mermaid\nflowchart LR\nA --> B\n```\nwords below\n")
    assert links(found.design) == {"A>B"}


def test_the_last_label_counts_and_where_it_stood_first(read: Read) -> None:
    found = read("flowchart LR\nA --> B\nB[Cache]\nB[Database]").design
    assert components(found) == {"A": "app_server", "B": "sql_database"}


def test_regions_around_zones(read: Read) -> None:
    text = """flowchart TB
      subgraph r1 [Region eu-west-1]
        subgraph z1 [Zone a]
          A
        end
        B
      end
      subgraph us-east-1
        C
      end
      A --> B --> C"""
    design = read(text).design
    assert [(zone.name, zone.region) for zone in design.zones] == [
        ("Zone a", "region_eu-west-1"), ("Region eu-west-1", "region_eu-west-1"), (None, "us-east-1"),
    ]  # fmt: skip
    assert [node.zones for node in design.nodes] == [("zone_a",), ("region_eu-west-1",), ("us-east-1",)]


def test_subgraphs_in_each_other_are_groups_of_what_stands_in_the_innermost(read: Read) -> None:
    text = """flowchart LR
      subgraph Payments
        A[API]
        subgraph Zone a
          B[Billing service]
        end
        subgraph stores [Stores]
          D[(Ledger)]
        end
      end
      subgraph Around
        subgraph within
          Q[Job queue]
        end
      end
      class stores teal
      class A hot
      A --> B --> D & Q"""
    found = read(text)
    groups = [(group.id, group.name, group.nodes, group.color) for group in found.design.groups]
    assert groups == [
        ("Payments", None, ("A", "B"), None), ("stores", "Stores", ("D",), Color.TEAL), ("within", None, ("Q",), None),
    ]  # fmt: skip
    assert found.design.node("B").zones == ("zone_a",)
    told = said(found)
    assert any("the group 'Around' is left out, since no component stands in it" in words for words in told)
    assert "'class' is left out, since it says how a chart looks." in told


def test_what_a_design_cannot_have_is_left_out_and_told(read: Read) -> None:
    text = "flowchart LR\nU[Users] --> A[API]\nA --> U\nA --> A\nU --> A\nsubgraph S [Some group]\nB\nend\nA --> S\n"
    found = read(text)
    assert links(found.design) == {"U>A"}
    told = said(found)
    for words in (
        "'A' → 'U' is left out, since requests begin at clients",
        "'A' → 'A' is left out, since nothing can be connected to itself",
        "'U' → 'A' is left out, since they are connected in this direction already",
        "between 'A' and 'S' is left out, since 'S' is a group",
    ):
        assert any(words in sentence for sentence in told), words


def test_counts_that_mean_nothing_are_told(read: Read) -> None:
    found = read("flowchart LR\nA[CDN x3]\nB[SQL x3]\nC[Shop x 99999]")
    assert found.design.node("B").replicas == 2
    told = said(found)
    assert "'x3' at 'A' is left out, since a CDN cannot have that count." in told
    assert "'x 99999' at 'C' is left out, since an API / app server cannot have that count." in told


def test_ids_become_legal_and_stay_different(read: Read) -> None:
    found = read("flowchart LR\n数据库 --> 1.a --> 1/a --> b!")
    ids = [node.id for node in found.design.nodes]
    assert ids == ["app_server", "_1_a", "_1_a_2", "b"]
    assert found.design.node("app_server").name is None


def test_a_class_that_is_called_like_a_component_says_it(read: Read) -> None:
    found = read('flowchart LR\nstrange["Feed ×3<br/>Cache<br/>2 replicas"]:::cache')
    node = found.design.node("strange")
    assert (node.component, node.name, node.instances, node.replicas) == ("cache", "Feed", 3, 2)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("sequenceDiagram\nA->>B: hi", 1, 1, "a sequenceDiagram cannot be read; expected a flowchart"),
        ("flowchar LR\nA", 1, 1, "did you mean 'flowchart'?"),
        ("nonsense", 1, 1, "this is no Mermaid flowchart"),
        ("flowchart LR\nA[open --> B", 2, 2, "the shape that begins here is not closed; expected ']'"),
        ('flowchart LR\nA["open] --> B', 2, 3, "this quoted text is not closed"),
        ("flowchart LR\nA -- text B", 2, 3, "this arrow has no end"),
        ("flowchart LR\nA --> ", 2, 7, "the end of the line cannot stand here; expected the id of a node"),
        ("flowchart LR\nA B", 2, 3, "'B' cannot stand here; expected an arrow"),
        ("flowchart LR\nsubgraph a\nA", 2, 1, "this subgraph has no end"),
        ("flowchart LR\nA\nend", 3, 1, "there is no subgraph to end here"),
        ("flowchart LR\nA@{ shape cyl }", 2, 2, "cannot stand here; expected name: value"),
        ("flowchart LR\nA@{ shape: cyl", 2, 2, "the braces that begin here are not closed"),
        ("---\ntitle: x\nflowchart LR", 1, 1, "the block that begins here is not closed"),
        ("flowchart LR\nA -->|text B", 2, 6, "the shape that begins here is not closed"),
        ("flowchart LR\n" + "subgraph x\n" * 40, 34, 1, "nested more than 32 deep"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_place(
    text: str, line: int, column: int, words: str, refuse: Refuse
) -> None:
    error = refuse(text)
    assert error.where is not None
    assert (error.where.file, error.where.line, error.where.column) == ("drawing.mmd", line, column)
    assert words in str(error)


def test_too_many_nodes_are_counted_and_refused(refuse: Refuse) -> None:
    text = "flowchart LR\n" + "\n".join(f"n{number}" for number in range(6_000))
    assert refuse(text).headline == "6,000 nodes are more than a design can have; expected at most 5,000"


def test_sides_that_multiply_are_refused(refuse: Refuse) -> None:
    side = " & ".join(f"n{number}" for number in range(1_000))
    assert "there are more than 30,000 arrows" in str(refuse(f"flowchart LR\n{side} --> {side}"))


KINDS = {"service": "[Service {}]", "cache": "(Cache {})", "db": "[(Database {})]", "queue": ">Queue {}]"}
COMPONENTS = {"service": "app_server", "cache": "cache", "db": "sql_database", "queue": "message_queue"}
CATALOG: Catalog = load()


ARROWS = st.sampled_from([" --> ", "-->", " ==> ", " -->|words| ", " -- words --> ", " ----> "])


@st.composite
def charts(draw: st.DrawFn) -> tuple[str, dict[str, str], list[str]]:
    """A chart in one of many spellings, its components and its connections."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=8))
    ids = [f"n{number}" for number in range(len(kinds))]
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda pair: pair[0] != pair[1])
    pairs = draw(st.lists(ends, unique=True, max_size=10)) if len(ids) > 1 else []
    shapes = [
        id_ + KINDS[kind].format(chr(65 + at)) for at, (id_, kind) in enumerate(zip(ids, kinds, strict=True))
    ]
    arrows = [f"{source}{draw(ARROWS)}{target}" for source, target in pairs]
    separator = draw(st.sampled_from(["\n", ";\n", "\n\n%% words\n", "; ", "\r\n"]))
    header = draw(st.sampled_from(["flowchart LR\n", "graph TD;", "flowchart\n", "\ngraph RL\n"]))
    return (
        header + separator.join([*shapes, *arrows]),
        dict(zip(ids, kinds, strict=True)),
        [">".join(p) for p in pairs],
    )


@settings(deadline=None)
@given(charts())
def test_what_was_written_comes_back(chart: tuple[str, dict[str, str], list[str]]) -> None:
    text, kinds, expected = chart
    design = read_design(text, "chart.mmd", CATALOG).design
    assert components(design) == {id_: COMPONENTS[kind] for id_, kind in kinds.items()}
    assert [link.id for link in design.connections] == expected


@settings(deadline=None)
@given(st.integers(2, 30))
def test_a_chain_of_any_length(length: int) -> None:
    ids = [f"n{number}" for number in range(length)]
    design = read_design("graph LR\n" + "-->".join(ids), "chart.mmd", CATALOG).design
    assert [link.id for link in design.connections] == [f"{one}>{other}" for one, other in pairwise(ids)]


def test_notes_and_groups_of_our_own_flowcharts_are_no_components_and_no_zones(read: Read) -> None:
    text = """flowchart LR
  subgraph the_group_g["Zone of trust"]
    api[API]:::app_server
  end
  api --> db[(Orders)]
  the_note_n["why#58;<br/>because"]:::note
  the_note_t["Read path"]:::text
  style the_note_n fill:#f9f1d9
"""
    design = read(text).design
    assert components(design) == {"api": "app_server", "db": "sql_database"}
    assert [(note.text, note.kind.value) for note in design.notes] == [
        ("why:\nbecause", "sticky"),
        ("Read path", "text"),
    ]
    assert design.zones == ()


def test_a_shape_of_that_class_with_arrows_is_a_component(read: Read) -> None:
    design = read("flowchart LR\n  a[API]:::note --> b[(Orders)]:::text").design
    assert set(components(design)) == {"a", "b"}
    assert design.notes == ()
