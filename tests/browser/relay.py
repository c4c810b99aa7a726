"""Between browser and server: counts the bytes of websockets as they travel, compressed and with their frames.

A browser's tools show a message as it was before it was compressed, which is not what a reader's line carries.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator

#: A host that browsers look for on this machine, and that the app takes for another: an author's own machine asks the
#: server each second whether files were saved (geo/ui/pages.py), which is no part of a change.
HOST = "reader.localhost"


class Relay:
    """Hands everything on to a port of this machine, what goes over a websocket so many seconds later."""

    def __init__(self, port: int, delay: float) -> None:
        self.port = port
        self.delay = delay
        self.bytes = 0
        self._counting = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, browser: socket.socket) -> None:
        with contextlib.suppress(OSError), browser, socket.create_connection(("127.0.0.1", self.port)) as server:
            for end in (browser, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asked = browser.recv(65536)
            counted = b"upgrade: websocket" in asked.lower()
            server.sendall(asked)
            back = threading.Thread(target=self._pass_on, args=(server, browser, counted), daemon=True)
            back.start()
            self._pass_on(browser, server, counted)
            back.join()

    def _pass_on(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        line: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        sender = threading.Thread(target=self._send, args=(line, target), daemon=True)
        sender.start()
        data = b" "
        while data:
            data = b""  # also where the other end is gone
            with contextlib.suppress(OSError):
                data = source.recv(65536)
            if counted:
                with self._counting:
                    self.bytes += len(data)
            line.put((time.monotonic() + self.delay * counted, data))
        sender.join()

    def _send(self, line: queue.SimpleQueue[tuple[float, bytes]], target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (item := line.get())[1]:
                due, data = item
                time.sleep(max(0.0, due - time.monotonic()))
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._listener.close()


@contextlib.contextmanager
def relayed(url: str, delay: float = 0) -> Iterator[Relay]:
    """Stand before the server at an address of this machine, on a line that is `delay` seconds long each way."""
    relay = Relay(int(url.rstrip("/").rsplit(":", 1)[1]), delay)
    try:
        yield relay
    finally:
        relay.close()
