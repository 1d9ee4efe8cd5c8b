"""``python -m worker.commands``: the same as ``careway``."""

from worker.commands import main

main()
