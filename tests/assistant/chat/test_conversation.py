"""Whole exchanges over the chat's own socket, as the browser has them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest

ADDRESS = "/ws/socket.io/"


class Talk:
    """One browser tab: Socket.IO over long polling."""

    def __init__(self, client):
        self.client = client
        self.session = str(uuid4())
        self.sid = ""
        opened = client.get(ADDRESS, params={"EIO": 4, "transport": "polling"}).text
        self.sid = json.loads(opened[1:])["sid"]
        self.send(f"40{json.dumps({'sessionId': self.session, 'clientType': 'webapp', 'chatProfile': 'Rollkoll'})}")
        self.events()
        self.emit("connection_successful")
        self.settings = next(event[1] for event in self.until("chat_settings") if event[0] == "chat_settings")

    def send(self, packet):
        answer = self.client.post(ADDRESS, params=self.query, content=packet.encode())
        assert answer.status_code == 200, answer.text

    @property
    def query(self):
        return {"EIO": 4, "transport": "polling", "sid": self.sid}

    def emit(self, *event):
        self.send(f"42{json.dumps(event)}")

    def events(self):
        packets = self.client.get(ADDRESS, params=self.query).text.split("\x1e")
        if "2" in packets:
            self.send("3")
        return [json.loads(packet[2:]) for packet in packets if packet.startswith("42")]

    def until(self, name) -> list[list]:
        got: list[list] = []
        for _ in range(200):
            got += self.events()
            if any(event[0] == name for event in got):
                return got
        raise AssertionError(f"no {name} in {got}")

    def ask(self, question):
        """The person's message and ours, as they stand in the end, and the buttons."""
        sent = {"id": str(uuid4()), "threadId": "", "name": "user", "type": "user_message", "output": question}
        self.emit("client_message", {"message": {**sent, "createdAt": "2026-05-04T08:00:00Z"}, "fileReferences": []})
        return self.shown(self.until("task_end"), question)

    def shown(self, events, question=""):
        person, ours = question, ""
        for name, *rest in events:
            if name in ("new_message", "update_message") and rest[0]["type"] == "user_message":
                person = rest[0]["output"]
            elif name in ("new_message", "update_message") and rest[0]["type"] == "assistant_message":
                ours = rest[0]["output"]
        return person, ours, [event[1] for event in events if event[0] == "action"]

    def press(self, action):
        answer = self.client.post("/project/action", json={"sessionId": self.session, "action": action})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def talk(chat) -> Iterator[Talk]:
    chat.assistant.asked.clear()
    yield Talk(chat.client)


def test_an_answer_has_its_quotes_and_two_thumbs(talk):
    _, ours, buttons = talk.ask("Vem signerar läkemedel vid utskrivning?")
    assert ours.startswith("**Den läkare som skriver ut signerar.**\n\n> Den läkare")
    assert [button["label"] for button in buttons] == ["Hjälpte", "Hjälpte inte"]


def test_the_units_of_the_index_can_be_chosen_and_are_told_to_the_assistant(chat, talk):
    unit = next(setting for setting in talk.settings if setting["id"] == "unit")
    assert [item["value"] for item in unit["items"]] == ["-", "Björkgården"]
    talk.emit("chat_settings_change", {"role": "undersköterska", "unit": "Björkgården", "boendeform": "-"})
    talk.until("toast")
    talk.ask("Vem signerar?")
    profile = chat.assistant.asked[-1][2]
    assert (profile.role, profile.unit, profile.boendeform) == ("undersköterska", "Björkgården", "")


def test_the_last_four_turns_go_with_a_question(chat, talk):
    for number in range(6):
        talk.ask(f"Fråga {number}?")
    assert [turn.question for turn in chat.assistant.asked[-1][1]] == [f"Fråga {number}?" for number in range(1, 5)]


def test_two_tabs_do_not_share_a_conversation(chat, talk):
    talk.ask("Vem signerar?")
    Talk(chat.client).ask("Och sen?")
    assert chat.assistant.asked[-1][1] == ()


def test_a_choice_asks_the_chosen_question(chat, talk):
    _, _, buttons = talk.ask("Vem får delegera?")
    choice = buttons[0]
    assert choice["label"] == "Får insulin delegeras i särskilt boende?"
    talk.press(choice)
    assert chat.assistant.asked[-1][0] == choice["label"]
    person, ours, _ = talk.shown(talk.until("task_end"))
    assert person == choice["label"] and ours.startswith("**Källorna säger olika.**")


def test_a_blocked_question_is_taken_off_the_page_and_not_remembered(chat, talk):
    person, ours, buttons = talk.ask("personnummer 19121212-1212 vem?")
    assert "1212" not in person and "Till exempel:" in ours and not buttons
    talk.ask("Vem signerar?")
    assert chat.assistant.asked[-1][1] == ()


def test_twenty_thousand_characters_are_refused_unread(chat, talk):
    person, ours, _ = talk.ask("journal" + "j" * 19_993)
    assert "journal" not in person and "20 000 tecken" in ours and not chat.assistant.asked


@pytest.mark.parametrize("question", ["", "   ", "😀😀", "?!", "__"])
def test_without_words_there_is_a_hint_and_no_search(chat, talk, question):
    _, ours, _ = talk.ask(question)
    assert ours.startswith("Skriv frågan med ord") and not chat.assistant.asked


def test_emoji_beside_words_is_no_trouble(chat, talk):
    talk.ask("Vem signerar? 😀")
    assert chat.assistant.asked[-1][0] == "Vem signerar? 😀"


def test_a_failure_says_what_to_do_and_the_log_does_not_quote_the_question(talk, caplog):
    with caplog.at_level(logging.INFO):
        _, ours, _ = talk.ask("krasch hemlighet")
    assert "Ställ frågan igen" in ours and "felkod" in ours and "RuntimeError" not in ours
    assert "No answer, code" in caplog.text and "hemlighet" not in caplog.text


def test_thumbs_are_written_once_with_their_reason(chat, talk):
    _, _, (_, down) = talk.ask("Vem signerar läkemedel?")
    talk.press(down)
    reasons = [event[1] for event in talk.until("toast") if event[0] == "action"]
    gammal = next(reason for reason in reasons if reason["label"] == "Gammal regel")
    talk.press(gammal)
    lines = [json.loads(line) for line in chat.feedback.read_text("utf-8").splitlines()]
    assert [(line["vote"], line["reason"]) for line in lines[-2:]] == [("down", ""), ("down", "Gammal regel")]
    assert lines[-1]["question"] == "Vem signerar läkemedel?"


def test_the_opening_grows_to_the_whole_text_with_bold_closed_all_the_way():
    from assistant.chat.conversation import STEPS, opening

    lead = "**Källorna säger olika.** " + " ".join(str(number) for number in range(100))
    grown = opening(lead)
    assert grown[-1] == lead and len(grown) <= STEPS and all(text.count("**") % 2 == 0 for text in grown)
    assert opening("") == []
