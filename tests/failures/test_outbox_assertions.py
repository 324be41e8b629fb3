"""What a failed assertion about the outbox says, kind by kind."""

from __future__ import annotations

import textwrap

import pytest
from failure_support import assert_fails_with, row, written

NEVER = "expected 'sale' to be sent at least once; it was never sent"
AT = "at 2030-01-07 08:30:00Z"
REMEDY = "try: backendless_mock.clock.advance"
FAILURES = [
    row(
        "nothing at all",
        """
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
    ),
    row(
        "something else was sent",
        """
        mock.register_device("d1")
        mock.publish("sale", publish_policy="PUSH", headers=SHOP)
        mock.outbox.assert_sent("bargain")
        """,
        "expected 'bargain' to be sent at least once; it was never sent",
        "sent:",
        f"  'sale' to device 'd1' {AT}",
        "'sale' has other data: $ is 'sale', expected 'bargain'",
    ),
    row(
        "data that a callable refuses",
        """
        mock.register_device("d1")
        mock.publish("sale", headers=SHOP)
        mock.publish(7, headers=SHOP)
        mock.outbox.assert_sent(lambda text: text.startswith("b"))
        """,
        ('expected data accepted by `lambda text: text.startswith("b")` to be sent at least once; it was never sent'),
        "sent:",
        f"  'sale' to device 'd1' {AT}",
        f"  7 to device 'd1' {AT}",
        "'sale' is not accepted",
        "7 is not accepted: it raised AttributeError(*)",
    ),
    row(
        "other headers",
        """
        mock.register_device("d1")
        mock.publish("sale", headers={**SHOP, "city": "Oslo"})
        mock.outbox.assert_sent("sale", headers={"city": "Rome"})
        """,
        "expected 'sale' with headers {'city': 'Rome'} to be sent at least once; it was never sent",
        "sent:",
        f"  'sale' to device 'd1' {AT}",
        "'sale' has other headers: header 'city' is 'Oslo', expected 'Rome'",
    ),
    row(
        "no device is registered",
        """
        mock.publish("sale", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        f"'sale' was pushed {AT}, but no device is registered",
    ),
    row(
        "registered afterwards",
        """
        mock.publish("sale", headers=SHOP)
        mock.register_device("d1")
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        f"'sale' was pushed {AT}, but no device is registered",
        "'sale' did not reach device 'd1': it came to be as it is only afterwards",
    ),
    row(
        "a device that refuses",
        """
        mock.register_device("d1", refuses="Unregistered")
        mock.publish("sale", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        f"device 'd1' refused 'sale' {AT}: Unregistered",
    ),
    row(
        "expired",
        """
        mock.register_device("d1", expires_at=timedelta(minutes=10))
        mock.register_device("d2", channels=["news"])
        mock.clock.advance(minutes=15)
        mock.publish("sale", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' was pushed at 2030-01-07 08:45:00Z, but no device matched",
        "'sale' did not reach device 'd1': its registration expired 5 min before",
        "'sale' did not reach device 'd2': it is registered with 'news', not with 'default'",
    ),
    row(
        "of another os than the mask",
        """
        mock.register_device("d1", os="IOS")
        mock.publish("sale", push_broadcast="ANDROID|WP", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        f"'sale' was pushed {AT}, but no device matched",
        "'sale' did not reach device 'd1': its os is IOS, pushBroadcast is ANDROID|WP",
    ),
    row(
        "not among pushSinglecast",
        """
        mock.register_device("phone-1")
        mock.register_device("tablet", channels=["news"])
        mock.publish("sale", push_singlecast=["phone-2", "tablet"], headers=SHOP)
        mock.outbox.assert_sent("sale", times=3)
        """,
        "expected 'sale' to be sent 3 times; it was sent once",
        "sent:",
        f"  'sale' to device 'tablet' {AT}",
        "'sale' did not reach device 'phone-1': it is not among pushSinglecast 'phone-2', 'tablet'",
        "'sale' did not reach device 'phone-2': no such device is registered; did you mean 'phone-1'?",
    ),
    row(
        "a segment that is false",
        """
        mock.register_device("d1", os_version="12")
        mock.publish("sale", segment_query="os = 'ANDROID' and osVersion >= 14", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        f"'sale' was pushed {AT}, but no device matched",
        "'sale' did not reach device 'd1': segmentQuery: osVersion >= 14 is false, osVersion is '12'",
    ),
    row(
        "several devices and reasons",
        """
        mock.register_device("d1", os="IOS", channels=["news"])
        mock.register_device("d2", refuses="Gone")
        mock.register_device("d3")
        mock.publish("sale", push_broadcast="ANDROID", headers=SHOP)
        mock.outbox.assert_sent("sale", times=3)
        """,
        "expected 'sale' to be sent 3 times; it was sent once",
        "sent:",
        f"  'sale' to device 'd3' {AT}",
        f"device 'd2' refused 'sale' {AT}: Gone",
        (
            "'sale' did not reach device 'd1': it is registered with 'news', not with 'default'; "
            "its os is IOS, pushBroadcast is ANDROID"
        ),
    ),
    row(
        "policy PUBSUB",
        """
        mock.register_device("d1")
        mock.publish("sale", publish_policy="PUBSUB", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' is no push: its publishPolicy is PUBSUB",
    ),
    row(
        "no header that a device shows",
        """
        mock.register_device("d1")
        mock.publish("sale", headers={"city": "Oslo"})
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' is no push: it has no publishPolicy, no target, and no header that a device shows",
    ),
    row(
        "not due yet",
        """
        mock.register_device("d1")
        mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=30))
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' is not due yet: at 2030-01-07 09:00:00Z",
        f"due in 30 min; {REMEDY}(minutes=30)",
    ),
    row(
        "not due yet, and in vain",
        """
        mock.register_device("d1", channels=["news"])
        mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=30))
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' is not due yet: at 2030-01-07 09:00:00Z",
        "'sale' will reach nobody: no device matched",
        "'sale' will not reach device 'd1': it is registered with 'news', not with 'default'",
    ),
    row(
        "not due yet, and nobody there",
        """
        mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=30))
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' is not due yet: at 2030-01-07 09:00:00Z",
        "'sale' will reach nobody: no device is registered",
    ),
    row(
        "repeated not often enough",
        """
        mock.register_device("d1")
        mock.publish("sale", headers=SHOP, repeat_every=3600)
        mock.outbox.assert_sent("sale", times=3)
        """,
        "expected 'sale' to be sent 3 times; it was sent once",
        "sent:",
        f"  'sale' to device 'd1' {AT}",
        "'sale' is not due yet: at 2030-01-07 09:30:00Z",
        f"occurrence 3 is due in 2 h; {REMEDY}(hours=2)",
    ),
    row(
        "two devices of which one time makes too many",
        """
        mock.register_device("d1")
        mock.register_device("d2")
        mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=30))
        mock.outbox.assert_sent("sale", times=1)
        """,
        "expected 'sale' to be sent once; it was never sent",
        "sent: nothing",
        "'sale' is not due yet: at 2030-01-07 09:00:00Z",
    ),
    row(
        "cancelled",
        """
        mock.register_device("d1")
        later = mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=30))
        mock.clock.advance(minutes=10)
        mock.cancel(later.message_id)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' was cancelled at 2030-01-07 08:40:00Z",
    ),
    row(
        "given up by a fault",
        """
        mock.register_device("d1")
        mock.faults.fail_delivery(message="Quota exceeded")
        mock.publish("sale", headers=SHOP)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        "'sale' failed: Quota exceeded",
    ),
    row(
        "refused",
        """
        send("default", {"message": {"text": "sale"}, "publishPolicy": "PUSH"})
        send("default/subscribe", {"selector": "="})
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        (
            f"refused {AT}: POST …/messaging/default: 5041 Invalid message for push notification, provide message "
            "that could be cast to String (a push carries text, a number or a boolean)"
        ),
    ),
    row(
        "a template that is not there",
        """
        call(f"{mock.url}/emailtemplate/send", "POST", {"template-name": "welcome", "addresses": ["ann@example.com"]})
        mock.outbox.assert_sent()
        """,
        "expected anything to be sent at least once; it was never sent",
        "sent: nothing",
        f"refused {AT}: POST …/emailtemplate/send: 24002 Email Template with name 'welcome' doesn't exist.*",
    ),
    row(
        "a filter that emptied it",
        """
        mock.register_device("d1")
        mock.publish("sale", headers=SHOP)
        mock.outbox.filter(device="d2", os="ANDROID").assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once (filter: device='d2', os='ANDROID'); it was never sent",
        "sent, and kept by the filter: nothing",
        f"'sale' was sent to device 'd1' {AT}, but its device is 'd1', not 'd2'",
        "the filter asks for device 'd2': no such device is registered",
    ),
    row(
        "a filter one after the other",
        """
        mock.register_device("d1")
        mock.publish("sale", headers=SHOP)
        mock.outbox.pushes.filter(device="d1").filter(title="Shops")[:5].assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once (filter: pushes, device='d1', title='Shops'); it was never sent",
        "sent, and kept by the filter: nothing",
        f"'sale' was sent to device 'd1' {AT}, but its title is 'Shop', not 'Shops'",
    ),
    row(
        "a filter that a later push passes",
        """
        mock.register_device("d1")
        mock.register_device("d2", channels=["news"])
        mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=5))
        mock.publish("sale", channel="news", headers=SHOP, publish_at=timedelta(minutes=9))
        mock.outbox.filter(device="d2").assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once (filter: device='d2'); it was never sent",
        "sent, and kept by the filter: nothing",
        "'sale' is not due yet: at 2030-01-07 08:35:00Z",
        "'sale' will not reach device 'd2': it is registered with 'news', not with 'default'",
        "'sale' is not due yet: at 2030-01-07 08:39:00Z",
        f"due in 9 min; {REMEDY}(minutes=9)",
    ),
    row(
        "an outbox looked at too early",
        """
        mock.register_device("d1")
        outbox = mock.outbox
        mock.publish("sale", headers=SHOP)
        outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        f"'sale' was sent to device 'd1' {AT}, but it came after this outbox was looked at, or is in another part",
    ),
    row(
        "something was sent",
        """
        mock.register_device("d1")
        mock.publish("sale", publish_policy="PUSH", headers=SHOP)
        mock.outbox.assert_nothing_sent()
        """,
        "expected anything never to be sent; it was sent once",
        "sent:",
        f"  'sale' to device 'd1' {AT}",
        "'sale' is a push: its publishPolicy is PUSH",
    ),
    row(
        "something was sent because of a header",
        """
        mock.register_device("d1")
        mock.register_device("d2")
        mock.publish("sale", headers=SHOP, repeat_every=60)
        mock.outbox.filter(device="d1").assert_nothing_sent()
        """,
        "expected anything never to be sent (filter: device='d1'); it was sent once",
        "sent, and kept by the filter:",
        f"  'sale' to device 'd1' {AT}",
        "'sale' is a push: devices show its header 'android-content-title'",
    ),
    row(
        "sent too often",
        """
        mock.register_device("d1")
        mock.register_device("d2")
        mock.publish("sale", headers=SHOP)
        mock.outbox.assert_sent("sale", times=1)
        """,
        "expected 'sale' to be sent once; it was sent 2 times",
        "sent:",
        f"  'sale' to device 'd1' {AT}",
        f"  'sale' to device 'd2' {AT}",
    ),
    row(
        "an e-mail was sent",
        """
        email()
        mock.outbox.assert_nothing_sent()
        """,
        "expected anything never to be sent; it was sent once",
        "sent:",
        f"  'sale' to ann@example.com {AT}",
    ),
    row(
        "an e-mail with another subject",
        """
        email()
        mock.outbox.assert_sent("bargain")
        """,
        "expected 'bargain' to be sent at least once; it was never sent",
        "sent:",
        f"  'sale' to ann@example.com {AT}",
        "'sale' to ann@example.com has other data: $ is 'sale', expected 'bargain'",
    ),
    row(
        "an e-mail with another subject where a push is expected",
        """
        email()
        mock.outbox.pushes.assert_sent("bargain")
        """,
        "expected 'bargain' to be sent at least once (filter: pushes); it was never sent",
        "sent, and kept by the filter: nothing",
    ),
    row(
        "an e-mail to somebody else",
        """
        email()
        mock.outbox.filter(to="eve@example.com").assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once (filter: to='eve@example.com'); it was never sent",
        "sent, and kept by the filter: nothing",
        f"'sale' to ann@example.com was sent {AT}, but its to is 'ann@example.com', not 'eve@example.com'",
    ),
    row(
        "an e-mail from a template has no subject",
        """
        mock.add_email_template("sale")
        template = {"template-name": "sale", "addresses": ["ann@example.com"]}
        call(f"{mock.url}/emailtemplate/send", "POST", template)
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent:",
        f"  the template 'sale' to ann@example.com {AT}",
        (
            "the template 'sale' to ann@example.com has no subject to compare with; "
            "try: filter(template='sale').assert_sent()"
        ),
    ),
    row(
        "an e-mail from another template",
        """
        mock.add_email_template("goodbye")
        template = {"template-name": "goodbye", "criteria": "age > 18"}
        call(f"{mock.url}/emailtemplate/send", "POST", template)
        mock.outbox.emails.filter(template="welcome").assert_sent()
        """,
        "expected anything to be sent at least once (filter: e-mails, template='welcome'); it was never sent",
        "sent, and kept by the filter: nothing",
        f"the template 'goodbye' to users where age > 18 was sent {AT}, but its template is 'goodbye', not 'welcome'",
    ),
    row(
        "an e-mail that other users get",
        """
        mock.add_email_template("goodbye")
        template = {"template-name": "goodbye", "criteria": "age > 18"}
        call(f"{mock.url}/emailtemplate/send", "POST", template)
        mock.outbox.filter(criteria="age > 21").assert_sent()
        """,
        "expected anything to be sent at least once (filter: criteria='age > 21'); it was never sent",
        "sent, and kept by the filter: nothing",
        (
            f"the template 'goodbye' to users where age > 18 was sent {AT}, "
            "but its criteria is 'age > 18', not 'age > 21'"
        ),
    ),
    row(
        "an e-mail has no headers and no device",
        """
        email()
        mock.register_device("d1")
        mock.outbox.filter(device="d1").assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once (filter: device='d1'); it was never sent",
        "sent, and kept by the filter: nothing",
        f"'sale' to ann@example.com was sent {AT}, but an e-mail has no device",
    ),
    row(
        "a push among e-mails and the other way round",
        """
        email()
        mock.register_device("d1")
        mock.publish("hi", headers=SHOP)
        mock.outbox.emails.assert_sent("hi")
        """,
        "expected 'hi' to be sent at least once (filter: e-mails); it was never sent",
        "sent, and kept by the filter:",
        f"  'sale' to ann@example.com {AT}",
        f"'hi' was sent to device 'd1' {AT}, but it is no e-mail",
        "'sale' to ann@example.com has other data: $ is 'sale', expected 'hi'",
    ),
    row(
        "an e-mail among pushes",
        """
        email()
        mock.outbox.pushes.assert_sent("sale")
        """,
        "expected 'sale' to be sent at least once (filter: pushes); it was never sent",
        "sent, and kept by the filter: nothing",
        f"'sale' to ann@example.com was sent {AT}, but it is no push",
    ),
    row(
        "many candidates",
        """
        mock.register_device("d1")
        for number in range(12):
            mock.publish(number, headers=SHOP, publish_at=timedelta(hours=1))
        mock.outbox.assert_sent("sale")
        """,
        NEVER,
        "sent: nothing",
        *(f"{number} has other data: $ is {number}, expected 'sale'" for number in range(8)),
        "… and 4 more",
    ),
]
SENDING = """
SHOP = {"android-content-title": "Shop"}

def email():
    body = {"subject": "sale", "bodyparts": {"textmessage": "hi"}, "to": ["ann@example.com"]}
    call(f"{mock.url}/messaging/email", "POST", body)

"""


@pytest.mark.parametrize(("source", "lines"), FAILURES)
def test_an_assertion_that_fails_says_why(inner, source, lines):
    assert_fails_with(inner, SENDING + textwrap.dedent(source), lines)


REMEDIES = {
    "a delayed push": ('mock.publish("sale", headers=SHOP, publish_at=timedelta(minutes=90))', 2),
    "a repeated push": ('mock.publish("sale", headers=SHOP, publish_at=timedelta(days=1), repeat_every=60)', 6),
    "two at one instant": (
        'for _ in range(2): mock.publish("sale", headers=SHOP, publish_at=timedelta(seconds=1.5))',
        4,
    ),
}


@pytest.mark.parametrize("name", REMEDIES)
def test_the_last_line_of_an_early_assertion_makes_it_green(inner, name):
    publish, count = REMEDIES[name]
    source = f'{SENDING}mock.register_device("d1")\nmock.register_device("d2")\n{publish}\n'
    assertion = f'mock.outbox.assert_sent("sale", times={count})'
    red = inner.run(written(source + assertion))
    red.assert_outcomes(failed=1)
    remedy = next(line.partition("; try: ")[2] for line in red.outlines if "; try: " in line)
    green = inner.run(written(f"{source}{remedy}\n{assertion}"))
    green.assert_outcomes(passed=1)
