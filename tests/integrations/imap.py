"""A small IMAP server on loopback: as much of RFC 3501 as a mailbox needs, and what it refuses a test decides."""

import base64
import contextlib
import re
import socketserver
import threading


class Folder:
    def __init__(self):
        self.letters, self.seen, self.next, self.validity = {}, set(), 1, 7

    def put(self, raw):
        self.letters[self.next] = raw if isinstance(raw, bytes) else raw.as_bytes()
        self.next += 1


class Script:
    """`inbox` and `done` are folders; `password` is the one that is right, `token` for who has one; `asked` holds every command."""

    def __init__(self):
        self.folders = {"INBOX": Folder(), "Done": Folder()}
        self.password, self.asked, self.cut_at = "secret", [], ""
        self.token = "t0ken"

    @property
    def inbox(self):
        return self.folders["INBOX"]

    @property
    def done(self):
        return self.folders["Done"]


class Handler(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line if isinstance(line, bytes) else f"{line}\r\n".encode())

    def handle(self):
        self.script, self.folder = self.server.script, None
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.script.asked.append(command)
            name = command.replace("UID ", "").split(" ")[0].upper()
            if self.script.cut_at and self.script.cut_at in command:
                return
            self.say(f"{tag} {getattr(self, f'do_{name.lower()}', self.refuse)(command) or 'OK done'}")
            if name == "LOGOUT":
                return

    def refuse(self, command):
        return "BAD unknown"

    def do_capability(self, command):
        self.say("* CAPABILITY IMAP4rev1 MOVE")

    def do_login(self, command):
        return None if f'"{self.script.password}"' in command else "NO wrong"

    def do_authenticate(self, command):
        """Tell what is wrong before the refusal, as RFC 7628 and Google have it: the client answers that, too."""
        self.say("+ ")
        said = base64.b64decode(self.rfile.readline())
        if said == f"user=help\x01auth=Bearer {self.script.token}\x01\x01".encode():
            return None
        self.say(f"+ {base64.b64encode(b'{}').decode()}")
        self.rfile.readline()
        return "NO wrong"

    def do_logout(self, command):
        self.say("* BYE")

    def do_select(self, command):
        self.folder = self.script.folders.get(command.split(" ", 1)[1].strip('"'))
        if self.folder is None:
            return "NO there is no such folder"
        self.say(f"* {len(self.folder.letters)} EXISTS")
        return None

    def do_status(self, command):
        name = re.search(r'"?(\w+)"? \(', command)[1]
        self.say(f'* STATUS "{name}" (UIDVALIDITY {self.script.folders[name].validity})')

    def do_search(self, command):
        found = sorted(self.folder.letters)
        since = re.search(r"UID (\d+):\*", command.removeprefix("UID SEARCH "))
        if since:
            found = [uid for uid in found if uid >= int(since[1])] or found[-1:]
        elif "UNSEEN" in command:
            found = [uid for uid in found if uid not in self.folder.seen]
        self.say(f"* SEARCH {' '.join(map(str, found))}")

    def do_fetch(self, command):
        uid = int(re.search(r"FETCH (\d+)", command)[1])
        raw = self.folder.letters.get(uid)
        if raw is None:
            return
        if "RFC822.SIZE" in command:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return
        part = raw.partition(b"\n\n")[0] + b"\n\n" if "HEADER" in command else raw
        self.say(f"* 1 FETCH (UID {uid} BODY[] {{{len(part)}}}")
        self.wfile.write(part + b")\r\n")

    def _uids(self, command):
        return [int(uid) for uid in command.split(" ")[2].split(",")]

    def do_store(self, command):
        self.folder.seen.update(self._uids(command))

    def do_move(self, command):
        target = self.script.folders[command.rsplit(" ", 1)[1].strip('"')]
        for uid in self._uids(command):
            if uid in self.folder.letters:
                target.put(self.folder.letters.pop(uid))


@contextlib.contextmanager
def imap_server():
    """Serve; yields (port, script)."""
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.script = True, Script()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.server_address[1], server.script
    finally:
        server.shutdown()
        server.server_close()
