"""Requests that everybody on the way can read."""

from __future__ import annotations

from designer.analysis.model import Analysis
from designer.catalog.model import Behavior, Component, Trait
from designer.rules.definition import rule
from designer.rules.entries import unencrypted
from designer.rules.model import Example, Fault, NotApplicable, Passed, Result, Severity
from designer.rules.questions import agree, flows_into, label, listed, placed, workload_names
from designer.rules.repairs import BALANCER, insert_for
from designer.traffic.model import Flow


@rule(
    severity=Severity.WARNING,
    applies="Where clients' requests reach a service.",
    bad=(
        Example("users > l4_load_balancer > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
        Example(
            "users, mobile_app > api:app_server*8 > cache*2[replicas=1], db:sql_database*3",
            note="Each server would need the certificate, and somebody to renew it.",
        ),
    ),
    good=(
        Example(
            "users > l4_load_balancer > load_balancer*2 > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"
        ),
        Example("users > api_gateway > api:app_server*8 > cache*2[replicas=1], db:sql_database*3"),
    ),
    sources=(
        "RFC 8446, The Transport Layer Security (TLS) Protocol Version 1.3",
        "OWASP Top 10 (2021), A02: cryptographic failures",
        "RFC 7258, Pervasive Monitoring Is an Attack",
    ),
    false_positives="A service may well end TLS itself; the drawing does not show it.",
    fix="Let a load balancer, a gateway or a CDN with your certificate take the requests in.",
)
def check(analysis: Analysis) -> Result:
    """Nothing on the way in ends the encryption

    Between a browser and your machines are networks of people you do not know. What encrypts on that way (TLS) has to
    end at something that holds your certificate; where nothing does, requests and passwords travel in the open.
    """
    called = flows_into(analysis)
    services = [node for node in placed(analysis, _serves_in_the_open) if node in called]
    if not services:
        return NotApplicable("No request reaches a service yet.")
    outside = unencrypted(analysis)
    faults = tuple(
        _fault(analysis, node, flows)
        for node in services
        if (flows := [flow for flow in called[node] if flow.source in outside])
    )
    return faults or Passed(
        "Every request from outside that a service answers is encrypted up to a machine that holds the certificate."
    )


def _serves_in_the_open(found: Component) -> bool:
    return found.behavior is Behavior.SERVICE and Trait.TERMINATES_TLS not in found.traits


def _fault(analysis: Analysis, node: str, flows: list[Flow]) -> Fault:
    callers = list(dict.fromkeys(flow.source for flow in flows))
    requests = workload_names(analysis, dict.fromkeys(flow.workload for flow in flows))
    message = (
        f"{listed(label(analysis, name) for name in callers)} {agree(callers, 'calls', 'call')} "
        f"{label(analysis, node)}, and nothing on the way from the clients ends TLS: {requests} can be read and "
        "changed by whoever is in between."
    )
    return Fault(
        nodes=(node, *callers),
        message=message,
        connections=tuple(f"{source}>{node}" for source in callers),
        fix=insert_for(analysis, BALANCER, callers, node),
    )
