"""The district's time: days of the law and hours of offices are Beijing time."""

from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
