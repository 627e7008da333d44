"""Everything that `/metrics` shows, in one list: what is counted, under which labels, and never a person in one.

Labels come from our own lists (departments, durables, channels, routes, kinds), so their number is bounded. What a
case costs here is some fifty microseconds. The rules over them are deploy/prometheus/rules.yaml.
"""

from prometheus_client import Counter, Gauge, Histogram

WAITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the buckets of every duration, in seconds."""

REQUESTS = Histogram(
    "lianshen_http_request_duration_seconds",
    "From the head of a request to the end of its response, by route template",
    ["app", "method", "route", "status"],
    buckets=WAITS,
)
SIGN_IN_FAILURES = Counter(
    "lianshen_sign_in_failures_total",
    "Wrong secrets and passwords at an app's pages; slowed: yes if the address had failed too often already",
    ["app", "slowed"],
)
CONTENT_BREACHES = Counter(
    "lianshen_content_breaches_total",
    "Reports that a page of an app broke its content policy; anybody can send one",
    ["app"],
)
HANDLED = Counter("lianshen_handled_total", "Events handled and acknowledged", ["durable"])
DEAD_LETTERS = Counter("lianshen_dead_letters_total", "Messages that could never be handled, given up", ["durable"])
APPENDS = Counter("lianshen_appends_total", "Appends to the log: stored, conflict, unavailable", ["result"])
LOG_WRITES = Counter(
    "lianshen_log_writes_total",
    "Requests to the log that are answered once they are on the disk: an event alone, or a batch",
    ["kind"],
)
FETCHES = Counter("lianshen_fetches_total", "Requests for what a durable has next", ["durable"])
READS = Counter("lianshen_reads_total", "Requests for what stands in a stream", ["stream"])
APPEND_SECONDS = Histogram(
    "lianshen_append_duration_seconds", "From the wish to append until it is on disk", buckets=WAITS
)

ANSWERS = Counter("lianshen_answers_total", "Answers of departments by kind", ["department", "kind"])
ANSWER_SECONDS = Histogram(
    "lianshen_answer_duration_seconds",
    "From a question to its answer, of those answered",
    ["department"],
    buckets=WAITS,
)
SURPLUS = Counter("lianshen_surplus_total", "Fields and rows beyond the contract, dropped", ["department"])
ASK_FAILED = Counter("lianshen_ask_failed_total", "Questions that found no answer", ["department"])
NO_ANSWER = Counter("lianshen_no_answer_total", "Replies that are no answer by the contract", ["department"])
NOT_BELIEVED = Counter("lianshen_not_believed_total", "Answers whose signature proves nothing", ["department"])
BATCHES = Counter("lianshen_batches_total", "Messages with several questions that were sent", ["department"])
BATCHED = Counter("lianshen_batched_questions_total", "Questions that went in one of them", ["department"])
BATCHES_REFUSED = Counter(
    "lianshen_batches_refused_total",
    "Of these messages, those that brought an error or no list of answers, or a signature that is not believed",
    ["department"],
)
BREAKER_OPEN = Gauge(
    "lianshen_breaker_open",
    "1 while a department that gives no answer is left alone; 0 if it is paused",
    ["department"],
)

CASES = Gauge("lianshen_cases", "Cases by state, counted by the archive's process as it follows the log", ["state"])
OLDEST_CASE = Gauge(
    "lianshen_oldest_case_age_seconds",
    "How long the case that stands longest in an open state stands there",
    ["state"],
)
OLDEST_UNTAKEN = Gauge(
    "lianshen_oldest_untaken_case_age_seconds",
    "The same of those that wait for an officer and that nobody is on; counted by the console, NaN while it reads",
    ["state"],
)
BACKLOG = Gauge("lianshen_department_backlog", "Questions that a department has not answered", ["department"])
OLDEST_QUESTION = Gauge(
    "lianshen_department_oldest_question_age_seconds", "How long the oldest of them waits; 0 for none", ["department"]
)
OVERDUE = Gauge("lianshen_overdue_questions", "Questions whose time is over, unanswered", ["department"])
OVERDUE_CASES = Gauge("lianshen_overdue_cases", "Cases with such a question")
ARCHIVED = Gauge("lianshen_archived", "Sequence of the newest record in the archive")
ARCHIVE_BEHIND = Gauge("lianshen_archive_behind", "Records of the log that are not in the archive yet")
ARCHIVE_IN_TROUBLE = Gauge("lianshen_archive_in_trouble", "1 while nothing is written to it; doctor says why")
OPEN_ENTRIES = Gauge("lianshen_open_cases", "Cases that something is still due for", ["index"])
DELIVERIES = Counter("lianshen_notices_total", "Notices: sent, failed, given_up", ["channel", "result"])
READY = Gauge("lianshen_ready", "1 while this process consumes messages, as /readyz says")
LOG_TAKES_NOTHING = Gauge(
    "lianshen_log_takes_nothing", "1 while the newest append of this process failed: a full disk, a bus that stalls"
)
CLOCK_IN_DOUBT = Gauge("lianshen_clock_in_doubt", "1 while nothing is closed because the clock is in doubt")

OF_A_DEPARTMENT = (
    *(SURPLUS, ASK_FAILED, NO_ANSWER, NOT_BELIEVED, BREAKER_OPEN),
    *(BATCHES, BATCHED, BATCHES_REFUSED),
)


def begin_at_zero(department: str) -> None:
    """Shows a department's counters from the start: the first failure must be seen as an increase."""
    for metric in OF_A_DEPARTMENT:
        metric.labels(department)
    ANSWER_SECONDS.labels(department)
