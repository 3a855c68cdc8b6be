import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Deliveries, REMEMBERED } from "../../client/static/js/deliveries.js";

/** As much of df_websockets' script as concerns ids: it keeps each of them beside the names of signals. */
function signals() {
  const registry = {};
  const call = (signal, opts, id) => {
    if (registry[id] !== undefined) return;
    registry[id] = true;
    for (const receive of registry[signal] ?? []) receive(opts);
  };
  return { registry, call };
}

const message = (id) => ({ signal: "s", opts: id, signal_id: id });

test("a message that comes twice is delivered once", () => {
  const df = signals();
  const seen = [];
  df.registry.s = [(opts) => seen.push(opts)];
  const deliveries = new Deliveries(df);
  for (const id of ["a", "b", "a"]) deliveries.take(message(id));
  assert.deepEqual(seen, ["a", "b"]);
});

test("the registry does not grow for ever", () => {
  const df = signals();
  const deliveries = new Deliveries(df);
  for (let i = 0; i < 3 * REMEMBERED; i += 1) deliveries.take(message(`id${i}`));
  assert.equal(Object.keys(df.registry).length, REMEMBERED);
});

test("a receiver that throws does not stop the next message", (context) => {
  context.mock.method(console, "error", () => {});
  const df = signals();
  const seen = [];
  df.registry.s = [
    (opts) => {
      seen.push(opts);
      throw new Error("receiver");
    },
  ];
  const deliveries = new Deliveries(df);
  for (const id of ["a", "b"]) deliveries.take(message(id));
  assert.deepEqual(seen, ["a", "b"]);
});

test("nothing on a page is drawn as HTML", () => {
  const directory = new URL("../../client/static/js/", import.meta.url);
  for (const name of ["asking", "badge", "book", "directory", "fields", "live", "page", "status", "table", "you"]) {
    const source = readFileSync(new URL(`${name}.js`, directory), "utf8");
    assert.doesNotMatch(source, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/, name);
  }
});
