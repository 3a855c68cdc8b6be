/** Run the script of the guide's page, in a copy of the repository, on the real live layer: only window and socket are fakes. */

import assert from "node:assert/strict";

import { browser, calls, socket } from "./fakes.js";

const made = browser();
const list = { replaceChildren: (...items) => (list.shown = items.map(({ textContent }) => textContent)) };
const button = { disabled: true };
const plain = () => ({
  dataset: {},
  prepend() {},
  addEventListener() {},
  getAttribute: () => "",
  querySelector: (selector) => (selector.startsWith("[data-ending") ? null : plain()),
});
const elements = {
  wishes: list,
  state: { textContent: JSON.stringify({ topic: "wishes", n: 1, wishes: ["rain"] }) },
  live: { dataset: { live: "/ws/?window=key" }, content: { cloneNode: () => ({ children: [plain(), plain()] }) } },
};
Object.assign(made.document, {
  getElementById: (id) => elements[id],
  querySelector: (selector) => (selector === "#wish button" ? button : plain()),
  createElement: () => ({}),
});

await import("../../client/static/js/wishes.js");

socket().admits();
const [{ signal, opts }] = calls();
assert.equal(signal, "wishes.snapshot");
assert.equal(button.disabled, true);
const state = { topic: "wishes", n: 2, wishes: ["rain", "<b>snow</b>"], ask: opts.ask };
socket().says({ signal: "wishes.snapshot", opts: state, signal_id: "1" });
assert.deepEqual(list.shown, ["rain", "<b>snow</b>"]);
assert.equal(button.disabled, false);
socket().says({ signal: "wishes.changed", opts: { topic: "wishes", n: 3, wishes: ["sun"] }, signal_id: "2" });
assert.deepEqual(list.shown, ["sun"]);
socket().closes(1006);
assert.equal(button.disabled, true);
process.exit(0); // the page would try to connect for ever
