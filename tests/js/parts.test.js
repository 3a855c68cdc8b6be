import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser, calls, FakeSocket, pass, socket } from "./fakes.js";

const { DFSignals } = browser();
const { Page, whole } = await import("../../client/static/js/page.js");

let states;
let drawn;
let ids = 0;
const says = (signal, opts) => socket().says({ signal, opts, signal_id: `id${(ids += 1)}` });
const questions = (signal) => calls().filter((call) => call.signal === signal);
const answer = (name, opts) =>
  says(`${name}.snapshot`, { ...opts, ask: questions(`${name}.snapshot`).at(-1).opts.ask });
const part = (name, topic) =>
  whole(name, ({ value }) => drawn.push([name, value]), { state: { topic, n: 100, value: 0 } });
const tick = (context) => pass(context, 1_000);

function makePage(parts) {
  new Page(parts(), { address: "/ws/", show: (state) => states.push(state), say: () => {} });
  socket().admits();
}

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  Object.assign(DFSignals, { registry: {}, buffer: [], connection: null });
  FakeSocket.all.splice(0);
  states = [];
  drawn = [];
});

test("a page of two topics keeps them apart, and is live when it has both", (context) => {
  makePage(() => [part("clock", "one"), part("feed", "two")]);
  answer("clock", { topic: "one", n: 100, value: 1 });
  assert.deepEqual(states, ["connecting"]);
  answer("feed", { topic: "two", n: 500, value: 2 });
  assert.deepEqual(states, ["connecting", "live"]);
  says("clock.changed", { topic: "one", n: 101, value: 3 });
  says("feed.changed", { topic: "one", n: 502, value: "of no part" });
  says("feed.changed", { topic: "two", n: 501, value: 4 });
  assert.deepEqual(drawn.slice(2), [
    ["clock", 3],
    ["feed", 4],
  ]);
  says("live.pong", { n: { one: 101, two: 502 } });
  tick(context);
  assert.deepEqual([questions("clock.snapshot").length, questions("feed.snapshot").length], [1, 2]);
});

test("two parts of one signal and two topics each hear their own", () => {
  makePage(() => [part("tag", "tag.a"), part("tag", "tag.b")]);
  says("tag.changed", { topic: "tag.b", n: 101, value: "b" });
  assert.deepEqual(drawn, [["tag", "b"]]);
  const [first, second] = questions("tag.snapshot").map(({ opts }) => opts.ask);
  says("tag.snapshot", { topic: "tag.b", n: 101, value: "all of b", ask: second });
  says("tag.snapshot", { topic: "tag.a", n: 100, value: "all of a", ask: first });
  assert.deepEqual(drawn.slice(1), [
    ["tag", "all of b"],
    ["tag", "all of a"],
  ]);
  assert.equal(states.at(-1), "live");
});

test("a part that cannot be drawn does not keep the others from being", (context) => {
  context.mock.method(console, "error", () => {});
  const broken = () => {
    throw new Error("broken");
  };
  makePage(() => [whole("clock", broken, { state: { topic: "one", n: 100 } }), part("clock", "one")]);
  says("clock.changed", { topic: "one", n: 101, value: "drawn" });
  assert.deepEqual(drawn, [["clock", "drawn"]]);
});

test("of whole states the newest counts, and makes good what was missed", (context) => {
  makePage(() => [part("clock", "c")]);
  answer("clock", { topic: "c", n: 100, value: "now" });
  says("clock.changed", { topic: "c", n: 103, value: "third" });
  tick(context);
  assert.equal(questions("clock.snapshot").length, 1);
  says("clock.changed", { topic: "c", n: 102, value: "second" });
  tick(context);
  assert.equal(questions("clock.snapshot").length, 2);
  assert.deepEqual(
    drawn.map(([, value]) => value),
    ["now", "third"],
  );
});
