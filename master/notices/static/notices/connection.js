/** Keep a connection to the server of notices: a token for each try, full jitter between them. */

import { delay } from "./backoff.js";
import { CHANNEL } from "./pages.js";

const GREETING = "Hello ";
const ALL_AT_ONCE = [1001, 1012, 1013]; // the server closes everybody
const SPREAD = 5000; // milliseconds over which these come back

/**
 * Call `heard` with each event, until the page's user is no longer given a token. `world` stands in for what a browser
 * has: fetch, WebSocket, setTimeout, random, and the news of other pages.
 */
export function keep(tokenAddress, heard, world = browser()) {
  let failures = 0;
  let socket = null;

  world.onSignOut(() => socket?.close()); // and ask for a token again, which is refused

  function again(code) {
    world.setTimeout(connect, pause(code, failures, world.random));
    failures += 1;
  }

  async function connect() {
    try {
      const answer = await world.fetch(tokenAddress, { credentials: "same-origin", redirect: "error" });
      if (answer.status === 401 || answer.status === 403) {
        return; // signed out, or no longer of the staff
      }
      open(await answer.json());
    } catch {
      again(); // the web is away for the moment
    }
  }

  function open({ token, address }) {
    socket = new world.WebSocket(address);
    let greeted = false;
    socket.addEventListener("open", () => socket.send(token));
    socket.addEventListener("close", ({ code }) => again(code));
    socket.addEventListener("message", ({ data }) => {
      if (greeted) {
        heard(JSON.parse(data));
      } else if (data.startsWith(GREETING)) {
        greeted = true;
        failures = 0;
      }
    });
  }

  return connect();
}

function pause(code, failures, random) {
  return ALL_AT_ONCE.includes(code) ? random() * SPREAD : delay(failures, random);
}

function browser() {
  return {
    fetch: window.fetch.bind(window),
    WebSocket: window.WebSocket,
    setTimeout: window.setTimeout.bind(window),
    random: Math.random,
    onSignOut: (work) => new BroadcastChannel(CHANNEL).addEventListener("message", work),
  };
}
