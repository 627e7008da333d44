"""The entry point: `lianshen`, and `python -m lianshen`."""

import gc

# Nothing that is being imported is garbage: to look for some took a tenth of every start.
gc.set_threshold(150_000, 50, 100)

from lianshen.cli.main import main  # noqa: E402

if __name__ == "__main__":
    main()
