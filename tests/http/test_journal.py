"""The journal of requests: bounded, and what it hands out is the reader's own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import sys
import threading
import weakref

import pytest
from http_support import MESSAGING, NOW, Wire

from pytest_backendless_mock.http.journal import Entry, Journal


def entry(number=0, headers=None, body=None):
    return Entry(NOW * 1000 + number, "publish", "POST", f"/{number}", headers or {}, body, 200, None)


def test_requests_come_back_oldest_first_with_an_aware_instant():
    journal = Journal()
    journal.add(entry(0))
    journal.add(entry(1))
    first, second = journal.requests()
    assert (first.path, second.path) == ("/0", "/1")
    assert first.at == dt.datetime(2030, 1, 7, 8, 30, tzinfo=dt.timezone.utc)
    assert second.at == dt.datetime(2030, 1, 7, 8, 30, 0, 1, tzinfo=dt.timezone.utc)


def test_the_first_request_is_found_whose_answer_has_a_text():
    journal = Journal()
    journal.add(entry(0))
    for number, operation in enumerate(["publish", "retrieve", "publish", "publish"], 1):
        journal.add(entry(number)._replace(operation=operation, answer=b"said %d" % (number % 3), answer_size=6))
    assert journal.answered(b"said 1", {"publish"}) == 2
    assert journal.answered(b"said", {"retrieve"}) == 3
    assert journal.answered(b"said 0", {"publish"}) == 4
    assert journal.answered(b"said 2", {"publish"}) is None


def test_an_empty_journal_has_dropped_nothing():
    assert (Journal().requests(), Journal().dropped) == ((), 0)


@pytest.mark.parametrize(("added", "dropped"), [(9_999, 0), (10_000, 0), (10_001, 1), (12_345, 2_345)])
def test_the_last_10_000_requests_are_kept_and_the_others_counted(added, dropped):
    journal = Journal()
    for number in range(added):
        journal.add(entry(number))
    kept = journal.requests()
    assert journal.dropped == dropped
    assert (kept[0].path, kept[-1].path, len(kept)) == (f"/{dropped}", f"/{added - 1}", added - dropped)


MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("weighty", "kept"),
    [
        pytest.param(lambda n: {"body": b"0" * (8 * MEBIBYTE)}, 7, id="bodies"),
        pytest.param(lambda n: {"headers": {"x-big": f"{n:0{8 * MEBIBYTE}}"}}, 7, id="headers"),
        pytest.param(lambda n: {"headers": {f"{n:0{8 * MEBIBYTE}}": ""}}, 7, id="names of headers"),
        pytest.param(lambda n: {"headers": {"x-big": f"{n:\N{BALLOON}>{2 * MEBIBYTE}}"}}, 7, id="emojis"),
        pytest.param(lambda n: {"query": f"{n:0{8 * MEBIBYTE}}"}, 7, id="queries"),
        pytest.param(lambda n: {"path": f"/{n:0{8 * MEBIBYTE}}"}, 7, id="paths"),
        pytest.param(lambda n: {"headers": {f"x-{n}-{k}": "" for k in range(50_000)}}, 8, id="many small headers"),
        pytest.param(lambda n: {"headers": {"x-big": "0" * (8 * MEBIBYTE)}}, 12, id="headers that are shared"),
    ],
)
def test_up_to_64_mebibytes_are_kept_and_the_others_counted(weighty, kept):
    journal = Journal()
    for number in range(12):
        journal.add(entry(number)._replace(**weighty(number)))
    left = journal.requests()
    assert (len(left), journal.dropped) == (kept, 12 - kept)
    assert left[-1].at.microsecond == 11


def test_the_newest_request_is_kept_however_heavy_it_is():
    journal = Journal()
    journal.add(entry(0))
    journal.add(entry(1, body=b"0" * (65 * MEBIBYTE)))
    assert ([request.path for request in journal.requests()], journal.dropped) == (["/1"], 1)
    journal.add(entry(2))
    assert ([request.path for request in journal.requests()], journal.dropped) == (["/2"], 2)


def test_heavy_headers_are_not_held_for_who_may_share_them():
    journal = Journal()
    for number in range(100):
        journal.add(entry(number, {"x-big": f"{number:0{MEBIBYTE}}"}))
    held = [r for r in gc.get_referrers(*(request.headers for request in journal.requests())) if isinstance(r, dict)]
    assert max(map(len, held)) <= 3


def test_requests_of_many_threads_are_counted_one_and_all():
    journal = Journal()
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [
            threading.Thread(target=lambda: [journal.add(entry(n, {"n": str(n)})) for n in range(2_000)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch)
    assert (len(journal.requests()), journal.dropped) == (10_000, 6_000)


def test_what_was_read_does_not_change_when_more_comes():
    journal = Journal()
    journal.add(entry(0))
    seen = journal.requests()
    journal.add(entry(1))
    assert [request.path for request in seen] == ["/0"]


def test_changing_a_request_s_json_changes_no_other_copy():
    journal = Journal()
    journal.add(entry(body=b'{"message": {"list": [1]}}'))
    journal.requests()[0].json["message"]["list"].append(2)
    assert journal.requests()[0].json == {"message": {"list": [1]}}


def test_a_body_that_is_no_json_is_none():
    journal = Journal()
    journal.add(entry(body=b"{"))
    assert journal.requests()[0].json is None


def test_changing_a_request_s_json_does_not_change_the_message():
    wire = Wire()
    wire.published({"message": {"list": [1]}})
    wire.tenant.journal.requests()[0].json["message"]["list"].append(2)
    assert wire.data() == [{"list": [1]}]


def test_a_request_cannot_be_changed():
    journal = Journal()
    journal.add(entry(headers={"accept": "*/*"}))
    [request] = journal.requests()
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.status = 500
    with pytest.raises(TypeError):
        request.headers["accept"] = "text/html"
    assert request.headers == {"accept": "*/*"}


def test_the_headers_a_client_changes_later_are_not_ours():
    headers = {"accept": "*/*"}
    journal = Journal()
    journal.add(entry(headers=headers))
    headers["accept"] = "text/html"
    assert journal.requests()[0].headers == {"accept": "*/*"}


def test_equal_headers_are_kept_once():
    journal = Journal()
    for _ in range(2):
        journal.add(entry(headers={"accept": "*/*"}))
    first, second = journal.requests()
    assert first.headers is second.headers


class Traced(str):
    """Text that can be referred to weakly."""

    __slots__ = ("__weakref__",)


def test_the_headers_of_dropped_requests_are_let_go():
    journal = Journal()
    trace = Traced("0")
    gone = weakref.ref(trace)
    journal.add(entry(headers={"x-trace": trace}))
    del trace
    for number in range(1, 10_001):
        journal.add(entry(number, headers={"x-trace": str(number)}))
    gc.collect()
    assert journal.dropped == 1
    assert gone() is None


KIBIBYTE = 1024


def traffic(body=b"", answer=b"", shown=None):
    content = {"raw": body or None, "answer": answer or None, "raw_size": len(body), "answer_size": len(answer)}
    return entry(body=shown)._replace(**content)


class TestTheBytesOfARequestAndItsAnswer:
    def test_are_kept(self):
        journal = Journal()
        journal.add(traffic(b"\x00\x01", b"{}"))
        [request] = journal.requests()
        assert (request.body, request.answer, request.json) == (b"\x00\x01", b"{}", None)
        assert repr(request).endswith("query='', body=<2 bytes>, answer=<2 bytes>)")

    def test_are_none_where_there_are_none(self):
        journal = Journal()
        journal.add(traffic())
        [request] = journal.requests()
        assert (request.body, request.answer) == (None, None)
        assert repr(request).endswith(", body=None, answer=None)")

    @pytest.mark.parametrize(("size", "kept"), [(64 * KIBIBYTE, True), (64 * KIBIBYTE + 1, False)])
    @pytest.mark.parametrize("what", ["body", "answer"])
    def test_have_64_kilobytes_at_most_each(self, what, size, kept):
        journal = Journal()
        journal.add(traffic(**{"body": b"1", "answer": b"2", what: b"0" * size}))
        [request] = journal.requests()
        assert getattr(request, what) == (b"0" * size if kept else None)
        assert getattr(request, "body" if what == "answer" else "answer") is not None
        assert getattr(request, f"{what}_size") == size
        assert f"{what}=<{size:,} bytes{'' if kept else ', not kept'}>" in repr(request)

    @pytest.mark.parametrize(("size", "kept"), [(64 * KIBIBYTE - 2, True), (64 * KIBIBYTE - 1, False)])
    def test_are_those_of_the_json_where_it_is_json(self, size, kept):
        text = b'"' + b"0" * size + b'"'
        journal = Journal()
        journal.add(traffic(shown=text))
        [request] = journal.requests()
        assert request.json == "0" * size
        assert request.body == (text if kept else None)
        assert request.body_size == size + 2

    def test_have_4_megabytes_at_most_in_all_and_the_newest_stay(self):
        journal = Journal()
        for _ in range(100):
            journal.add(traffic(b"b" * (32 * KIBIBYTE), b"a" * (32 * KIBIBYTE)))
        requests = journal.requests()
        assert [request.body is None for request in requests] == [True] * 36 + [False] * 64
        assert [request.answer is None for request in requests] == [True] * 36 + [False] * 64
        assert "body=<32,768 bytes, not kept>" in repr(requests[0])

    def test_are_gone_with_the_request(self):
        journal = Journal()
        for number in range(10_500):
            journal.add(traffic(b"x" * (number % 3), b"y"))
        assert len(journal.requests()) == 10_000
        assert journal._content_weight == sum(request.body_size + 1 for request in journal.requests())

    def test_weigh_in_the_whole(self):
        journal = Journal()
        for _ in range(8):
            journal.add(traffic(answer=b"0" * (64 * KIBIBYTE), shown=b"0" * (8 * MEBIBYTE)))
        assert journal.dropped == 1
        assert journal._content_weight == 7 * 64 * KIBIBYTE

    def test_do_not_make_two_requests_differ(self):
        journal = Journal()
        journal.add(traffic(b"one", b"two"))
        journal.add(traffic(b"three"))
        one, other = journal.requests()
        assert one == other


def test_a_body_that_is_no_json_and_every_answer_can_be_looked_at():
    wire = Wire()
    wire.send("POST", f"{MESSAGING}/news", b"{broken")
    wire.send("POST", f"{MESSAGING}/news", {"message": "hi"})
    wire.send("GET", f"{MESSAGING}/news/nobody")
    broken, published, polled = wire.app.tenants.default.journal.requests()
    assert (broken.json, broken.body) == (None, b"{broken")
    assert broken.answer.startswith(b'{"code":8002,')
    assert (published.json, published.body) == ({"message": "hi"}, b'{"message": "hi"}')
    assert published.answer.startswith(b'{"errorMessage":null,"messageId":"message:')
    assert polled.body is None
    assert polled.answer.startswith(b'{"code":8008,')


def test_a_request_is_found_by_how_many_came_before_it(monkeypatch):
    monkeypatch.setattr("pytest_backendless_mock.http.journal.MOST_KEPT", 2)
    journal = Journal()
    for number in range(3):
        journal.add(entry(number))
    found = [journal.find(number) for number in range(5)]
    assert [each and each.path for each in found] == [None, None, "/1", "/2", None]


def test_what_an_answer_said_of_itself_is_kept_but_for_its_date():
    wire = Wire()
    wire.send("GET", f"{MESSAGING}/default/properties")
    assert wire.tenant.journal.entries()[0].answer_headers == (("Content-Type", "application/json"),)


def test_answers_with_other_headers_are_told_apart():
    journal = Journal()
    for headers in ((("A", "1"),), (("A", "2"),), (("A", "1"),)):
        journal.add(entry()._replace(answer_headers=headers))
    assert [each.answer_headers[0][1] for each in journal.entries()] == ["1", "2", "1"]
