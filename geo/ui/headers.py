"""What every answer of the app says of itself: what a page may load, who may frame it, what it tells other sites.

Streamlit sends none of this. The map document has a stricter policy of its own, which is left as it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.ui.first_page import streamlit_page

__all__ = ["SafetyHeaders", "page_policy"]


@cache
def page_policy() -> str:
    """Return the Content-Security-Policy of Streamlit's pages.

    Scripts are Streamlit's own files, the one script within its page, by its hash, and those of components, which it
    loads from blobs. Styles must be allowed as text, because it writes its styles while it runs. ``'self'`` covers the
    websocket to the same host. Some fonts of Streamlit and the chart on Explore stand in the text.
    """
    inline = re.findall(r"<script>(.*?)</script>", streamlit_page(), flags=re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline]
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' blob: {' '.join(hashes)}".rstrip(),
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ))  # fmt: skip


class SafetyHeaders:
    """Adds the headers to every answer that does not bring its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", page_policy())
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
            await send(message)

        await self.app(scope, receive, send_with_headers)
