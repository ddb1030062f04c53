"""The optional language model: any OpenAI-compatible endpoint, asked within a time limit, by LangChain."""

from __future__ import annotations

import json
import queue
import threading
import time
import weakref
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from assistant.errors import ModelError, SettingsError
from assistant.prompt import Prompt

LONGEST_REPLY = 400  # tokens asked for
MOST_READ = 20_000  # characters of a reply that are read
MOST_TRIED = 200  # places in a reply where an object may begin
TO_REWRITE, TO_CHOOSE = 0.3, 0.7  # shares of a model's time for one question
AT_ONCE = 16  # replies waited for; those whose limit has passed count until their connection ends

Schema = Mapping[str, Any]  # JSON Schema of an object


class LanguageModel(Protocol):
    """Says one thing to a prompt. What it says is never trusted."""

    name: str
    seconds: float  # what all that is asked for one question may take together

    def reply(self, prompt: Prompt, schema: Schema, *, seconds: float) -> str:
        """The reply, meant to be JSON after the schema, within `seconds`. Raises ModelError."""
        ...


def asked(model: LanguageModel, prompt: Prompt, schema: Schema, *, share: float) -> dict[str, Any]:
    """The object that the model answers with, holding at least the first key of the schema. Raises ModelError alone."""
    try:
        said = model.reply(prompt, schema, seconds=share * model.seconds)
    except ModelError:
        raise
    except Exception as error:  # a model is code of others; whatever it raises, the question gets its answer
        raise ModelError(f"Språkmodellen kunde inte svara ({type(error).__name__}).") from error
    return read_object(str(said)[:MOST_READ], schema["required"][0])


def read_object(said: str, key: str) -> dict[str, Any]:
    """The last JSON object in a reply that has this key, whatever stands around it. Raises ModelError."""
    said = said.rpartition("</think>")[2]
    decoder = json.JSONDecoder()
    found: dict[str, Any] | None = None
    place = said.find("{")
    for _ in range(MOST_TRIED):
        if place < 0:
            break
        try:
            value, end = decoder.raw_decode(said, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            if isinstance(value, dict) and key in value:
                found = value
        place = said.find("{", end)
    if found is None:
        raise ModelError("Språkmodellens svar hade inte den form som begärdes.")
    return found


def open_model(url: str, name: str, *, key: str, seconds: float) -> LanguageModel | None:
    """The model at an endpoint, or None where no endpoint is configured. Sends nothing yet. Raises SettingsError."""
    if not url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            "Inställningen ROLLKOLL_MODEL_URL är ingen adress till en modelltjänst. Skriv till exempel "
            "http://localhost:8080/v1, eller ta bort inställningen för att svara utan språkmodell."
        )
    if not name.strip():
        raise SettingsError(
            "Inställningen ROLLKOLL_MODEL_NAME saknas fast ROLLKOLL_MODEL_URL är satt. Ange modellens namn."
        )
    return EndpointModel(url.strip(), name.strip(), key=key, seconds=seconds)


class EndpointModel:
    """A chat model behind an OpenAI-compatible endpoint."""

    def __init__(self, url: str, name: str, *, key: str, seconds: float) -> None:
        import httpx
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self.name, self.seconds = name, seconds
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._takes_schema = True
        # A redirect would send the question to an address that nobody configured.
        client = httpx.Client(follow_redirects=False)
        weakref.finalize(self, client.close)
        self._chat = ChatOpenAI(
            base_url=url,
            model=name,
            api_key=SecretStr(key or "none"),
            organization="",  # else read from the environment
            timeout=seconds,
            max_retries=0,
            use_responses_api=False,
            http_client=client,
        )

    def reply(self, prompt: Prompt, schema: Schema, *, seconds: float) -> str:
        """See LanguageModel. A service that refuses the schema is asked once more without it, in what time is left."""
        until = time.monotonic() + seconds
        if self._takes_schema:
            try:
                return self._within(seconds, prompt, self._options(schema))
            except _Refused:
                self._takes_schema = False
        return self._within(until - time.monotonic(), prompt, {})

    @staticmethod
    def _options(schema: Schema) -> dict[str, Any]:
        form = {"name": "reply", "schema": dict(schema), "strict": True}
        return {
            "temperature": 0,
            "max_tokens": LONGEST_REPLY,
            "response_format": {"type": "json_schema", "json_schema": form},
        }

    def _within(self, seconds: float, prompt: Prompt, options: dict[str, Any]) -> str:
        """Ask in a thread of its own: the client's time-out starts again with every byte that a slow service sends."""
        if seconds <= 0:
            raise ModelError("Språkmodellen hann inte svara inom tiden (ROLLKOLL_MODEL_TIMEOUT).")
        if not self._free.acquire(blocking=False):
            raise ModelError(f"Språkmodellen är upptagen med {AT_ONCE} frågor.")
        done: queue.Queue[str | Exception] = queue.Queue()

        def run() -> None:
            try:
                done.put(self._ask(seconds, prompt, options))
            except Exception as error:  # whatever the client raises is told to the one who waits
                done.put(error)
            finally:
                self._free.release()

        threading.Thread(target=run, name="language-model", daemon=True).start()
        try:
            said = done.get(timeout=seconds)
        except queue.Empty:
            raise ModelError(f"Språkmodellen hann inte svara på {seconds:.0f} s (ROLLKOLL_MODEL_TIMEOUT).") from None
        if isinstance(said, str):
            return said
        raise _told(said, with_options=bool(options)) from None

    def _ask(self, seconds: float, prompt: Prompt, options: dict[str, Any]) -> str:
        from langchain_core.messages import HumanMessage, SystemMessage
        from langsmith import tracing_context

        # LangChain would otherwise report each call to LangSmith where its variables happen to be set.
        with tracing_context(enabled=False):
            said = self._chat.invoke(
                [SystemMessage(prompt.rules), HumanMessage(prompt.data)], timeout=seconds, **options
            )
        return str(said.text)[:MOST_READ]


class _Refused(ModelError):
    """The service takes the question but not the options sent with it."""


def _told(error: Exception, *, with_options: bool) -> ModelError:
    """An error of the client in our words. Its own text may repeat the question, or the key, and is left out."""
    status = getattr(error, "status_code", None)
    if with_options and status in (400, 404, 415, 422, 501):
        return _Refused("Språkmodellens tjänst tar inte emot frågans form.")
    what = f"svarade {status}" if status else f"kunde inte svara ({type(error).__name__})"
    return ModelError(
        f"Språkmodellens tjänst {what}. Kontrollera ROLLKOLL_MODEL_URL, ROLLKOLL_MODEL_NAME och ROLLKOLL_MODEL_KEY."
    )
