"""The standard `OTEL_*` variables, which whoever starts us may have set for others: telemetry never stops a service.

OpenTelemetry raises at import or when it is set up over a propagator that is not installed, a number that is none, a
batch larger than its queue. Such a variable is left out with a warning; its value may be a secret and is not repeated.
"""

import logging
import os
import sys
from collections.abc import Callable

log = logging.getLogger(__name__)
PREFIX = "OTEL_"


def leave_out_what_fails(trial: Callable[[], object]) -> None:
    """Runs what reads the variables; takes those out of the environment that it cannot be run with."""
    if not any(name.startswith(PREFIX) for name in os.environ):
        return
    try:
        trial()
        return
    except Exception as error:
        log.debug("OTEL variables cannot be used as they are: %s", type(error).__name__)
    given = {name: os.environ.pop(name) for name in sorted(os.environ) if name.startswith(PREFIX)}
    for name, value in given.items():
        os.environ[name] = value
        try:
            trial()
        except Exception as error:
            del os.environ[name]
            log.warning("%s cannot be used and is left out (%s); everything else works", name, type(error).__name__)


def imported() -> None:
    """What OpenTelemetry does when it is imported, and the providers that it looks for later."""
    # It reads its variable while it is imported: a second trial must read it again.
    sys.modules.pop("opentelemetry.propagate", None)
    import opentelemetry.propagate  # noqa: F401
    from opentelemetry import _logs, metrics, trace
    from opentelemetry.sdk.trace import SpanLimits

    SpanLimits()
    for look in (trace.get_tracer_provider, metrics.get_meter_provider, _logs.get_logger_provider):
        look()
