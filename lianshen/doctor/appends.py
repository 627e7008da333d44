"""Whether the log takes an append: the doctor makes one of its own, since reads go well on a full disk."""

from chassis.log.append_health import DISK_FULL, NO_STREAM, WRITE_ERROR
from lianshen.doctor.finding import Finding

OPERATOR = "operator"
RESTART = "`lianshen up` restarts the bus by itself; elsewhere restart nats-server. What was acknowledged is kept"
MENDS = {
    DISK_FULL: f"free space where the log is, or enlarge it; then {RESTART}",
    WRITE_ERROR: f"logs/nats-server.log says which; {RESTART}",
    NO_STREAM: "`lianshen up` does both; elsewhere deploy/README.md, A new version",
}
LOOK_AT_BUS = "look at the disk of the log and at logs/nats-server.log; if it does not go over, restart the bus"


def about_appends(fault: str | None) -> Finding:
    """Pure; `fault` is what became of the trial append."""
    if fault is None:
        return Finding("the disk", True, "the log takes an append")
    return Finding("the disk", False, fault, mend=MENDS.get(fault, LOOK_AT_BUS))
