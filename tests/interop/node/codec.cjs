// The clients' own parsers: what they write for the packets on stdin, and what they read in the mock's bytes there.
const path = require("path");
const modules = path.join(__dirname, "..", "node_modules");
const nested = path.join(modules, "backendless-8", "node_modules");
const load = (folder, name) => require(path.join(folder, name));
const engines = { 3: load(modules, "engine.io-parser"), 4: load(nested, "engine.io-parser") };
const sockets = { 3: load(modules, "socket.io-parser"), 4: load(nested, "socket.io-parser") };
const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

const coded = (value) => (typeof value === "string" ? { text: value } : { bytes: Buffer.from(value).toString("base64") });
const plain = (value) => ("text" in value ? value.text : Buffer.from(value.bytes, "base64"));
const opened = (data) => JSON.parse(JSON.stringify(data), (_, value) => (value && value.bytes ? plain(value) : value));
const closed = (data) =>
  JSON.parse(JSON.stringify(data), (_, value) =>
    value && value.type === "Buffer" ? { bytes: Buffer.from(value.data).toString("base64") } : value,
  );

function written(revision, binary, packets) {
  let result;
  const held = packets.map(({ type, data }) => ({ type: TYPES[type], data: plain(data) }));
  if (revision === 3) engines[3].encodePayload(held, binary, (payload) => (result = payload));
  else engines[4].encodePayload(held, (payload) => (result = payload));
  return Buffer.from(result).toString("base64");
}

function read(revision, payload) {
  const found = [];
  const bytes = Buffer.from(payload, "base64");
  const given = bytes[0] < 2 ? bytes : bytes.toString();
  if (revision === 3) engines[3].decodePayload(given, "nodebuffer", (packet) => void found.push(packet));
  else found.push(...engines[4].decodePayload(given, "nodebuffer"));
  return found.map(({ type, data = "" }) => ({ type: TYPES.indexOf(type), data: coded(data) }));
}

function sent(age, { type, nsp, data, id }) {
  const packet = { type, nsp, data: opened(data), id: id ?? undefined };
  if (age === 4) return new sockets[4].Encoder().encode(packet).map(coded);
  let result;
  // In the older protocol it is the socket that says whether there are bytes.
  if (JSON.stringify(data).includes('"bytes"')) packet.type = type === 2 ? sockets[3].BINARY_EVENT : sockets[3].BINARY_ACK;
  new sockets[3].Encoder().encode(packet, (messages) => (result = messages));
  return result.map(coded);
}

function heard(age, messages) {
  let found;
  const decoder = new sockets[age].Decoder();
  decoder.on("decoded", (packet) => (found = packet));
  messages.map(plain).forEach((message) => decoder.add(message));
  const { type, nsp, data, id } = found;
  return { type: { 5: 2, 6: 3 }[type] ?? type, nsp, data: closed(data ?? null), id: id ?? null };
}

const calls = { written, read, sent, heard };
let input = "";
process.stdin.on("data", (piece) => (input += piece));
process.stdin.on("end", () => console.log(JSON.stringify(JSON.parse(input).map(([call, ...args]) => calls[call](...args)))));
