"""A small API in Python, with nothing but the standard library: python3 app.py PORT

POST /orders takes {"item": 3, "count": 2} as JSON and answers 201 with the order and its price. Two lines are
there for clients that ask again and again, as a load does; each names what happens without it.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRICES = {1: 250, 2: 480, 3: 1250}


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # without it 5: the system drops the connections of more clients


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # without it no connection is kept
    disable_nagle_algorithm = True  # without it a kept connection waits 40 ms between header and body

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/orders":
            return self.answer(404, {"error": "no such path"})
        if self.headers.get("Content-Type") != "application/json":
            return self.answer(415, {"error": "send application/json"})
        try:
            order = json.loads(body)
            price = PRICES[order["item"]] * order["count"]
        except (ValueError, KeyError, TypeError):
            return self.answer(400, {"error": "send an item and a count"})
        self.answer(201, {"item": order["item"], "count": order["count"], "price": price})

    def answer(self, status, value):
        text = json.dumps(value, separators=(",", ":")).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Connection", "close" if self.close_connection else "keep-alive")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass  # a line per request would be measured, too


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
