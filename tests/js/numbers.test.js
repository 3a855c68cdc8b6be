import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_EARLY, Numbers } from "../../client/static/js/numbers.js";

test("pushes in order are the next ones", () => {
  const numbers = new Numbers(10);
  assert.deepEqual(
    [11, 12, 13].map((n) => numbers.push(n)),
    ["next", "next", "next"],
  );
});

test("a missing push is noticed until it comes", () => {
  const numbers = new Numbers(10);
  assert.equal(numbers.push(12), "gap");
  assert.equal(numbers.push(13), "gap");
  assert.equal(numbers.complete, false);
  assert.equal(numbers.push(11), "next");
  assert.equal(numbers.complete, true);
  assert.equal(numbers.push(14), "next");
});

test("a state closes the gaps up to its number", () => {
  const numbers = new Numbers(10);
  numbers.push(12);
  numbers.push(14);
  numbers.state(12);
  assert.equal(numbers.complete, false);
  numbers.state(13);
  assert.equal(numbers.complete, true);
  assert.equal(numbers.push(15), "next");
});

test("a state that is older than the pushes seen changes nothing", () => {
  const numbers = new Numbers(10);
  numbers.push(11);
  numbers.push(12);
  numbers.state(10);
  assert.equal(numbers.push(13), "next");
});

test("a number that was seen, or a count that begins anew, is told", () => {
  const numbers = new Numbers(10);
  assert.equal(numbers.push(10), "back");
  assert.equal(numbers.push(3), "back");
  numbers.push(12);
  assert.equal(numbers.push(12), "back");
});

test("after a count that begins anew, a missing push is noticed again", () => {
  const numbers = new Numbers(10);
  numbers.push(12);
  assert.equal(numbers.push(3), "back");
  numbers.rebase(3);
  assert.equal(numbers.push(4), "next");
  assert.equal(numbers.push(6), "gap");
});

test("a number above the last one seen is nothing to go back to", () => {
  const numbers = new Numbers(10);
  numbers.rebase(12);
  assert.equal(numbers.push(11), "next");
});

test("that there is a push somewhere makes it missing until it comes", () => {
  const numbers = new Numbers(10);
  numbers.told(10);
  assert.equal(numbers.complete, true);
  numbers.told(12);
  assert.equal(numbers.complete, false);
  assert.equal(numbers.push(11), "gap");
  assert.equal(numbers.push(12), "next");
});

test("a number that is told late is nothing new", () => {
  const numbers = new Numbers(10);
  numbers.push(11);
  numbers.told(10);
  assert.equal(numbers.complete, true);
});

test("beyond a gap that nobody fills numbers are forgotten, and a state makes it good", () => {
  const numbers = new Numbers(10);
  const beyond = 10 * MOST_EARLY;
  for (let n = 12; n <= beyond; n += 1) assert.equal(numbers.push(n), "gap");
  assert.equal(numbers.complete, false);
  numbers.state(beyond);
  assert.equal(numbers.push(beyond + 1), "next");
});
