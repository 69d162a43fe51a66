#!/usr/bin/env python3
"""Listens on every port of a file and closes what connects.

`targets.py PORTS [WRITTEN]`: where WRITTEN is given, every byte that a peer writes is counted per
port and the counts are kept in that file: print ports have to stay at zero.
"""
import selectors
import socket
import sys

selector = selectors.DefaultSelector()
ports = [int(line) for line in open(sys.argv[1]).read().split()]
written = {}


def note(port, count):
    written[port] = written.get(port, 0) + count
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w") as file:
            file.writelines(f"{port} {count}\n" for port, count in sorted(written.items()))


for port in ports:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("0.0.0.0", port))
    listener.listen(1024)
    listener.setblocking(False)
    selector.register(listener, selectors.EVENT_READ, port)
while True:
    for key, _ in selector.select():
        try:
            peer, _ = key.fileobj.accept()
            peer.settimeout(0.05)
            try:
                note(key.data, len(peer.recv(65536)))
            except OSError:
                pass
            peer.close()
        except OSError:
            pass
