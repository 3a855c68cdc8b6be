import assert from "node:assert/strict";
import { test } from "node:test";

import { Book, MOST_DELETED } from "../../client/static/js/book.js";

const upsert = (uid, version, name = `${uid}@${version}`) => ({ op: "upsert", uid, version, user: { name } });
const gone = (uid, version) => ({ op: "delete", uid, version, user: null });
const row = (uid, version, name = `${uid}@${version}`) => ({ uid, version, user: { name } });
const names = ({ rows }) => rows.map(({ user }) => user.name);

test("a newer version is drawn, an older one is ignored", () => {
  const book = new Book();
  assert.equal(book.change(upsert("a", 5), 1), "draw");
  assert.equal(book.change(upsert("a", 4), 2), "ignore");
  assert.equal(book.change(upsert("a", 6), 1), "draw");
});

test("of two pushes of one version the higher number is the newer", () => {
  const book = new Book();
  book.change(upsert("a", 5, "first"), 7);
  assert.equal(book.change(upsert("a", 5, "late"), 6), "ignore");
  assert.equal(book.change(upsert("a", 5, "told again"), 7), "draw");
  assert.equal(book.change(upsert("a", 5, "own column changed"), 8), "draw");
});

test("a late change does not bring a deleted row back", () => {
  const book = new Book();
  book.change(upsert("a", 5), 1);
  assert.equal(book.change(gone("a", 6), 2), "remove");
  assert.equal(book.change(upsert("a", 5), 3), "ignore");
  assert.equal(book.change(upsert("a", 7), 4), "draw");
});

test("a delete of a row never seen is remembered too", () => {
  const book = new Book();
  assert.equal(book.change(gone("a", 6), 2), "remove");
  assert.equal(book.change(upsert("a", 5), 3), "ignore");
});

test("a late delete is ignored", () => {
  const book = new Book();
  book.change(upsert("a", 5), 1);
  assert.equal(book.change(gone("a", 4), 2), "ignore");
});

test("an unknown op is refused", () => {
  assert.throws(() => new Book().change({ op: "rename", uid: "a", version: 1 }, 1), /unknown op rename/);
});

test("a state removes rows that it lacks, if they were told at or below its number", () => {
  const book = new Book();
  book.change(upsert("below", 1), 9);
  book.change(upsert("at", 1), 10);
  book.change(upsert("above", 1), 11);
  assert.deepEqual(book.state([row("kept", 1)], 10).removed, ["below", "at"]);
  assert.deepEqual(book.state([row("kept", 1)], 11).removed, ["above"]);
});

test("a state keeps its order, and shows the newest that is known of each row", () => {
  const book = new Book();
  book.change(upsert("b", 5, "pushed"), 12);
  assert.deepEqual(names(book.state([row("a", 1), row("b", 4, "stale"), row("c", 1)], 10)), ["a@1", "pushed", "c@1"]);
});

test("of one version a push above the state's number wins, one at or below it loses", () => {
  const above = new Book();
  above.change(upsert("a", 5, "pushed"), 11);
  assert.deepEqual(names(above.state([row("a", 5, "state")], 10)), ["pushed"]);
  const below = new Book();
  below.change(upsert("a", 5, "pushed"), 10);
  assert.deepEqual(names(below.state([row("a", 5, "state")], 10)), ["state"]);
});

test("a state does not show a row that a newer change has deleted", () => {
  const book = new Book();
  book.change(gone("a", 6), 11);
  assert.deepEqual(names(book.state([row("a", 5), row("b", 1)], 10)), ["b@1"]);
  assert.deepEqual(names(book.state([row("a", 7), row("b", 1)], 12)), ["a@7", "b@1"]);
});

test("a state makes the page forget rows of other pages", () => {
  const book = new Book();
  book.state([row("a", 1)], 0);
  for (let i = 0; i < 50; i += 1) book.change(upsert(`other${i}`, 1), 5);
  assert.equal(book.size, 51);
  book.state([row("a", 1)], 5);
  assert.equal(book.size, 1);
});

test("when the count went back, what comes now wins, but for an older version", () => {
  const book = new Book();
  book.state([row("a", 5, "old"), row("gone", 5), row("b", 5)], 105);
  assert.equal(book.change(upsert("a", 5, "new"), 101), "ignore");
  book.rebase(101);
  assert.equal(book.change(upsert("b", 4), 102), "ignore");
  const { rows, removed } = book.state([row("a", 5, "new"), row("b", 5)], 101);
  assert.deepEqual([names({ rows }), removed], [["new", "b@5"], ["gone"]]);
});

test("as many deleted rows are remembered as fit", () => {
  const book = new Book();
  for (let i = 0; i <= MOST_DELETED; i += 1) book.change(gone(`row${i}`, 5), 1);
  assert.equal(book.change(upsert("row1", 4), 2), "ignore");
  assert.equal(book.change(upsert("row0", 4), 2), "draw");
  assert.equal(book.size, 1);
});

/** A small generator, so that a failure can be repeated. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

test("initial state and changes in any order, doubled, end as a fresh load", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const next = random(seed);
    const table = new Map();
    const pushes = [];
    const states = [];
    let n = 100;
    for (let version = 1; version <= 30; version += 1) {
      if (next(5) === 0) states.push({ n, rows: [...table.values()] });
      const uid = "abcd"[next(4)];
      const deleted = next(3) === 0;
      if (deleted) table.delete(uid);
      else table.set(uid, row(uid, version));
      n += 1;
      pushes.push({ n, change: deleted ? gone(uid, version) : upsert(uid, version) });
    }
    const book = new Book();
    const shown = new Map();
    const show = ({ rows, removed }) => {
      for (const uid of removed) shown.delete(uid);
      for (const { uid, user } of rows) shown.set(uid, user.name);
    };
    const take = ({ n: number, change, rows }) => {
      if (rows) return show(book.state(rows, number));
      const verdict = book.change(change, number);
      if (verdict === "draw") shown.set(change.uid, change.user.name);
      if (verdict === "remove") shown.delete(change.uid);
    };
    const events = [...pushes, ...pushes.slice(0, 10), ...states].map((event) => [next(1000), event]);
    for (const [, event] of events.sort(([first], [second]) => first - second)) take(event);
    const final = [...table.values()];
    show(book.state(final, n));
    assert.deepEqual([...shown].sort(), final.map(({ uid, user }) => [uid, user.name]).sort(), `seed ${seed}`);
  }
});
