"""Runs a program for each connection, as inetd does: the connection is its input and output.

    inetd.py ADDRESS PORT PROGRAM [ARGUMENT…]
"""

import signal
import socket
import subprocess
import sys

MOST_AT_ONCE = 32


def main():
    address, port, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    running = []
    with socket.create_server((address, port), backlog=128) as listener:
        while True:
            connection, _ = listener.accept()
            with connection:
                running = [child for child in running if child.poll() is None]
                if len(running) < MOST_AT_ONCE:
                    running.append(subprocess.Popen(
                        command, stdin=connection, stdout=connection, stderr=connection))


main()
