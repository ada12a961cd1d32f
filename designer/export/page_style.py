"""The style sheet of the HTML report: its colours are those of the picture, light or dark as the reader has it."""

from __future__ import annotations

from collections.abc import Iterator

from designer.export.themes import DARK, LIGHT, Theme

GOOD, BAD, UNSURE = ("#1f7a50", "#6fd3a5"), ("#b3261e", "#ff8a80"), ("#7a5200", "#f0c06a")
"""Of words, light and dark; each has a contrast of at least 4.5:1 with the page."""

_RULES = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 "Liberation Sans",Arial,Helvetica,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 28px 48px}
h1{font-size:28px;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:17px;margin:32px 0 8px}
p{margin:6px 0}
.scenario,.why,.kind,dt{color:var(--muted)}
.verdict{font-weight:bold;font-size:17px}
.met{color:var(--good)}
.missed{color:var(--bad)}
.unknown{color:var(--unsure)}
dl{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0 0}
dl div{border:1px solid var(--line);border-radius:10px;padding:8px 14px}
dt{font-size:12px}
dd{margin:0;font-weight:bold}
figure{margin:24px 0 0;border:1px solid var(--line);border-radius:12px;overflow-x:auto;background:var(--page)}
figure svg{display:block;width:100%;height:auto;max-height:80vh;min-width:640px}
figure svg.icons{position:absolute;width:0;height:0;min-width:0}
figure svg.dark{display:none}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:6px 14px 6px 0;border-bottom:1px solid var(--line)}
td{overflow-wrap:anywhere}
.load{overflow-wrap:normal}
th{font-size:12px;color:var(--muted);font-weight:normal}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td:last-child,th:last-child{padding-right:0}
span.met,span.missed,span.unknown{white-space:nowrap;font-weight:bold}
.why{font-size:13px}
ul{list-style:none;margin:0;padding:0}
li{padding:8px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.severity{display:inline-block;min-width:64px;font-size:12px;font-weight:bold}
.error{color:var(--bad)}
.warning{color:var(--unsure)}
.info{color:var(--muted)}
.repair{color:var(--good)}
@media (max-width:560px){
main{padding:24px 16px 32px}
table{font-size:13px}
th{font-size:11px}
th,td{padding-right:8px}
.costs td:first-child{min-width:80px}
}
@media print{main{max-width:none;padding:0}figure svg{max-height:none}}
"""


def _colors(theme: Theme, at: int) -> str:
    named = {
        "page": theme.page,
        "ink": theme.ink,
        "muted": theme.muted,
        "line": theme.track,
        "good": GOOD[at],
        "bad": BAD[at],
        "unsure": UNSURE[at],
    }
    return ":root{" + ";".join(f"--{name}:{color}" for name, color in named.items()) + "}"


def _sheet() -> Iterator[str]:
    yield _colors(LIGHT, 0)
    yield _RULES.strip()
    swap = "figure svg.light{display:none}figure svg.dark{display:block}"
    yield f"@media screen and (prefers-color-scheme:dark){{{_colors(DARK, 1)}{swap}}}"


STYLE = "\n".join(_sheet())
