import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { RESTART_SPREAD } from "../../../client/static/js/closing.js";
import { FeedSocket, MOMENT, PATIENCE, sentence } from "../../../client/static/js/feed/socket.js";
import { BEAT, HANDSHAKE, QUIET, SILENCE } from "../../../client/static/js/line.js";
import { browser, FakeSocket, pass, socket } from "../fakes.js";

const { listeners, document } = browser();

/** What was asked by the newest socket, the sign of life left out that it begins with. */
const sent = () => socket().sent.slice(1).map((text) => JSON.parse(text));

/** Wait until what a reply sets going has come to rest. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

let told;
let feed;

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  FakeSocket.all = [];
  told = [];
  const on = Object.fromEntries(
    ["opened", "closed", "ended", "silent", "say"].map((name) => [name, (...what) => told.push([name, ...what].join(" "))]),
  );
  feed = new FeedSocket("/ws/feed/", { ...on, event: (event) => told.push(event) });
});

const reply = (request_id, response_status, data = null, errors = []) =>
  socket().says({ action: "x", request_id, response_status, data, errors });

test("replies find their questions in whatever order they come, and all else is an event", async () => {
  socket().opens();
  const first = feed.ask("list", { limit: 5 });
  const second = feed.ask("whoami");
  assert.deepEqual(sent(), [
    { limit: 5, action: "list", request_id: 2 },
    { action: "whoami", request_id: 3 },
  ]);
  reply(3, 204);
  socket().says({ action: "delete", pk: 7, data: {} });
  reply(2, 400, null, [{ limit: ["wrong"] }]);
  assert.deepEqual(await second, { status: 204, data: null, errors: [] });
  assert.deepEqual(await first, { status: 400, data: null, errors: [{ limit: ["wrong"] }] });
  assert.deepEqual(told, ["opened", { action: "delete", pk: 7, data: {} }]);
});

test("without a connection a question is lost at once, and with it when it goes", async () => {
  assert.equal((await feed.ask("whoami")).status, 0);
  socket().opens();
  const asked = feed.ask("list");
  socket().closes(1006);
  assert.equal((await asked).status, 0);
  assert.deepEqual(told, ["opened", "closed"]);
});

test("a reply that does not come ends the connection, and another is made", async (context) => {
  socket().opens();
  const asked = feed.ask("list");
  context.mock.timers.tick(PATIENCE);
  assert.equal((await asked).status, 0);
  assert.ok(FakeSocket.all[0].abandoned);
  context.mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 2);
  FakeSocket.all[0].onclose?.({ code: 1006 }); // which comes late, and means nothing any more
  context.mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 2);
});

test("a connection is asked whether it lives, called silent when it does not answer, and then given up", (context) => {
  socket().opens();
  reply(1, 200);
  pass(context, BEAT);
  assert.deepEqual(sent(), [{ action: "whoami", request_id: 2 }]);
  pass(context, QUIET);
  assert.deepEqual(told, ["opened", "silent true"]);
  pass(context, SILENCE - QUIET);
  assert.ok(socket().abandoned);
});

test("any word of the server shows that it is there", (context) => {
  socket().opens();
  pass(context, QUIET);
  socket().says({ action: "delete", pk: 7, data: {} });
  assert.deepEqual(told.slice(0, 3), ["opened", "silent true", "silent false"]);
});

test("whoever looks at the page does not wait", () => {
  socket().closes(1006);
  document.visibilityState = "visible";
  listeners.visibilitychange();
  assert.equal(FakeSocket.all.length, 2);
  socket().opens();
  listeners.online(); // after a sleep the connection may be dead, and nobody knows
  assert.deepEqual(sent(), [{ action: "whoami", request_id: 2 }]);
});

test("a handshake that does not end is given up", (context) => {
  pass(context, HANDSHAKE);
  assert.ok(socket().abandoned);
});

test("whoever has too many pages open is told", () => {
  socket().opens();
  socket().closes(4429);
  assert.deepEqual(told, ["opened", "closed", "say windows"]);
});

test("what was too much in a short time is asked again in a moment, over the same connection", async (context) => {
  socket().opens();
  const asked = feed.insist("list", { limit: 5 });
  for (const id of [2, 3]) {
    reply(id, 429);
    await settled();
    context.mock.timers.tick(MOMENT);
    await settled();
  }
  assert.deepEqual(sent().at(-1), { limit: 5, action: "list", request_id: 4 });
  reply(4, 200, "posts");
  assert.equal((await asked).data, "posts");
  assert.equal(FakeSocket.all.length, 1);
});

test("what the page would be wrong without is done, or there is a new connection", async () => {
  socket().opens();
  assert.equal(await feed.surely(async () => true), true);
  assert.equal(socket().abandoned, undefined);
  assert.equal(await feed.surely(async () => false), false);
  assert.equal(socket().abandoned, true);
});

test("what fails because the connection went does not end the one after it", async (context) => {
  socket().opens();
  let fail;
  const done = feed.surely(() => new Promise((resolve) => (fail = () => resolve(false))));
  socket().closes(1006);
  context.mock.timers.tick(60_000);
  socket().opens();
  fail();
  assert.deepEqual([await done, socket().abandoned, FakeSocket.all.length], [false, undefined, 2]);
});

test("whoever is signed out stays away", (context) => {
  socket().opens();
  socket().closes(4401);
  context.mock.timers.tick(600_000);
  assert.deepEqual([told, FakeSocket.all.length], [["opened", "closed", "ended signed-out"], 1]);
});

test("when the server restarts its pages spread", (context) => {
  context.mock.method(Math, "random", () => 0.9);
  socket().opens();
  socket().closes(1012);
  context.mock.timers.tick(0.9 * RESTART_SPREAD - 1);
  assert.equal(FakeSocket.all.length, 1);
  context.mock.timers.tick(1);
  assert.equal(FakeSocket.all.length, 2);
});

test("tries come later after each failure, until all was well once more", (context) => {
  context.mock.method(Math, "random", () => 1);
  for (const wait of [250, 500, 1000]) {
    socket().closes(1006);
    context.mock.timers.tick(wait - 1);
    const before = FakeSocket.all.length;
    context.mock.timers.tick(1);
    assert.equal(FakeSocket.all.length, before + 1);
  }
  socket().opens();
  feed.settled();
  socket().closes(1006);
  context.mock.timers.tick(250);
  assert.equal(FakeSocket.all.length, 5);
});

test("errors of fields and of the whole are one sentence", () => {
  assert.equal(sentence([{ body: ["Too long.", "Empty."] }, "No."]), "Too long. Empty. No.");
  assert.equal(sentence([{ hashtags: { 1: ["Wrong."] } }]), "Wrong.");
  assert.equal(sentence([]), "");
});

test("whoever stops connects no more", (context) => {
  socket().opens();
  feed.stop();
  context.mock.timers.tick(600_000);
  listeners.online();
  assert.deepEqual([told, FakeSocket.all.length], [["opened", "closed"], 1]);
});
