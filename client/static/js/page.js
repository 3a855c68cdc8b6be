/**
 * A live page, in a few lines:
 *
 *   live(whole("teams", (state) => draw(state)));
 *   live(rows("users", { changes, state }, { question: { view: "you" } }));
 *
 * It hears pushes of `<name>.changed`, and asks `<name>.snapshot` for its state: docs/live-pages.md.
 */

import { placeBadge } from "./badge.js";
import { initialState } from "./initial.js";
import { Connection } from "./live.js";
import { Part } from "./part.js";
import { reloadHelped } from "./reload.js";
import { Rows } from "./rows.js";
import { standing } from "./standing.js";
import { Whole } from "./whole.js";

const { DFSignals } = window;

/**
 * Make a part of which every push and every answer is the whole state, drawn by `draw(state)`. Of options `state` is
 * what the page was loaded with, `question` what is asked beside the number, `changed` and `snapshot` other signals.
 */
export function whole(name, draw, options = {}) {
  return part(name, (state) => new Whole(state, draw), options);
}

/** Make a part of rows with versions, drawn by `draw.changes(changes, verdicts)` and `draw.state(state, removed)`. */
export function rows(name, draw, options = {}) {
  return part(name, (state) => new Rows(state, draw), options);
}

/** Keep the parts of this page live. */
export function live(...parts) {
  return new Page(parts, placeBadge());
}

function part(name, holding, { state = initialState(), ...options }) {
  const signals = { changed: `${name}.changed`, snapshot: `${name}.snapshot` };
  return new Part({ ...signals, ...options, state, content: holding(state) });
}

export class Page {
  #parts;
  #badge;
  #connection;
  #socket = { ended: null, open: false, silent: false, lost: false };
  #shown = null;
  #watchers = [];
  #gaps = 0; // that the server was told of

  constructor(parts, badge) {
    this.#parts = parts;
    this.#badge = badge;
    for (const part of parts) part.watch(() => this.#show());
    DFSignals.connect("live.pong", ({ n }) => parts.forEach((part) => part.pong(n)));
    DFSignals.connect("live.reset", () => parts.forEach((part) => part.missed()));
    DFSignals.connect("live.refused", (refusal) => this.#refused(refusal));
    this.#connection = new Connection(badge.address, this);
    this.#connection.open();
    this.#show();
  }

  /** Call `watcher(state)` now, and whenever the state changes: standing.js says which there are. */
  watch(watcher) {
    this.#watchers.push(watcher);
    watcher(this.#shown);
  }

  opened() {
    this.#socket.open = true;
    this.#parts.forEach((part) => part.opened());
    this.#show();
  }

  usable() {
    this.#parts.forEach((part) => part.usable());
  }

  closed() {
    Object.assign(this.#socket, { open: false, silent: false, lost: true });
    this.#parts.forEach((part) => part.closed());
    this.#show();
  }

  silent(on) {
    this.#socket.silent = on;
    if (!on) this.#parts.forEach((part) => part.missed());
    this.#show();
  }

  /** Return how many gaps there were since this was asked last. */
  gaps() {
    const seen = this.#parts.reduce((sum, part) => sum + part.gaps, 0);
    const news = seen - this.#gaps;
    this.#gaps = seen;
    return news;
  }

  ended(state) {
    this.#socket.ended = state;
    this.#show();
  }

  say(sentence) {
    this.#badge.say(sentence);
  }

  #refused({ signal, reason }) {
    const asked = this.#parts.filter((part) => part.asks(signal));
    if (asked.length) asked.forEach((part) => part.refused());
    else this.say(reason);
  }

  #show() {
    const state = standing({ ...this.#socket, parts: this.#parts.map((part) => part.standing) });
    if (state === this.#shown) return; // said once
    this.#shown = state;
    if (state === "live") {
      this.#connection.proven();
      reloadHelped();
    }
    this.#badge.show(state);
    for (const watcher of this.#watchers) watcher(state);
  }
}
