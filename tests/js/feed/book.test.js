import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Book, KEPT, MOST } from "../../../client/static/js/feed/book.js";

const post = (pk, body = `post ${pk}`) => ({
  pk,
  author: 1,
  body,
  created_at: new Date(1_795_262_400_000 + pk * 1000).toISOString(),
});
const event = (action, pk, body) => ({ action, pk, data: post(pk, body) });

let book;

beforeEach(() => {
  book = new Book();
  book.fill([post(2), post(1)]);
});

const pks = () => book.shown.map(({ pk }) => pk);

test("new posts wait until somebody wants to see them", () => {
  book.take(event("create", 3));
  book.take(event("create", 3));
  assert.deepEqual([pks(), book.waiting], [[2, 1], 1]);
  book.turn();
  assert.deepEqual([pks(), book.waiting], [[3, 2, 1], 0]);
});

test("what is shown changes and goes in its place, and so does what waits", () => {
  book.take(event("update", 1, "changed"));
  book.take(event("delete", 2));
  book.take(event("create", 3));
  book.take(event("update", 3, "changed too"));
  book.take(event("create", 4));
  book.take(event("delete", 4));
  book.turn();
  assert.deepEqual(
    book.shown.map(({ body }) => body),
    ["changed too", "changed"],
  );
});

test("a change of a post that the page does not hold is none of its business", () => {
  book.take(event("update", 9));
  book.take(event("delete", 9));
  assert.deepEqual([pks(), book.waiting], [[2, 1], 0]);
});

test("one's own post is shown at once, whether its event or its reply comes first", () => {
  book.take(event("create", 3));
  book.show(post(3));
  book.show(post(4));
  book.take(event("create", 4));
  assert.deepEqual([pks(), book.waiting], [[4, 3, 2, 1], 0]);
});

test("of a flood only the newest are kept, and all are counted", () => {
  for (let pk = 3; pk < 3 + KEPT + 10; pk += 1) book.take(event("create", pk));
  assert.deepEqual([book.waiting, book.overflows], [KEPT + 10, true]);
  book.fill([post(100)]);
  assert.deepEqual([pks(), book.waiting, book.overflows], [[100], 0, false]);
});

const flood = (count) => {
  for (let pk = 3; pk < 3 + count; pk += 1) book.take(event("create", pk));
};

test("of those that were not kept, none counts that is gone, or twice", () => {
  flood(KEPT + 3);
  book.take(event("delete", 3));
  book.take(event("create", 4)); // it had lost the hashtag, before it was followed
  assert.equal(book.waiting, KEPT + 2);
  book.show(post(5));
  assert.deepEqual([book.waiting, pks()], [KEPT + 1, [5, 2, 1]]);
  book.take(event("delete", 4));
  assert.deepEqual([book.waiting, book.overflows], [KEPT, false]);
});

test("what came while one's own post was written is not counted again with it", async () => {
  let answer;
  const asked = book.during(new Promise((resolve) => (answer = resolve)));
  flood(KEPT + 5);
  answer(post(100));
  book.show(...(await asked));
  assert.equal(book.waiting, KEPT + 5);
});

test("one's own post is as it became while its reply was on the way", async () => {
  const replied = async (action) => {
    let answer;
    const asked = book.during(new Promise((resolve) => (answer = resolve)));
    book.take(event(action, 2, "since then"));
    answer(post(2, "as it was"));
    book.show(...(await asked));
    return book.shown.map(({ body }) => body);
  };
  assert.deepEqual(await replied("update"), ["since then", "post 1"]);
  assert.deepEqual(await replied("delete"), ["post 1"]);
});

test("a page that nobody looks at does not count for ever", () => {
  flood(KEPT + MOST + 100);
  assert.equal(book.waiting, KEPT + MOST);
});

test("until the server has listed posts, the page's own are not the book's to take away", () => {
  const empty = new Book();
  empty.take(event("create", 3));
  assert.deepEqual([empty.isFilled, empty.shown], [false, []]);
  empty.fill([post(3), post(2)]);
  assert.deepEqual([empty.isFilled, empty.shown.length, empty.waiting], [true, 2, 0]);
});

test("a page that stays open does not grow for ever", () => {
  book.fill(Array.from({ length: MOST }, (_, index) => post(index + 1)));
  assert.equal(book.turn(), false);
  book.take(event("create", MOST + 1));
  assert.equal(book.turn(), true); // the oldest gave way
  assert.deepEqual([book.shown.length, pks()[0], pks().at(-1)], [MOST, MOST + 1, 2]);
});

test("times are compared as times, and at the same time the later key is newer", () => {
  const at = (pk, created_at) => ({ ...post(pk), created_at });
  book.fill([at(1, "2026-11-21T12:00:00Z"), at(2, "2026-11-21T12:00:00.500000Z"), at(3, "2026-11-21T12:00:00Z")]);
  assert.deepEqual(pks(), [2, 3, 1]);
});

test("an action that is none is an error", () => {
  assert.throws(() => book.take(event("rename", 1)), /rename/u);
});

test("what happened while the list was asked for is newer than the list", async () => {
  let answer;
  const asked = book.during(new Promise((resolve) => (answer = resolve)));
  book.take(event("create", 3));
  book.take(event("update", 2, "changed"));
  book.take(event("delete", 1));
  answer([post(2, "as it was"), post(1)]);
  book.fill(...(await asked));
  assert.deepEqual([book.shown.map(({ body }) => body), book.waiting], [["changed"], 1]);
});

test("what happened before it was asked for, and after the reply, is not told twice", async () => {
  book.take(event("delete", 1));
  const [, events] = await book.during(Promise.resolve());
  book.take(event("delete", 2));
  assert.deepEqual(events, []);
});

test("of a question that fails nothing is kept", async () => {
  await assert.rejects(book.during(Promise.reject(new Error("lost"))), /lost/u);
  book.show(post(5), (await book.during(Promise.resolve()))[1]);
  assert.deepEqual(pks(), [5, 2, 1]);
});
