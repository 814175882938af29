"""Pages are compressed for those who can read them so, everything else stays as it is."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from tonglu.toolkit.compression import CompressionMiddleware

PAGE = "<p>通路 passes here.</p>" * 200


def answered(answer, *, takes="gzip, br"):
    request = RequestFactory().get("/", headers={"accept-encoding": takes})
    return CompressionMiddleware(lambda _request: answer)(request)


def test_a_page_is_compressed_for_a_reader_who_can_take_it():
    answer = answered(HttpResponse(PAGE))

    assert gzip.decompress(answer.content).decode() == PAGE
    assert len(answer.content) < len(PAGE.encode()) / 5
    assert int(answer["Content-Length"]) == len(answer.content)
    assert (answer["Content-Encoding"], answer["Vary"]) == ("gzip", "Accept-Encoding")


def test_a_reader_who_cannot_gets_it_plain_and_caches_know():
    answer = answered(HttpResponse(PAGE), takes="identity")

    assert answer.content.decode() == PAGE
    assert answer["Vary"] == "Accept-Encoding"


def test_the_length_of_a_page_does_not_tell_what_is_in_it():
    assert len({len(answered(HttpResponse(PAGE)).content) for _ in range(50)}) > 5


@pytest.mark.parametrize(
    "answer",
    [
        HttpResponse("<p>short</p>"),
        HttpResponse(PAGE, content_type="application/json"),
        HttpResponse(PAGE, headers={"Content-Encoding": "br"}),
    ],
)
def test_the_rest_is_left_alone(answer):
    before = answer.content

    assert answered(answer).content == before


def test_what_is_streamed_is_left_alone():
    answer = answered(StreamingHttpResponse([PAGE.encode()]))

    assert b"".join(answer.streaming_content).decode() == PAGE


def test_a_proxy_that_compresses_is_left_its_work(settings):
    settings.BEHIND_PROXY = True

    assert answered(HttpResponse(PAGE)).content.decode() == PAGE
