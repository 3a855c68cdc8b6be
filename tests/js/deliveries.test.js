import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";

import { Deliveries, REMEMBERED } from "../../client/static/js/deliveries.js";

let registry;
let deliveries;
let seen;

beforeEach((context) => {
  context.mock.method(console, "error", () => {});
  seen = [];
  registry = { s: [(opts, id) => seen.push([opts, id])] };
  deliveries = new Deliveries(registry);
});

const take = (id, signal = "s") => deliveries.take(JSON.stringify({ signal, opts: "opts", signal_id: id }));

test("a message that comes twice is delivered once", () => {
  for (const id of ["a", "b", "a"]) take(id);
  assert.deepEqual(seen, [
    ["opts", "a"],
    ["opts", "b"],
  ]);
});

test("a message without an id is delivered each time", () => {
  for (let i = 0; i < 2; i += 1) take(undefined);
  assert.deepEqual(seen, [
    ["opts", undefined],
    ["opts", undefined],
  ]);
});

test("the registry does not grow, and as many ids are remembered as fit", () => {
  for (let i = 0; i <= REMEMBERED; i += 1) take(`id${i}`);
  take("id1");
  assert.equal(seen.length, REMEMBERED + 1);
  take("id0");
  assert.equal(seen.length, REMEMBERED + 2);
  assert.deepEqual(Object.keys(registry), ["s"]);
});

test("a receiver that throws stops neither the others nor the next message", () => {
  const others = [];
  registry.s.unshift(() => {
    throw new Error("receiver");
  });
  registry.s.push((_, id) => others.push(id));
  for (const id of ["a", "b"]) take(id);
  assert.deepEqual(others, ["a", "b"]);
  assert.equal(seen.length, 2);
});

test("a receiver that connects another does not make it hear this message", () => {
  registry.s.push(() => registry.s.push(() => seen.push("late")));
  take("a");
  assert.deepEqual(seen, [["opts", "a"]]);
});

test("what is no message, and a signal that nobody listens to, do no harm", () => {
  for (const text of ["", "not JSON", "null", "7", "[]", "{}"]) deliveries.take(text);
  for (const signal of ["other", "constructor", "__proto__"]) take("id", signal);
  take("a");
  assert.equal(seen.length, 1);
});

test("nothing on a page is drawn as HTML", () => {
  const directory = new URL("../../client/static/js/", import.meta.url);
  const names = readdirSync(directory).filter((name) => name.endsWith(".js"));
  assert.ok(names.includes("table.js"));
  for (const name of names) {
    const source = readFileSync(new URL(name, directory), "utf8");
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, name);
  }
});
