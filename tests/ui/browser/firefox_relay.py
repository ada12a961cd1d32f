"""Debian's Firefox for Playwright: passes on what both say, and answers what that Firefox does not know yet.

Playwright drives an ordinary Firefox by the WebDriver BiDi protocol, which is still growing: it wants to set emulated
media features for every page, a command that the Firefox of a stable Debian lacks, and gives up when that is refused.
Nothing here depends on such emulation, so this process, started in the place of Firefox, starts the real one, stands
between the two, and says yes to those commands itself.

    python firefox_relay.py /usr/bin/firefox-esr --remote-debugging-port=0 ...
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import Process

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
ANSWERED_HERE = frozenset({"emulation.setMediaFeaturesOverride"})


async def _address(browser: Process) -> str:
    """Where Firefox listens; what else it says is passed on."""
    assert browser.stderr is not None
    async for line in browser.stderr:
        text = line.decode(errors="replace")
        found = LISTENING.search(text)
        if found:
            return found[1]
        sys.stderr.write(text)
    raise SystemExit("Firefox ended before it listened")


async def _drain(browser: Process) -> None:
    assert browser.stderr is not None
    async for line in browser.stderr:
        sys.stderr.write(line.decode(errors="replace"))


async def _to_firefox(driver: ServerConnection, firefox: ClientConnection) -> None:
    async for message in driver:
        command = json.loads(message)
        if command["method"] in ANSWERED_HERE:
            await driver.send(json.dumps({"type": "success", "id": command["id"], "result": {}}))
        else:
            await firefox.send(message)


async def _to_driver(driver: ServerConnection, firefox: ClientConnection) -> None:
    async for message in firefox:
        await driver.send(message)


async def _relay(driver: ServerConnection, address: str) -> None:
    async with connect(f"{address}/session", max_size=None) as firefox:
        ways = [asyncio.create_task(way(driver, firefox)) for way in (_to_firefox, _to_driver)]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()


async def run(command: list[str]) -> int:
    """Start Firefox, serve its driver until it ends, and return its exit code."""
    browser = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    address = await _address(browser)
    async with serve(lambda driver: _relay(driver, address), "127.0.0.1", 0, max_size=None) as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        sys.stderr.write(f"WebDriver BiDi listening on ws://{host}:{port}\n")
        sys.stderr.flush()
        await _drain(browser)
        return await browser.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1:])))
