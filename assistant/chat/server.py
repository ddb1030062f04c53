"""Start the chat: one web server with Chainlit at / and the documents beside it."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from assistant.chat.errors import ChatError, PortTaken
from assistant.chat.feedback import FeedbackLog
from assistant.chat.guard import Guard, page_response
from assistant.chat.needs import Assistant, Desk, GroupsOf, MayRead, in_group, no_groups
from assistant.chat.routes import routes

SWEDISH = Path(__file__).with_name("swedish")


def serve(
    assistant: Assistant,
    *,
    documents: Path,
    host: str,
    port: int,
    root: Path,
    feedback: Path,
    may_read: MayRead = in_group,
    groups_of: GroupsOf = no_groups,
) -> None:
    """Serve the chat until interrupted.

    `root` is a data folder that Chainlit writes in; `feedback` the file that takes the votes. `groups_of` tells a
    person's groups from the headers that a login proxy sets. Raises PortTaken or ChatError before anything is served.
    """
    listener = listen(host, port)
    with listener:
        desk = Desk(assistant, FeedbackLog(feedback), may_read=may_read, groups_of=groups_of)
        app = build(desk, documents=documents, root=root)
        shown = f"[{host}]" if ":" in host else host
        print(f"Rollkoll: http://{shown}:{listener.getsockname()[1]}  (Ctrl+C avslutar)", flush=True)
        # No access log: an address may hold a quote. Sockets stay open, so shutting down does not wait for them.
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2, server_header=False)
        )
        server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address, or say what to do when it cannot be."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except (OSError, OverflowError) as error:
        raise ChatError(
            f"Adressen {host!r} går inte att använda ({error}). Välj till exempel --host 127.0.0.1."
        ) from error
    try:
        if not 0 <= port <= 65535:
            raise OverflowError("en port är ett tal från 0 till 65535")  # the system would take another one
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)  # told of a second program now, and not first when uvicorn starts
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} används redan av ett annat program. Stäng det eller välj en annan port: "
                f"`rollkoll chat --port {port + 1}`."
            ) from error
        raise ChatError(
            f"Kan inte lyssna på {host}:{port} ({error}). Välj en annan adress eller port med --host och --port."
        ) from error
    return listener


def build(desk: Desk, *, documents: Path, root: Path) -> ASGIApp:
    """Return the web application. Chainlit knows one per process, so this is called once."""
    prepare(root)
    # Chainlit reads its folder from the environment on import, so it is imported here and not above.
    from chainlit.auth import get_configuration
    from chainlit.server import get_html_template
    from chainlit.utils import mount_chainlit

    from assistant.chat.conversation import register

    app = FastAPI(title="Rollkoll", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(routes(desk, documents))

    @app.api_route("/", methods=["GET", "HEAD"], response_model=None)
    def page(request: Request) -> Response:
        return page_response(str(get_html_template("")))

    @app.get("/auth/config")
    def start() -> dict[str, Any]:
        # Light or dark as the device has it; Chainlit's own setting can only name one of them.
        return {**get_configuration(), "default_theme": "system"}

    register(desk)
    # The callbacks are registered above; the file to load only has to be one that does nothing.
    mount_chainlit(app, target=str(Path(__file__).with_name("__init__.py")), path="/")
    return Guard(app)


def prepare(root: Path) -> None:
    """Fill Chainlit's folder with our configuration, language and looks, and point Chainlit at it."""
    root = root.resolve()
    if "chainlit.config" in sys.modules and Path(sys.modules["chainlit.config"].APP_ROOT).resolve() != root:
        raise ChatError("Chainlit är redan laddat med en annan mapp. Starta chatten för sig: `rollkoll chat`.")
    translations = root / ".chainlit" / "translations"
    translations.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SWEDISH / "config.toml", root / ".chainlit" / "config.toml")
    for name in ("sv-SE.json", "sv.json"):
        shutil.copyfile(SWEDISH / "sv-SE.json", translations / name)
    for name in ("chainlit.md", "chainlit_sv-SE.md"):
        shutil.copyfile(SWEDISH / "chainlit.md", root / name)
    shutil.copytree(SWEDISH / "public", root / "public", dirs_exist_ok=True)
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    # Chainlit would read `.env` of the working folder into the whole process.
    os.environ["CHAINLIT_ENV_FILE"] = str(root / "none.env")
    # Some versions of a tracing library that Chainlit imports report their use over the network unless told not to.
    os.environ["TRACELOOP_TELEMETRY"] = "false"
