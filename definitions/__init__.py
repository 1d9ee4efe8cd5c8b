"""The definitions that ship: pathways, instruments, messages, directory. A package only so that
`importlib.resources` finds them alike in a checkout, an editable install and a wheel."""
