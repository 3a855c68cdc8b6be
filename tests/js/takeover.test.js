import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser } from "./fakes.js";

const { DFSignals } = browser();
const { takeOver } = await import("../../client/static/js/takeover.js");

const ADDRESS = "/ws/?window=a%3Akey";
let form;
let sent;
let answers;

class FakeFormData extends Map {
  constructor(form) {
    super([["file", form.parts.file]]);
  }
}

/** A part of the page that remembers its attributes. */
function element() {
  const attributes = {};
  return {
    attributes,
    textContent: "",
    dataset: { saved: "Taken over.", same: "Nothing new.", lost: "No answer." },
    setAttribute: (name, value) => (attributes[name] = value),
    removeAttribute: (name) => delete attributes[name],
    focus() {
      this.focused = true;
    },
  };
}

function aForm() {
  const parts = { "[type=submit]": element(), ".note": element(), "#file-error": element(), file: element() };
  return {
    parts,
    action: "/profile/file",
    querySelector: (selector) => parts[selector],
    elements: { namedItem: (name) => parts[name] },
    addEventListener(name, listener) {
      this.submit = () => listener({ preventDefault() {} });
    },
  };
}

beforeEach(() => {
  Object.assign(globalThis, {
    FormData: FakeFormData,
    fetch: async (address, { method, body }) => {
      sent = { address, method, window: body.get("window") };
      return { json: async () => answers() };
    },
  });
  DFSignals.registry = {};
  form = aForm();
  takeOver(form, ADDRESS);
});

const note = () => form.parts[".note"].textContent;

test("the file goes to the view, with the key of the window", async () => {
  answers = () => ({ fields: ["phone"] });
  await form.submit();
  assert.deepEqual(sent, { address: "/profile/file", method: "POST", window: "a:key" });
  assert.equal(note(), "Taken over.");
});

test("the socket may be sooner than the view's answer", () => {
  DFSignals.registry["profile.saved"].forEach((receive) => receive({ fields: [] }, "id"));
  assert.equal(note(), "Nothing new.");
});

test("what is wrong stands beside the field, until it is mended", async () => {
  answers = () => ({ error: "That is no file of a profile." });
  await form.submit();
  const { file, "#file-error": error } = form.parts;
  assert.equal(error.textContent, "That is no file of a profile.");
  assert.deepEqual([file.attributes["aria-invalid"], file.focused, note()], ["true", true, ""]);
  answers = () => ({ fields: ["phone"] });
  await form.submit();
  assert.deepEqual([file.attributes, error.textContent, note()], [{}, "", "Taken over."]);
});

test("an answer that is none is missed", async () => {
  answers = () => {
    throw new SyntaxError("a page of HTML");
  };
  await form.submit();
  assert.equal(note(), "No answer.");
  assert.deepEqual(form.parts["[type=submit]"].attributes, {});
});
