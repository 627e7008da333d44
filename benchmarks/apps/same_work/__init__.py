"""The whole review of an application, as a team would build it that chose Restate or DBOS to keep its steps.

`bureau.py` is what a step does: our contracts and rules as a library, and the departments over NATS. `front.py` is the
kiosk's HTTP. `on_restate.py` and `on_dbos.py` say which steps are durable, and how. `load.py` hands applications in.
Lianshen is installed beside the peer, in the peer's venv.
"""
