"""What both servers of the exercise answer: requests in, bytes out.

It behaves as the servers of the course do, down to the four bytes that follow every body: the text of the answer
ends with the body, and the loop that sends it adds two line ends of HTTP, as after a header. So an answer is four
bytes longer than its Content-Length says. A browser does not care; a client that asks again on the same
connection would find them where the next answer should begin.
"""

import datetime
import pathlib

FOLDER = pathlib.Path(__file__).parent / "files"
TYPES = {".html": "text/html", ".txt": "text/plain", ".jpg": "image/jpeg", ".pdf": "application/pdf"}
SURPLUS = b"\r\n\r\n"


def answer(request):
    """Returns the answer to a whole request, with its four bytes too many."""
    line = request.split(b"\r\n", 1)[0].decode("latin-1")
    words = line.split(" ")
    if len(words) < 2:
        return response("400 Bad Request", b"", {}) + SURPLUS
    method, target = words[0].upper(), words[1]
    if method == "GET":
        return get(target) + SURPLUS
    if method == "POST":
        return response("200 OK", b"", {}) + SURPLUS
    return response("400 Bad Request", b"", {}) + SURPLUS


def get(target):
    name = target.lstrip("/") or "index.html"
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()) or not path.is_file():
        return response("404 Not Found", b"", {})
    kind = TYPES.get(path.suffix, "application/octet-stream")
    return response("200 OK", path.read_bytes(), {"Content-Type": kind})


def response(status, body, headers):
    lines = [
        "HTTP/1.0 " + status,
        "Date: " + datetime.datetime.now().strftime("%c"),
        "Connection: close",
        "Server: myserver/1.0",
        "Content-Length: %d" % len(body),
    ]
    lines += ["%s: %s" % header for header in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
