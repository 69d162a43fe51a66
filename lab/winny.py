"""Stands in for Winny, of which no free copy exists, and for what might be taken for it.

    winny.py ADDRESS PORT MANNER

speaks  opens with eleven bytes as soon as somebody connects, and tells its version to whoever
        opens too
waits   the same, but only after the other side has opened
decoy   says eleven random bytes and nothing more
echo    sends back what it receives

Written from public descriptions of the protocol: two meaningless bytes, a key of four, and under
the RC4 keystream of that key blocks of a length (four bytes, little endian), a command and data.
The first block is command 97 without data. The second is command 0: version and name, hidden once
more under a fixed key.
"""

import os
import socketserver
import struct
import sys

FIRST_BLOCK = bytes((1, 0, 0, 0, 97))
HEADER_KEY = bytes.fromhex("393837383961736a")
VERSION = 12710
NAME = b"Winny Ver2.0b1  "
OPENING = 11


def keystream(key):
    """RC4 (RFC 6229 has vectors)."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    while True:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        yield state[(state[i] + state[j]) % 256]


def hidden(stream, data):
    return bytes(byte ^ next(stream) for byte in data)


class Winny(socketserver.BaseRequestHandler):
    speaks_first = True

    def handle(self):
        self.request.settimeout(10)
        key = bytes(1 + byte % 255 for byte in os.urandom(4))
        stream = keystream(key)
        opening = os.urandom(2) + key + hidden(stream, FIRST_BLOCK)
        if self.speaks_first:
            self.request.sendall(opening)
        if not self.is_opened():
            return
        if not self.speaks_first:
            self.request.sendall(opening)
        data = hidden(keystream(HEADER_KEY), struct.pack("<I", VERSION) + NAME)
        self.request.sendall(hidden(stream, struct.pack("<IB", 1 + len(data), 0) + data))
        self.request.recv(1)

    def is_opened(self):
        """Whether the other side opened as Winny does; the connection is closed otherwise."""
        opening = b""
        while len(opening) < OPENING:
            more = self.request.recv(OPENING - len(opening))
            if not more:
                return False
            opening += more
        return hidden(keystream(opening[2:6]), opening[6:]) == FIRST_BLOCK


class WaitingWinny(Winny):
    speaks_first = False


class Decoy(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(os.urandom(OPENING))
        self.request.settimeout(10)
        self.request.recv(1)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(10)
        while data := self.request.recv(4096):
            self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever hangs up in the middle is no error here."""


def main():
    address, port, manner = sys.argv[1:]
    manners = {"speaks": Winny, "waits": WaitingWinny, "decoy": Decoy, "echo": Echo}
    Server((address, int(port)), manners[manner]).serve_forever()


main()
