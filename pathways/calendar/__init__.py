"""Calendars: local days, business days and deadlines, computed from a pinned table.

``table`` is part of the kernel: pure arithmetic over a ``CalendarTable``. ``resolve`` stays
outside it: it makes such a table from the tz database and the holiday rules.
"""
