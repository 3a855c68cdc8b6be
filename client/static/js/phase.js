/** Where a long job is, as a function of what the server said and how long ago. */

/** Return the phase to show: "stalled" when it should have moved long ago. */
export function phaseNow({ phase, ago, patience }, elapsed) {
  return isUnderWay(phase) && ago + elapsed > patience ? "stalled" : phase;
}

/** Say whether somebody is, or should be, at work. */
export const isUnderWay = (phase) => phase === "waiting" || phase === "drawing";
