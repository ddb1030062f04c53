"""Documents in the browser: the files themselves and their reading pages, for those who may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import quote as percent

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from assistant.answers import Entry, Listing, Profile
from assistant.chat.links import best_link, duties_link
from assistant.chat.needs import Desk, DocumentInfo
from assistant.chat.reading import notice_page, reading_page
from assistant.export import as_docx, as_html, as_xlsx

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
QUESTION = 100  # characters of a role or topic in an address


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

    def listed(request: Request) -> Listing:
        """The rows asked for, of documents that the person may read: decided here once more."""
        profile = Profile(groups=desk.groups_of(request.headers))
        role, topic = (request.query_params.get(name, "")[:QUESTION] for name in ("roll", "amne"))
        found = desk.assistant.duties(role, topic, profile=profile)
        open_to = {info.source for info in desk.assistant.documents() if desk.may_read(info, profile)}
        return replace(found, entries=tuple(entry for entry in found.entries if entry.duty.source in open_to))

    @router.api_route("/ansvar", methods=["GET", "HEAD"], response_model=None)
    def duties(request: Request) -> Response:
        found = listed(request)
        if not found.entries:
            return _missing(*NO_DUTIES)
        files = " · ".join(
            f'<a href="{escape(duties_link(found.role, found.topic, ending=ending))}">{name}</a>'
            for ending, name in ((".xlsx", "Excel"), (".docx", "Word"))
        )
        html = as_html(found, today=date.today(), link=_link, downloads=f"<nav>Ladda ner: {files}</nav>")
        headers = {"Content-Security-Policy": READING_POLICY, "Cache-Control": "private, no-cache"}
        return HTMLResponse(html, headers=headers)

    @router.api_route("/ansvar.{ending}", methods=["GET", "HEAD"], response_model=None)
    def duties_file(ending: str, request: Request) -> Response:
        found = listed(request)
        if not found.entries or ending not in ("xlsx", "docx"):
            return _missing(*NO_DUTIES)
        content = as_xlsx(found) if ending == "xlsx" else as_docx(found, today=date.today())
        name = percent(f"ansvar-{found.role or 'alla'}.{ending}".replace(" ", "-"))
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "private, no-cache"}
        return Response(content, media_type=TYPES[f".{ending}"], headers=headers)

    return router


def _link(entry: Entry) -> str:
    return best_link(entry.duty.source, entry.duty.page, entry.duty.quote)


NOT_HERE = "Dokumentet eller sidan finns inte här, eller så får du inte läsa det. Ställ frågan igen för en ny länk."
NO_DUTIES = ("Inga uppgifter hittades", "Registret har inget om den rollen och det ämnet som du får läsa.")


def _missing(title: str = "Dokumentet hittades inte", text: str = NOT_HERE) -> Response:
    return HTMLResponse(
        notice_page(title, text),
        status_code=404,
        headers={"Content-Security-Policy": READING_POLICY},
    )
