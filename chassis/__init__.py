"""How any service runs: the journal, the asking, the trace of a case. Knows no law and no department."""

from chassis.telemetry.otel_environment import imported, leave_out_what_fails

# Before anything imports OpenTelemetry (FastAPI does): a variable it cannot use would end every command and service.
leave_out_what_fails(imported)
