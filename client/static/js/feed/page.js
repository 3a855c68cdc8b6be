/** The page `/feed/`. */

import { initialState } from "../initial.js";
import { standing as standingOf } from "../standing.js";
import { Book, MOST } from "./book.js";
import { Hashtags } from "./hashtags.js";
import { List } from "./list.js";
import { Names } from "./names.js";
import { Own } from "./own.js";
import { FeedSocket } from "./socket.js";
import { Writing } from "./writing.js";

const SPOKEN = 1000; // milliseconds between two numbers of new posts: each is read out

const [root, badge, button, older, end, nothing, note] = ["feed", "badge", "new", "older", "end", "nothing", "note"].map(
  (id) => document.getElementById(id),
);
const { user, followed, most_followed: mostFollowed, shown, names } = initialState();
const book = new Book();
const standing = { ended: null, open: false, silent: false, lost: false, fresh: false };
let state = "connecting";
let drawn = true; // whether the page shows what the book holds
let spoken = null;
let newest = null; // the list that was asked for last
let hasMore = false; // whether there are posts older than those that are shown

const feed = {
  lost: root.dataset.lost,
  during: (reply) => book.during(reply),
  list: () => refresh(),
  take,
  wrote,
  draw: later,
  say,
};
const list = new List(root, user, new Names(names, user === null ? "" : root.dataset.authors, later));
const socket = new FeedSocket("/ws/feed/", {
  opened,
  silent: (silent) => stand({ silent }),
  closed: () => stand({ open: false, silent: false, lost: true, fresh: false }),
  ended: signedOut,
  say: (name) => say(root.getAttribute(`data-${name}`)),
  event: take,
});
const hashtags = new Hashtags(feed, socket, followed, mostFollowed);
const form = document.getElementById("write");
const writing = form && new Writing(form, feed, socket);
new Own(feed, socket);
button.addEventListener("click", turn);
older.addEventListener("click", more);

async function opened() {
  stand({ open: true });
  if (!(await socket.surely(resume))) return;
  socket.settled();
  stand({ fresh: true });
  if (note.textContent === root.dataset.windows) say(""); // for it is not one too many any more
}

/** Follow first and list then: what is committed between the two comes as an event. */
async function resume() {
  const { status, data } = await socket.insist("whoami");
  if (status === 200 && user !== null && data.user !== user) {
    signedOut();
    return false;
  }
  return (await hashtags.resume()) && refresh(Math.max(shown, book.shown.length));
}

/** Show the newest posts; return whether they are shown. Who is overtaken by another list returns what that returns. */
function refresh(limit = shown) {
  const asked = socket.insist("list", { ...hashtags.asked, limit: Math.min(MOST, limit), offset: 0 });
  const mine = (newest = { asked: book.during(asked) });
  mine.done = filled(mine);
  return mine.done;
}

async function filled(mine) {
  const [{ status, data }, events] = await mine.asked;
  if (mine !== newest) return newest.done;
  if (status !== 200) return false;
  book.fill(data.results, events);
  hasMore = data.count > data.results.length;
  draw();
  speak();
  return true;
}

/**
 * Show older posts: by a longer list from the newest on. Where the older ones begin nobody can tell from what the page
 * holds: a post of one's own may have none of the followed hashtags, and an old one that waits may have gained one.
 */
async function more() {
  say((await refresh(book.shown.length + book.waiting + shown)) ? "" : root.dataset.lost);
}

async function turn() {
  if (book.overflows) {
    if (!(await refresh())) say(root.dataset.lost);
  } else {
    if (book.turn()) hasMore = true;
    draw();
    speak();
  }
  document.getElementById("posts-name").focus();
}

/** Show one's own post, also one that has none of the hashtags that are followed. */
function wrote(item, events) {
  book.show(item, events);
  draw();
  speak();
}

function take(event) {
  book.take(event);
  later();
}

/** Draw once for all that comes until the next frame. */
function later() {
  if (!drawn) return;
  drawn = false;
  requestAnimationFrame(draw);
}

function draw() {
  drawn = true;
  if (!book.isFilled) return; // what happens before the first list is in it
  const items = book.shown;
  list.draw(items);
  nothing.hidden = items.length > 0;
  older.hidden = !hasMore || items.length >= MOST;
  end.hidden = !hasMore || items.length < MOST;
  spoken ??= setTimeout(speak, SPOKEN);
}

function speak() {
  clearTimeout(spoken);
  spoken = null;
  const count = book.waiting;
  const words = countOf(count);
  if (button.textContent !== words) button.textContent = words;
  button.hidden = count === 0;
}

function countOf(count) {
  const { one, many, over } = button.dataset;
  if (count === 1) return one;
  return count > MOST ? over.replace("%s", MOST) : many.replace("%s", count);
}

/** Say where the page stands, once; without a connection that answers nothing can be done. */
function stand(news) {
  Object.assign(standing, news);
  const stands = standingOf({ ...standing, parts: [standing.fresh ? "fresh" : "new"] });
  if (stands === state) return;
  state = stands;
  badge.dataset.state = state;
  badge.textContent = badge.getAttribute(`data-${state}`);
  [list, hashtags, writing].forEach((part) => part?.enable(state === "live"));
  older.disabled = state !== "live";
}

function signedOut() {
  stand({ ended: "signed-out" });
  socket.stop();
  root.inert = true;
  const notice = document.getElementById("signed-out");
  notice.hidden = false;
  notice.querySelector("a").focus();
}

function say(text) {
  if (note.textContent !== text) note.textContent = text; // said once, however often it is tried
}
