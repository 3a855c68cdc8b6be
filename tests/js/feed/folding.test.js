import assert from "node:assert/strict";
import { test } from "node:test";

import { folded } from "../../../client/static/js/feed/folding.js";

for (const [one, ...others] of [
  ["strasse", "#Straße", "#STRASSE", " STRAẞE "],
  ["café", "#Cafe\u0301", "CAFÉ"],
  ["全角", "\uff03全角"],
  ["fine", "ﬁne"],
  ["ελλάς", "#ΕΛΛΆΣ", "ελλάσ"], // the last is how the server writes it in the page's address
]) {
  test(`${others.join(", ")} are the hashtag ${one}`, () => {
    assert.deepEqual(others.map(folded), others.map(() => one));
    assert.equal(folded(one), one);
  });
}
