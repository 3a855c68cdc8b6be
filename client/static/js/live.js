/**
 * The page's connection. df_websockets' script does the rest: its `call` and `connect` work through
 * `DFSignals.connection` and `DFSignals.buffer`; an empty `wsurl` keeps its own connector, which retries every 3 s for
 * ever, from starting.
 */

import { delay } from "./backoff.js";
import { afterClose, RESTART_SPREAD } from "./closing.js";
import { Deliveries } from "./deliveries.js";
import { Held } from "./held.js";
import { reloadLater } from "./reload.js";

export const BEAT = 10_000; // milliseconds between our signs of life; the answer says what we may have missed
export const QUIET = 5_000; // after one of them, a socket that says nothing is called silent
export const SILENCE = 10_000; // and here it is dead
export const HANDSHAKE = 20_000; // for a connection to be made, also on a slow network
const HEARTBEAT = "--heartbeat--";

const { DFSignals } = window;
DFSignals.wsurl = "";

/**
 * Keep a socket open to an address. `page` is told: opened(), usable(), closed(), silent(on),
 * ended(state), and say(name of a sentence).
 */
export class Connection {
  #address;
  #page;
  #deliveries = new Deliveries(DFSignals.registry);
  #held;
  #socket = null;
  #failures = 0;
  #retry = null;
  #handshake = null;
  #beat = null;
  #silence = null;
  #silent = false;

  constructor(address, page) {
    this.#address = new URL(address, location.href);
    this.#address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.#page = page;
    this.#held = DFSignals.buffer = new Held(() => page.say("lost"), { there: DFSignals.buffer });
    addEventListener("online", () => this.#hurry({ anew: true }));
    addEventListener("pageshow", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#hurry());
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

  /** Say that the page works: the next failure is a first one. */
  proven() {
    this.#failures = 0;
  }

  #opened() {
    clearTimeout(this.#handshake);
    this.#beat = setInterval(() => this.#sayAlive(), BEAT);
    this.#sayAlive();
    DFSignals.connection = this.#socket; // for the page's own questions, which are asked again
    this.#page.opened();
    DFSignals.connection = null; // a server that turns the window away opens the socket first, to say why
  }

  /** Let calls go to the socket, those first that were held back until now: the server has let the window in. */
  #usable() {
    DFSignals.connection = this.#socket;
    this.#held.release((text) => this.#socket.send(text));
    this.#page.usable();
  }

  #received(data) {
    clearTimeout(this.#silence);
    this.#silence = null;
    if (!DFSignals.connection) this.#usable();
    if (this.#silent) {
      this.#silent = false;
      this.#page.silent(false);
    }
    if (data !== HEARTBEAT) this.#deliveries.take(data);
  }

  #sayAlive() {
    this.#socket.send(HEARTBEAT);
    this.#silence ??= setTimeout(() => this.#quiet(), QUIET);
  }

  /** Hold calls back: the socket may be dead, and what is sent into it lost. */
  #quiet() {
    this.#silent = true;
    DFSignals.connection = null;
    this.#page.silent(true);
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
    DFSignals.connection = this.#socket = null;
    this.#silent = false;
    clearTimeout(this.#handshake);
    clearInterval(this.#beat);
    clearTimeout(this.#silence);
    this.#silence = null;
    this.#page.closed();
    const { way, ended, say } = afterClose(code);
    if (say) this.#page.say(say);
    this.#go(way, ended);
  }

  #go(way, ended) {
    switch (way) {
      case "stop":
        this.#held.forget();
        this.#page.ended(ended);
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
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#sayAlive();
    else if (this.#socket && anew) {
      this.#abandon();
      this.open();
    }
  }
}
