import assert from "node:assert/strict";
import { test } from "node:test";

import { isOvertaken, LATE, longAgo, reading, stopwatch } from "../../client/static/js/tick.js";

const words = {
  seconds: "last tick %s s ago",
  minutes: "last tick %s min ago",
  hours: "last tick %s h ago",
  never: "no tick yet",
};
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

test("of two ticks told the wrong way round the later is shown, but a clock that is set right is believed", () => {
  const told = (milliseconds) => isOvertaken({ ...state, at: state.at + milliseconds }, state);
  assert.deepEqual([-LATE - 1, -LATE, -1, 0, 1].map(told), [false, true, true, false, false]);
  assert.equal(isOvertaken(state, { ...state, at: null }), false);
  assert.equal(isOvertaken({ ...state, at: null }, state), false);
});

test("durations are whole seconds, minutes, then hours", () => {
  const texts = [2_001, 119_999, 120_000, 7_199_999, 180_000_000].map((age) =>
    longAgo(age, { seconds: "il y a %s s", minutes: "il y a %s min", hours: "il y a %s h" }),
  );
  assert.deepEqual(texts, ["il y a 2 s", "il y a 119 s", "il y a 2 min", "il y a 119 min", "il y a 50 h"]);
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
