"""`python -m banxin`: the command line."""

from banxin.cli import main

main()
