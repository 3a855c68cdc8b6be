import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Sending } from "../../client/static/js/sending.js";

let form;
let sending;

function aForm() {
  const listeners = {};
  const marks = new Set();
  const note = {
    dataset: { saved: "Saved.", wrong: "Not saved.", lost: "No answer." },
    textContent: "",
    classList: { toggle: (name, on) => (note.marked = on) },
  };
  const button = { setAttribute: (name) => marks.add(name), removeAttribute: (name) => marks.delete(name) };
  return {
    note,
    dataset: { sends: "profile.save" },
    busy: () => marks.has("aria-busy"),
    querySelector: (selector) => (selector === ".note" ? note : button),
    addEventListener: (name, listener) => (listeners[name] = listener),
    does(name) {
      let prevented = false;
      listeners[name]({ preventDefault: () => (prevented = true) });
      return prevented;
    },
  };
}

/** A field that is sent alone, and in which `blue` is saved. */
function aField() {
  const marks = new Set();
  const field = {
    value: "blue",
    busy: () => marks.has("aria-busy"),
    setAttribute: (name) => marks.add(name),
    removeAttribute: (name) => marks.delete(name),
    addEventListener: (name, listener) => (field[name] = listener),
    chooses(value) {
      field.value = value;
      field.change();
    },
  };
  field.sending = new Sending(form, { field, undo: () => (field.value = "blue") });
  return field;
}

beforeEach((context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  form = aForm();
  sending = new Sending(form);
});

test("the browser does not send it, and it is busy until the answer is there", () => {
  assert.ok(form.does("submit"));
  assert.ok(form.busy());
  sending.answered(true);
  assert.deepEqual([form.busy(), form.note.textContent, form.note.marked], [false, "Saved.", false]);
});

test("what is wrong is said, and no more when it is sent again", () => {
  form.does("submit");
  sending.answered(false);
  assert.deepEqual([form.note.textContent, form.note.marked], ["Not saved.", true]);
  form.does("submit");
  assert.equal(form.note.textContent, "");
});

test("an answer that does not come is missed, and one that comes late still counts", (context) => {
  form.does("submit");
  context.mock.timers.tick(10_000);
  assert.equal(form.note.textContent, "No answer.");
  sending.answered(true);
  assert.equal(form.note.textContent, "Saved.");
});

test("a lost connection and a refusal count for what is on its way only", () => {
  sending.lost();
  assert.equal(form.note.textContent, "");
  form.does("submit");
  sending.refused("picture.begin");
  assert.ok(form.busy());
  sending.refused("profile.save");
  assert.deepEqual([form.busy(), form.note.textContent], [false, "No answer."]);
});

test("a field that is sent when it changes is busy, and put back when no answer comes", (context) => {
  const colour = aField();
  colour.chooses("violet");
  assert.ok(colour.busy());
  context.mock.timers.tick(9_999);
  assert.equal(colour.value, "violet");
  context.mock.timers.tick(1);
  assert.deepEqual([colour.busy(), colour.value, form.note.textContent], [false, "blue", "No answer."]);
});

test("a field whose call is refused is put back at once, and one that is answered stays", () => {
  const colour = aField();
  colour.chooses("violet");
  colour.sending.answered(true, "violet");
  colour.sending.refused("profile.save"); // one of before
  assert.deepEqual([colour.busy(), colour.value, form.note.textContent], [false, "violet", "Saved."]);
  colour.chooses("amber");
  colour.sending.refused("profile.save");
  assert.deepEqual([colour.busy(), colour.value, form.note.textContent], [false, "blue", "No answer."]);
});

test("of two choices the answer to the last one counts, and an answer that comes late", (context) => {
  const colour = aField();
  colour.chooses("violet");
  colour.chooses("amber");
  colour.sending.answered(true, "violet");
  assert.ok(colour.busy());
  colour.sending.answered(true, "amber");
  assert.deepEqual([colour.busy(), form.note.textContent], [false, "Saved."]);
  colour.chooses("green");
  context.mock.timers.tick(10_000);
  colour.sending.answered(true, "green");
  assert.equal(form.note.textContent, "Saved.");
});

test("what is discarded the server puts back", () => {
  form.does("submit");
  sending.answered(false);
  assert.ok(form.does("reset"));
  assert.equal(form.note.textContent, "");
});
