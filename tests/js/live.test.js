import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class FakeSocket {
  static all = [];

  constructor(address) {
    this.address = String(address);
    this.sent = [];
    FakeSocket.all.push(this);
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.abandoned = true;
  }

  opens() {
    this.onopen();
  }

  says(message) {
    this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  closes(code) {
    this.onclose({ code });
  }
}

const calls = [];
const DFSignals = { connection: null, buffer: [], registry: {}, wsurl: null, call: (...call) => calls.push(call) };
const listeners = {};
let reloads = 0;
Object.assign(globalThis, {
  window: { DFSignals },
  WebSocket: FakeSocket,
  location: { href: "https://client.example/directory/", protocol: "https:", reload: () => (reloads += 1) },
  addEventListener: (name, listener) => (listeners[name] = listener),
});
const { Connection } = await import("../../client/static/js/live.js");

const told = [];
const page = Object.fromEntries(
  ["trying", "opened", "closed", "signedOut"].map((name) => [name, () => told.push(name)]),
);
let connection;
const socket = () => FakeSocket.all.at(-1);

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  for (const list of [FakeSocket.all, told, calls]) list.splice(0);
  connection = new Connection("/ws/?window=key", page);
  connection.open();
});

test("df_websockets' own connector stays inert", () => {
  assert.equal(DFSignals.wsurl, "");
});

test("the socket's address is the page's, with TLS where the page has it", () => {
  assert.equal(socket().address, "wss://client.example/ws/?window=key");
});

test("signals reach the registry, and calls the socket; clicks from before are dropped", () => {
  DFSignals.buffer = ["stale"];
  socket().opens();
  assert.equal(DFSignals.connection, socket());
  assert.deepEqual([DFSignals.buffer, socket().sent], [[], []]);
  socket().says({ signal: "users.changed", opts: { n: 1 }, signal_id: "id1" });
  assert.deepEqual(calls, [["users.changed", { n: 1 }, "id1"]]);
});

test("a lost connection is tried again, later and later, until the page is proven to work", (context) => {
  const waits = [];
  context.mock.method(Math, "random", () => 1);
  for (let i = 0; i < 4; i += 1) {
    socket().opens();
    if (i === 3) connection.proven();
    socket().closes(1006);
    const before = FakeSocket.all.length;
    let waited = 0;
    for (; FakeSocket.all.length === before; waited += 50) context.mock.timers.tick(50);
    waits.push(waited);
  }
  assert.deepEqual(waits, [250, 500, 1_000, 250]);
  assert.deepEqual(told.slice(0, 4), ["trying", "opened", "closed", "trying"]);
});

test("who is signed out is not tried again", (context) => {
  socket().opens();
  socket().closes(4401);
  context.mock.timers.tick(600_000);
  assert.deepEqual([FakeSocket.all.length, told.at(-1), DFSignals.connection], [1, "signedOut", null]);
});

test("an old page is loaded again, after a while", (context) => {
  const before = reloads;
  socket().opens();
  socket().closes(4408);
  context.mock.timers.tick(999);
  assert.equal(reloads, before);
  context.mock.timers.tick(1_000);
  assert.equal(reloads, before + 1);
});

test("a socket that does not answer a sign of life is given up", (context) => {
  socket().opens();
  context.mock.timers.tick(25_000);
  assert.deepEqual(socket().sent, ["--heartbeat--"]);
  socket().says("--heartbeat--");
  context.mock.timers.tick(25_000);
  const dead = socket();
  context.mock.timers.tick(10_000);
  context.mock.timers.tick(250);
  assert.equal(dead.abandoned, true);
  assert.notEqual(socket(), dead);
});

test("when the network is back nobody waits", () => {
  socket().closes(1006);
  listeners.online();
  assert.equal(FakeSocket.all.length, 2);
  listeners.online();
  assert.equal(FakeSocket.all.length, 2);
});
