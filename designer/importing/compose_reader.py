"""From a docker-compose file to a design: services by image, name and command, connections by what they name."""

from __future__ import annotations

from collections.abc import Mapping

from designer.catalog.model import Behavior, Catalog, Component, Knob
from designer.design.model import MAX_NODES
from designer.design.values import spell_figure
from designer.documents import Document, load_text
from designer.documents.document import find_position
from designer.errors import DesignError, quote
from designer.importing.compose_services import Service, read_services
from designer.importing.guessing import Found, Guesser
from designer.importing.labels import Count
from designer.importing.model import Imported
from designer.importing.sheet import Sheet, Spot, join, line_spot, require_few

ENTRY = "users"
"""The key of the client that is put before what publishes a port."""

_INSIDE = (Behavior.STORE, Behavior.CACHE, Behavior.QUEUE, Behavior.OBSERVER)
"""What users do not call: ports of these are published for those who look after them."""


def read_composition(text: str, origin: str, catalog: Catalog, form: str) -> Imported:
    """The design that the services make. Raises DesignError with line and column."""
    document = load_text(text, origin, error=DesignError, aliases=True)
    services = read_services(document)
    require_few(len(services), MAX_NODES, "a design can have")
    reader = _Reader(document, services, Sheet(document, catalog), Guesser(catalog))
    name = document.data.get("name")
    return reader.read(form, name if isinstance(name, str) and "$" not in name else "")


class _Reader:
    """Puts services on a sheet."""

    def __init__(
        self, document: Document, services: Mapping[str, Service], sheet: Sheet, guesser: Guesser
    ) -> None:
        self._document = document
        self._services = services
        self._sheet = sheet
        self._guesser = guesser
        self._components: dict[str, Component] = {}

    def read(self, form: str, name: str) -> Imported:
        """The design."""
        found = {service: self._guess(body) for service, body in self._services.items()}
        self._components = {service: item.component for service, item in found.items()}
        self._put_entry()
        for service, item in found.items():
            self._place(self._services[service], item)
        self._enter()
        for body in self._services.values():
            for target, because in body.needs.items():
                self._connect(body.name, target, because)
        return self._sheet.finish(form, name)

    def _guess(self, service: Service) -> Found:
        """By image, then by name, then by command; else it is the team's own service."""
        words = self._guesser.from_words
        found = (
            (self._guesser.from_image(service.image) if service.image else None)
            or words(service.name, "in its name", plain=False, server=True)
            or words(service.command, "in its command", plain=False, server=True)
            or words(service.name, "in its name", plain=True, server=True)
        )
        because = "since it is built here" if service.is_built else "since nothing in it names a component"
        return found or self._guesser.stand_in(Behavior.SERVICE, because)

    def _place(self, service: Service, found: Found) -> None:
        spot = self._spot(service.name)
        replicas = service.replicas
        counts = [Count(replicas, None, f"{replicas} replicas")] if replicas is not None else []
        memory = service.memory if Knob.MEMORY in found.component.knobs else None
        self._sheet.place(
            service.name, found.component, spot, label=service.name, wanted=service.name, because=found.because,
            counts=counts, figures={} if memory is None else {"memory": memory},
        )  # fmt: skip
        if memory is not None:
            what = f"{quote(service.name)} has {spell_figure('memory', memory)} of memory"
            self._sheet.tell(spot, what, "from the limit of its container")

    def _entries(self) -> list[Service]:
        """The services that users call: those with a published port that are no stores, queues and the like."""
        services = self._services.values()
        return [
            item for item in services if item.ports and self._components[item.name].behavior not in _INSIDE
        ]

    def _put_entry(self) -> None:
        if self._entries():
            spot = self._spot(self._entries()[0].name)
            client = self._guesser.stand_in(Behavior.CLIENT, "since ports are published")
            self._sheet.place(
                f"\0{ENTRY}", client.component, spot, label="", wanted=ENTRY, because=client.because
            )

    def _enter(self) -> None:
        entries = {item.name for item in self._entries()}
        for service in self._services.values():
            spot, ports = self._spot(service.name), join(service.ports)
            word = "port" if len(service.ports) == 1 else "ports"
            if service.name in entries:
                self._sheet.tell(
                    spot, f"users call {quote(service.name)}", f"since it publishes the {word} {ports}"
                )
                self._sheet.connect(f"\0{ENTRY}", service.name, spot, {})
            elif service.ports:
                what = f"the published {word} {ports} of {quote(service.name)} is left out"
                self._sheet.tell(spot, what, "since users do not call such a part")

    def _connect(self, source: str, target: str, because: str) -> None:
        """From the one that needs to the one that is needed; but a queue hands its messages to its consumer."""
        spot = self._spot(source)
        takes = self._guesser.takes_messages(self._components[source])
        if takes and self._components[target].behavior is Behavior.QUEUE:
            what = f"{quote(target)} hands messages to {quote(source)}"
            self._sheet.tell(spot, what, f"{because}, and it is a consumer")
            source, target = target, source
        else:
            self._sheet.tell(spot, f"{quote(source)} calls {quote(target)}", because)
        self._sheet.connect(source, target, spot, {})

    def _spot(self, service: str) -> Spot:
        return line_spot(find_position(self._document, ("services", service), key=True))
