"""What checking an upload takes that asks for more than it weighs."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO

from benchmarks.registry import Result, benchmark, milliseconds
from benchmarks.stage import stage


@benchmark
def hostile(quick: bool) -> Iterator[Result]:
    """The three dearest of all hostile files, beside a telephone's photo (some 0.2 s)."""
    with stage():
        from records.files import check  # noqa: PLC0415 -- the stage is up only now
        from records.refusals import FileRefused  # noqa: PLC0415 -- as above
        from tests.records.heavy import drawn, heavy  # noqa: PLC0415 -- as above

        def checking(content: bytes) -> None:
            with suppress(FileRefused):
                check(BytesIO(content), "examen")

        files = {name: content for name, (content, _is_refused) in heavy().items()}
        photo = drawn("JPEG", "RGB", (4032, 3024), is_noisy=True, quality=50)
        floor, *times = milliseconds(
            partial(checking, photo),
            *(partial(checking, content) for content in files.values()),
            seconds=0 if quick else 60,
        )
        dearest = sorted(zip(times, files, strict=True), reverse=True)[:3]
        for measured, name in dearest:
            yield Result(f"upload, {name}", measured, floor, limit=4)
