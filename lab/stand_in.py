"""A web server that answers what packaged ones do not. It stands in for devices; it is no daemon.

    stand_in.py ADDRESS PORT [--echo METHOD]

Any method at all gets 200 and the same page, as catch-all pages and captive portals do. With
--echo, METHOD gets 200 and the request itself as message/http (RFC 9110 section 9.3.8), as old IIS
answered TRACK; every other method but GET and HEAD then gets 501.
"""

import argparse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"<!doctype html><title>lab</title><p>This page answers everything.\n"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    echoed = None

    def __getattr__(self, name):
        """The base class looks for do_GET, do_TRACK and so on."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(min(length, 65536))
        if self.echoed == self.command:
            head = f"{self.requestline}\r\n{self.headers.as_string(maxheaderlen=0)}"
            self.send(200, "message/http", head.encode("latin-1", "replace"))
        elif self.echoed and self.command not in ("GET", "HEAD"):
            self.send(501, "text/plain", b"not implemented\n")
        else:
            self.send(200, "text/html", PAGE)

    def send(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--echo", metavar="METHOD")
    arguments = parser.parse_args()
    Handler.echoed = arguments.echo
    ThreadingHTTPServer((arguments.address, arguments.port), Handler).serve_forever()


main()
