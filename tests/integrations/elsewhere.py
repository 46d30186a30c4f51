"""A system called Elsewhere, in memory: it keeps records, does what it is asked, and fails when a test says so."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from integrations.choices import Ability, WebhookRefusal
from integrations.errors import Gone, WebhookRefused
from integrations.provider import (
    Defaults,
    FieldDefault,
    Hint,
    Identity,
    Page,
    Provider,
    RemoteComment,
    RemoteRecord,
    RemoteRef,
    Told,
)
from integrations.signing import believe, hex_digest, need_secret

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
STATUSES = (("open", "New"), ("in_progress", "Doing"), ("resolved", "Done"), ("closed", "Done"))
PRIORITIES = (("low", "P4"), ("medium", "P3"), ("high", "P2"), ("critical", "P1"))


class Elsewhere:
    """The state of the other side. `fails` holds errors for the next calls of a verb: `after` it was carried out, or instead."""

    def __init__(self):
        self.records, self.comments, self.files, self.links = {}, {}, {}, {}
        self.hidden = set()  # comments that are there and not shown
        self.contents = {}  # of files, by their addresses
        self.calls, self.fails = [], {}
        self.numbers = itertools.count(1)
        self.now = START

    def tick(self):
        self.now += timedelta(seconds=1)
        return self.now

    def fail(self, verb, error, after=False):
        self.fails.setdefault(verb, []).append((error, after))

    def asked(self, verb):
        return [what for name, what in self.calls if name == verb]

    def make(self, marker="", **fields):
        number = str(next(self.numbers))
        known = {"summary": "A record", "state": "New", "level": "P3", "text": "", **fields}
        self.records[number] = {"fields": known, "at": self.tick(), "marker": marker}
        self.comments[number] = []
        return number

    def set(self, number, **fields):
        self.records[number]["fields"] |= fields
        self.records[number]["at"] = self.tick()

    def say(self, number, body, author="Mia", marker="", public=True, files=()):
        said = RemoteComment(f"c{next(self.numbers)}", body, author, self.tick(), public, marker, tuple(files))
        self.comments[number].append(said)
        self.records[number]["at"] = self.now
        return said.id

    def reword(self, number, name, body):
        """Somebody edits a comment."""
        said = self.comments[number]
        self.comments[number] = [replace(comment, body=body) if comment.id == name else comment for comment in said]
        self.records[number]["at"] = self.tick()

    def ref(self, number):
        return RemoteRef(number, f"E-{number}", f"https://elsewhere.example.com/{number}")

    def shown(self, number):
        row = self.records[number]
        return RemoteRecord(
            self.ref(number),
            dict(row["fields"]),
            row["at"],
            created_at=row["at"],
            comments=tuple(said for said in self.comments[number] if said.id not in self.hidden),
            files=tuple(row.get("files", ())),
            marker=row["marker"],
        )


class ElsewhereProvider(Provider):
    abilities = frozenset(Ability)
    defaults = Defaults(
        fields=(
            FieldDefault("title", "summary"),
            FieldDefault("description", "text", "out", "ours"),
            FieldDefault("status", "state"),
            FieldDefault("priority", "level"),
        ),
        values={"status": STATUSES, "priority": PRIORITIES},
    )
    there = Elsewhere()

    @classmethod
    def checked_settings(cls, raw):
        return dict(raw)

    checked_credentials = checked_settings

    @classmethod
    def schemas(cls):
        return {"properties": {}}, {"properties": {}}

    def __init__(self, name, settings, credentials):
        self.credentials = credentials

    def do(self, verb, what, done):
        """Carry out `done`, unless a test wants it to fail."""
        there = type(self).there
        there.calls.append((verb, what))
        error, after = there.fails[verb].pop(0) if there.fails.get(verb) else (None, False)
        if error is not None and not after:
            raise error
        answer = done(there)
        if error is not None:
            raise error
        return answer

    def test(self):
        return self.do("test", None, lambda _: Identity("us", "Our account"))

    def create(self, draft):
        def done(there):
            number = there.make(draft.marker, **{**draft.fields, "state": "New"})
            return there.ref(number)

        return self.do("create", draft, done)

    def find(self, marker, since):
        def done(there):
            return next((there.ref(n) for n, row in there.records.items() if row["marker"] == marker), None)

        return self.do("find", marker, done)

    def update(self, ref, fields):
        self.do("update", fields, lambda there: there.set(ref.id, **fields))

    def transition(self, ref, status):
        self.do("transition", status, lambda there: there.set(ref.id, state=status))

    def comment(self, ref, comment):
        return self.do("comment", comment, lambda there: there.say(ref.id, comment.body, "us", comment.marker))

    def edit(self, ref, comment_id, comment):
        self.do("edit", comment, lambda there: there.reword(ref.id, comment_id, comment.body))

    def is_comment_gone(self, ref, comment_id):
        return all(said.id != comment_id for said in type(self).there.comments[ref.id])

    def find_comment(self, ref, comment):
        marker = comment.marker
        return self.do(
            "find_comment",
            marker,
            lambda there: next((c.id for c in there.comments[ref.id] if c.marker == marker), None),
        )

    def attach(self, ref, file):
        content = file.content.read()

        def done(there):
            there.files.setdefault(ref.id, []).append((file.filename, content))
            return f"f{next(there.numbers)}"

        return self.do("attach", file.filename, done)

    def find_file(self, ref, file):
        return None

    def fetch(self, url, at_most):
        return self.do("fetch", url, lambda there: there.contents[url])

    def link_back(self, ref, url, title):
        self.do("link_back", url, lambda there: there.links.__setitem__(ref.id, url))

    def read(self, ref):
        def done(there):
            if ref.id not in there.records:
                raise Gone("There is no such record.", 404)
            return there.shown(ref.id)

        return self.do("read", ref, done)

    def changes(self, cursor):
        return self.do("changes", dict(cursor), lambda there: self._page(there, cursor))

    history = changes

    def _page(self, there, cursor):
        since = cursor.get("since", "")
        fresh = sorted((row["at"], n) for n, row in there.records.items() if row["at"].isoformat() > since)
        shown = [there.shown(number) for _, number in fresh[:2]]
        last = shown[-1].updated_at.isoformat() if shown else since
        return Page(shown, {"since": last}, more=len(fresh) > 2)

    @classmethod
    def verify(cls, call, credentials):
        believe(hex_digest(need_secret(credentials.get("webhook_secret")), call.body), call.headers.get("x-sign", ""))

    @classmethod
    def challenge(cls, call, credentials):
        body = json.loads(call.body)
        return {"challenge": body["challenge"]} if "challenge" in body else None

    @classmethod
    def told(cls, call, settings):
        body = json.loads(call.body)
        if body.get("tenant", "ours") != "ours":
            raise WebhookRefused(WebhookRefusal.FOREIGN)
        if "record" not in body:
            raise WebhookRefused(WebhookRefusal.MALFORMED)
        return Told(call.headers.get("x-id", "1"), body["record"], "changed", is_new="hint" in body)

    @classmethod
    def parse(cls, body, settings):
        said = json.loads(body)
        if "hint" in said:
            return Hint(cls.there.ref(said["record"]) if said["record"] else None)
        return cls.there.shown(said["record"])
