import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Names } from "../../../client/static/js/feed/names.js";

let asked;
let answer;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  asked = [];
  answer = { ok: true, redirected: false, json: () => Promise.resolve({ 2: "bob" }) };
  context.mock.method(globalThis, "fetch", (address) => {
    asked.push(address);
    return Promise.resolve(answer);
  });
});

const settled = async (context) => {
  context.mock.timers.tick(1000);
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

test("unknown authors are asked for once and together", async (context) => {
  let changes = 0;
  const names = new Names({ 1: "ada" }, "/feed/authors", () => (changes += 1));
  assert.deepEqual([1, 2, 3, 2].map((pk) => names.of(pk)), ["ada", undefined, undefined, undefined]);
  await settled(context);
  assert.deepEqual([1, 2, 3].map((pk) => names.of(pk)), ["ada", "bob", ""]); // the third is not there
  await settled(context);
  assert.deepEqual([asked, changes], [["/feed/authors?pk=2&pk=3"], 1]);
});

test("a stranger asks for nobody", async (context) => {
  const names = new Names({}, "", () => assert.fail());
  assert.equal(names.of(1), undefined);
  await settled(context);
  assert.deepEqual(asked, []);
});

test("without an answer, or when one is sent to sign in, names stay unknown and may be asked for again", async (context) => {
  answer = { ok: true, redirected: true };
  const names = new Names({}, "/feed/authors", () => assert.fail());
  names.of(2);
  await settled(context);
  assert.equal(names.of(2), undefined);
  await settled(context);
  assert.equal(asked.length, 2);
});
