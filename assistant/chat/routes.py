"""Documents in the browser: the files themselves and their reading pages, for those who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from assistant.answers import Profile
from assistant.chat.needs import Desk, DocumentInfo
from assistant.chat.reading import notice_page, reading_page

TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/plain; charset=utf-8",
}

# The browser's own PDF viewer needs to show an object of ours and to style it; nothing else is let in.
FILE_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
READING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

QUOTE = 2000  # characters of a quote in an address


def routes(desk: Desk, documents: Path) -> APIRouter:
    """Return the routes for documents in the folder `documents`."""
    router = APIRouter()
    folder = documents.resolve()

    def allowed(source: str, headers: Mapping[str, str]) -> DocumentInfo | None:
        """The document, if the index lists it and the person may read it. To others it does not exist."""
        profile = Profile(groups=desk.groups_of(headers))
        listed = (document for document in desk.assistant.documents() if document.source == source)
        return next((document for document in listed if desk.may_read(document, profile)), None)

    # Plain functions: FastAPI runs them in worker threads, off the event loop.
    @router.api_route("/dokument/{source:path}", methods=["GET", "HEAD"], response_model=None)
    def file(source: str, request: Request) -> Response:
        document = allowed(source, request.headers)
        if document is None:
            return _missing()
        path = (folder / source).resolve()
        # A listed name may still be a link that leads out of the folder.
        if not path.is_relative_to(folder) or not path.is_file():
            return _missing()
        media = TYPES.get(path.suffix.lower())
        return FileResponse(
            path,
            media_type=media or "application/octet-stream",
            filename=path.name,
            content_disposition_type="inline" if media else "attachment",
            headers={"Content-Security-Policy": FILE_POLICY, "Cache-Control": "private, no-cache"},
        )

    @router.api_route("/las/{source:path}", methods=["GET", "HEAD"], response_model=None)
    def read(source: str, request: Request) -> Response:
        document = allowed(source, request.headers)
        sida = request.query_params.get("sida", "")
        page = int(sida) if sida.isascii() and sida.isdigit() and len(sida) < 6 else None
        blocks = desk.assistant.page(source, page) if document else ()
        if document is None or not blocks:
            return _missing()
        html = reading_page(
            source,
            document.standing,
            blocks,
            page=page,
            quote=request.query_params.get("citat", "")[:QUOTE],
            more=page is not None and bool(desk.assistant.page(source, page + 1)),
            today=date.today(),
        )
        headers = {"Content-Security-Policy": READING_POLICY, "Cache-Control": "private, no-cache"}
        return HTMLResponse(html, headers=headers)

    return router


def _missing() -> Response:
    text = "Dokumentet eller sidan finns inte här, eller så får du inte läsa det. Ställ frågan igen för en ny länk."
    return HTMLResponse(
        notice_page("Dokumentet hittades inte", text),
        status_code=404,
        headers={"Content-Security-Policy": READING_POLICY},
    )
