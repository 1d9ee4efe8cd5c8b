"""The running program: settings, embedded server, worker process and command line."""
