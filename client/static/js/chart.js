/** The chart of the lag: one bar for each second in which something was applied. Pure: numbers in, a path out. */

export const WIDTH = 600; // units of the drawing, as in the page's viewBox
export const HEIGHT = 120;
const LEAST_BAR = 2; // so that a lag of nothing is seen
const ROUND = [1, 2, 5];

/** The smallest round number of milliseconds that nothing exceeds: 10, 20, 50, 100 … */
export function ceiling(worst) {
  for (let power = 10; ; power *= 10) {
    const round = ROUND.find((digit) => digit * power >= worst);
    if (round) return round * power;
  }
}

/** Put samples of [time, lag], in milliseconds, into the drawing: the newest at the right, `top` at the upper edge. */
export function bars(samples, { now, span, top }) {
  return samples
    .map(([at, lag]) => ({
      x: round(WIDTH * (1 - (now - at) / span)),
      y: round(HEIGHT - Math.max(LEAST_BAR, (HEIGHT * Math.min(lag, top)) / top)),
    }))
    .filter(({ x }) => x >= 0 && x <= WIDTH);
}

/** The `d` of an SVG path that draws bars. */
export function path(drawn) {
  return drawn.map(({ x, y }) => `M${x} ${HEIGHT}V${y}`).join("");
}

/** How a duration stands at the axis; `words` has `milliseconds` and `seconds`, with %s in the place of the number. */
export function label(milliseconds, words) {
  if (milliseconds < 1_000) return words.milliseconds.replace("%s", milliseconds);
  return words.seconds.replace("%s", milliseconds / 1_000);
}

function round(number) {
  return Math.round(number * 10) / 10;
}
