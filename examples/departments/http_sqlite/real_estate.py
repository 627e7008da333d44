"""A department behind HTTP: the real-estate register in SQLite, and Python's standard library only.

TOKEN_FILE=… DATABASE=….db REGISTER=…/real-estate.csv python examples/departments/http_sqlite/real_estate.py [PORT]
"""

import csv
import hmac
import json
import os
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FIELDS = "unit_code, division, use, building_area_m2, ownership, owner_id_number, share, registered, status"
EVERY_OWNER = f"""
SELECT {FIELDS} FROM owners WHERE division IN ('150302', '150303', '150304')
AND unit_code IN (SELECT unit_code FROM owners WHERE owner_id_number = ?)
"""
TOKEN = Path(os.environ["TOKEN_FILE"]).read_text(encoding="utf-8-sig").strip()
DATABASE = os.environ["DATABASE"]
MOST = 64 * 1024


def load(register: Path, database: sqlite3.Connection) -> None:
    """Text columns only: a share is a fraction, and would not be the same as a number."""
    database.execute("DROP TABLE IF EXISTS owners")
    database.execute(f"CREATE TABLE owners ({FIELDS.replace(',', ' TEXT,')} TEXT)")
    database.execute("CREATE INDEX by_owner ON owners (owner_id_number)")
    database.execute("CREATE INDEX by_unit ON owners (unit_code)")
    columns = ", ".join(f":{field}" for field in FIELDS.split(", "))
    with register.open(encoding="utf-8-sig", newline="") as lines, database:
        database.executemany(f"INSERT INTO owners ({FIELDS}) VALUES ({columns})", csv.DictReader(lines))


def answer_to(question: dict[str, Any], database: sqlite3.Connection) -> dict[str, Any]:
    if "contract" in question:
        return unable(question)
    asked = {person["id_number"].upper() for person in question["persons"]}
    persons = []
    for person in question["persons"]:
        rows = database.execute(EVERY_OWNER, [person["id_number"].upper()]).fetchall()
        records = [{field: row[field] for field in row.keys() if row[field]} for row in rows]  # noqa: SIM118
        for record in records:
            if record["owner_id_number"] not in asked:
                del record["owner_id_number"]  # an owner whom nobody asked about
        persons.append({"id_number": person["id_number"], "kind": "found" if rows else "none", "records": records})
    kind = "found" if any(person["kind"] == "found" for person in persons) else "none"
    return {"question_id": question["question_id"], "kind": kind, "persons": persons}


def unable(question: dict[str, Any]) -> dict[str, Any]:
    """Of other rows, such as what burdens a home, this register holds none; its owners' would be a wrong answer."""
    kind = "cannot_determine"
    persons = [{"id_number": person["id_number"], "kind": kind} for person in question["persons"]]
    return {"question_id": question["question_id"], "kind": kind, "persons": persons}


class Query(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        given = self.headers.get("Authorization", "").encode()
        length = int(self.headers.get("Content-Length", 0))
        if not hmac.compare_digest(given, f"Bearer {TOKEN}".encode()):
            self.close_connection = True
            return self.say(401, {"error": "a bearer token is needed"})
        if length > MOST:
            self.close_connection = True
            return self.say(413, {"error": "this is too much for a question"})
        body = self.rfile.read(length)
        database = opened()
        try:
            return self.say(200, answer_to(json.loads(body), database))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError, sqlite3.Error):
            return self.say(400, {"error": "this is no question"})  # never what was in it
        finally:
            database.close()

    def say(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a log of requests is nobody's need here."""


def opened() -> sqlite3.Connection:
    database = sqlite3.connect(DATABASE)
    database.row_factory = sqlite3.Row
    return database


if __name__ == "__main__":
    load(Path(os.environ["REGISTER"]), opened())
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 0), Query)
    print(f"ready: http://127.0.0.1:{server.server_port}/query", file=sys.stderr, flush=True)
    server.serve_forever()
