"""The server of the exercise with a thread per connection. python3 thread_server.py [PORT] [sound]

The thread collects a request until an empty line, answers it, and closes its connection: inside the loop that reads.
The loop goes on. Each further read fails, because the socket is closed, and the error is swallowed: one thread that
spins for every request ever answered. With "sound" the loop ends where the connection does.
"""

import socket
import sys
import threading

import answers


class Client(threading.Thread):
    def __init__(self, connection, sound):
        super().__init__(daemon=True)
        self.connection = connection
        self.sound = sound

    def run(self):
        received = b""
        while True:
            try:
                data = self.connection.recv(32)
                if not data:
                    break
                received += data
                if received.endswith(b"\r\n\r\n"):
                    self.connection.sendall(answers.answer(received))
                    received = b""
                    self.connection.close()
                    if self.sound:
                        return
            except OSError:
                pass  # the mistake: a closed socket fails here for ever
        self.connection.close()


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 46000
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    while True:
        connection, _ = listener.accept()
        Client(connection, "sound" in sys.argv[2:]).start()


main()
