"""What runs inside a peer's own venv: one small program a role, each the job as that system's users would write it.

They import the standard library, the peer and each other; those in `same_work/` Lianshen as well.
"""
