import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { HELD, Held, MOST_HELD } from "../../client/static/js/held.js";

let said;
let sent;
let held;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  said = 0;
  sent = [];
  held = new Held(() => (said += 1));
});

const release = () => held.release((text) => sent.push(text));

test("a click of a moment ago is sent, in order and once", (context) => {
  held.push("first");
  context.mock.timers.tick(HELD - 1);
  held.push("second");
  release();
  release();
  context.mock.timers.tick(HELD * 2);
  assert.deepEqual([sent, said], [["first", "second"], 0]);
});

test("a click that waited for ten seconds is dropped, which is said at that moment", (context) => {
  held.push("old");
  context.mock.timers.tick(HELD - 1);
  assert.equal(said, 0);
  context.mock.timers.tick(1);
  assert.equal(said, 1);
  release();
  assert.deepEqual(sent, []);
});

test("each click has its own ten seconds", (context) => {
  held.push("old");
  context.mock.timers.tick(HELD / 2);
  held.push("young");
  context.mock.timers.tick(HELD / 2);
  release();
  assert.deepEqual([sent, said], [["young"], 1]);
});

test("a click is old by the clock, though the timer of a hidden tab has not rung yet", (context) => {
  let now = 0;
  held = new Held(() => (said += 1), { now: () => now });
  held.push("old");
  now = HELD;
  release();
  assert.deepEqual([sent, said], [[], 1]);
  context.mock.timers.tick(HELD);
  assert.equal(said, 1);
});

test("no more is held than the server takes at once; that the rest is dropped is said", () => {
  for (let i = 0; i <= MOST_HELD; i += 1) held.push(`call ${i}`);
  release();
  assert.deepEqual([sent.length, sent[0], said], [MOST_HELD, "call 1", 1]);
});

test("what was called before this script ran is held too", (context) => {
  held = new Held(() => (said += 1), { there: ["early"] });
  context.mock.timers.tick(HELD / 2);
  release();
  assert.deepEqual(sent, ["early"]);
});

test("who is signed out is not told of his clicks", (context) => {
  held.push("click");
  held.forget();
  context.mock.timers.tick(HELD);
  release();
  assert.deepEqual([sent, said], [[], 0]);
});
