import assert from "node:assert/strict";
import { test } from "node:test";

import { duration, LATE, reading, stopwatch } from "../../client/static/js/tick.js";

const words = { late: "last tick %s ago", never: "no tick yet" };
const state = { at: 1_795_262_400_000, ago: 0, time: "12:00:00", date: "2026-11-21", offset: "UTC+00:00" };

test("a tick is the time while it is new", () => {
  assert.deepEqual(reading(state, LATE, words), { face: "12:00:00", day: "2026-11-21, UTC+00:00" });
});

test("after that the face says how long ago it was, and shows no time", () => {
  assert.deepEqual(reading(state, LATE + 1, words), { face: "last tick 2 s ago", day: "" });
  assert.equal(reading(state, 12_999, words).face, "last tick 12 s ago");
});

test("what a tick was old already when it was told counts, too", () => {
  assert.equal(reading({ ...state, ago: 11_500 }, 600, words).face, "last tick 12 s ago");
});

test("without any tick it says so", () => {
  assert.deepEqual(reading({ ...state, at: null, ago: null }, 0, words), { face: "no tick yet", day: "" });
});

test("durations are whole seconds, minutes, then hours", () => {
  const texts = [2_001, 119_999, 120_000, 7_199_999, 180_000_000].map(duration);
  assert.deepEqual(texts, ["2 s", "119 s", "2 min", "119 min", "50 h"]);
});

test("a machine that slept, and a clock that was set back, make no tick younger", () => {
  const clocks = { wall: 1_000, steady: 50 };
  const elapsed = stopwatch({ wall: () => clocks.wall, steady: () => clocks.steady });
  assert.equal(elapsed(), 0);
  clocks.wall += 60_000;
  assert.equal(elapsed(), 60_000);
  clocks.wall -= 120_000;
  clocks.steady += 700;
  assert.equal(elapsed(), 700);
});
