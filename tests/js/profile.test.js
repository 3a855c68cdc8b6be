import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldsOf, Keeping } from "../../client/static/js/keeping.js";
import { isUnderWay, phaseNow } from "../../client/static/js/phase.js";

const drawing = { phase: "drawing", ago: 500, patience: 8_000 };

test("a job that has moved lately is where the server said", () => {
  assert.equal(phaseNow(drawing, 7_500), "drawing");
});

test("a job that should have moved long ago is stalled, however long it took to tell of it", () => {
  assert.equal(phaseNow(drawing, 7_501), "stalled");
  assert.equal(phaseNow({ ...drawing, ago: 9_000 }, 0), "stalled");
});

test("what has ended does not stall", () => {
  for (const phase of ["none", "done", "cancelled", "failed"]) {
    assert.equal(phaseNow({ phase, ago: 9e9, patience: 0 }, 1), phase);
    assert.equal(isUnderWay(phase), false);
  }
  assert.ok(isUnderWay("waiting") && isUnderWay("drawing") && !isUnderWay("stalled"));
});

test("a field follows what is saved elsewhere until somebody writes into it", () => {
  const phone = { name: "phone", value: "1" };
  const keeping = new Keeping([phone]);
  keeping.show({ phone: "2", notes: "" });
  assert.equal(phone.value, "2");
  phone.value = "3, being written";
  keeping.show({ phone: "4", notes: "" });
  assert.equal(phone.value, "3, being written");
  phone.value = "4"; // as it is saved: it follows again
  keeping.show({ phone: "5", notes: "" });
  assert.equal(phone.value, "5");
});

test("what was chosen but not saved gives way to what is, and the field follows again", () => {
  const colour = { name: "colour", value: "blue" };
  const keeping = new Keeping([colour]);
  colour.value = "violet";
  keeping.show({ colour: "green" });
  keeping.putBack(colour);
  assert.equal(colour.value, "green");
  keeping.show({ colour: "amber" });
  assert.equal(colour.value, "amber");
});

test("lines of a file are ended as a text area ends them", () => {
  const notes = { name: "notes", value: "one\ntwo" };
  const keeping = new Keeping([notes]);
  keeping.show({ notes: "one\r\ntwo" });
  keeping.show({ notes: "three" });
  assert.equal(notes.value, "three");
});

test("buttons and tokens are no fields", () => {
  const elements = [
    { name: "phone", type: "tel" },
    { name: "", type: "submit" },
    { name: "csrfmiddlewaretoken", type: "hidden" },
  ];
  assert.deepEqual(fieldsOf({ elements }), elements.slice(0, 1));
});
