/** What the face of the clock says: the time of the last tick while it is new, else how long ago it was. */

export const LATE = 2_000; // milliseconds, as in client/clock/reading.py

/**
 * Return the texts of face and day for a state of which `elapsed` milliseconds have passed since it was told. `words`
 * has `never`, and `seconds`, `minutes` and `hours` with %s in the place of their number.
 */
export function reading({ at, ago, time, date, offset }, elapsed, words) {
  if (at === null) return { face: words.never, day: "" };
  const age = ago + elapsed;
  if (age > LATE) return { face: longAgo(age, words), day: "" };
  return { face: time, day: `${date}, ${offset}` };
}

/**
 * Tell whether the newest state has an older tick than the one shown: two workers at once may tell theirs so. A tick that
 * is older by more than two seconds is one of a clock that was set right.
 */
export function isOvertaken(newest, shown) {
  return newest.at !== null && newest.at < shown.at && shown.at - newest.at <= LATE;
}

/** Whole seconds, above two minutes minutes, above two hours hours. */
export function longAgo(milliseconds, words) {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < 120) return words.seconds.replace("%s", seconds);
  if (seconds < 7_200) return words.minutes.replace("%s", Math.floor(seconds / 60));
  return words.hours.replace("%s", Math.floor(seconds / 3_600));
}

/**
 * Return what tells the milliseconds since now. One of the browser's clocks stands still while the machine sleeps, the
 * other may be set back: the longer time is taken, so that no old tick is shown as the time.
 */
export function stopwatch({ wall = Date.now, steady = () => performance.now() } = {}) {
  const from = { wall: wall(), steady: steady() };
  return () => Math.max(0, wall() - from.wall, steady() - from.steady);
}
