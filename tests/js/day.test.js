import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { browser, calls, FakeSocket, socket } from "./fakes.js";

const { DFSignals } = browser();
const { Page, rows, whole } = await import("../../client/static/js/page.js");

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const DAY = 86_400; // seconds, and ticks of a clock
const MOST_BYTES = 2_000_000; // what pushes of a day hold together is fifty times that
const badge = { address: "/ws/", show: () => {}, say: () => {} };

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  Object.assign(DFSignals, { registry: {}, buffer: [], connection: null });
  FakeSocket.all.splice(0);
});

/** Return how many bytes more are held after a day of ticks than after its first hour. */
function growth(context, tick) {
  let first;
  for (let second = 1; second <= DAY; second += 1) {
    tick(second);
    if (second % 10 === 0) socket().says({ signal: "live.pong", opts: { n: {} } });
    socket().sent.splice(0); // the fake's own memory
    context.mock.timers.tick(1_000);
    if (second === 3_600) first = held();
  }
  return held() - first;
}

function held() {
  collect();
  return process.memoryUsage().heapUsed;
}

test("a page that is open for a day of clock ticks does not grow", (context) => {
  let shown;
  new Page([whole("clock", ({ now }) => (shown = now), { state: { topic: "clock", n: 0 } })], badge).watch(() => {});
  socket().admits();
  const { ask } = calls()[0].opts;
  socket().says({ signal: "clock.snapshot", opts: { topic: "clock", n: 0, ask }, signal_id: "first" });
  const grown = growth(context, (n) =>
    socket().says({ signal: "clock.changed", opts: { topic: "clock", n, now: n, text: "x".repeat(500) }, signal_id: `id${n}` }),
  );
  assert.equal(shown, DAY);
  assert.deepEqual(Object.keys(DFSignals.registry).length, 5);
  assert.ok(grown < MOST_BYTES, `${grown} bytes`);
});

test("nor does one whose rows come and go, whose pushes have gaps, and whose questions nobody answers", (context) => {
  const drawing = { changes: () => {}, state: () => {} };
  new Page([rows("users", drawing, { state: { topic: "users", n: 0, rows: [] } })], badge).watch(() => {});
  socket().admits();
  const grown = growth(context, (second) => {
    const op = second % 2 ? "upsert" : "delete";
    const uid = `user-${Math.floor((second - 1) / 2) % 20_000}`;
    const change = { op, uid, version: second, user: { status: "x".repeat(500) }, changed: [] };
    const opts = { topic: "users", n: second * 3, changes: [change] };
    socket().says({ signal: "users.changed", opts, signal_id: `id${second}` });
  });
  assert.ok(grown < MOST_BYTES, `${grown} bytes`);
});
