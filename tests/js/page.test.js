import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser, calls, FakeSocket, pass, socket } from "./fakes.js";

const { DFSignals } = browser();
const { Page, rows } = await import("../../client/static/js/page.js");
const { OVERDUE, SPREAD } = await import("../../client/static/js/asking.js");
const { BEAT, QUIET } = await import("../../client/static/js/line.js");

const row = (status, version = 5) => ({ uid: "a", version, user: { status } });
let shown;
let states;
let said;
let page;
const draw = {
  changes: ([{ user }], [verdict]) => verdict === "draw" && (shown = user.status),
  state: ({ rows: [{ user }] }) => (shown = user.status),
};
let ids = 0;
const says = (signal, opts) => socket().says({ signal, opts, signal_id: `id${(ids += 1)}` });
const told = (status, n) => says("users.changed", { topic: "t", n, changes: [{ op: "upsert", ...row(status) }] });
const questions = (signal = "users.snapshot") => calls().filter((call) => call.signal === signal);
const answered = (status, n) =>
  says("users.snapshot", { topic: "t", n, ask: questions().at(-1).opts.ask, rows: [row(status)] });

function aPage(drawing = draw) {
  Object.assign(DFSignals, { registry: {}, buffer: [], connection: null });
  FakeSocket.all.splice(0);
  states = [];
  said = [];
  const state = { topic: "t", n: 100, rows: [row("first")] };
  page = new Page([rows("users", drawing, { state, question: { view: "you" } })], { address: "/ws/", show: (state) => states.push(state), say: (name) => said.push(name) });
  socket().admits();
}

/** Let all the waits for stragglers, pauses and jitter pass that come before a question. */
const tick = (context) => pass(context, 1_000);

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  aPage();
  answered("first", 100);
  pass(context, 500);
});

test("the page asks its question on its first connection, and is live with the answer", () => {
  assert.equal(questions()[0].opts.view, "you");
  assert.deepEqual(states, ["connecting", "live"]);
});

test("when the count goes back the page asks, and takes the answer for the newest", (context) => {
  told("old", 101);
  told("new", 90);
  tick(context);
  assert.equal(questions().length, 2);
  answered("new", 90);
  assert.equal(shown, "new");
  tick(context);
  told("newer", 91);
  tick(context);
  assert.deepEqual([shown, questions().length], ["newer", 2]);
});

test("a late push is not drawn, and asked about", (context) => {
  told("new", 101);
  told("late", 100);
  tick(context);
  assert.deepEqual([shown, questions().length], ["new", 2]);
  answered("new", 101);
  assert.equal(shown, "new");
});

test("a gap is asked about after a moment for stragglers, and a straggler makes it good", (context) => {
  told("third", 103);
  told("second", 102);
  pass(context, 249);
  told("first", 101);
  tick(context);
  assert.deepEqual([shown, questions().length], ["third", 1]);
  told("fifth", 105);
  tick(context);
  assert.equal(questions().length, 2);
  answered("fifth", 105);
  tick(context);
  assert.equal(questions().length, 2);
});

test("a gap that the answer does not fill is asked about again", (context) => {
  told("new", 103);
  tick(context);
  answered("older", 101);
  tick(context);
  assert.equal(questions().length, 3);
  assert.deepEqual([page.gaps(), page.gaps()], [2, 0]);
});

test("of a stream of pushes none is missing though another is always under way", (context) => {
  for (let n = 101; n < 200; n += 2) {
    told("later", n + 1);
    pass(context, 100);
    told("sooner", n);
    pass(context, 100);
  }
  assert.equal(questions().length, 1);
});

test("a pong that says the topic is ahead makes the page ask; one that does not, or of another topic, does not", (context) => {
  says("live.pong", { n: { t: 100, other: 7_000 } });
  tick(context);
  assert.equal(questions().length, 1);
  says("live.pong", { n: { t: 101 } });
  tick(context);
  assert.equal(questions().length, 2);
  answered("newest", 101);
  assert.equal(shown, "newest");
  tick(context);
  assert.equal(questions().length, 2);
});

test("a pong ahead of a push by a moment is none of that", (context) => {
  says("live.pong", { n: { t: 101 } });
  pass(context, 100);
  told("new", 101);
  tick(context);
  assert.equal(questions().length, 1);
});

test("when the server has dropped the window's backlog the page asks", (context) => {
  says("live.reset", {});
  tick(context);
  assert.equal(questions().length, 2);
});

test("the state of a later connection counts, though its number may be lower", (context) => {
  told("old", 101);
  socket().closes(1006);
  tick(context);
  socket().admits();
  pass(context, SPREAD); // the pages that return ask one after the other
  answered("new", 90);
  assert.equal(shown, "new");
  told("newer", 91);
  tick(context);
  assert.deepEqual([shown, questions().length], ["newer", 1]);
});

test("what is pushed between connection and answer is drawn, and nothing is missing then", (context) => {
  socket().closes(1006);
  tick(context);
  socket().admits();
  told("during", 105);
  pass(context, SPREAD);
  answered("before", 104);
  tick(context);
  assert.deepEqual([shown, questions().length], ["during", 1]);
});

test("an answer to a question of an earlier connection is not taken", (context) => {
  says("live.reset", {});
  tick(context);
  const { ask } = questions().at(-1).opts;
  socket().closes(1006);
  tick(context);
  socket().admits();
  says("users.snapshot", { topic: "t", n: 300, ask, rows: [row("stale")] });
  assert.notEqual(shown, "stale");
});

test("a question without an answer makes the page stale, and the answer live again", (context) => {
  says("live.reset", {});
  tick(context);
  pass(context, OVERDUE);
  assert.equal(states.at(-1), "stale");
  answered("new", 101);
  assert.deepEqual(states, ["connecting", "live", "stale", "live"]);
});

test("a question that is refused makes the page stale, and nothing is said of what the user did not do", (context) => {
  says("live.reset", {});
  tick(context);
  says("live.refused", { signal: "users.snapshot", reason: "too_many" });
  assert.deepEqual([states.at(-1), said], ["stale", []]);
  answered("new", 101);
  assert.equal(states.at(-1), "live");
});

test("a call of the user's that is refused is said", () => {
  says("live.refused", { signal: "users.set_status", reason: "too_many" });
  says("live.refused", { signal: "", reason: "malformed" });
  assert.deepEqual(said, ["too_many", "malformed"]);
});

test("a silent server makes the page stale, and to speak again makes it ask", (context) => {
  pass(context, BEAT);
  socket().says("--heartbeat--");
  pass(context, BEAT + QUIET);
  assert.equal(states.at(-1), "stale");
  socket().says("--heartbeat--");
  assert.equal(states.at(-1), "live");
  tick(context);
  assert.equal(questions().length, 2);
});

test("each state is said once, however many tries it takes", (context) => {
  context.mock.method(Math, "random", () => 1);
  socket().closes(1006);
  for (let i = 0; i < 5; i += 1) {
    pass(context, 5_000);
    socket().closes(1006);
  }
  assert.deepEqual(states, ["connecting", "live", "waiting"]);
});

test("who watches is told the state at once, and each change", () => {
  const seen = [];
  page.watch((state) => seen.push(state));
  socket().closes(4401);
  assert.deepEqual(seen, ["live", "waiting", "signed-out"]);
});

test("a drawing that throws makes the page stale until it can be drawn", (context) => {
  context.mock.method(console, "error", () => {});
  let broken = true;
  const drawing = {
    changes: () => {
      throw new Error("broken");
    },
    state: () => {
      if (broken) throw new Error("broken");
    },
  };
  aPage(drawing);
  answered("first", 100);
  assert.equal(states.at(-1), "stale");
  broken = false;
  told("new", 101);
  tick(context);
  assert.equal(questions().length, 2);
  answered("new", 101);
  assert.equal(states.at(-1), "live");
});
