"""JSON logs that carry the id of their trace, and never a person."""

import json
import logging
import sys
from datetime import UTC, datetime

from chassis.telemetry.spans import current_context, loggable


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace id, and what `extra=` named."""

    def format(self, record: logging.LogRecord) -> str:
        context = current_context()
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": loggable(record.getMessage()),
        }
        if context.is_valid:
            line["trace"] = f"{context.trace_id:032x}"
        for name in ("service", "application", "durable", "sequence", "department"):
            if hasattr(record, name):
                value = getattr(record, name)
                line[name] = loggable(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False)


def _where(record: logging.LogRecord) -> list[str]:
    """The frames of an exception without its text, which may hold personal data."""
    places = []
    step = record.exc_info[2] if record.exc_info else None
    while step is not None:
        places.append(f"{step.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}")
        step = step.tb_next
    return places[-8:]


def log_as_json(level: str) -> None:
    """JSON lines on stderr for everything this process logs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel("WARNING")
    logging.getLogger("uvicorn.access").setLevel("WARNING")
