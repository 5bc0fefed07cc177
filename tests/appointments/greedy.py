"""Run apart by a test: takes all the memory there is, and looks for our secrets."""

import os
import sys

from core.apart import confine

if __name__ == "__main__":
    confine(megabytes=300, seconds=10)
    try:
        hoard = b"x" * (2**30)
    except MemoryError:
        sys.stdout.write("no memory; ")
    secrets = ("CLINICAL_KEYS", "DATABASE_URL", "SECRET_KEY")
    unknown = [name for name in secrets if name not in os.environ]
    sys.stdout.write(f"{unknown[0]}, {unknown[1]} and {unknown[2]} unknown")
