/** The page `/replication/`: every push and every answer is the whole state. */

import { bars, ceiling, label, path } from "./chart.js";
import { drawFields } from "./fields.js";
import { initialState } from "./initial.js";
import { live, whole } from "./page.js";

drawCharts(initialState());
live(whole("replication", draw));

function draw(state) {
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
    if (!section) continue;
    section.querySelector("svg path").setAttribute("d", path(bars(samples, { now, span: span * 1_000, top })));
    const axis = section.querySelector(".top");
    axis.textContent = label(top, axis.dataset);
  }
}

function sectionOf(table) {
  return document.querySelector(`[data-table="${CSS.escape(table)}"]`);
}
