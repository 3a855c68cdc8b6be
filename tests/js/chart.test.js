import assert from "node:assert/strict";
import { test } from "node:test";

import { bars, ceiling, HEIGHT, label, path, WIDTH } from "../../client/static/js/chart.js";

const NOW = 1_700_000_000_000;
const scale = (top) => ({ now: NOW, span: 300_000, top });

test("the upper edge is the next round number, and never nothing", () => {
  assert.deepEqual([0, 7, 10, 11, 20, 21, 51, 180, 4_999, 60_000].map(ceiling), [
    10, 10, 10, 20, 20, 50, 100, 200, 5_000, 100_000,
  ]);
});

test("the newest sample stands at the right, one of five minutes ago at the left", () => {
  const drawn = bars(
    [
      [NOW - 300_000, 100],
      [NOW - 150_000, 50],
      [NOW, 25],
    ],
    scale(100),
  );
  assert.deepEqual(drawn, [
    { x: 0, y: 0 },
    { x: WIDTH / 2, y: HEIGHT / 2 },
    { x: WIDTH, y: HEIGHT * 0.75 },
  ]);
});

test("no lag at all is a small bar, and more than the scale holds ends at its edge", () => {
  const drawn = bars([[NOW, 0], [NOW, 900]], scale(100));
  assert.deepEqual(drawn.map(({ y }) => y), [HEIGHT - 2, 0]);
});

test("what is older than the span, or newer than the server's clock, is not drawn", () => {
  assert.deepEqual(bars([[NOW - 300_001 - 1_000, 1], [NOW + 1_000, 1]], scale(10)), []);
});

test("a path goes up from the bottom at each bar", () => {
  assert.equal(path([{ x: 1.5, y: 20 }, { x: 3, y: 0 }]), `M1.5 ${HEIGHT}V20M3 ${HEIGHT}V0`);
  assert.equal(path([]), "");
});

test("the scale is said in milliseconds or seconds", () => {
  const words = { milliseconds: "%s мс", seconds: "%s с" };
  const labels = [10, 500, 1_000, 2_000, 100_000].map((duration) => label(duration, words));
  assert.deepEqual(labels, ["10 мс", "500 мс", "1 с", "2 с", "100 с"]);
});
