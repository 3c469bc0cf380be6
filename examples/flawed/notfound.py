"""An asynchronous server: one loop, one selector. python3 notfound.py PORT [sound]

The mistake is an honest one. The server was meant to serve files, and its folder of files is not there, so that
every request is answered with "404 Not Found". A browser would show it. ab counts such an answer as complete,
says "Failed requests: 0", and mentions the status on a line of its own, which a table of rates leaves out.
With "sound" it answers 200 with six bytes.
"""

import selectors
import socket
import sys

NOT_FOUND = (b"HTTP/1.0 404 Not Found\r\nConnection: close\r\nServer: myserver/1.0\r\n"
             b"Content-Length: 0\r\n\r\n")
HELLO = (b"HTTP/1.0 200 OK\r\nConnection: close\r\nServer: myserver/1.0\r\n"
         b"Content-Length: 6\r\n\r\nhello\n")


def accept(selector, listener):
    connection, _ = listener.accept()
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ, bytearray())


def read(selector, connection, request, answer):
    try:
        data = connection.recv(4096)
    except OSError:
        data = b""
    request += data
    if data and b"\r\n\r\n" not in request:
        return
    if data:
        connection.send(answer)  # shorter than any socket's buffer
    selector.unregister(connection)
    connection.close()


def main():
    answer = HELLO if "sound" in sys.argv[2:] else NOT_FOUND
    selector = selectors.DefaultSelector()
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
    selector.register(listener, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                accept(selector, listener)
            else:
                read(selector, key.fileobj, key.data, answer)


main()
