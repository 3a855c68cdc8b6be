import assert from "node:assert/strict";
import { test } from "node:test";

import { standing } from "../../client/static/js/standing.js";

const open = { ended: null, open: true, silent: false, lost: false, parts: ["fresh", "fresh"] };

test("a page is live when every part of it has its state over this connection", () => {
  assert.equal(standing(open), "live");
  assert.equal(standing({ ...open, lost: true }), "live");
  assert.equal(standing({ ...open, parts: ["fresh", "new"] }), "connecting");
});

test("the first connection is told from those that follow; a try is not told from the wait for it", () => {
  assert.equal(standing({ ...open, open: false, parts: ["new"] }), "connecting");
  assert.equal(standing({ ...open, open: false, lost: true, parts: ["new"] }), "waiting");
  assert.equal(standing({ ...open, lost: true, parts: ["new"] }), "waiting");
});

test("a silent server, and one that owes an answer, make it stale", () => {
  assert.equal(standing({ ...open, silent: true }), "stale");
  assert.equal(standing({ ...open, parts: ["fresh", "overdue"] }), "stale");
  assert.equal(standing({ ...open, parts: ["new", "overdue"] }), "stale");
});

test("what has ended has ended", () => {
  for (const ended of ["signed-out", "not-allowed"]) {
    assert.equal(standing({ ...open, ended }), ended);
    assert.equal(standing({ ...open, ended, open: false, lost: true }), ended);
  }
});
