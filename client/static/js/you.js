/** The page `/`: the signed-in user himself. */

import { drawFields } from "./fields.js";
import { live, rows } from "./page.js";
import { StatusForm } from "./status.js";

const root = document.querySelector("main");
const status = new StatusForm(document.getElementById("status-form"));

function draw({ version, user }) {
  drawFields(root, { ...user, version });
  status.show(user.status);
}

const drawing = {
  changes: (changes, verdicts) => {
    changes.filter((_, index) => verdicts[index] === "draw").forEach(draw);
  },
  state: (state) => state.rows.forEach(draw),
};

live(rows("users", drawing, { question: { view: "you" } })).watch((state) => status.connected(state));
