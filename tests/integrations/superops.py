"""SuperOps with a memory: a server of its own schema that keeps tickets and what is said on them. Skips where the schema is missing."""

import contextlib
import itertools
import json
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ariadne import MutationType, QueryType, graphql_sync, make_executable_schema
from graphql import GraphQLError

from tests.vendors import VENDORS

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def refused(code):
    return GraphQLError("", extensions={"clientError": [{"code": code, "param": {}}]})


class SuperOps:
    """`asked` holds the names of the mutations that were carried out; after the one named by `cut` the line is dropped, once."""

    def __init__(self):
        self.tickets, self.said, self.notes = {}, {}, {}
        self.numbers = itertools.count(1)
        self.now, self.cut, self.asked = START, "", []
        self.understands_search = True

    def tick(self):
        self.now += timedelta(seconds=1)
        return self.now.replace(tzinfo=None).isoformat()

    def open(self, subject, description, **fields):
        """Open a ticket as somebody there would; returns its id."""
        number = f"70{next(self.numbers)}"
        self.tickets[number] = {
            "ticketId": number,
            "displayId": f"062822-{number}",
            "subject": subject,
            "source": "EMAIL",
            "status": "Open",
            "priority": "Medium",
            "client": {"accountId": "11", "name": "Acme"},
            "requester": {"userId": "21", "name": "Carl"},
            "sla": {"id": "31", "name": "Gold"},
            "createdTime": self.tick(),
            "customFields": None,
            **fields,
        }
        self.said[number], self.notes[number] = [], []
        self.say(number, description, "DESCRIPTION")
        return number

    def touch(self, number):
        self.tickets[number]["updatedTime"] = self.tick()

    def set(self, number, **fields):
        self.tickets[number] |= fields
        self.touch(number)

    def say(self, number, content, kind="REQ_REPLY", name="Carl"):
        self.touch(number)
        entry = {"conversationId": str(next(self.numbers)), "content": content, "time": self.tick(), "type": kind}
        self.said[number].append(entry | {"user": {"userId": "21", "name": name}})
        return self.said[number][-1]

    def note(self, number, content, privacy="PRIVATE"):
        self.touch(number)
        entry = {"noteId": str(next(self.numbers)), "content": content, "addedOn": self.tick(), "privacyType": privacy}
        self.notes[number].append(entry | {"addedBy": {"userId": "41", "name": "Jason"}})
        return self.notes[number][-1]

    def replies(self, number):
        return [entry["content"] for entry in self.said[number] if entry["type"] == "TECH_REPLY"]

    def list(self, asked):
        found = list(self.tickets.values())
        condition = asked.get("condition")
        if condition and self.understands_search:
            found = [row for row in found if row.get(condition["attribute"]) == condition["value"]]
        for order in asked.get("sort") or []:
            found.sort(key=lambda row: row[order["attribute"]], reverse=order["order"] == "DESC")
        size, begin = asked["pageSize"], (asked["page"] - 1) * asked["pageSize"]
        return {"tickets": found[begin : begin + size], "listInfo": {"hasMore": begin + size < len(found)}}

    def one(self, asked):
        if asked["ticketId"] not in self.tickets:
            raise refused("entity_does_not_exist")
        return self.tickets[asked["ticketId"]]

    def schema(self):
        query, mutation = QueryType(), MutationType()
        query.set_field("getTicket", lambda *_, input: self.one(input))
        query.set_field("getTicketList", lambda *_, input: self.list(input))
        query.set_field("getTicketConversationList", lambda *_, input: self.said.get(input["ticketId"]))
        query.set_field("getTicketNoteList", lambda *_, input: self.notes.get(input["ticketId"]))
        query.set_field("getClientUser", lambda *_, input: USER)
        query.set_field("getClientUserList", lambda *_, input: {"userList": [USER]})
        mutation.set_field("createTicket", self.create)
        mutation.set_field("updateTicket", self.update)
        mutation.set_field("createTicketConversation", self.reply)
        mutation.set_field("createTicketNote", self.add_note)
        return make_executable_schema((VENDORS / "superops.graphql").read_text(), query, mutation)

    def create(self, *_, input):
        self.asked.append("createTicket")
        known = {name: input[name] for name in ("subject", "source", "status", "priority") if input.get(name)}
        marker = input.get("sourceReferenceId")
        number = self.open(description=input.get("description", ""), sourceReferenceId=marker, **known)
        return self.tickets[number]

    def update(self, *_, input):
        self.asked.append("updateTicket")
        self.one(input)
        self.set(input["ticketId"], **{name: value for name, value in input.items() if name != "ticketId"})
        return self.tickets[input["ticketId"]]

    def reply(self, *_, input):
        self.asked.append("createTicketConversation")
        return self.say(input["ticket"]["ticketId"], input["content"], "TECH_REPLY", "Ticketsite")

    def add_note(self, *_, input):
        self.asked.append("createTicketNote")
        return self.note(input["ticket"]["ticketId"], input["content"], input.get("privacyType"))


USER = {"userId": "21", "firstName": "Carl", "name": "Carl", "email": "carl@example.com", "role": {}}


@contextlib.contextmanager
def serving():
    """Serve an empty SuperOps; yields (address, its memory)."""
    if not (VENDORS / "superops.graphql").exists():
        pytest.skip("../shared/vendors is not on this machine")
    there = SuperOps()
    schema = there.schema()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            before = len(there.asked)
            _, answer = graphql_sync(schema, body, introspection=False)
            raw = json.dumps(answer).encode()
            if there.cut in there.asked[before:]:
                there.cut = ""
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", there
    finally:
        server.shutdown()
        server.server_close()
