"""A worker's task that is easy to see through."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator


class Toy:
    def __init__(self, place: str) -> None:
        self.place = place
        self.hoard: list[bytes] = []

    def answer(self, asked: str, between: Callable[[], None]) -> Iterator[str]:
        word, _, number = asked.partition(" ")
        match word:
            case "say":
                yield f"{self.place} {number}"
            case "count":
                for n in range(int(number)):
                    yield str(n)
                    time.sleep(0.01)
                    between()
            case "fail":
                message = "no such thing"
                raise ValueError(message)
            case "die":
                os._exit(3)
            case "hoard":
                self.hoard.append(b"x" * (int(number) << 20))
                yield str(len(self.hoard))
            case "print":
                sys.stdout.write("to whoever listens\n")
                sys.stdout.flush()
                os.write(1, b"and lower down\n")
                yield "said"
            case _:
                yield str(os.getpid())
