"""`python -m lianshen`."""

from lianshen.cli.main import main

if __name__ == "__main__":
    main()
