"""Django's cache in Redis, without which the site works on."""

import logging
import time

from django.core.cache.backends import redis
from redis.exceptions import RedisError

# How many seconds Redis is left alone after an error, so that not every reader waits for it.
PAUSE = 5
log = logging.getLogger(__name__)


def _while_down(otherwise):
    """Decorate a method of a cache: while Redis does not respond, call `otherwise` instead."""

    def decorate(method):
        def call(cache, *args, **kwargs):
            if time.monotonic() >= RedisCache.down_until:
                try:
                    return method(cache, *args, **kwargs)
                except RedisError as error:
                    RedisCache.down_until = time.monotonic() + PAUSE
                    log.warning("The cache does not respond: %s", error)
            return otherwise(*args, **kwargs)

        return call

    return decorate


def _read(cache, key, default=None, version=None):
    try:
        return redis.RedisCache.get(cache, key, default, version)
    except RedisError:
        raise
    # What is damaged, or not ours, raises almost anything when it is unpickled.
    except Exception:
        log.exception("The cache holds something unreadable: %s", key)
        return default


def _missing(key, *_args, **_kwargs):
    raise ValueError(f"Key '{key}' not found")


class RedisCache(redis.RedisCache):
    """Django's cache in Redis. While Redis does not respond, it is an empty cache that stores
    nothing: `add` succeeds, and `incr` raises ValueError, as for a key that is not there. What is
    unreadable is as if it was not there."""

    # Of the process: Django has a cache for each thread.
    down_until = 0.0

    get = _while_down(lambda key, default=None, version=None: default)(_read)
    set = _while_down(lambda *_args, **_kwargs: None)(redis.RedisCache.set)
    add = _while_down(lambda *_args, **_kwargs: True)(redis.RedisCache.add)
    delete = _while_down(lambda *_args, **_kwargs: False)(redis.RedisCache.delete)
    incr = _while_down(_missing)(redis.RedisCache.incr)
