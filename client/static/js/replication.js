/** The page `/replication/`: every push and every answer is the whole state; the one with the highest number counts. */

import { Asking } from "./asking.js";
import { showConnection } from "./badge.js";
import { bars, ceiling, label, path } from "./chart.js";
import { drawFields } from "./fields.js";
import { initialState } from "./initial.js";
import { Connection } from "./live.js";

const { DFSignals } = window;
const asking = new Asking((ask) => DFSignals.call("replication.snapshot", { ask }));
let newest = initialState.n;

const connection = new Connection(document.body.dataset.live, {
  trying: () => showConnection("connecting"),
  opened: () => asking.begin(), // on every connection: what was pushed meanwhile is in the answer
  closed: () => {
    asking.stop();
    newest = 0; // the next answer is newer, even if Redis has forgotten some numbers
    showConnection("waiting");
  },
  signedOut: () => showConnection("signed-out"),
});

DFSignals.connect("replication.changed", draw);
DFSignals.connect("replication.snapshot", (answer, id) => {
  if (id === undefined || !asking.answered(answer.ask)) return; // without an id it is our own question
  connection.proven();
  draw(answer);
  showConnection("live");
});
drawCharts(initialState);
connection.open();

function draw(state) {
  if (state.n < newest) return; // it was overtaken on the way
  newest = state.n;
  drawFields(document.getElementById("queues"), state.queues);
  for (const { table, fields } of state.tables) {
    const section = sectionOf(table);
    if (section) drawFields(section, fields); // a worker may know a table that this page does not have yet
  }
  drawCharts(state);
}

function drawCharts({ tables, now, span }) {
  for (const { table, samples } of tables) {
    const top = ceiling(Math.max(0, ...samples.map(([, lag]) => lag)));
    const section = sectionOf(table);
    section?.querySelector("svg path").setAttribute("d", path(bars(samples, { now, span: span * 1_000, top })));
    section?.querySelector(".top").replaceChildren(label(top));
  }
}

function sectionOf(table) {
  return document.querySelector(`[data-table="${CSS.escape(table)}"]`);
}
