"""What the fuzzers begin with, and how Hypothesis goes on from there."""

from __future__ import annotations

import json

from amf_support import (
    DEVICES,
    DOTNET_PUBLISH,
    EMAIL,
    JAVA,
    JAVA_POLL,
    MESSAGING,
    NO_HEADERS,
    REGISTRATION,
    frame,
    later,
    options,
)
from http_support import API_KEY, APP_ID, NOW
from hypothesis import strategies as st

from pytest_backendless_mock.http.amf.frame import Date
from pytest_backendless_mock.http.amf.method import METHODS

HOLDS_ITSELF: list[object] = ["x"]
HOLDS_ITSELF.append(HOLDS_ITSELF)
HEAD = f"POST /{APP_ID}/{API_KEY}/messaging/default HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
SEEDS: dict[str, list[bytes]] = {
    "body": [
        b'\0{"message":"hi","publishAt":1894005060000,"repeatEvery":60,"repeatExpiresAt":1894008600000}',
        b'\0{"message":{"a":[1,null,true]},"headers":{"a":1,"b":"x"},"subtopic":"a.b","publisherId":"p"}',
        b'\1{"message":"hi","publishPolicy":"PUSH","pushBroadcast":"IOS|ANDROID","headers":{"ios-alert":"x"}}',
        b'\1{"message":"hi","pushSinglecast":["d"],"segmentQuery":"os = \'IOS\'","pushPolicy":"ALSO"}',
        b'\2{"selector":"a > 1 AND s LIKE \'x%\'","subtopic":"a.*"}',
        b'\3{"deviceId":"d","deviceToken":"t","os":"IOS","osVersion":"1","channels":["a"],"expiration":1894005060}',
        b'\4{"templateValues":{"name":"Ann"},"publishAt":1894005060000}',
        b'\5{"subject":"s","bodyparts":{"textmessage":"x"},"to":["a@b.c"],"attachment":["file"]}',
        b'\6{"template-name":"letter","addresses":["a@b.c"],"uniqueEmails":true,"template-values":{"a":"b"}}',
        b'\7{"login":"ann","password":"secret"}',
    ],
    "amf": [
        DOTNET_PUBLISH[:290],
        JAVA_POLL,
        frame(MESSAGING, "publish", ["default", {"a": [1, 2.5, None, "x"]}, None, later(repeatEvery=60.0)]),
        frame(MESSAGING, "publish", ["default", HOLDS_ITSELF]),
        frame(MESSAGING, "subscribeForPollingAccess", ["default", {"selector": "n > 1", "subtopic": "a.*"}]),
        frame(MESSAGING, "pushWithTemplate", ["greeting", {"name": "Ann"}]),
        frame(DEVICES, "registerDevice", [REGISTRATION]),
        frame(EMAIL, "send", ["s", {"textMessage": "x"}, ["a@b.c"], ["file"]]),
    ],
    "selector": [
        b"a = 1 AND s LIKE 'x!%%' ESCAPE '!' OR NOT none IS NULL",
        b"a BETWEEN 0 AND 2 AND city IN ('Tokyo', 'Oslo')",
        b'"a" + 1.5e3 * (2 - a) / 0 <> -1 or city is not null',
    ],
    "connection": [
        (HEAD + b'Content-Length: 13\r\n\r\n{"message":1}') * 2,
        HEAD + b'Transfer-Encoding: chunked\r\n\r\nd;x=y\r\n{"message":1}\r\n0\r\nTrailer: x\r\n\r\n',
        HEAD + b"Expect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"GET /api/messaging/default/properties?a=1&b HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\n\r\n" * 2,
        b"OPTIONS /api/info HTTP/1.1\r\nHost: x\r\nOrigin: http://page\r\nAccess-Control-Request-Method: PUT\r\n\r\n",
        b"\r\nHEAD http://x/api/info HTTP/1.0\r\nConnection: keep-alive\r\nuser-token: t\r\n\r\n",
        b"DELETE /v1/messaging/channels/%e2%82%ac HTTP/1.1\r\nHost: x\r\napplication-id: "
        + APP_ID.encode()
        + b"\r\nsecret-key: "
        + API_KEY.encode()
        + b"\r\n\r\n",
    ],
}
SEEDS["head"] = SEEDS["connection"]
EDGES = [
    "0", "-0", "-0.0", "-1", "0.001", "0.0009", "1e-320", "1.5", "2147483648", "9007199254740993", "1e15",
    "1894005000000", "1894004998999", "1894004999000", "253402300799999", "253402300800000", "9223372036854775807",
    "18446744073709551616", "1e308", "1e309", "1" + "0" * 400, "true", "null", '"1"', '""', "[]", "{}", "[null]",
    '"\\ud800"', '"\\u0000"', '"a/b"', '"e\u0301"', '"PUSH"', '"IOS|WP"', '"default"', '{"a":null}', '{"a":[]}',
]  # fmt: skip
"""JSON at the edge of what a field may hold, and beyond."""
NAMES = [
    "message", "publishAt", "repeatEvery", "repeatExpiresAt", "headers", "subtopic", "publisherId", "publishPolicy",
    "pushPolicy", "pushBroadcast", "pushSinglecast", "segmentQuery", "selector", "deviceId", "deviceToken", "os",
    "osVersion", "channels", "expiration", "templateValues", "subject", "bodyparts", "to", "attachment",
    "template-name", "addresses", "cc-addresses", "criteria", "uniqueEmails", "template-values", "login", "password",
    "releatEvery", "", "\\u0000",
]  # fmt: skip


def edited(seed, edits):
    """Bytes changed, dropped, put in between or repeated, each where it says."""
    data = bytearray(seed)
    for where, kind, what in edits:
        at = where % (len(data) + 1)
        if kind == "put":
            data[at:at] = what
        elif kind == "drop":
            del data[at : at + len(what)]
        elif kind == "change":
            data[at : at + len(what)] = what
        else:
            data[at:at] = data[at : at + 64] * len(what)
    return bytes(data)


def joined(pairs):
    """A JSON object in which a name may come twice."""
    members = ",".join(f'"{name}":{value}' for name, value in pairs)
    return f"{{{members}}}"


EDITS = st.lists(
    st.tuples(
        st.integers(0, 1 << 20), st.sampled_from(["put", "drop", "change", "repeat"]), st.binary(min_size=1, max_size=8)
    ),
    min_size=1,
    max_size=6,
)
VALUES = st.recursive(
    st.sampled_from(EDGES) | st.text().map(lambda text: f'"{text}"') | st.floats().map(repr) | st.integers().map(str),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{','.join(items)}]")
        | st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=3).map(joined)
    ),
    max_leaves=6,
)
OBJECTS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8).map(joined)


@st.composite
def bodies(draw):
    """What a place takes, a few of whose members are something else; or something else altogether."""
    seed = draw(st.sampled_from(SEEDS["body"]))
    members = {name: json.dumps(value) for name, value in json.loads(seed[1:]).items()}
    members.update(draw(st.dictionaries(st.sampled_from([*members, *NAMES]), VALUES, max_size=3)))
    text = draw(st.just(joined(members.items())) | OBJECTS | VALUES)
    return seed[:1] + text.encode("utf-8", "surrogatepass")


WORDS = st.sampled_from(
    [
        "a", "s", "city", "none", '"a b"', "1", "2.5", ".5", "1e3", "'x%y'", "'it''s'", "''", "TRUE", "NULL", "NOT",
        "AND", "OR", "IN", "(", ")", ",", "BETWEEN", "LIKE", "ESCAPE", "'!'", "IS", "=", "<>", "<=", "+", "-", "*", "/",
        "\0",
    ]
)  # fmt: skip
SELECTORS = st.lists(WORDS, max_size=30).map(lambda words: " ".join(words).encode())
DEEP = st.builds(
    lambda opening, depth, middle: (opening * depth + middle).encode(),
    st.sampled_from(["(", "NOT ", "-", "NOT(", "a+(", "a AND ", "a = 1 OR (", "'"]),
    st.integers(1, 3_000),
    st.sampled_from(["a", "a = 1", "", ")"]),
)
ARGUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 28), (1 << 28) - 1)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["default", "d", "greeting", "letter", "a.*", "n > 1", "n >", Date(1.0), Date(NOW + 6e4)]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
        | st.builds(
            lambda alias, members: options(alias, **members),
            st.sampled_from(["PublishOptions", "DeliveryOptions", "SubscriptionOptions"]),
            st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
        )
    ),
    max_leaves=8,
)
CALLS = st.builds(
    lambda named, arguments, headers: frame(*named, arguments, headers),
    st.sampled_from(sorted(METHODS)),
    st.lists(ARGUMENTS, max_size=6) | st.tuples(st.text(max_size=2), *[ARGUMENTS] * 3).map(list),
    st.sampled_from([JAVA, NO_HEADERS]),
)
INPUTS = {
    target: st.builds(edited, st.sampled_from(seeds), EDITS)
    | {"body": bodies(), "amf": CALLS, "selector": SELECTORS | DEEP}.get(target, st.nothing())
    for target, seeds in SEEDS.items()
}
"""What Hypothesis makes up for each target: edited seeds, and what has the right form and wrong things in it."""
