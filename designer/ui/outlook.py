"""A report as it is looked at: under more or less traffic than was asked for, and with something down."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from designer.analysis import Verdict, judge_only, scale_traffic
from designer.analysis.aftermath import Aftermath, take_down
from designer.analysis.headroom import find_headroom
from designer.errors import DesignError
from designer.report import Report, review
from designer.ui.canvas import View

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`report` is that of the traffic looked at, `scale` times what was asked for; `aftermath` what is left of it."""

    view: View
    report: Report
    scale: float = 1.0
    aftermath: Aftermath | None = None


def look_at(report: Report, view: View) -> Outlook:
    """The report under a view. The plain view shows the very same report. What cannot be shown is left out."""
    scaled, scale = report, 1.0
    if view.scale != 1.0:
        try:
            scaled, scale = _scaled(report, view.scale), view.scale
        except Exception:  # a way of looking that fails must not take the board's numbers away
            _log.exception("the traffic could not be scaled by %g", view.scale)
    return Outlook(view, scaled, scale, _take_down(scaled, view))


def with_headroom(outlook: Outlook, stated: Report) -> Report:
    """The report looked at, with the headroom that was found at the stated traffic, as a multiple of its own."""
    headroom = stated.analysis.headroom
    if headroom is None or outlook.report.analysis.headroom is not None:
        return outlook.report
    multiple = headroom.multiple if math.isinf(headroom.multiple) else headroom.multiple / outlook.scale
    analysis = replace(outlook.report.analysis, headroom=replace(headroom, multiple=multiple))
    return replace(outlook.report, analysis=analysis)


def _scaled(report: Report, scale: float) -> Report:
    analysis = report.analysis
    scenario = scale_traffic(analysis.scenario, scale)
    return review(scenario, analysis.design, analysis.catalog, headroom=False, ranked=False)


def _take_down(report: Report, view: View) -> Aftermath | None:
    if view.failed is None:
        return None
    try:
        return take_down(report.analysis, *view.failed)
    except DesignError:  # an edit has taken away what was looked at
        return None
    except Exception:
        _log.exception("it could not be told what is left without the %s %s", *view.failed)
        return None


def complete(report: Report, breathe: Callable[[], object]) -> Report:
    """The report with its headroom; `breathe` is called before each of the reviews that takes."""
    analysis = report.analysis

    def judge_at(multiple: float, requirements: Collection[str]) -> tuple[Verdict, ...]:
        breathe()
        scaled = scale_traffic(analysis.scenario, multiple)
        return tuple(judge_only(scaled, analysis.design, analysis.catalog, requirements).values())

    return replace(report, analysis=replace(analysis, headroom=find_headroom(analysis, judge_at)))
