/** What the pages of one browser tell each other. */

export const CHANNEL = "notices";
