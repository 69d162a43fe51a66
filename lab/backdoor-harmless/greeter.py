"""A program of the office's own: it greets, answers every line with its name, and knows no protocol.

    greeter.py ADDRESS PORT
"""

import socketserver
import sys

GREETING = b"attendance board 3 ready\r\n"
MOST_LINES = 100


class Greeter(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        self.wfile.write(GREETING)
        for _ in range(MOST_LINES):
            if not self.rfile.readline(1024):
                return
            self.wfile.write(b"attendance board 3\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128


Server((sys.argv[1], int(sys.argv[2])), Greeter).serve_forever()
