"""Stands in for a reader of identity cards: each request reads the next person of a CSV file. Nothing of ours in it.

CARDS=…/household-registry.csv ORIGIN=http://127.0.0.1:8081 python examples/card_reader/card_reader.py 8095
"""

import csv
import itertools
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/v1/card"


def cards(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return [{"name": row["name"], "id_number": row["id_number"]} for row in csv.DictReader(lines)]


class Reader(BaseHTTPRequestHandler):
    """`POST /v1/card` from the kiosk's pages, and from nowhere else."""

    origin = ""
    on_the_reader: "itertools.cycle[dict[str, str]]" = itertools.cycle([])

    def do_OPTIONS(self) -> None:
        """The browser asks before it asks; whoever is not allowed gets no leave, so no card is read for it."""
        self._answer(204 if self._is_allowed() else 403)

    def do_POST(self) -> None:
        if not self._is_allowed():
            self._answer(403)
        elif self.path != PATH:
            self._answer(404)
        else:
            card = next(self.on_the_reader, None)
            self._answer(200 if card else 404, card)

    def _is_allowed(self) -> bool:
        # The host, too: a name that a stranger lets point to this machine is none of ours.
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        return self.headers.get("Origin") == self.origin and host in ("127.0.0.1", "localhost", "[::1]")

    def _answer(self, status: int, card: dict[str, str] | None = None) -> None:
        body = json.dumps(card, ensure_ascii=False).encode() if card else b""
        self.send_response(status)
        if self._is_allowed():
            self.send_header("Access-Control-Allow-Origin", self.origin)
            self.send_header("Access-Control-Allow-Methods", "POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: object) -> None:
        """Nothing of a card goes into a log."""


def serve(origin: str, path: str, port: int) -> ThreadingHTTPServer:
    Reader.origin, Reader.on_the_reader = origin, itertools.cycle(cards(path))
    return ThreadingHTTPServer(("127.0.0.1", port), Reader)


if __name__ == "__main__":
    server = serve(os.environ["ORIGIN"], os.environ["CARDS"], int(sys.argv[1]))
    print(f"ready: http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
