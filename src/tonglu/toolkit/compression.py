"""Pages go over the wire compressed where no proxy stands in front that does it: a list of 170 KB becomes one of 17.

At level 4 the longest page takes a millisecond; the usual level takes twice that for a fifteenth less, so only short pages get it. As in Django's own middleware
a name of random length is put in, so that the length of a page tells nothing about the secrets in it. Only pages and fragments
of pages are touched: files come compressed already, and answers of the API keep their strong ETags.
"""

from __future__ import annotations

import gzip
import secrets
from collections.abc import Callable
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

LEVEL = 4
LEVEL_OF_SHORT = 6
SHORT = 64 * 1024
MOST_RANDOM = 100
SHORTEST = 860


class CompressionMiddleware:
    """Compresses a page whose reader can take it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.BEHIND_PROXY or not _is_page(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = compressed(response.content)
            response["Content-Length"] = str(len(response.content))
            response["Content-Encoding"] = "gzip"
        return response


def compressed(content: bytes) -> bytes:
    """The bytes as gzip, longer by a random few than they need to be."""
    name = "a" * secrets.randbelow(MOST_RANDOM)
    buffer = BytesIO()
    level = LEVEL_OF_SHORT if len(content) < SHORT else LEVEL
    with gzip.GzipFile(name, "wb", level, buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def _is_page(response: HttpResponse) -> bool:
    """Whether this is HTML, whole, and long enough to be worth it."""
    if response.streaming or response.has_header("Content-Encoding"):
        return False
    is_html = response.get("Content-Type", "").startswith("text/html")
    return is_html and len(response.content) >= SHORTEST
