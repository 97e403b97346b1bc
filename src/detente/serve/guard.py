"""Who may ask, and what a browser may do with the answer.

The explorer listens on this machine, yet every web page that is open in the same browser can
send requests there. So: only names of this machine are answered (DNS rebinding), nothing is
changed by any request, and what another site sends or embeds is refused.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Bytes of an address's query: an edited specification fits, a flood does not.
LONGEST_QUERY = 24_000
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuses what this machine's browser was talked into, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = {"localhost", *(name.lower() for name in names if name)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, marked as refused where it is."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        scope["detente.refused"] = self._refused(scope)
        await self.app(scope, receive, safe)

    def _refused(self, scope: Scope) -> HTTPException | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._known(host):
            return HTTPException(421, f"The address names the host {host[:80]!r}; this page answers "
                                 "to 127.0.0.1 and localhost only.")  # fmt: skip
        if len(scope["query_string"]) > LONGEST_QUERY:
            return HTTPException(414, f"The address is {len(scope['query_string'])} characters "
                                 f"long; at most {LONGEST_QUERY} are read.")  # fmt: skip
        site, origin = headers.get("sec-fetch-site", "none"), headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != host
        reads = scope["method"] in {"GET", "HEAD"}
        if not reads and (foreign or site not in {"same-origin", "none"}):
            return HTTPException(403, "Another site sent this; only pages of the explorer may.")
        follows = headers.get("sec-fetch-mode", "navigate") == "navigate"
        if site == "cross-site" and not (reads and follows):
            return HTTPException(403, "Another site embeds this; open it by itself.")
        return None

    def _known(self, host: str) -> bool:
        """Whether a Host header names this machine: by number, by localhost, or as asked for."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
            urlsplit(f"//{host}").port  # noqa: B018  (raises where it is no number)
        except ValueError:
            return False
        if name in self.names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True  # a number cannot be pointed elsewhere by a name server


def own_names(host: str) -> list[str]:
    """Names under which a machine that listens beyond itself may be asked for."""
    return [host] if is_local(host) else [host, socket.gethostname(), socket.getfqdn()]


def is_local(host: str) -> bool:
    """Whether an address is this machine's own, out of reach of others."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
