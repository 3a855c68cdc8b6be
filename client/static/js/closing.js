/** What the close of a socket means for the page. */

const SIGNED_OUT = 4401;
const NOT_ALLOWED = 4403;
const REFRESH = 4408;
const TOO_BIG = 4413;
const TOO_MANY = 4429;
const RESTART = 1012;

export const RESTART_SPREAD = 10_000; // milliseconds over which the pages of a server that stops come back

/**
 * Return the way on: "stop" (with `ended`, the page's last state), "reload" the page, "spread" (connect again at a
 * random time) or "retry" (connect again, later after each failure); `say` names the sentence to be shown, if any.
 */
export function afterClose(code) {
  switch (code) {
    case SIGNED_OUT:
      return { way: "stop", ended: "signed-out" };
    case NOT_ALLOWED:
      return { way: "stop", ended: "not-allowed" };
    case REFRESH:
      return { way: "reload" };
    case TOO_BIG:
      return { way: "retry", say: "oversize" };
    case TOO_MANY:
      return { way: "retry", say: "windows" };
    case RESTART:
      return { way: "spread" };
    default: // whatever else ends a connection, the network and the server included
      return { way: "retry" };
  }
}
