"""Utilization review: requests for authorization as a state machine with its clocks.

Pure: which payer allows how long is data (``payer``), what may follow what is a table
(``machine``), when something is due is arithmetic on the patient's calendar (``clocks``).
"""
