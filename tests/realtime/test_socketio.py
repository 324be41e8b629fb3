"""Socket.IO: exact messages both ways, attachments, and messages that are no packets."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_backendless_mock.realtime.engineio import ProtocolError
from pytest_backendless_mock.realtime.socketio import Decoder, Packet, PacketType, encode

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = PacketType
APP = "/A1B2-C3"
PLACEHOLDER = '{"_placeholder":true,"num":0}'


def decoded(*messages):
    """The packet that the last of ``messages`` completes; those before complete none."""
    decoder = Decoder()
    *before, packet = map(decoder.feed, messages)
    assert before == [None] * (len(messages) - 1)
    return packet


PACKETS = [
    pytest.param(Packet(CONNECT), ["0"], id="connect"),
    pytest.param(Packet(CONNECT, APP), ["0/A1B2-C3,"], id="connect-to-a-namespace"),
    pytest.param(Packet(CONNECT, APP, {"sid": "x"}), ['0/A1B2-C3,{"sid":"x"}'], id="connect-with-data"),
    pytest.param(Packet(DISCONNECT, APP), ["1/A1B2-C3,"], id="disconnect"),
    pytest.param(Packet(EVENT, data=["hi"]), ['2["hi"]'], id="event"),
    pytest.param(Packet(EVENT, APP, ["hi", {"a": [1]}]), ['2/A1B2-C3,["hi",{"a":[1]}]'], id="event-in-a-namespace"),
    pytest.param(Packet(EVENT, APP, ["hi"], 12), ['2/A1B2-C3,12["hi"]'], id="event-with-an-id"),
    pytest.param(Packet(EVENT, data=["hi"], id=0), ['20["hi"]'], id="id-0"),
    pytest.param(Packet(EVENT, data=["👍é\n"]), ['2["\\ud83d\\udc4d\\u00e9\\n"]'], id="text-in-ascii"),
    pytest.param(Packet(EVENT, data=["a\ud800"]), ['2["a\\ud800"]'], id="half-a-character"),
    pytest.param(Packet(ACK, APP, [], 7), ["3/A1B2-C3,7[]"], id="ack"),
    pytest.param(Packet(CONNECT_ERROR, APP, {"message": "no"}), ['4/A1B2-C3,{"message":"no"}'], id="error"),
    pytest.param(Packet(CONNECT_ERROR, APP, "no"), ['4/A1B2-C3,"no"'], id="error-in-revision-3"),
    pytest.param(
        Packet(EVENT, APP, ["hi", b"ab"]),
        ['51-/A1B2-C3,["hi",{"_placeholder":true,"num":0}]', b"ab"],
        id="bytes",
    ),
    pytest.param(
        Packet(EVENT, data=["hi", {"a": b"1", "b": [b"", b"3"]}], id=5),
        [
            f'53-5["hi",{{"a":{PLACEHOLDER},"b":[{{"_placeholder":true,"num":1}},{{"_placeholder":true,"num":2}}]}}]',
            b"1",
            b"",
            b"3",
        ],
        id="bytes-deep-inside",
    ),
    pytest.param(Packet(ACK, APP, [b"x"], 7), ['61-/A1B2-C3,7[{"_placeholder":true,"num":0}]', b"x"], id="bytes-ack"),
]


@pytest.mark.parametrize(("packet", "messages"), PACKETS)
def test_a_packet_is_exactly_these_messages(packet, messages):
    assert encode(packet) == messages
    assert decoded(*messages) == packet


READ = [
    pytest.param("0/A1,", Packet(CONNECT, "/A1"), id="namespace"),
    pytest.param("0/A1", Packet(CONNECT, "/A1"), id="namespace-without-a-comma"),
    pytest.param("0/A1?a=b&c=d%2Ce,", Packet(CONNECT, "/A1", query="a=b&c=d%2Ce"), id="query"),
    pytest.param("0/A1?", Packet(CONNECT, "/A1"), id="empty-query"),
    pytest.param('40/A1,{"token":1}'[1:], Packet(CONNECT, "/A1", {"token": 1}), id="auth"),
    pytest.param('2/a,["hi"]', Packet(EVENT, "/a", ["hi"]), id="event"),
    pytest.param('2["/a,b"]', Packet(EVENT, "/", ["/a,b"]), id="a-slash-in-the-data"),
    pytest.param('2/日本,["👍"]', Packet(EVENT, "/日本", ["👍"]), id="beyond-ascii"),
    pytest.param('2 ["hi", 1.5]', Packet(EVENT, "/", ["hi", 1.5]), id="blanks"),
    pytest.param('2["x",{"_placeholder":true,"num":0}]', Packet(EVENT, "/", ["x", {"_placeholder": True, "num": 0}]),
                 id="a-placeholder-where-nothing-was-promised"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "packet"), READ)
def test_what_clients_write_in_other_ways_is_read(message, packet):
    assert decoded(message) == packet


def test_placeholders_may_come_in_any_order_and_more_than_once():
    text = '52-["x",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'
    assert decoded(text, b"a", b"b").data == ["x", b"b", b"a", b"b"]


def test_a_false_placeholder_is_data():
    text = '51-["x",{"_placeholder":false,"num":0},{"_placeholder":1,"num":0}]'
    assert decoded(text, b"a").data == ["x", {"_placeholder": False, "num": 0}, {"_placeholder": 1, "num": 0}]


def test_one_decoder_reads_packet_after_packet():
    decoder = Decoder()
    assert decoder.feed('2["a"]') == Packet(EVENT, data=["a"])
    assert decoder.feed('51-["b",{"_placeholder":true,"num":0}]') is None
    assert decoder.feed(b"1") == Packet(EVENT, data=["b", b"1"])
    assert decoder.feed('51-["c",{"_placeholder":true,"num":0}]') is None
    assert decoder.feed(b"2") == Packet(EVENT, data=["c", b"2"])
    assert decoder.feed("1") == Packet(DISCONNECT)


BEGINS = "a packet begins with its type, 0 to 6, and binary ones with a number, not "
BAD = [
    pytest.param([""], BEGINS + "''", id="empty"),
    pytest.param(["7"], BEGINS + "'7'", id="unknown-type"),
    pytest.param(["hello"], BEGINS + "'hello'", id="text"),
    pytest.param(['\uff12["a"]'], BEGINS + "'\uff12[\"a\"]'", id="a-digit-of-another-script"),
    pytest.param(['5["a"]'], BEGINS + "'5[\"a\"]'", id="no-number-of-attachments"),
    pytest.param(["5" + "1" * 50], BEGINS + "'51111111111111111111'", id="a-number-without-end"),
    pytest.param(['50-["a"]'], "a packet has 1 to 10 attachments, and not 0", id="none-promised"),
    pytest.param(['511-["a"]'], "a packet has 1 to 10 attachments, and not 11", id="too-many"),
    pytest.param(['5999999999-["a"]'], "a packet has 1 to 10 attachments, and not 999999999", id="far-too-many"),
    pytest.param([b"x"], "bytes came that no packet had promised", id="bytes-from-nowhere"),
    pytest.param(['2["a"]', b"x"], "bytes came that no packet had promised", id="bytes-behind-an-event"),
    pytest.param(
        [f'52-["a",{PLACEHOLDER}]', b"x", '2["b"]'],
        "a text came where 2 attachments were promised and 1 had come",
        id="text-instead-of-bytes",
    ),
    pytest.param(
        ['51-["a",{"_placeholder":true,"num":1}]', b"x"],
        "the data of a packet cannot be read: attachment 1 is none of the 1 that came",
        id="placeholder-too-high",
    ),
    pytest.param(
        ['51-["a",{"_placeholder":true,"num":-1}]', b"x"],
        "the data of a packet cannot be read: attachment -1 is none of the 1 that came",
        id="placeholder-below-0",
    ),
    pytest.param(
        ['51-["a",{"_placeholder":true,"num":false}]', b"x"],
        "the data of a packet cannot be read: attachment False is none of the 1 that came",
        id="placeholder-of-no-number",
    ),
    pytest.param(
        ['51-["a",{"_placeholder":true}]', b"x"],
        "the data of a packet cannot be read: attachment None is none of the 1 that came",
        id="placeholder-without-number",
    ),
    pytest.param(["2"], "EVENT cannot have these data: ", id="event-without-data"),
    pytest.param(["2[]"], "EVENT cannot have these data: []", id="event-without-name"),
    pytest.param(["2[1]"], "EVENT cannot have these data: [1]", id="event-named-by-a-number"),
    pytest.param(['2{"a":1}'], 'EVENT cannot have these data: {"a":1}', id="event-of-an-object"),
    pytest.param([f"51-{PLACEHOLDER}", b"x"], f"EVENT cannot have these data: {PLACEHOLDER}", id="event-of-bytes"),
    pytest.param(["31"], "ACK cannot have these data: ", id="ack-without-data"),
    pytest.param(['1["a"]'], 'DISCONNECT cannot have these data: ["a"]', id="disconnect-with-data"),
    pytest.param(["0[]"], "CONNECT cannot have these data: []", id="connect-with-a-list"),
    pytest.param(["4"], "CONNECT_ERROR cannot have these data: ", id="error-without-data"),
    pytest.param(['2["a"'], "the data of a packet cannot be read: Expecting ',' delimiter", id="cut-off"),
    pytest.param(["2[NaN]"], "the data of a packet cannot be read: NaN is not JSON", id="nan"),
    pytest.param(["2[1e999]"], "the data of a packet cannot be read: a number is outside", id="1e999"),
    pytest.param(
        ["2" + "[" * 201], "the data of a packet cannot be read: the JSON is nested deeper than 200", id="deep"
    ),
    pytest.param(["2" + "[" * 1_000_000], "the data of a packet cannot be read: the JSON is nested", id="deepest"),
    pytest.param(["2/" + "a" * 1_000_000], "EVENT cannot have these data: ", id="a-namespace-without-end"),
    pytest.param(["2" + "1" * 1_000_000], "the data of a packet cannot be read: a number is outside", id="a-long-id"),
    pytest.param(["2[" + "1," * 100_000 + "1]"], "EVENT cannot have these data: [1,1,1", id="long-data"),
]


@pytest.mark.parametrize(("messages", "text"), BAD)
def test_what_is_no_packet_is_told_in_plain_words(messages, text):
    decoder = Decoder()
    *before, last = messages
    for message in before:
        decoder.feed(message)
    with pytest.raises(ProtocolError) as caught:
        decoder.feed(last)
    assert str(caught.value).startswith(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("value", [{1, 2}, object(), float("nan")], ids=["set", "object", "nan"])
def test_what_is_neither_json_nor_bytes_cannot_be_sent(value):
    with pytest.raises(TypeError, match=r"^this is no JSON value: "):
        encode(Packet(EVENT, data=["a", value]))


scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
names = st.text(max_size=5).filter(lambda name: name != "_placeholder")
json_values = st.recursive(
    scalars | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)
objects = st.dictionaries(names, json_values, max_size=3)
with_bytes = st.lists(json_values | st.binary() | st.fixed_dictionaries({"a": st.binary()}), max_size=4)
namespaces = st.just("/") | st.text("aZ0-_/日👍", max_size=8).map("/{}".format)
ids = st.none() | st.integers(0, 10**15 - 1)
packets = (
    st.builds(Packet, st.just(EVENT), namespaces, st.builds(lambda name, rest: [name, *rest], names, with_bytes), ids)
    | st.builds(Packet, st.just(ACK), namespaces, with_bytes, ids)
    | st.builds(Packet, st.just(CONNECT), namespaces, st.none() | objects)
    | st.builds(Packet, st.just(DISCONNECT), namespaces)
    | st.builds(Packet, st.just(CONNECT_ERROR), namespaces, names | objects)
)


@given(st.lists(packets, max_size=3))
def test_any_packets_come_out_of_their_messages_as_they_went_in(held):
    decoder = Decoder()
    found = [decoder.feed(message) for packet in held for message in encode(packet)]
    assert [packet for packet in found if packet is not None] == held


pieces = st.sampled_from(["2", "51-", "62-", "/a,", "/a?b,", "[", "]", '"x"', ",", PLACEHOLDER, "{", "}", "1", "👍"])
messages = st.binary() | st.text() | st.lists(pieces).map("".join)


@given(st.lists(messages))
def test_any_messages_are_packets_or_a_protocol_error(held):
    decoder = Decoder()
    with contextlib.suppress(ProtocolError):
        for message in held:
            packet = decoder.feed(message)
            assert packet is None or encode(packet)
