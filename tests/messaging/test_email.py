"""E-mails: what is asked of one, and where it goes."""

from __future__ import annotations

import pytest
from push_support import NOW, Service

from pytest_backendless_mock.messaging.email import Email
from pytest_backendless_mock.messaging.errors import MessagingError, MissingBody, MissingRecipient, UnknownTemplate
from pytest_backendless_mock.messaging.event import Emailed
from pytest_backendless_mock.messaging.message import MessageStatus
from pytest_backendless_mock.messaging.template import Template

ANN = ("ann@example.com",)


@pytest.mark.parametrize(
    "email",
    [
        Email(text="hello", to=ANN),
        Email(html="<p>hello</p>", to=ANN),
        Email(subject="hi", text="hello", html="<p>hello</p>", to=ANN, cc=ANN, bcc=ANN),
        Email(template="welcome", to=ANN),
        Email(template="welcome", criteria="age > 18"),
    ],
    ids=["text", "html", "all", "template", "criteria"],
)
def test_w20_a_recipient_and_a_body_make_an_email(email):
    service = Service()
    service.broker.templates.add_email("welcome")
    answer = service.broker.send_email(email, NOW)
    assert answer == MessageStatus("scheduled", "email:1")
    assert service.broker.drain() == [Emailed(NOW, "email:1", email)]
    assert service.outcome("email:1") == ("published", None, None)


@pytest.mark.parametrize(
    ("email", "error", "code"),
    [
        (Email(), MissingRecipient, 5048),
        (Email(text="hello"), MissingRecipient, 5048),
        (Email(text="hello", cc=ANN, bcc=ANN), MissingRecipient, 5048),
        (Email(text="hello", criteria=""), MissingRecipient, 5048),
        (Email(to=ANN), MissingBody, 5049),
        (Email(subject="hi", text="", html="", to=ANN), MissingBody, 5049),
        (Email(template="nobody's", to=ANN), UnknownTemplate, 24002),
        (Email(template="nobody's"), UnknownTemplate, 24002),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_w20_an_email_that_lacks_something_is_refused(email, error, code):
    service = Service()
    with pytest.raises(MessagingError) as refusal:
        service.broker.send_email(email, NOW)
    assert type(refusal.value) is error
    assert refusal.value.code == code
    assert service.broker.drain() == []


def test_w20_the_unknown_email_template_is_named():
    with pytest.raises(UnknownTemplate, match=r"24002 Email Template with name 'welcome' doesn't exist\.") as refusal:
        Service().broker.send_email(Email(template="welcome", to=ANN), NOW)
    assert refusal.value.message == "Email Template with name 'welcome' doesn't exist."


def test_a_push_template_is_no_email_template():
    service = Service()
    service.broker.templates.add(Template("welcome", "hi"))
    with pytest.raises(UnknownTemplate):
        service.broker.send_email(Email(template="welcome", to=ANN), NOW)


def test_an_email_cannot_be_cancelled():
    service = Service()
    message_id = service.broker.send_email(Email(text="hello", to=ANN), NOW).message_id
    with pytest.raises(MessagingError) as refusal:
        service.broker.cancel(message_id, NOW)
    assert refusal.value.code == 5040
