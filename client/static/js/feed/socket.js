/** The feed's socket: a reply finds its request by its number; whatever comes without one is an event. */

import { Line } from "../line.js";

export const PATIENCE = 10_000; // milliseconds for a reply; then the connection is taken to be gone
export const MOMENT = 1000; // milliseconds until what was too much in a short time is asked again

const LOST = { status: 0, data: null, errors: [] };
const TOO_MUCH = 429;

export class FeedSocket {
  #on;
  #line;
  #waiting = new Map(); // by request_id: what settles a question
  #last = 0;

  /** `on` has `opened`, `closed`, `ended` (told to stay away), `silent(whether)`, `say(name)` and `event`. */
  constructor(address, on) {
    this.#on = on;
    this.#line = new Line(address, {
      ...on,
      alive: () => this.ask("whoami"),
      received: (data) => this.#take(JSON.parse(data)),
      closed: () => this.#closed(),
    });
    this.#line.open();
  }

  /** Ask for something; resolve to `{ status, data, errors }`, with status 0 when no reply came. */
  ask(action, said = {}) {
    if (!this.#line.socket) return Promise.resolve(LOST);
    const id = (this.#last += 1);
    return new Promise((resolve) => {
      const late = setTimeout(() => this.#line.again(), PATIENCE);
      this.#waiting.set(id, (reply) => {
        clearTimeout(late);
        resolve(reply);
      });
      this.#line.send(JSON.stringify({ ...said, action, request_id: id }));
    });
  }

  /** Ask what nobody has asked for by a click: while it is too much in a short time, wait a moment and ask again. */
  async insist(action, said = {}) {
    let reply = await this.ask(action, said);
    while (reply.status === TOO_MUCH) {
      await new Promise((resolve) => setTimeout(resolve, MOMENT));
      reply = await this.ask(action, said);
    }
    return reply;
  }

  /** Do what the page would be wrong without, else connect anew; return whether it was done, on one connection. */
  async surely(work) {
    const socket = this.#line.socket;
    const done = await work();
    if (this.#line.socket !== socket) return false; // it is done anew there
    if (!done) this.#line.again();
    return done;
  }

  /** Say that all is well: what fails next is a first failure. */
  settled() {
    this.#line.proven();
  }

  /** Connect no more. */
  stop() {
    this.#line.stop();
  }

  #take(message) {
    if (!("request_id" in message)) {
      this.#on.event(message);
      return;
    }
    const settle = this.#waiting.get(message.request_id);
    this.#waiting.delete(message.request_id);
    settle?.({ status: message.response_status, data: message.data, errors: message.errors });
  }

  #closed() {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    waiting.forEach((settle) => settle(LOST));
    this.#on.closed();
  }
}

/** Return what is wrong as one sentence; of errors by field the sentences alone. */
export function sentence(errors) {
  const flat = (each) => (typeof each === "object" && each !== null ? Object.values(each).flatMap(flat) : [String(each)]);
  return errors.flatMap(flat).join(" ");
}
