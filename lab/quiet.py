"""Accepts connections and says nothing. What it is told is counted, by port, in a file.

    quiet.py ADDRESS WRITTEN PORT…

WRITTEN has a line `PORT BYTES` for each port from the start.
"""

import os
import selectors
import socket
import sys


def main():
    address, path, ports = sys.argv[1], sys.argv[2], [int(port) for port in sys.argv[3:]]
    written = dict.fromkeys(ports, 0)
    note(path, written)
    selector = selectors.DefaultSelector()
    for port in ports:
        listener = socket.create_server((address, port), backlog=128)
        listener.setblocking(False)
        selector.register(listener, selectors.EVENT_READ, (accept, port))
    while True:
        for key, _ in selector.select():
            action, port = key.data
            count = action(selector, key.fileobj, port)
            if count:
                written[port] += count
                note(path, written)


def accept(selector, listener, port):
    try:
        connection, _ = listener.accept()
    except OSError:
        return 0
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ, (read, port))
    return 0


def read(selector, connection, port):
    """How many bytes came; a connection that its peer has ended is closed."""
    try:
        count = len(connection.recv(65536))
    except BlockingIOError:
        return 0
    except OSError:
        count = 0
    if count == 0:
        selector.unregister(connection)
        connection.close()
    return count


def note(path, written):
    """Readers see the whole file or the one before."""
    with open(path + ".new", "w", encoding="ascii") as file:
        file.writelines(f"{port} {count}\n" for port, count in sorted(written.items()))
    os.replace(path + ".new", path)


main()
