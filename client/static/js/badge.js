/**
 * Say how the page is connected, and what went wrong. The markup and the words, in the user's language, come by
 * `{% live_head %}`.
 */

/** Put the badge where the page has `data-live-badge`, else first on it, and the notices likewise; return both. */
export function placeBadge() {
  const template = document.getElementById("live");
  const [badge, notices] = template.content.cloneNode(true).children;
  place("[data-live-notices]").prepend(notices);
  place("[data-live-badge]").prepend(badge);
  return new Badge(template.dataset.live, badge, notices);
}

function place(selector) {
  return document.querySelector(selector) ?? document.body;
}

export class Badge {
  /** Where the page's socket leads. */
  address;
  #badge;
  #notices;
  #note;

  constructor(address, badge, notices) {
    this.address = address;
    this.#badge = badge;
    this.#notices = notices;
    this.#note = notices.querySelector("#live-note");
    this.#note.querySelector("button").addEventListener("click", () => this.#dismiss());
  }

  /** Show a state; each is said once, so call it when the state changes. */
  show(state) {
    this.#badge.dataset.state = state;
    this.#badge.textContent = this.#badge.getAttribute(`data-${state}`);
    const ending = this.#notices.querySelector(`[data-ending="${state}"]`);
    if (ending) this.#end(ending);
  }

  /** Say a sentence; one that has no words of its own is said as "malformed". */
  say(name) {
    this.#note.dataset.shown = name;
    const words = this.#note.getAttribute(`data-${name}`) ?? this.#note.dataset.malformed;
    this.#note.querySelector("[role=status]").textContent = words;
  }

  /** Let nobody do anything any more but what the notice offers. */
  #end(ending) {
    const content = document.querySelector("[data-live-content]") ?? document.querySelector("main");
    const leaves = content?.contains(document.activeElement);
    if (content) content.inert = true;
    ending.hidden = false;
    if (leaves) ending.querySelector("a").focus(); // for what had the focus is out of reach now
  }

  #dismiss() {
    delete this.#note.dataset.shown;
    this.#note.querySelector("[role=status]").textContent = "";
    document.querySelector("main")?.focus({ preventScroll: true }); // for the button is gone
  }
}
