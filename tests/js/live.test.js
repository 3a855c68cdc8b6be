import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser, calls, FakeSocket, pass, socket } from "./fakes.js";

const made = browser();
const { DFSignals, listeners, document } = made;
const { Connection } = await import("../../client/static/js/live.js");
const { BEAT, HANDSHAKE, QUIET, SILENCE } = await import("../../client/static/js/line.js");
const { HELD } = await import("../../client/static/js/held.js");

const CLICK = { signal: "click", opts: {} };
const told = [];
const page = Object.fromEntries(
  ["opened", "usable", "closed", "silent", "ended", "say"].map((name) => [name, (...what) => told.push([name, ...what].join(" "))]),
);
const gaps = [];
page.gaps = () => gaps.pop() ?? 0;
let connection;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  context.mock.method(Math, "random", () => 1);
  for (const list of [FakeSocket.all, told, gaps]) list.splice(0);
  Object.assign(DFSignals, { registry: {}, buffer: [], connection: null });
  document.visibilityState = "visible";
  connection = new Connection("/ws/?window=key", page);
  connection.open();
});

test("df_websockets' own connector stays inert", () => {
  assert.equal(DFSignals.wsurl, "");
});

test("the socket's address is the page's, with TLS where the page has it", () => {
  assert.equal(socket().address, "wss://client.example/ws/?window=key");
});

test("messages reach the receivers, and calls the socket", () => {
  const heard = [];
  DFSignals.connect("users.changed", (opts, id) => heard.push([opts, id]));
  socket().admits();
  DFSignals.call("click", {});
  assert.deepEqual(calls(), [CLICK]);
  socket().says({ signal: "users.changed", opts: { n: 1 }, signal_id: "id1" });
  assert.deepEqual(heard, [[{ n: 1 }, "id1"]]);
});

/** Return the milliseconds until the next connection is tried. */
function untilTried(context, step = 50) {
  const before = FakeSocket.all.length;
  let waited = 0;
  for (; FakeSocket.all.length === before; waited += step) pass(context, step);
  return waited;
}

test("a lost connection is tried again, later and later, until the page is proven to work", (context) => {
  const waits = [];
  for (let i = 0; i < 4; i += 1) {
    socket().opens();
    if (i === 3) connection.proven();
    socket().closes(1006);
    waits.push(untilTried(context));
  }
  assert.deepEqual(waits, [250, 500, 1_000, 250]);
  assert.deepEqual(told.slice(0, 3), ["opened", "closed", "opened"]);
});

test("who is told to go away stays away, also when the network is back or the tab is looked at", (context) => {
  socket().opens();
  socket().closes(4401);
  for (const [code, state] of [
    [4401, "signed-out"],
    [4403, "not-allowed"],
  ]) {
    DFSignals.buffer = [];
    new Connection("/ws/", page).open();
    const before = FakeSocket.all.length;
    socket().opens();
    socket().closes(code);
    pass(context, 60_000);
    listeners.online();
    listeners.visibilitychange();
    listeners.pageshow();
    assert.deepEqual([FakeSocket.all.length, told.at(-1), DFSignals.connection], [before, `ended ${state}`, null]);
  }
});

test("a server that restarts is come back to within ten seconds", (context) => {
  context.mock.method(Math, "random", () => 0.73);
  socket().opens();
  socket().closes(1012);
  assert.equal(untilTried(context), 7_300);
});

test("too many windows, and too much at once, are said and tried again", (context) => {
  for (const [code, sentence] of [
    [4429, "windows"],
    [4413, "oversize"],
  ]) {
    socket().opens();
    socket().closes(code);
    assert.equal(told.at(-1), `say ${sentence}`);
    untilTried(context);
  }
});

test("an old page is loaded again, once, and later when the last time did not help", (context) => {
  sessionStorage.setItem("live.reloads", 3);
  socket().opens();
  socket().closes(4408);
  pass(context, 2_999);
  assert.equal(made.reloads, 0);
  pass(context, 1);
  assert.deepEqual([made.reloads, sessionStorage.getItem("live.reloads")], [1, "4"]);
  pass(context, 60_000);
  assert.equal(made.reloads, 1);
});

test("a socket that answers signs of life stays, by either answer", (context) => {
  socket().admits();
  for (const answer of ["--heartbeat--", { signal: "live.pong", opts: { n: {} } }]) {
    const { length } = socket().sent;
    while (socket().sent.length === length) pass(context, 10);
    assert.equal(socket().sent.at(-1), "--heartbeat--");
    pass(context, QUIET - 10);
    socket().says(answer);
  }
  assert.deepEqual([told, FakeSocket.all.length], [["opened", "usable"], 1]);
});

test("one that does not is called silent, then given up", (context) => {
  socket().admits();
  pass(context, BEAT + QUIET);
  assert.equal(told.at(-1), "silent true");
  pass(context, SILENCE - QUIET);
  const [dead] = FakeSocket.all;
  assert.deepEqual([dead.abandoned, told.at(-1)], [true, "closed"]);
  dead.onclose?.({ code: 1006 });
  untilTried(context);
  assert.equal(FakeSocket.all.length, 2);
});

test("one that was silent and speaks again is as good as before", (context) => {
  socket().admits();
  pass(context, BEAT + QUIET);
  socket().says("--heartbeat--");
  assert.deepEqual(told.slice(-2), ["usable", "silent false"]);
  pass(context, SILENCE);
  assert.equal(FakeSocket.all.length, 1);
});

test("a click into a silent socket waits, and is sent once it speaks", (context) => {
  socket().admits();
  pass(context, BEAT + QUIET);
  DFSignals.call("click", {});
  assert.deepEqual(calls(), []);
  socket().says("--heartbeat--");
  assert.deepEqual(calls(), [CLICK]);
});

test("a click of a moment ago is sent when the connection is back", (context) => {
  socket().opens();
  socket().closes(1006);
  DFSignals.call("click", {});
  untilTried(context);
  socket().opens();
  assert.deepEqual(calls(), []);
  socket().says("--heartbeat--");
  assert.deepEqual(calls(), [CLICK]);
});

test("a click is not sent into a socket that is opened only to be told why it is closed", (context) => {
  socket().admits();
  socket().closes(1006);
  DFSignals.call("click", {});
  untilTried(context);
  socket().opens();
  socket().closes(1013);
  assert.deepEqual(calls(), []);
  untilTried(context);
  socket().admits();
  assert.deepEqual(calls(), [CLICK]);
});

test("a server that accepts and says nothing is given up", (context) => {
  socket().opens();
  pass(context, QUIET);
  assert.equal(told.at(-1), "silent true");
  pass(context, SILENCE - QUIET);
  assert.equal(socket().abandoned, true);
});

test("a click in an outage expires, is said to be lost, and is not sent later", (context) => {
  socket().admits();
  DFSignals.call("sent before", {});
  socket().closes(1006);
  DFSignals.call("click", {});
  pass(context, HELD);
  assert.equal(told.at(-1), "say lost");
  socket().admits();
  assert.deepEqual(calls(), []);
});

test("a handshake that does not end is given up", (context) => {
  pass(context, HANDSHAKE - 1);
  assert.equal(socket().abandoned, undefined);
  pass(context, 1);
  assert.equal(socket().abandoned, true);
  untilTried(context);
  assert.equal(FakeSocket.all.length, 2);
});

test("when the network is back, or the tab is looked at, nobody waits", () => {
  for (const event of ["online", "visibilitychange", "pageshow"]) {
    const before = FakeSocket.all.length;
    socket().closes(1006);
    listeners[event]();
    assert.equal(FakeSocket.all.length, before + 1, event);
  }
});

test("a tab that is hidden is left alone", () => {
  socket().closes(1006);
  document.visibilityState = "hidden";
  listeners.visibilitychange();
  assert.equal(FakeSocket.all.length, 1);
});

test("a handshake is not begun twice because somebody looks, but is when the network is another", () => {
  listeners.visibilitychange();
  assert.equal(FakeSocket.all.length, 1);
  listeners.online();
  assert.deepEqual([FakeSocket.all[0].abandoned, FakeSocket.all.length], [true, 2]);
});

test("an open socket is asked for a sign of life when somebody looks", (context) => {
  socket().admits();
  listeners.visibilitychange();
  assert.deepEqual(socket().sent, ["--heartbeat--", "--heartbeat--"]);
  pass(context, SILENCE);
  assert.equal(socket().abandoned, true);
});

test("a sign of life tells of the gaps since the last one", (context) => {
  socket().admits();
  gaps.push(2);
  pass(context, BEAT);
  assert.equal(socket().sent.at(-1), "--heartbeat-- 2");
});
