import assert from "node:assert/strict";
import { test } from "node:test";

import { delay, LONGEST, SHORTEST } from "../../client/static/js/backoff.js";
import { afterClose } from "../../client/static/js/closing.js";
import { mayMove } from "../../client/static/js/range.js";

test("a wait is anything up to a limit that doubles, and ends at half a minute", () => {
  const longest = (failures) => delay(failures, () => 1);
  assert.deepEqual([0, 1, 2, 3].map(longest), [SHORTEST, 500, 1_000, 2_000]);
  assert.deepEqual([7, 50, 5_000].map(longest), [LONGEST, LONGEST, LONGEST]);
  assert.equal(
    delay(5, () => 0),
    0,
  );
});

test("a refusal ends it, an old page is loaded again, all else is tried again", () => {
  assert.deepEqual(afterClose(4401), { way: "stop", ended: "signed-out" });
  assert.deepEqual(afterClose(4403), { way: "stop", ended: "not-allowed" });
  assert.deepEqual(afterClose(4408), { way: "reload" });
  assert.deepEqual(afterClose(1012), { way: "spread" });
  assert.deepEqual([null, 1000, 1006, 1011, 1013].map(afterClose), Array(5).fill({ way: "retry" }));
});

test("too much of something is tried again, and said", () => {
  assert.deepEqual(afterClose(4413), { way: "retry", say: "oversize" });
  assert.deepEqual(afterClose(4429), { way: "retry", say: "windows" });
});

const change = (op, ...changed) => ({ op, changed });

test("a deleted, a new and a renamed user may move the rows of a page", () => {
  assert.equal(mayMove(change("delete"), false), true);
  assert.equal(mayMove(change("upsert", "username", "first_name"), false), true);
  assert.equal(mayMove(change("upsert", "first_name", "status"), false), false);
});

test("with a search any searched field may", () => {
  assert.equal(mayMove(change("upsert", "first_name"), true), true);
  assert.equal(mayMove(change("upsert", "email"), true), true);
  assert.equal(mayMove(change("upsert", "status", "is_active"), true), false);
});
