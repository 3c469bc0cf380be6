"""A server with a thread for each connection. python3 spinning.py PORT [sound]

The mistake is an honest one, and a single line. The thread reads in a loop that was meant to serve one request
after the other, and closes its connection inside that loop. The next recv on the closed socket fails, the error is
swallowed ("the client may come back"), and the loop goes on: for ever, one spinning thread for each request
that was answered. With "sound" the loop ends where the connection does.

So that the example leaves the machine usable, no more than MOST threads spin; those beyond end as they should.
"""

import socket
import sys
import threading

MOST = 1000
HELLO = (b"HTTP/1.0 200 OK\r\nConnection: close\r\nServer: myserver/1.0\r\n"
         b"Content-Length: 6\r\n\r\nhello\n")


def serve(connection, sound):
    request = b""
    while True:
        try:
            data = connection.recv(4096)
            request += data
            if not data:
                connection.close()
                return
            if b"\r\n\r\n" in request:
                connection.sendall(HELLO)
                connection.close()
                if sound or threading.active_count() > MOST:
                    return
        except OSError:
            pass  # the mistake: a closed socket fails here again and again


def main():
    sound = "sound" in sys.argv[2:]
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, sound), daemon=True).start()


main()
