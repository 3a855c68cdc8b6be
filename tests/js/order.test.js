import assert from "node:assert/strict";
import { test } from "node:test";

import { moves } from "../../client/static/js/order.js";

/** Do the moves as a document would. */
function moved(shown, made) {
  const now = [...shown];
  for (const [name, next] of made) {
    now.splice(now.indexOf(name), 1);
    now.splice(next === null ? now.length : now.indexOf(next), 0, name);
  }
  return now.join("");
}

const after = (shown, wanted, fixed) => moved([...shown], moves([...shown], [...wanted], fixed));

test("rows in order stay", () => {
  assert.deepEqual(moves([..."abc"], [..."abc"]), []);
});

test("one that stands elsewhere is moved, and no other", () => {
  assert.deepEqual(moves([..."abcde"], [..."eabcd"]), [["e", "a"]]);
  assert.deepEqual(moves([..."abcde"], [..."bcdea"]), [["a", null]]);
});

test("the row with the focus stays, and the others move around it", () => {
  const made = moves([..."abcde"], [..."eabcd"], "e");
  assert.equal(moved([..."abcde"], made), "eabcd");
  assert.deepEqual(
    made.map(([name]) => name).sort(),
    [..."abcd"],
  );
});

test("what is not listed comes last", () => {
  assert.equal(after("xaby", "ba"), "baxy");
  assert.equal(after("xab", "ba", "x"), "bax");
});

test("a focus elsewhere on the page is none of its business", () => {
  assert.deepEqual(moves([..."abc"], [..."abc"], "other"), []);
});

test("any order becomes any other, whichever row has the focus", () => {
  let state = 1;
  const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  const shuffled = (list) => {
    const rest = [...list];
    return [...list].map(() => rest.splice(random(rest.length), 1)[0]);
  };
  for (let i = 0; i < 500; i += 1) {
    const [shown, wanted] = [shuffled("abcdefgh"), shuffled("abcdefgh")];
    const fixed = shown[random(8)];
    const made = moves(shown, wanted, fixed);
    assert.equal(moved(shown, made), wanted.join(""));
    assert.ok(!made.some(([name]) => name === fixed));
  }
});
