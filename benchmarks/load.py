"""Load on a server of this machine: a few clients that ask again as soon as they are answered.

Plain sockets, because a client must cost little next to a page that comes from memory; the server
closes each connection, as gunicorn's workers do.
"""

import socket
import time
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles
from threading import Thread

CLIENTS = 2
# A page that takes seconds is asked for so often at least.
LEAST = 2


class LoadError(RuntimeError):
    """The server did not answer with a page."""


@dataclass(frozen=True, slots=True)
class Result:
    """How many answers a second, the times of an answer in milliseconds, and its bytes."""

    rate: float
    median: float
    p95: float
    size: int


def fetch(port: int, path: str) -> bytes:
    """The whole answer to a request, as a browser would make it; raises LoadError unless it is
    a page."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n"
        "Connection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(request.encode())
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    answer = b"".join(parts)
    if not answer.startswith(b"HTTP/1.") or answer[9:12] != b"200":
        raise LoadError(f"{path}: {answer[:200]!r}")
    return answer


def load(port: int, paths: list[str], seconds: float) -> Result:
    """Ask for these addresses in turn for so many seconds, by CLIENTS at a time; the first is
    asked for once before."""
    size, times, failed = len(fetch(port, paths[0])), [], []
    end = time.perf_counter() + seconds

    def ask(place: int) -> None:
        todo, done = cycle(paths[place:] + paths[:place]), 0
        try:
            while time.perf_counter() < end or done < LEAST:
                started = time.perf_counter()
                fetch(port, next(todo))
                times.append(time.perf_counter() - started)
                done += 1
        except (OSError, LoadError) as error:
            failed.append(error)

    started = time.perf_counter()
    clients = [Thread(target=ask, args=(place % len(paths),)) for place in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if failed:
        raise failed[0]
    spent = time.perf_counter() - started
    in_order = quantiles(times, n=20)
    return Result(len(times) / spent, median(times) * 1000, in_order[18] * 1000, size)
