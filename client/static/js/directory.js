/** The page `/directory/`: a range of all users; a change that may alter the range makes it ask for its state. */

import { initialState } from "./initial.js";
import { live, rows } from "./page.js";
import { mayMove } from "./range.js";
import { Table } from "./table.js";

const MOST_UNSEEN = 1_000; // rows of other pages that changes have told of; a state makes the page forget them

const state = initialState();
const { search, page } = state;
const body = document.querySelector("#users tbody");
const table = new Table(body, document.getElementById("user-row"));
const next = document.querySelector("[rel=next]");
const nobody = document.getElementById("nobody");

const drawing = {
  changes: (changes, verdicts) => {
    for (const [index, change] of changes.entries()) drawChange(change, verdicts[index]);
    const moved = changes.some((change, index) => verdicts[index] !== "ignore" && mayMove(change, search !== ""));
    if (moved || part.content.known - table.size > MOST_UNSEEN) part.refresh();
  },
  state: ({ rows: listed, more }, removed) => {
    for (const uid of removed) table.remove(uid);
    for (const { uid, user } of listed) table.draw(uid, user);
    table.arrange(listed.map(({ uid }) => uid));
    if (table.size > listed.length) part.refresh(); // a push has told of a row since, which may stay or go
    next.hidden = !more;
    nobody.hidden = table.size > 0;
  },
};

function drawChange({ uid, user }, verdict) {
  switch (verdict) {
    case "draw":
      if (table.has(uid)) table.draw(uid, user); // whether and where another row appears, the server knows
      break;
    case "remove":
      table.remove(uid);
      break;
    case "ignore":
      break;
    default:
      throw new Error(`unknown verdict ${verdict}`);
  }
}

const part = rows("users", drawing, { state, question: { view: "directory", search, page } });
live(part);
