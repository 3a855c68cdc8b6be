/** Notices in the admin: the sentence, the link, and the connection. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { keep } from "../../master/notices/static/notices/connection.js";
import { sentence, target } from "../../master/notices/static/notices/words.js";

const WORDS = {
  add: "{user} added {model}: {object}",
  change: "{user} changed {model}: {object}",
  delete: "{user} deleted {model}: {object}",
  several: "{object} ({count} in all)",
};
const EVENT = { action: "change", user: "root", model: "user", object: "{user} $& <b>", count: 1 };

test("a notice is one sentence, whatever an object is called", () => {
  assert.equal(sentence(EVENT, WORDS), "root changed user: {user} $& <b>");
  const several = { ...EVENT, action: "delete", object: "u0, u1", count: 7 };
  assert.equal(sentence(several, WORDS), "root deleted user: u0, u1 (7 in all)");
});

test("an action that the page does not know shows nothing", () => {
  assert.equal(sentence({ ...EVENT, action: "several" }, WORDS), null);
  assert.equal(sentence({ ...EVENT, action: "explode" }, WORDS), null);
});

test("links lead to this host only", () => {
  assert.equal(target({ link: "/admin/users/user/1/change/" }), "/admin/users/user/1/change/");
  for (const link of ["//evil.example/", "/\\evil.example", "javascript:alert(1)", "https://evil.example/", null, 7]) {
    assert.equal(target({ link }), null);
  }
});

class FakeSocket extends EventTarget {
  static all = [];
  sent = [];

  constructor(address) {
    super();
    this.address = address;
    FakeSocket.all.push(this);
  }

  close() {
    this.dispatchEvent(Object.assign(new Event("close"), { code: 1005 }));
  }

  send(text) {
    this.sent.push(text);
  }

  say(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

function world(statuses) {
  FakeSocket.all = [];
  const waits = [];
  let tokens = 0;
  return {
    waits,
    WebSocket: FakeSocket,
    random: () => 1,
    setTimeout: (work, wait) => waits.push({ work, wait }),
    onSignOut(work) {
      this.signOut = work;
    },
    fetch: async () => {
      const status = statuses.shift() ?? 200;
      if (status === 0) {
        throw new TypeError("away");
      }
      return { status, json: async () => ({ token: `t${(tokens += 1)}`, address: "ws://here/" }) };
    },
  };
}

test("each try has a token of its own, and pauses grow until somebody greets", async () => {
  const heard = [];
  const here = world([0]);
  await keep("/notices/token", (event) => heard.push(event), here);
  assert.equal(here.waits[0].wait, 250);
  await here.waits[0].work();
  const [first] = FakeSocket.all;
  first.dispatchEvent(new Event("open"));
  assert.deepEqual(first.sent, ["t1"]);
  first.dispatchEvent(new Event("close"));
  assert.equal(here.waits[1].wait, 500);
  await here.waits[1].work();
  const second = FakeSocket.all[1];
  second.dispatchEvent(new Event("open"));
  assert.deepEqual(second.sent, ["t2"]);
  second.say("Hello root!");
  second.say('{"action":"add"}');
  assert.deepEqual(heard, [{ action: "add" }]);
  second.dispatchEvent(new Event("close"));
  assert.equal(here.waits[2].wait, 250);
});

test("after a restart of the server pages come back over five seconds", async () => {
  const here = world([]);
  await keep("/notices/token", () => {}, here);
  FakeSocket.all[0].dispatchEvent(Object.assign(new Event("close"), { code: 1012 }));
  assert.equal(here.waits[0].wait, 5000);
});

test("who signs out in another tab asks for a token again, and gets none", async () => {
  const here = world([200, 403]);
  await keep("/notices/token", () => {}, here);
  FakeSocket.all[0].say("Hello root!");
  here.signOut();
  assert.equal(here.waits.length, 1);
  await here.waits[0].work();
  assert.deepEqual([here.waits.length, FakeSocket.all.length], [1, 1]);
});

test("who is given no token any more is left in peace", async () => {
  const here = world([403]);
  await keep("/notices/token", () => {}, here);
  assert.deepEqual([here.waits, FakeSocket.all], [[], []]);
});
