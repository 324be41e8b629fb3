"""What fails a test whatever it asserts, in the words that a person reads."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import ALLOW, HEAD, pattern, row, written
from plugin_support import said

from pytest_backendless_mock.service.verdict import TIMES

VERDICTS = [
    row(
        "a method the service does not have there",
        """
        call(mock.url + "/messaging/orders", "PUT", {})
        """,
        "the service has no PUT …/messaging/orders; that path takes POST and GET and DELETE.",
        ALLOW,
    ),
    row(
        "a path without the application",
        """
        call(mock.host_url + "/messaging/orders", "POST", {"message": "paid"})
        """,
        (
            "the service has no POST /messaging/orders; "
            "its path lacks the application: /<app-id>/<api-key> (backendless_mock.url), or /api, comes first."
        ),
        ALLOW,
    ),
    row(
        "a path mistyped",
        """
        call(mock.url + "/messageing/orders", "POST", {"message": "paid"})
        """,
        "the service has no POST …/messageing/orders; the nearest it has is POST …/messaging/<channel>.",
        ALLOW,
    ),
    row(
        "a segment too many",
        """
        call(mock.url + "/messaging/orders/abc/messages")
        """,
        (
            "the service has no GET …/messaging/orders/abc/messages; "
            "the nearest it has is GET …/messaging/<channel>/<subscription>."
        ),
        ALLOW,
    ),
    row(
        "a placeholder without a value",
        """
        mock.add_template("shipped", message="Order {order} is on its way")
        mock.push_template("shipped")
        """,
        "the push template 'shipped' was sent without a value for {order}",
    ),
    row(
        "a payload that breaks its schema",
        """
        orders.expect_schema({"type": "object", "properties": {"total": {"type": "number", "minimum": 0}}})
        send("orders", {"message": {"total": -1}})
        """,
        "POST …/messaging/orders: the message on channel 'orders' breaks its schema",
        "  at $.total: -1 breaks 'minimum': 0",
    ),
    row(
        "a payload of the test's own that breaks its schema",
        """
        orders.expect_schema({"type": "object", "required": ["id"]})
        mock.publish([], channel="orders")
        mock.publish({}, channel="orders")
        """,
        "backendless_mock.publish(): the message on channel 'orders' breaks its schema",
        "  at $: [] breaks 'type': 'object'",
        "backendless_mock.publish(): the message on channel 'orders' breaks its schema",
        "  at $: {} breaks 'required': ['id']",
    ),
    row(
        "a token in an unknown path",
        """
        call(mock.url + "/users/isvalidusertoken/0123456789ab/again")
        """,
        "the service has no GET …/users/isvalidusertoken/0123…/again; *",
        ALLOW,
    ),
    row(
        "a slash at the end",
        """
        call(mock.url + "/messaging/orders/abc/")
        """,
        (
            "the service has no GET …/messaging/orders/abc/; "
            "it ends in a slash; without it that is GET …/messaging/orders/abc."
        ),
        ALLOW,
    ),
    row(
        "two slashes",
        """
        call(mock.url + "//messaging/orders", "POST", {"message": "paid"})
        """,
        (
            "the service has no POST …//messaging/orders; "
            "two slashes follow each other in it; with one that is POST …/messaging/orders."
        ),
        ALLOW,
    ),
    row(
        "a prefix given twice",
        """
        call(f"{mock.url}/{mock.app_id}/{mock.api_key}/messaging/orders", "POST", {"message": "paid"})
        """,
        (
            "the service has no POST …/*/*/messaging/orders; "
            "its prefix stands there twice: backendless_mock.url has it already."
        ),
        ALLOW,
    ),
    row(
        "a path without the API key",
        """
        call(f"{mock.host_url}/{mock.app_id}/messaging/orders", "POST", {"message": "paid"})
        """,
        (
            "the service has no POST /*/messaging/orders; its path lacks the API key, or the application's id: "
            "/<app-id>/<api-key> (backendless_mock.url), or /api, comes first."
        ),
        ALLOW,
    ),
    row(
        "a table",
        """
        call(mock.url + "/data/Orders")
        """,
        (
            "the service has no GET …/data/Orders; that is a part of Backendless which the mock leaves out: "
            'backendless_mock.stub("GET", "/data/Orders", json=[]) answers it.'
        ),
        ALLOW,
    ),
    row(
        "a user who registers",
        """
        call(mock.url + "/users/register", "POST", {"email": "ann@example.com", "password": "x"})
        """,
        (
            "the service has no POST …/users/register; that is a part of Backendless which the mock leaves out: "
            'backendless_mock.stub("POST", "/users/register", json={}) answers it.'
        ),
        ALLOW,
    ),
    row(
        "the same thing several times",
        """
        for _ in range(30):
            call(mock.url + "/nowhere")
        """,
        f"the service has no GET …/nowhere; *.  {TIMES}30",
        ALLOW,
    ),
    row(
        "several things at once",
        """
        call(mock.url + "/one")
        call(mock.url + "/two", "PUT", {})
        """,
        "the service has no GET …/one; *",
        ALLOW,
        "the service has no PUT …/two; *",
        ALLOW,
    ),
]


@pytest.mark.parametrize(("source", "lines"), VERDICTS)
def test_what_the_mock_objects_to_fails_the_test_in_its_own_words(inner, source, lines):
    result = inner.run(written(source))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*_ test_it _*", *map(pattern, lines)], consecutive=True)
    assert "Error" not in result.stdout.str().partition("= FAILURES =")[2].partition("= short test summary")[0]
    assert "plugin.py" not in said(result)


def test_a_refused_request_shows_the_place_of_the_error(inner):
    """C7."""
    result = inner.run(
        written(
            """
            send("orders/subscribe", {"selector": "city = = 'Oslo'"})
            raise AssertionError
            """
        )
    )
    result.assert_outcomes(failed=1)
    section = result.outlines[result.outlines.index("timeline:") :]
    [at] = [place for place, line in enumerate(section) if line.endswith("  city = = 'Oslo'")]
    assert "5009 Error during subscribing" in section[at - 1]
    assert section[at + 1].index("^") == section[at].rindex("=")


class TestASchema:
    def test_may_be_a_file_beside_the_test_that_refers_to_another(self, inner):
        inner.ini("pythonpath = .")
        (inner.path / "shop").mkdir()
        (inner.path / "shop" / "orders.json").write_text('{"properties": {"by": {"$ref": "person.json"}}}')
        (inner.path / "shop" / "person.json").write_text(
            '{"properties": {"mail": {"type": "string", "format": "email"}, "born": {"format": "date"}}}'
        )
        (inner.path / "shop" / "test_it.py").write_text(
            written(
                """
                orders.expect_schema("orders.json")
                send("orders", {"message": {"by": {"mail": "ann@example.com", "born": "1990-02-28"}}})
                send("orders", {"message": {"by": {"mail": "ann", "born": "1990-02-30"}}})
                """
            )
        )
        result = inner.run()
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(
            [
                "POST …/messaging/orders: the message on channel 'orders' breaks its schema",
                "  at $.by.mail: 'ann' breaks 'format': 'email'",
                "  at $.by.born: '1990-02-30' breaks 'format': 'date'",
            ],
            consecutive=True,
        )

    def test_is_not_seen_on_the_wire(self, inner):
        result = inner.run(
            written(
                """
                orders.expect_schema({"not": {}})
                status, answer = send("orders", {"message": "paid"})
                assert (status, answer["status"]) == (200, "scheduled")
                orders.assert_delivered("paid")
                with pytest.raises(AssertionError, match="breaks its schema"):
                    mock.verify()
                """
            )
        )
        result.assert_outcomes(passed=1)

    def test_asks_nothing_of_other_channels_and_of_what_was_before(self, inner):
        result = inner.run(
            written(
                """
                mock.publish("early", channel="orders")
                orders.expect_schema({"type": "object"})
                mock.publish("elsewhere", channel="news")
                mock.publish({}, channel="orders")
                """
            )
        )
        result.assert_outcomes(passed=1)


def test_a_runaway_schedule_is_a_sentence_and_no_traceback(inner):
    result = inner.run(
        written(
            """
            mock.publish("tick", channel="orders", repeat_every=0.001)
            with pytest.raises(RuntimeError):
                mock.clock.advance(days=1)
            """
        )
    )
    result.assert_outcomes(passed=1)

    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            from freezegun import freeze_time

            @pytest.mark.backendless_mock(freeze=None)
            def test_it(backendless_mock):
                with freeze_time("2030-01-07", real_asyncio=True) as frozen:
                    backendless_mock.publish("tick", channel="orders", repeat_every=0.001)
                    frozen.tick(timedelta(days=1))
                    call(backendless_mock.url + "/messaging/message:1")
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            (
                "catching up would deliver 86,400,000 messages at once, more than 1,000,000; most are "
                "occurrences of message:* on channel 'orders', which repeats every 0.001 s. Nothing was delivered."
            )
        ]
    )
    assert "Traceback" not in said(result)


def test_a_bug_of_the_mock_shows_its_traceback(inner):
    result = inner.run(
        HEAD
        + textwrap.dedent(
            """
            from pytest_backendless_mock.service import operation

            def test_it(backendless_mock, monkeypatch):
                def broken(call):
                    raise ZeroDivisionError("a slip")

                monkeypatch.setitem(operation.OPERATIONS, "status", operation.Operation("status", broken))
                call(backendless_mock.url + "/messaging/message:1")
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ("pytest-backendless-mock: this is a bug of the mock, please report it. GET …/messaging/message:1 raised"),
            "Traceback (most recent call last):",
            '    raise ZeroDivisionError("a slip")',
            "ZeroDivisionError: a slip",
            "*- backendless_mock -*",
            "timeline:",
            "  08:30:00  -- now --",
            "requests:",
            "  08:30:00  GET …/messaging/message:1 -> 500",
        ]
    )


def test_a_listener_that_raises_shows_its_own_traceback(inner):
    result = inner.run(
        written(
            """
            def picky(delivery):
                raise KeyError("no such order")

            mock.on("delivered", picky)
            assert send("orders", {"message": "paid"})[0] == 200
            """
        )
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "POST …/messaging/orders",
            "Traceback (most recent call last):",
            '    raise KeyError("no such order")',
            "KeyError: 'no such order'",
            "*ListenerError: a listener for 'delivered' raised KeyError('no such order')",
        ]
    )
