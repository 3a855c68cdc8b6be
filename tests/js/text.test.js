import assert from "node:assert/strict";
import { test } from "node:test";

import { difference } from "../../client/static/js/text.js";

const apply = (before, { start, remove, insert }) => before.slice(0, start) + insert + before.slice(start + remove);

test("only what differs is replaced", () => {
  assert.deepEqual(difference("12:00:01", "12:00:02"), { start: 7, remove: 1, insert: "2" });
  assert.deepEqual(difference("Ada", "Augusta Ada"), { start: 1, remove: 0, insert: "ugusta A" });
  assert.deepEqual(difference("same", "same"), { start: 4, remove: 0, insert: "" });
  assert.deepEqual(difference("", "new"), { start: 0, remove: 0, insert: "new" });
  assert.deepEqual(difference("aaa", "aa"), { start: 2, remove: 1, insert: "" });
});

test("any text becomes any other", () => {
  const letters = ["", "a", "ab", "ba", "aab", "abab", "bbbb", "abba", "\u{1f600}", "\u{1f601}b"];
  for (const before of letters) {
    for (const after of letters) assert.equal(apply(before, difference(before, after)), after, `${before} ${after}`);
  }
});
