/** A line to the server: a socket that is kept open, given up when it is dead, and made anew, as often as it takes. */

import { delay } from "./backoff.js";
import { afterClose, RESTART_SPREAD } from "./closing.js";
import { reloadLater } from "./reload.js";

export const BEAT = 10_000; // milliseconds between our signs of life
export const QUIET = 5_000; // after one of them, a socket that says nothing is called silent
export const SILENCE = 10_000; // and here it is dead
export const HANDSHAKE = 20_000; // for a connection to be made, also on a slow network

/**
 * Keep a socket open to an address. `on` is told: opened(), received(data), silent(whether), closed(),
 * ended(state), and say(name of a sentence); alive() has to send something that the server answers.
 */
export class Line {
  #address;
  #on;
  #socket = null;
  #failures = 0;
  #stopped = false;
  #retry = null;
  #handshake = null;
  #beat = null;
  #silence = null;
  #silent = false;

  constructor(address, on) {
    this.#address = new URL(address, location.href);
    this.#address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.#on = on;
    addEventListener("online", () => this.#hurry({ anew: true }));
    addEventListener("pageshow", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
  }

  /** The socket, once it is open. */
  get socket() {
    return this.#socket?.readyState === WebSocket.OPEN ? this.#socket : null;
  }

  open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const socket = (this.#socket = new WebSocket(this.#address));
    this.#handshake = setTimeout(() => this.#abandon(), HANDSHAKE);
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = ({ code }) => this.#closed(code);
  }

  send(text) {
    this.#socket.send(text);
  }

  /** Say that the page works: the next failure is a first one. */
  proven() {
    this.#failures = 0;
  }

  /** Give the connection up, if there is one, and make another. */
  again() {
    if (this.#socket) this.#abandon();
  }

  /** Connect no more. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#retry = null;
    this.again();
  }

  #opened() {
    clearTimeout(this.#handshake);
    this.#beat = setInterval(() => this.#sayAlive(), BEAT);
    this.#sayAlive();
    this.#on.opened();
  }

  #received(data) {
    clearTimeout(this.#silence);
    this.#silence = null;
    if (this.#silent) {
      this.#silent = false;
      this.#on.silent(false);
    }
    this.#on.received(data);
  }

  #sayAlive() {
    this.#on.alive();
    this.#silence ??= setTimeout(() => this.#quiet(), QUIET);
  }

  #quiet() {
    this.#silent = true;
    this.#on.silent(true);
    this.#silence = setTimeout(() => this.#abandon(), SILENCE - QUIET);
  }

  /** Give up a dead socket at once: its own `close` waits for an answer that will not come. */
  #abandon() {
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(null);
  }

  #closed(code) {
    this.#socket = null;
    this.#silent = false;
    clearTimeout(this.#handshake);
    clearInterval(this.#beat);
    clearTimeout(this.#silence);
    this.#silence = null;
    this.#on.closed();
    if (this.#stopped) return;
    const { way, ended, say } = afterClose(code);
    if (say) this.#on.say(say);
    this.#go(way, ended);
  }

  #go(way, ended) {
    switch (way) {
      case "stop":
        this.#on.ended(ended);
        break;
      case "reload":
        reloadLater();
        break;
      case "spread":
        this.#later(Math.random() * RESTART_SPREAD);
        break;
      case "retry":
        this.#later(delay(this.#failures));
        break;
      default:
        throw new Error(`unknown way ${way}`);
    }
  }

  #later(milliseconds) {
    this.#retry = setTimeout(() => this.open(), milliseconds);
    this.#failures += 1;
  }

  /**
   * Look at once whether there is a connection: the user looks at the page, or the network is back. Timers of hidden
   * tabs are slow. `anew`: a handshake that was begun before has no hope.
   */
  #hurry({ anew = false } = {}) {
    if (this.#retry !== null) this.open();
    else if (this.socket) this.#sayAlive();
    else if (this.#socket && anew) {
      this.#abandon();
      this.open();
    }
  }
}
