"""`python -m doctobooking.local run | test-servers | clean`."""

import argparse
import os
import shutil
import signal
import sys

from doctobooking.local import product, suite_servers
from doctobooking.local.children import die_with_parent
from doctobooking.local.postgres import remove_database
from doctobooking.local.state import MARKER, Refusal, State, data_folder
from doctobooking.local.supervisor import say


def run(arguments: argparse.Namespace) -> None:
    if arguments.with_parent:
        die_with_parent(os.getppid(), signal.SIGTERM)
    state = State(data_folder())
    state.make()
    os.umask(0o077)
    product.run(state)


def test_servers(_arguments: argparse.Namespace) -> None:
    suite_servers.serve()


def clean(_arguments: argparse.Namespace) -> None:
    """Remove the state folder; only one that we made, and only while nobody uses it."""
    state = State(data_folder())
    if not state.folder.exists():
        return
    if not (state.folder / MARKER).exists():
        raise Refusal(f"{state.folder} was not made by Doctobooking, so it is left as it is.")
    for used in (state, State(state.folder / "test")):
        if used.folder.exists():
            used.lock(owner="make clean")
            remove_database(used)
    shutil.rmtree(state.folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m doctobooking.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    start = commands.add_parser("run", help="the whole product on this machine")
    start.add_argument("--with-parent", action="store_true", help="end when the parent ends")
    start.set_defaults(act=run)
    commands.add_parser("test-servers", help="the servers of the tests").set_defaults(
        act=test_servers
    )
    commands.add_parser("clean", help="remove all local state").set_defaults(act=clean)
    arguments = parser.parse_args()
    try:
        arguments.act(arguments)
    except Refusal as refusal:
        say(f"\n{refusal}")
        return 1
    except OSError as error:  # a full disk, a folder that may not be written
        say(f"\nDoctobooking cannot go on: {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
