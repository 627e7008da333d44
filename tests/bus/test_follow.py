"""The log read on from a sequence: to its end, past the borders of pages, or for as long as somebody listens."""

import asyncio
from collections.abc import Sequence

import pytest

from chassis.log.follow import pages, records
from chassis.log.journal import Journal
from tests.bus.wire import a_notice
from tests.support.families import an_application_number


async def written(journal: Journal, many: int) -> str:
    """So many notices of one case, each before one of another; the number of the first."""
    number, other = an_application_number(), an_application_number()
    for n in range(many):
        await journal.once(a_notice(number, f"cause-{n}"))
        await journal.once(a_notice(other, f"cause-{n}"))
    return number


@pytest.mark.parametrize("size", [1, 3, 4, 8, 9])
async def test_the_log_is_read_to_its_end_whatever_a_page_holds(journal: Journal, size: int) -> None:
    await written(journal, 4)
    read = [page async for page in pages(journal.history, ">", size=size)]
    assert [stored.sequence for page in read for stored in page] == list(range(1, 9))
    assert {len(page) for page in read[:-1]} <= {size}
    assert len(read[-1]) < size, "only a page that is not full shows the end"


async def test_it_begins_after_a_sequence_and_passes_over_other_subjects(journal: Journal) -> None:
    number = await written(journal, 4)
    read = [stored.sequence async for stored in records(journal.history, f"case.{number}.>", after=3)]
    assert read == [5, 7]
    assert [stored async for stored in records(journal.history, ">", after=8)] == []


async def test_with_a_rest_it_goes_on_and_says_when_nothing_is_new(journal: Journal) -> None:
    await written(journal, 2)
    read: list[Sequence[int]] = []
    async with asyncio.timeout(10):
        async for page in pages(journal.history, ">", size=3, rest=0.01):
            read.append([stored.sequence for stored in page])
            if read[-1] == [] and len(read) < 5:
                await journal.once(a_notice(an_application_number()))
            if read[-1] == [5]:
                break
    assert read == [[1, 2, 3], [4], [], [5]]
