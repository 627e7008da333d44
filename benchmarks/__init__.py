"""Lianshen beside what people would use instead, doing the same job on the same machine: `python -m benchmarks`."""
