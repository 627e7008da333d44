"""The number and the days of the case that all examples are about."""

from datetime import UTC, date, datetime, timedelta

from contracts.numbers import application_number

NUMBER = application_number("the key of a form", b"a key of a test that is long enough")
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = date(2026, 11, 23)
LATER = AT + timedelta(days=7)
