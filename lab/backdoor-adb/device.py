"""Answers the first message of the Android Debug Bridge as a device does.

    device.py ADDRESS PORT open|asking

Written from the protocol's description in the Android Open Source Project
(packages/modules/adb/protocol.txt): a message is six little-endian words (command, two arguments,
length, sum of the bytes, complement of the command) and its data. To CNXN, a device that trusts
anybody answers CNXN with its banner; one that asks for a key answers AUTH TOKEN (1) with 20 random
bytes. Anything else ends the connection. It runs nothing.
"""

import secrets
import socketserver
import struct
import sys

CNXN, AUTH, TOKEN = 0x4E584E43, 0x48545541, 1
VERSION, MOST_DATA = 0x01000001, 1024 * 1024
BANNER = (b"device::ro.product.name=lab;ro.product.model=Lab Device;ro.product.device=lab;"
          b"features=shell_v2,cmd\0")
HEADER = struct.Struct("<6I")


def message(command, first, second, data):
    return HEADER.pack(
        command, first, second, len(data), sum(data) & 0xFFFFFFFF, command ^ 0xFFFFFFFF) + data


class Device(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        try:
            header = self.rfile.read(HEADER.size)
        except OSError:
            return
        if len(header) < HEADER.size:
            return
        command, _, _, length, _, magic = HEADER.unpack(header)
        if command != CNXN or magic != command ^ 0xFFFFFFFF or length > 4096:
            return
        self.rfile.read(length)
        if sys.argv[3] == "open":
            self.wfile.write(message(CNXN, VERSION, MOST_DATA, BANNER))
        else:
            self.wfile.write(message(AUTH, TOKEN, 0, secrets.token_bytes(20)))
        self.rfile.read(1)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128


Server((sys.argv[1], int(sys.argv[2])), Device).serve_forever()
