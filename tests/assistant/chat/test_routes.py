from __future__ import annotations

import json
import re
import socket

import pytest
from chat_fake import CLOSED, OLD, PDF, WORD

from assistant.chat.errors import ChatError, PortTaken
from assistant.chat.guard import local_page
from assistant.chat.links import file_link, reading_link
from assistant.chat.server import SWEDISH, listen, prepare


def test_the_page_is_swedish_and_names_no_other_host(chat):
    html = chat.client.get("/").text
    assert '<html lang="sv">' in html and "<title>Rollkoll</title>" in html
    assert not re.search(r"https?:|[\"'(]//", html)


def test_links_to_other_hosts_are_taken_out_whatever_they_are():
    html = (
        '<head><link rel="preconnect" href="https://fonts.example" />\n<link\n href="//cdn.example/a.css"\n rel="x"\n/>'
        '<meta property="og:image" content="https://x.example/a.png"><script src="https://x.example/a.js"></script>'
        '<link rel="icon" href="/favicon" /><script src="/assets/a.js"></script></head>'
    )
    assert local_page(html) == '<head><link rel="icon" href="/favicon" /><script src="/assets/a.js"></script></head>'


@pytest.mark.parametrize("path", ["/", "/favicon", "/project/settings", file_link(PDF, 1), "/finns/inte"])
def test_every_answer_has_a_policy_that_keeps_to_this_host(chat, path):
    headers = chat.client.get(path).headers
    policy = headers["content-security-policy"]
    assert "http" not in policy and "*" not in policy and "script-src 'self' 'unsafe-inline'" not in policy
    assert re.match(r"default-src '(self|none)'", policy)
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


def test_scripts_and_styles_of_the_page_are_served_from_here(chat):
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', chat.client.get("/").text):
        assert chat.client.get(address).status_code == 200, address


def test_every_button_that_is_given_a_name_is_one_of_chainlits_page(chat):
    html = chat.client.get("/").text
    assert "/public/rollkoll.js" in html
    named = re.findall(r'^ +"#([\w-]+)": "', chat.client.get("/public/rollkoll.js").text, flags=re.MULTILINE)
    scripts = "".join(chat.client.get(address).text for address in re.findall(r'src="(/assets/[^"]+)"', html))
    assert len(named) == 6 and all(f'"{name}"' in scripts for name in named)


@pytest.mark.parametrize("language", ["en-US", "sv-SE", "sv", "de"])
def test_everyone_gets_swedish(chat, language):
    got = chat.client.get("/project/translations", params={"language": language}).json()["translation"]
    assert got["navigation"]["newChat"]["button"] == "Nytt samtal"
    settings = chat.client.get("/project/settings", params={"language": language}).json()
    assert "Ring 112" in settings["markdown"] and len(settings["starters"]) == 6


def test_the_translation_has_every_key_of_chainlits_english():
    import chainlit.config

    english = json.loads((chainlit.config.Path(chainlit.config.TRANSLATIONS_DIR) / "en-US.json").read_text("utf-8"))

    def keys(tree, path=()):
        if not isinstance(tree, dict):
            return {path}
        return {key for name, branch in tree.items() for key in keys(branch, (*path, name))}

    swedish = json.loads((SWEDISH / "sv-SE.json").read_text("utf-8"))
    assert keys(swedish) == keys(english)


def test_html_in_messages_stays_off_and_nothing_can_be_uploaded(chat):
    features = chat.client.get("/project/settings").json()["features"]
    assert features["unsafe_allow_html"] is False and features["spontaneous_file_upload"]["enabled"] is False
    assert not features["mcp"]["enabled"]


@pytest.mark.parametrize(
    "path", ["/login", "/mcp", "/copilot/index.js", "/project/file", "/docs", "/openapi.json", "/x"]
)
def test_what_the_chat_does_not_use_is_closed(chat, path):
    for method in ("GET", "POST"):
        assert chat.client.request(method, path).status_code == 404


def test_pages_of_other_sites_cannot_call(chat):
    path = "/ws/socket.io/?EIO=4&transport=polling"
    assert chat.client.get(path, headers={"Origin": "https://annan.example"}).status_code == 403
    assert chat.client.get(path, headers={"Origin": "http://testserver"}).status_code == 200
    proxied = {"Origin": "https://rollkoll.example", "X-Forwarded-Host": "rollkoll.example"}
    assert chat.client.get(path, headers=proxied).status_code == 200


def test_a_pdf_opens_in_the_browser(chat):
    answer = chat.client.get(file_link(PDF, 2))
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(("source", "kind"), [(WORD, "wordprocessingml"), (OLD, "text/plain; charset=utf-8")])
def test_other_files_have_their_own_type(chat, source, kind):
    assert kind in chat.client.get(file_link(source, None)).headers["content-type"]


@pytest.mark.parametrize(
    "source",
    [
        "../hemlig.pdf", "..%2fhemlig.pdf", "%2e%2e/hemlig.pdf", "region/..%2f..%2fhemlig.pdf", "..%5chemlig.pdf",
        "olistad.pdf", "%2fetc/passwd", "region", "finns inte.pdf", "%00", CLOSED,
    ],
)  # fmt: skip
@pytest.mark.parametrize("route", ["/dokument/", "/las/"])
def test_only_listed_documents_that_one_may_read_are_served(chat, route, source):
    answer = chat.client.get(route + source)
    assert answer.status_code == 404
    assert "hittades inte" in answer.text or "Sidan finns inte" in answer.text


def test_a_group_opens_its_documents(chat):
    assert chat.client.get(file_link(CLOSED, None), headers={"X-Groups": "chefer"}).status_code == 200
    assert "Löner" in chat.client.get(reading_link(CLOSED, None), headers={"X-Groups": "chefer"}).text


def test_a_listed_link_out_of_the_folder_is_refused(chat):
    listed = chat.documents / OLD
    kept = listed.read_bytes()
    listed.unlink()
    listed.symlink_to(chat.documents.parent / "hemlig.pdf")
    try:
        assert chat.client.get(file_link(OLD, None)).status_code == 404
    finally:
        listed.unlink()
        listed.write_bytes(kept)


def test_the_reading_page_marks_the_quote(chat):
    html = chat.client.get(reading_link(PDF, 2, "Den läkare som skriver ut patienten")).text
    assert '<mark id="citat">Den läkare som skriver ut patienten</mark>' in html
    assert chat.client.get(reading_link(PDF, 9)).status_code == 404
    assert chat.client.get(f"/las/{WORD}?sida=x&citat=" + "y" * 5000).status_code == 200


def test_chainlit_writes_in_its_own_folder(chat):
    assert (chat.root / ".chainlit" / "config.toml").is_file() and (chat.root / ".files").is_dir()
    with pytest.raises(ChatError, match="rollkoll chat"):
        prepare(chat.root / "annan")


def test_a_taken_port_says_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} används redan.*--port {port + 1}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("finns.inte.invalid", 8000), ("127.0.0.1", 99999), ("192.0.2.1", 0)])
def test_an_address_that_is_not_ours_says_what_to_do(host, port):
    with pytest.raises(ChatError, match="--host"):
        listen(host, port)
