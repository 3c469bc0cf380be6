"""The asynchronous server of the exercise: one loop, one selector. python3 async_server.py [PORT]

It takes whatever its first read brings for the whole request, and closes the connection after its answer. A request
that comes in two pieces is answered by its first one.
"""

import selectors
import socket
import sys

import answers


def accept(selector, listener):
    connection, _ = listener.accept()
    selector.register(connection, selectors.EVENT_READ, serve)


def serve(selector, connection):
    selector.unregister(connection)
    try:
        data = connection.recv(8192)
        if data:
            connection.sendall(answers.answer(data))
    except OSError:
        pass  # the client has gone
    connection.close()


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 45000
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    selector.register(listener, selectors.EVENT_READ, accept)
    while True:
        for key, _ in selector.select():
            key.data(selector, key.fileobj)


main()
