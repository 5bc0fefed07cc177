"""`python -m benchmarks [--quick] [name ...]`: a table; exit status 1 when a limit is passed."""

import argparse
import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.registry import ALL, Result

HEADER = ("name", "measured", "p95", "floor", "ratio", "aim", "limit", "")
WIDTHS = (46, 12, 12, 12, 9, 9, 9, 0)


def main() -> int:
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name not in ("__main__", "registry"):
            importlib.import_module(f"benchmarks.{module.name}")
    options = _options()
    _print_row(HEADER)
    over = 0
    for name, function in sorted(ALL.items()):
        if not options.names or any(name.startswith(wanted) for wanted in options.names):
            for result in function(options.quick):
                over += result.is_over_limit
                _print_row(_row(result))
    return 1 if over else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter runs, smaller data")
    parser.add_argument("names", nargs="*", help=f"all of: {', '.join(sorted(ALL))}")
    return parser.parse_args()


def _row(result: Result) -> tuple[str, ...]:
    bound_unit = f" {result.unit}" if result.absolute else "x"
    return (
        result.name,
        f"{_number(result.measured)} {result.unit}",
        "-" if result.p95 is None else f"{_number(result.p95)} {result.unit}",
        f"{_number(result.floor)} {result.unit}",
        f"{_number(result.ratio)}x",
        *("-" if b is None else f"{_number(b)}{bound_unit}" for b in (result.aim, result.limit)),
        "OVER THE LIMIT" if result.is_over_limit else "",
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _print_row(cells: tuple[str, ...]) -> None:
    first, *others = (
        cell.ljust(width) if index in (0, len(WIDTHS) - 1) else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    sys.stdout.write(" ".join([first, *others]).rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
