"""A Slack workspace in memory, behind a scripted server: it keeps messages, threads and people, and refuses what a test names."""

import itertools
import json
import time
from contextlib import contextmanager
from urllib.parse import parse_qs

from tests.integrations.server import serving

CHANNEL, TEAM = "C1H9RESGL", "T12345678"
SECRETS = {"bot_token": "xoxb-1", "signing_secret": "s3cret"}


def settings_of(address, **more):
    return {"base_url": address, "channel": CHANNEL, "team_id": TEAM, **more}


class Workspace:
    """`messages` in the order of time; `people` by id; `refuse[method]` is the error that the method answers from now on."""

    def __init__(self):
        self.messages, self.people, self.refuse = [], {}, {}
        self.told, self.unfurled, self.files = [], [], {}
        self.address, self.asked = "", []
        self.clock = itertools.count(int(time.time()))

    def join(self, person, email="", name="", **fields):
        known = {"id": person, "team_id": TEAM, "profile": {"email": email, "real_name": name}}
        self.people[person] = known | fields

    def say(self, text, thread_ts="", user="U1", **fields):
        """Somebody, or a program, writes."""
        shown = {"ts": f"{next(self.clock)}.000100", "text": text, **({"user": user} if user else {}), **fields}
        if thread_ts:
            shown["thread_ts"] = thread_ts
            self.found(thread_ts)["latest_reply"] = shown["ts"]
        self.messages.append(shown)
        return shown["ts"]

    def found(self, ts):
        return next(message for message in self.messages if message["ts"] == ts)

    def answers_to(self, ts):
        return [message for message in self.messages if message.get("thread_ts") == ts]

    def post(self, given):
        known = {"text": given["text"], "blocks": given.get("blocks", []), "metadata": given.get("metadata", {})}
        ts = self.say(thread_ts=given.get("thread_ts", ""), user="", bot_id="B1", **known)
        return {"channel": given["channel"], "ts": ts}

    def update(self, given):
        self.found(given["ts"]).update({name: given[name] for name in ("text", "blocks", "metadata")})
        return {"channel": given["channel"], "ts": given["ts"]}

    def replies(self, given):
        shown = [message for message in self.messages if given["ts"] in (message["ts"], message.get("thread_ts"))]
        if "latest" in given:  # and `oldest`, the same: one answer, after the message that it answers
            shown = [message for message in shown if message["ts"] in (given["ts"], given["latest"])]
        return {"messages": shown[: int(given.get("limit", 200))]} if shown else "thread_not_found"

    def history(self, given):
        roots = [message for message in self.messages if "thread_ts" not in message]
        return {"messages": [message for message in reversed(roots) if message["ts"] >= given["oldest"]]}

    def complete(self, given):
        [file] = given["files"]
        known = {"id": file["id"], "name": file["title"], "size": len(self.files[file["id"]])}
        self.say("", given["thread_ts"], user="", bot_id="B1", files=[known])
        return {"files": [known]}

    def info(self, given):
        return {"user": self.people[given["user"]]} if given["user"] in self.people else "user_not_found"

    def routes(self):
        methods = {
            "POST /auth.test": lambda _: {"team": "Acme", "team_id": TEAM, "user": "desk", "user_id": "U0"},
            "GET /conversations.info": lambda _: {},
            "POST /chat.postMessage": self.post,
            "POST /chat.update": self.update,
            "POST /chat.postEphemeral": lambda given: self.told.append(given) or {},
            "POST /chat.unfurl": lambda given: self.unfurled.append(given) or {},
            "GET /chat.getPermalink": lambda given: {
                "permalink": f"https://acme.slack.com/archives/{given['channel']}/p{given['message_ts'].replace('.', '')}"
            },
            "GET /conversations.replies": self.replies,
            "GET /conversations.history": self.history,
            "GET /users.info": self.info,
            "GET /files.getUploadURLExternal": lambda _: {"upload_url": f"{self.address}/upload/F1", "file_id": "F1"},
            "POST /files.completeUploadExternal": self.complete,
        }
        return {path: self._answering(path, method) for path, method in methods.items()} | {
            "POST /upload/F1": lambda _, body: (200, {}, self.files.__setitem__("F1", body) or b"OK"),
            "POST /answer": self._answered,
        }

    def _answered(self, _, body):
        self.asked.append("answer")
        if "answer" in self.refuse:
            return self.refuse["answer"]
        self.told.append(json.loads(body))
        return 200, {}, b"ok"

    def _answering(self, path, method):
        name = path.partition("/")[2]

        def answer(query, body):
            given = json.loads(body) if body else {key: value[0] for key, value in parse_qs(query).items()}
            self.asked.append(name)
            if error := self.refuse.get(name):
                return error if isinstance(error, tuple) or error == "cut" else (200, {}, {"ok": False, "error": error})
            result = method(given)
            return (200, {}, {"ok": False, "error": result} if isinstance(result, str) else {"ok": True, **result})

        return answer


@contextmanager
def workspace():
    """Serve an empty workspace; yields it."""
    there = Workspace()
    there.extra = there.routes()
    with serving(there.extra) as (address, there.script):
        there.address = address
        yield there
