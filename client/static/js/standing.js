/**
 * Where a page stands, in one word:
 *
 *   connecting   its first connection is being made
 *   live         it shows what the server holds
 *   stale        it is connected, but the server is silent or owes an answer: what it shows may be old
 *   waiting      the connection is lost, and will be tried again by itself
 *   signed-out, not-allowed   it has been told to go away, and stays there
 */

/**
 * Decide it. `ended` is "signed-out", "not-allowed" or null; `open` and `silent` tell of the socket; `lost` whether
 * a connection was lost before; `parts` holds "new" (not answered on this connection), "fresh" or "overdue" for each
 * part of the page.
 */
export function standing({ ended, open, silent, lost, parts }) {
  if (ended) return ended;
  const before = lost ? "waiting" : "connecting"; // a try is not told apart from the wait for it: it would be said each time
  if (!open) return before;
  if (silent || parts.includes("overdue")) return "stale";
  return parts.includes("new") ? before : "live";
}
