"""The tables of the projection. Whoever changes one of them, or what is folded into it, raises VERSION."""

VERSION = 4
"""A file of another version is made anew from the log."""

COUNTED = ("did", "took", "reached", "spent", "findings", "dates")
"""Tables whose last column is a count of what the others say."""
TABLES = """
CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), version INT, sequence INT, at TEXT);
CREATE TABLE cases (
  id INTEGER PRIMARY KEY, number TEXT UNIQUE NOT NULL, project TEXT NOT NULL, state TEXT NOT NULL, round INT NOT NULL,
  since INT NOT NULL, updated INT NOT NULL, sequence INT NOT NULL, due INT, next TEXT, next_at INT,
  provisional INT NOT NULL, standing TEXT NOT NULL, course TEXT NOT NULL
);
CREATE INDEX cases_by_state ON cases (state, sequence);
CREATE INDEX cases_by_event ON cases (sequence);
CREATE INDEX cases_provisional ON cases (next_at) WHERE provisional = 1 AND state IN ('in_publicity', 'objected');
CREATE TABLE waits (
  case_id INT NOT NULL, whom TEXT NOT NULL, turn TEXT NOT NULL, since INT NOT NULL, due INT, late_at INT,
  sequence INT NOT NULL, PRIMARY KEY (case_id, whom, turn)
) WITHOUT ROWID;
CREATE INDEX waits_by_cause ON waits (whom, turn, since, late_at);
CREATE INDEX waits_by_date ON waits (whom, late_at, since);
CREATE INDEX waits_by_event ON waits (whom, sequence);
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY, case_id INT NOT NULL, at INT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL
);
CREATE INDEX events_of_case ON events (case_id, sequence);
CREATE TABLE did (department TEXT, day TEXT, what TEXT, n INT NOT NULL, PRIMARY KEY (department, day, what));
CREATE TABLE took (department TEXT, day TEXT, bucket INT, n INT NOT NULL, PRIMARY KEY (department, day, bucket));
CREATE TABLE reached (handed_in TEXT, month TEXT, step TEXT, n INT NOT NULL, PRIMARY KEY (handed_in, month, step));
CREATE TABLE spent (month TEXT, what TEXT, bucket INT, n INT NOT NULL, PRIMARY KEY (month, what, bucket));
CREATE TABLE findings (
  month TEXT, article TEXT, rule TEXT, truth TEXT, n INT NOT NULL, PRIMARY KEY (month, article, rule, truth)
);
CREATE TABLE dates (month TEXT, what TEXT, whom TEXT, kept INT, n INT NOT NULL, PRIMARY KEY (month, what, whom, kept));
CREATE VIRTUAL TABLE words USING fts5 (number, project, content = '', tokenize = 'trigram');
"""
