"""The services of a docker-compose file as plain values: variables replaced by their defaults, merge keys merged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer.documents import Document, fail
from designer.errors import DesignError, quote

BYTES_PER_KIB = 1024

MERGE = "<<"
MOST_NESTED_VARIABLES = 5
MOST_OF_A_NAME = 100

_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::?([-+?])([^${}]*))?\}|([A-Za-z_]\w*))")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([bkmgt]?)(?:i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_NOT_IN_NAMES = re.compile(r"[,;\s]+")
_IN_URL = re.compile(r"://(?:[^\s/@]*@)?([\w.,:-]+)")
_PORT = re.compile(r":\d{1,5}$")
_NAMES_A_HOST = re.compile(
    r"(?:HOST|HOSTS|HOSTNAME|SERVER|SERVERS|ADDR|ADDRESS|URL|URI|BROKER|BROKERS|NODES|ENDPOINT|UPSTREAM|DSN|BACKEND)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `needs` are the services it names, each with what names it; `ports` what it publishes."""

    name: str
    image: str
    command: str
    is_built: bool
    needs: Mapping[str, str]
    ports: tuple[str, ...]
    replicas: int | None
    memory: float | None


def read_services(document: Document) -> dict[str, Service]:
    """The services by name. Raises DesignError where the file is none."""
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("services"), dict):
        fail(
            document,
            ("services",),
            "there are no services in this file",
            error=DesignError,
            expected="services:",
        )
    known = {name: _merged(document, name, body) for name, body in data["services"].items()}
    names = _aliases(known)
    return {name: _read(name, body, names) for name, body in known.items()}


def fill_in(text: str) -> str:
    """The text with the default of each variable in its place; one without a default leaves nothing."""
    for _ in range(MOST_NESTED_VARIABLES):
        filled = _VARIABLE.sub(_default, text)
        if filled == text:
            break
        text = filled
    return text.replace("\0", "$")


def _default(match: re.Match[str]) -> str:
    if match[0] == "$$":
        return "\0"  # a dollar sign that is meant; put back when all variables are gone
    return match[3] or "" if match[2] == "-" else ""


def _merged(document: Document, name: str, body: Any) -> dict[str, Any]:
    """A service with what it merges; a service that says nothing is an empty one."""
    if body is None:
        return {}
    if not isinstance(body, dict):
        place = ("services", name)
        fail(
            document,
            place,
            f"the service {quote(name)} is no mapping",
            error=DesignError,
            expected="its fields",
        )
    return {key: _flat(value) for key, value in _flat(body).items()}


def _flat(value: Any) -> Any:
    """A mapping with the keys of those it merges; what it says itself counts."""
    if not isinstance(value, dict) or MERGE not in value:
        return value
    merged = value[MERGE]
    result: dict[str, Any] = {}
    for other in merged if isinstance(merged, list) else [merged]:
        flat = _flat(other)
        if isinstance(flat, dict):
            result = {**flat, **result}
    return {**result, **{key: item for key, item in value.items() if key != MERGE}}


def _aliases(services: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """Every name by which a service can be reached."""
    names = {name: name for name in services}
    for name, body in services.items():
        for other in (body.get("container_name"), body.get("hostname")):
            if isinstance(other, str):
                names.setdefault(fill_in(other), name)
    return names


def _read(name: str, body: Mapping[str, Any], names: Mapping[str, str]) -> Service:
    found: dict[str, str] = {}
    for target, because in _needs(body, names):
        if target != name:
            found.setdefault(target, because)
    deploy = body.get("deploy")
    return Service(
        name=name,
        image=_text(body.get("image")),
        command=_command(body),
        is_built="build" in body,
        needs=found,
        ports=tuple(_ports(body.get("ports"))),
        replicas=_whole(_inside(deploy, "replicas")) or _whole(body.get("scale")),
        memory=_memory(_inside(deploy, "resources", "limits", "memory") or body.get("mem_limit")),
    )


def _text(value: Any) -> str:
    return fill_in(value) if isinstance(value, str) else ""


def _command(body: Mapping[str, Any]) -> str:
    parts = [body.get("entrypoint"), body.get("command")]
    words = [item for part in parts for item in (part if isinstance(part, list) else [part])]
    return " ".join(filter(None, map(_text, words)))


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = _flat(value).get(key) if isinstance(value, dict) else None
    return value


def _whole(value: Any) -> int | None:
    text = _text(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    return int(text) if re.fullmatch(r"\d{1,6}", text) and int(text) > 0 else None


def _memory(value: Any) -> float | None:
    """A size such as `512M`, in bytes; units are powers of 1,024."""
    text = _text(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    found = _SIZE.fullmatch(text.strip())
    return float(found[1]) * BYTES_PER_KIB ** _POWERS[found[2].lower()] or None if found else None


def _ports(value: Any) -> Iterator[str]:
    """The ports on the host; one that only containers see is not published."""
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            shown = item.get("published")
            if shown is not None and (port := _text(str(shown))):
                yield port
        elif port := _text(str(item)).split("/")[0]:
            yield port.rsplit(":", 1)[0].rsplit(":", 1)[-1]


def _needs(body: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The services it names, and where."""
    for key in ("depends_on", "links"):
        listed = body.get(key)
        for item in listed if isinstance(listed, (list, dict)) else []:
            target = _text(item).split(":")[0] if key == "links" else _text(item)
            if target in names:
                yield names[target], f"from {key}"
    for variable, value in _environment(body.get("environment")):
        for host in _hosts(variable, value):
            if host in names:
                yield names[host], f"since {quote(variable)} names it"


def _environment(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from ((name, _text(item)) for name, item in _flat(value).items() if isinstance(item, str))
    for item in value if isinstance(value, list) else []:
        name, sign, text = _text(item).partition("=")
        if sign:
            yield name, text


def _hosts(variable: str, value: str) -> Iterator[str]:
    """The hosts in a value: those of its URLs, or all of it where the variable is called like a host."""
    for found in _IN_URL.findall(value):
        yield from (_PORT.sub("", item) for item in found.split(","))
    is_host = _NAMES_A_HOST.search(variable[-MOST_OF_A_NAME:]) is not None
    for item in _NOT_IN_NAMES.split(value):
        # A port behind it says as clearly that it is a host.
        if is_host or _PORT.search(item):
            yield _PORT.sub("", item)
