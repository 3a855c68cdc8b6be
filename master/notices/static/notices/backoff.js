/** How long to wait before the next try to connect. */

export const SHORTEST = 250; // milliseconds
export const LONGEST = 30_000;

/**
 * Full jitter: anything from nothing to a limit that doubles with each failure, so that the pages of a server that
 * comes back do not all return at once.
 */
export function delay(failures, random = Math.random) {
  return random() * Math.min(LONGEST, SHORTEST * 2 ** Math.min(failures, 16));
}
