"""OTEL variables that were set for others, or wrongly: a warning, and never the end of a command or service."""

import json
import logging
import os
import subprocess
import sys
import time

import pytest

from chassis.telemetry.otel_environment import leave_out_what_fails

UNUSABLE = {
    "OTEL_PROPAGATORS": "tracecontext,baggage,b3",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "many",
    "OTEL_PYTHON_METER_PROVIDER": "nowhere",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "100000",
    "OTEL_BSP_SCHEDULE_DELAY": "-1",
    "OTEL_PYTHON_EXPORTER_OTLP_HTTP_CREDENTIAL_PROVIDER": "nowhere",
}
"""Each of them alone made OpenTelemetry raise, at import or when it was set up."""
ODD = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
    "OTEL_PYTHON_CONTEXT": "nowhere",
    "OTEL_TRACES_SAMPLER": "no_such_sampler",
    "OTEL_TRACES_SAMPLER_ARG": "some",
    "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS": "nowhere",
    "OTEL_RESOURCE_ATTRIBUTES": "a=b=c,,x",
    "OTEL_EXPORTER_OTLP_TIMEOUT": "soon",
    "OTEL_EXPORTER_OTLP_COMPRESSION": "zst",
    "OTEL_EXPORTER_OTLP_CERTIFICATE": "/nowhere",
    "OTEL_TRACES_EXPORTER": "jaeger_thrift_v9",
    "OTEL_LOG_LEVEL": "loud",
    "OTEL_SDK_DISABLED": "perhaps",
}
SPAN = """
import os
from chassis.telemetry.export import trace_to
from chassis.telemetry.spans import span
import chassis.process.process
published = []
trace_to("test", lambda subject, body: published.append(body))
with span("here"):
    pass
import time
while not published:
    time.sleep(0.02)
print(published[0].decode(), flush=True)
os._exit(0)
"""


def environment(**given: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")} | given


def test_with_every_variable_unusable_at_once_a_process_starts_publishes_its_spans_and_names_each() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SPAN], env=environment(**ODD, **UNUSABLE), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["name"] == "here"
    left_out = {line.split()[0] for line in done.stderr.splitlines() if "is left out" in line}
    assert left_out == UNUSABLE.keys()


AWAY = """
import time
from chassis.telemetry.export import end_tracing, trace_to
from chassis.telemetry.spans import span
published = []
print(time.monotonic())
provider = trace_to("test", lambda subject, body: published.append(body))
with span("here"):
    pass
end_tracing(provider, 0.5)
assert published
"""


def test_a_collector_that_is_away_holds_up_no_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AWAY],
        env=environment(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    # From its first span to the last of the interpreter; seven to fourteen seconds before.
    assert time.monotonic() - float(done.stdout) < 6


def test_a_command_works_whatever_propagators_its_pod_is_given() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lianshen", "due", "2026-09-30", "7"],
        env=environment(OTEL_PROPAGATORS="tracecontext,baggage,b3"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "2026-10-15"), done.stderr
    assert done.stderr == "OTEL_PROPAGATORS cannot be used and is left out (ValueError); everything else works\n"


def test_what_can_be_used_together_is_kept_and_no_value_is_repeated(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    given = {"OTEL_A": "a secret", "OTEL_B": "good", "OTEL_C": "too large beside B"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    def trial() -> None:
        if "secret" in os.environ.get("OTEL_A", "") or {"OTEL_B", "OTEL_C"} <= os.environ.keys():
            raise ValueError(os.environ.get("OTEL_A"))

    leave_out_what_fails(trial)

    assert {name: os.environ[name] for name in given if name in os.environ} == {"OTEL_B": "good"}
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2
    assert "secret" not in caplog.text


def test_without_such_a_variable_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    leave_out_what_fails(lambda: pytest.fail("tried"))
