"""A real service on the loopback, and an opener that speaks HTTP to it."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from invented_office import Town
from sekisho.custodian.policy import Limits
from sekisho.custody.answering import DEFAULT_LIMITS
from sekisho.custody.office import Office
from sekisho.server.releases import make_app
from sekisho.server.rounds import Rounds


@dataclass
class Service:
    """A service that runs.

    Attributes:
        port: where.
        alarms: the slip numbers of which it raised the alarm.
    """

    port: int
    alarms: list[str]

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Send a request; return status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return response.status, {name.lower(): text for name, text in response.getheaders()}, response.read()
        finally:
            connection.close()

    def post(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Post a body; return status and answer."""
        status, _, data = self.ask("POST", "/release", body, Content_Type="text/plain")
        return status, json.loads(data)


@contextmanager
def serving(town: Town, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Service]:
    """Serve a town's office, which stays open for the test as another program's would."""
    service = Service(0, [])
    rounds = Rounds(lambda: Office.open(town.home, town.clock), limits=limits, alarm=service.alarms.append)
    server = uvicorn.Server(
        uvicorn.Config(make_app(rounds), port=0, access_log=False, log_level="warning", lifespan="on")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        service.port = server.servers[0].sockets[0].getsockname()[1]
        yield service
    finally:
        server.should_exit = True
        thread.join()
