/** Notices on every page of the admin. */

import { keep } from "./connection.js";
import { show } from "./toasts.js";

const section = document.getElementById("notices");
const list = document.getElementById("notices-list");
if (section && list) {
  keep(section.dataset.token, (event) => show(event, list, section.dataset));
}
