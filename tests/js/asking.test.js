import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Asking, PATIENCE, PAUSE } from "../../client/static/js/asking.js";

let asked;
let asking;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
  asking = new Asking((number) => asked.push(number));
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
  assert.deepEqual(asked, [1, 2]);
  assert.equal(asking.answered(1), false);
  assert.equal(asking.answered(2), true);
  assert.equal(asking.answered(2), false);
});

test("a question without an answer is asked again, for as long as it takes", (context) => {
  asking.want();
  for (let i = 0; i < 3; i += 1) context.mock.timers.tick(PATIENCE);
  assert.deepEqual(asked, [1, 2, 3, 4]);
});

test("a new connection asks at once and waits for nothing old", (context) => {
  asking.want();
  asking.stop();
  context.mock.timers.tick(PATIENCE);
  assert.deepEqual(asked, [1]);
  asking.want();
  assert.deepEqual(asked, [1, 2]);
  assert.equal(asking.answered(1), false);
});
