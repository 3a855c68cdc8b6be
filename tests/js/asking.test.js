import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Asking, LONGEST, MISSED_SPREAD, OVERDUE, PATIENCE, PAUSE, SPREAD } from "../../client/static/js/asking.js";

let asked;
let asking;
let overdue;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
  overdue = 0;
  asking = new Asking((number) => asked.push(number), { overdue: () => (overdue += 1), random: () => 0.5 });
});

test("the first question is asked at once", () => {
  asking.want();
  assert.deepEqual(asked, [1]);
});

test("many wishes during a pause become one question", (context) => {
  asking.want();
  asking.answered(1);
  for (let i = 0; i < 100; i += 1) asking.want();
  assert.deepEqual(asked, [1]);
  context.mock.timers.tick(PAUSE);
  assert.deepEqual(asked, [1, 2]);
  asking.answered(2);
  context.mock.timers.tick(PAUSE * 10);
  assert.deepEqual(asked, [1, 2]);
});

test("a wish during a question is asked after its answer", (context) => {
  asking.want();
  asking.want();
  context.mock.timers.tick(PAUSE);
  assert.deepEqual(asked, [1]);
  assert.equal(asking.answered(1), true);
  assert.deepEqual(asked, [1, 2]);
});

test("only the answer to the newest question counts, and once", (context) => {
  asking.want();
  context.mock.timers.tick(PATIENCE);
  context.mock.timers.tick(PATIENCE / 2);
  assert.deepEqual(asked, [1, 2]);
  assert.equal(asking.answered(1), false);
  assert.equal(asking.answered(2), true);
  assert.equal(asking.answered(2), false);
});

/** Return the milliseconds until the next question. */
function untilAsked(context) {
  const before = asked.length;
  let waited = 0;
  for (; asked.length === before; waited += 500) context.mock.timers.tick(500);
  return waited;
}

test("a question without an answer is asked again, later and later, for as long as it takes", (context) => {
  asking.want();
  const waits = Array.from({ length: 5 }, () => untilAsked(context));
  const pauses = [PATIENCE, PATIENCE * 2, PATIENCE * 4, LONGEST, LONGEST];
  assert.deepEqual(
    waits,
    pauses.map((pause) => PATIENCE + pause / 2),
  );
  asking.answered(6);
  asking.want();
  assert.equal(untilAsked(context), PAUSE);
  assert.equal(untilAsked(context), PATIENCE * 1.5);
});

test("wishes do not hasten a question that is to be asked again", (context) => {
  asking.want();
  context.mock.timers.tick(PATIENCE);
  asking.want();
  assert.deepEqual(asked, [1]);
});

test("the page's first connection asks at once, another after a random time, and waits for nothing old", (context) => {
  asking.begin();
  assert.deepEqual(asked, [1]);
  asking.stop();
  context.mock.timers.tick(PATIENCE);
  assert.deepEqual(asked, [1]);
  asking.begin();
  assert.equal(untilAsked(context), SPREAD / 2);
  assert.equal(asking.answered(1), false);
  assert.equal(asking.answered(2), true);
});

test("a connection that is lost before its question asks nothing", (context) => {
  asking.begin();
  asking.stop();
  asking.begin();
  asking.stop();
  context.mock.timers.tick(PATIENCE);
  assert.deepEqual(asked, [1]);
});

test("a question that waits for long is told, once", (context) => {
  asking.want();
  context.mock.timers.tick(OVERDUE - 1);
  assert.equal(overdue, 0);
  context.mock.timers.tick(1);
  assert.equal(overdue, 1);
  asking.answered(1);
  context.mock.timers.tick(OVERDUE);
  assert.equal(overdue, 1);
});

test("a question that is answered, or whose connection is gone, is never overdue", (context) => {
  asking.want();
  asking.answered(1);
  asking.want();
  context.mock.timers.tick(PAUSE);
  asking.stop();
  context.mock.timers.tick(PATIENCE);
  assert.deepEqual([asked, overdue], [[1, 2], 0]);
});

test("what was missed by many is not asked about in step", (context) => {
  asking.wantSoon();
  asking.wantSoon();
  assert.deepEqual([asked, asking.busy], [[], true]);
  context.mock.timers.tick(MISSED_SPREAD / 2);
  assert.deepEqual(asked, [1]);
  asking.answered(1);
  assert.equal(asking.busy, false);
});

test("to have missed something does not hasten a question that is to be asked later", (context) => {
  asking.want();
  context.mock.timers.tick(PATIENCE);
  asking.wantSoon();
  context.mock.timers.tick(PATIENCE / 2 - 1);
  assert.deepEqual(asked, [1]);
  context.mock.timers.tick(1);
  assert.deepEqual(asked, [1, 2]);
});

test("a question waits until it can be sent, and is no question until then", (context) => {
  let ready = false;
  asking = new Asking((number) => asked.push(number), { overdue: () => (overdue += 1), ready: () => ready });
  asking.want();
  context.mock.timers.tick(PATIENCE);
  assert.deepEqual([asked, overdue, asking.busy], [[], 0, true]);
  ready = true;
  asking.askIfFree();
  assert.deepEqual(asked, [1]);
});
