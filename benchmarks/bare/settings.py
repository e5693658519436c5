"""The settings of the site without any middleware, and with one page."""

from config.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.bare.pages"
