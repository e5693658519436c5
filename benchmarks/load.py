"""Load on a local server: a few clients that send the next request after each response.

Plain sockets, because a client must cost little compared with a cached page; the server closes each
connection, as gunicorn's workers do.
"""

import socket
import time
from dataclasses import dataclass
from itertools import cycle
from statistics import median, quantiles
from threading import Thread

CLIENTS = 2
# How many requests each client sends at least, for pages that take seconds.
LEAST = 2


class LoadError(RuntimeError):
    """The server did not respond with a page."""


@dataclass(frozen=True, slots=True)
class Result:
    """Responses per second, response times in milliseconds, and the size of a response in bytes."""

    rate: float
    median: float
    p95: float
    size: int


def fetch(port: int, path: str) -> bytes:
    """The whole response to a request like a browser's. Raises LoadError if it is not a page."""
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
    """Request these paths in turn for some seconds, from CLIENTS clients at a time. The first path
    is requested once beforehand."""
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
