/** What the face of the clock says: the time of the last tick while it is new, else how long ago it was. */

export const LATE = 2_000; // milliseconds, as in client/clock/reading.py

/**
 * Return the texts of face and day for a state of which `elapsed` milliseconds have passed since it was told. `words`
 * has `never`, and `late` with %s in the place of the duration.
 */
export function reading({ at, ago, time, date, offset }, elapsed, words) {
  if (at === null) return { face: words.never, day: "" };
  const age = ago + elapsed;
  if (age > LATE) return { face: words.late.replace("%s", duration(age)), day: "" };
  return { face: time, day: `${date}, ${offset}` };
}

/** Whole seconds, above two minutes minutes, above two hours hours. */
export function duration(milliseconds) {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
}

/**
 * Return what tells the milliseconds since now. One of the browser's clocks stands still while the machine sleeps, the
 * other may be set back: the longer time is taken, so that no old tick is shown as the time.
 */
export function stopwatch({ wall = Date.now, steady = () => performance.now() } = {}) {
  const from = { wall: wall(), steady: steady() };
  return () => Math.max(0, wall() - from.wall, steady() - from.steady);
}
