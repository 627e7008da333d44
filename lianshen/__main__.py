"""`python -m lianshen`."""

from lianshen.cli import main

if __name__ == "__main__":
    main()
