"""A small HTTP server whose answers a test writes, to see what our client makes of them."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Scripted:
    """`answers` are (status, headers, body) in turn, the last for ever; "cut" drops the line. `asked` holds what came."""

    def __init__(self):
        self.answers, self.asked = [(200, {}, {})], []

    def next(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def paths(self):
        return [f"{method} {path}" for method, path, _, _ in self.asked]

    def asked_of(self, beginning):
        """The headers of what came for paths that begin so."""
        return [headers for _, path, headers, _ in self.asked if path.startswith(beginning)]

    def bodies(self):
        return [json.loads(body) for _, _, _, body in self.asked if body]


@contextlib.contextmanager
def serving(routes=None):
    """Serve; yields (address, script). `routes` maps "GET /path" to answers that come before the script's, or to functions of the
    query and the body that return them.
    """
    script = Scripted()
    script.routes = routes or {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            script.asked.append((self.command, self.path, dict(self.headers), body))
            found = script.routes.get(f"{self.command} {self.path.partition('?')[0]}")
            answer = found(self.path.partition("?")[2], body) if callable(found) else found or script.next()
            if answer == "cut":
                self.close_connection = True
                self.connection.close()
                return
            status, headers, payload = answer
            raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(raw)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the library's names

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", script
    finally:
        server.shutdown()
        server.server_close()
