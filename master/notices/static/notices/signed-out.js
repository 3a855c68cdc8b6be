/** On pages for those who are not signed in: let the pages that are still open know, in every tab. */

import { CHANNEL } from "./pages.js";

new BroadcastChannel(CHANNEL).postMessage("signed-out");
