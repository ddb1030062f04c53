"""Nothing from other hosts: the chat's page without their links, and a wall around every answer the server gives."""

from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.chat.reading import notice_page

# Chainlit can do much that this chat does not (uploads, logins, MCP, its copilot). What is not named is not served.
OPEN = re.compile(
    r"/(?:dokument/.+|las/.+|ansvar(?:\.xlsx|\.docx)?|assets/.+|public/.+|ws/socket\.io/?|avatars/[^/]+|favicon|logo|health|user|auth/config"
    r"|set-session-cookie|project/(?:translations|settings|action))?"
)

ELSEWHERE = r"(?:https?:)?//"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def policy(scripts: tuple[str, ...] = ()) -> str:
    """Return the Content-Security-Policy of the chat's page, which lets in its own inline `scripts` by digest."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {allowed}",
            "style-src 'self' 'unsafe-inline'",  # Chainlit's components set styles as they go
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "connect-src 'self'",  # covers the web socket to this host
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def local_page(html: str) -> str:
    """Return Chainlit's page in Swedish and without links, images and scripts from other hosts."""
    html = re.sub(rf'\s*<link\b[^>]*\bhref="{ELSEWHERE}[^>]*>', "", html)
    html = re.sub(rf'\s*<meta\b[^>]*\bcontent="{ELSEWHERE}[^>]*>', "", html)
    html = re.sub(rf'\s*<script\b[^>]*\bsrc="{ELSEWHERE}[^>]*>\s*</script>', "", html)
    html = re.sub(r"\s*<!--.*?-->", "", html, flags=re.DOTALL)
    return html.replace('<html lang="en">', '<html lang="sv">')


def page_response(html: str) -> Response:
    """Return the chat's page with the policy that fits it."""
    page = local_page(html)
    scripts = tuple(re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL))
    return HTMLResponse(page, headers={"Content-Security-Policy": policy(scripts), "Cache-Control": "no-cache"})


class Guard:
    """Closes what is not open, refuses calls from other sites' pages, and sets headers where a route has set none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy())
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, sealed)
        elif scope["type"] == "http":
            await refusal(scope, receive, sealed)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> Response | None:
        if not OPEN.fullmatch(scope["path"]):
            text = "Den här adressen finns inte i Rollkoll."
            return HTMLResponse(notice_page("Sidan finns inte", text), status_code=404)
        headers = Headers(scope=scope)
        hosts = {headers.get("host"), headers.get("x-forwarded-host")}
        origin = headers.get("origin")
        # A page of another site may open a socket to us and read the answers; its origin gives it away.
        if origin is not None and urlsplit(origin).netloc not in hosts:
            return Response("Anropet kom från en annan webbplats.", status_code=403, media_type="text/plain")
        return None
