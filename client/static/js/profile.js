/**
 * The page `/profile/`: two live parts, the profile and its picture, and forms that df_websockets' attributes send.
 * What is wrong with a field the server writes beside it (`html.text`, `html.add_attribute`); the rest is drawn here.
 */

import { drawFields } from "./fields.js";
import { initialState } from "./initial.js";
import { fieldsOf, Keeping } from "./keeping.js";
import { live, whole } from "./page.js";
import { Progress } from "./progress.js";
import { Sending } from "./sending.js";
import { takeOver } from "./takeover.js";

const { DFSignals } = window;
const element = (id) => document.getElementById(id);

const { profile, picture } = initialState();
const card = element("card");
const saved = element("saved");
const forms = [element("contact"), element("remember")];
const colour = element("colour");
const keeping = new Keeping([...forms.flatMap(fieldsOf), colour]);
const sendings = Object.fromEntries(forms.map((form) => [form.id, new Sending(form)]));
sendings.colour = new Sending(element("choice"), { field: colour, undo: () => keeping.putBack(colour) });
const progress = new Progress(element("drawing"), element("picture"), picture);

drawProfile(profile);
live(
  whole("profile", drawProfile, { state: profile }),
  whole("picture", (state) => progress.show(state), { state: picture }),
).watch(connected);
DFSignals.connect("profile.answered", ({ form, saved: well, value }) => sendings[form].answered(well, value));
DFSignals.connect("live.refused", ({ signal }) => Object.values(sendings).forEach((each) => each.refused(signal)));
takeOver(element("take-over"), element("live").dataset.live);

function drawProfile(state) {
  drawFields(card, state);
  card.dataset.colour = state.colour;
  keeping.show(state);
  saved.replaceChildren(...state.saved.map(line));
}

function line({ at, fields, how }) {
  const item = document.createElement("li");
  const names = fields.map((name) => saved.dataset[name] ?? name).join(", ");
  item.textContent = [`${at}: ${names}`, saved.dataset[how]].filter(Boolean).join(" ");
  return item;
}

/** Let nothing be done that could not be sent. */
function connected(state) {
  const on = state === "live";
  for (const button of document.querySelectorAll("main form button, #colour")) button.disabled = !on;
  progress.connected(on);
  if (state === "waiting") Object.values(sendings).forEach((each) => each.lost());
}
