/** The page `/`: the signed-in user himself. */

import { drawFields } from "./fields.js";
import { initialState } from "./initial.js";
import { Page } from "./page.js";
import { StatusForm } from "./status.js";

const root = document.querySelector("main");
const status = new StatusForm(document.getElementById("status-form"));

function draw({ version, user }) {
  drawFields(root, { ...user, version });
  status.show(user.status);
}

const drawing = {
  enable: (on) => status.enable(on),
  changes: (changes, verdicts) => {
    changes.filter((_, index) => verdicts[index] === "draw").forEach(draw);
  },
  state: ({ rows }) => rows.forEach(draw),
};

new Page({ state: initialState, question: { view: "you" }, draw: drawing });
