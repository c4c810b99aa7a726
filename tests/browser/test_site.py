"""The exported site under a plain static server in a sub-folder: what holds for the Story page holds for it."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator

import pytest

# The same tests, on another host: they meet it through `app_url`.
from tests.browser import test_story as story_page

for _name, _test in vars(story_page).items():
    # The app's server is not there to die.
    if _name.startswith(("test_", "Test")) and "server_may_die" not in _name:
        globals()[_name] = _test
del _name, _test


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def app_url(everything) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(everything.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/site/"
    server.shutdown()
    server.server_close()
    thread.join()
