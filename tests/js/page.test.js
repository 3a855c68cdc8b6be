import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

class FakeSocket {
  static all = [];

  constructor() {
    FakeSocket.all.push(this);
  }

  send() {}
}

const questions = [];
const receivers = {};
const DFSignals = {
  registry: {},
  connect: (signal, receiver) => (receivers[signal] = receiver),
  call: (signal, opts) => questions.push(opts.ask),
};
const element = { dataset: { live: "/ws/" }, getAttribute: () => "", hidden: false, inert: false };
Object.assign(globalThis, {
  window: { DFSignals },
  WebSocket: FakeSocket,
  location: { href: "https://client.example/", protocol: "https:" },
  addEventListener: () => {},
  document: { body: element, getElementById: () => element, querySelector: () => element },
});
const { Page } = await import("../../client/static/js/page.js");
const { SPREAD } = await import("../../client/static/js/asking.js");

const row = (status) => ({ uid: "a", version: 5, user: { status } });
let shown;
const draw = {
  enable: () => {},
  changes: ([{ user }], [verdict]) => verdict === "draw" && (shown = user.status),
  state: ({ rows: [{ user }] }) => (shown = user.status),
};
const told = (status, n) => receivers["users.changed"]({ topic: "t", n, changes: [{ op: "upsert", ...row(status) }] });
const answered = (status, n) =>
  receivers["users.snapshot"]({ topic: "t", n, ask: questions.at(-1), rows: [row(status)] }, "id");
const opened = () => FakeSocket.all.at(-1).onopen();

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  for (const list of [FakeSocket.all, questions]) list.splice(0);
  new Page({ state: { topic: "t", n: 100, rows: [row("first")] }, question: {}, draw });
  opened();
  answered("first", 100);
  context.mock.timers.tick(500);
});

test("when the count goes back the page asks, and takes the answer for the newest", (context) => {
  told("old", 101);
  told("new", 90);
  assert.equal(questions.length, 2);
  answered("new", 90);
  assert.equal(shown, "new");
  context.mock.timers.tick(500);
  told("newer", 91);
  assert.deepEqual([shown, questions.length], ["newer", 2]);
});

test("a late push is not drawn, and asked about", () => {
  told("new", 101);
  told("late", 100);
  assert.deepEqual([shown, questions.length], ["new", 2]);
  answered("new", 101);
  assert.equal(shown, "new");
});

test("the state of a later connection counts, though its number may be lower", (context) => {
  told("old", 101);
  FakeSocket.all.at(-1).onclose({ code: 1006 });
  context.mock.timers.tick(1_000);
  opened();
  context.mock.timers.tick(SPREAD); // the pages that return ask one after the other
  answered("new", 90);
  assert.equal(shown, "new");
});
