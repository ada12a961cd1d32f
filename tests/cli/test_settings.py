"""A rule that a scenario sets wrongly is refused with its line, and the glossary is told and written."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.cli import EXIT_BAD_INPUT, run

Capture = pytest.CaptureFixture[str]
WRONG = """
name: Page
difficulty: warm-up
minutes: 10
summary: A page.
story: A page.
datasets:
  pages: {name: Pages, record_size: 1 KB, records: 1000}
workloads:
  read: {name: Read, rate: 100/s, touches: [{dataset: pages}]}
requirements:
  carry: {kind: throughput, workload: read}
rules:
  cost.overprovisioned-tier:
    because: We like room.
    parameters:
      %s
"""


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("ydle: 0.1", "the rule 'cost.overprovisioned-tier' has no parameter 'ydle'; did you mean 'idle'?"),
        (
            "idle: -1",
            "'idle' of the rule 'cost.overprovisioned-tier' cannot be '-1'; expected a number, 0 or more",
        ),
        ("idle: lots", "'idle' of the rule 'cost.overprovisioned-tier': "),
    ],
)
@pytest.mark.parametrize("command", ["review", "simulate"])
def test_a_rule_set_wrongly_is_refused_with_its_line(
    command: str, setting: str, said: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.yaml").write_text(WRONG % setting, encoding="utf-8")
    assert run([command, "page.yaml", "users > api:app_server > db:sql_database"]) == EXIT_BAD_INPUT
    error = capsys.readouterr().err
    assert "page.yaml:17:7: " in error and said in error


def test_the_glossary_is_told_and_written(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["glossary"]) == 0
    assert "\nTLS: Transport Layer Security, " in capsys.readouterr().out
    monkeypatch.chdir(tmp_path)
    assert run(["glossary", "--write", "docs/glossary.md"]) == 0
    assert "## TLS\n" in (tmp_path / "docs" / "glossary.md").read_text(encoding="utf-8")
