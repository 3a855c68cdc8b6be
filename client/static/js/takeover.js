/**
 * Send a file, which cannot go over the socket, to a view. The view tells this window by its socket what it has done;
 * it knows the window by its key. The view's own answer says what is wrong, and stands in when the socket is away.
 */

const { DFSignals } = window;

/** `address` is that of the page's socket, in which the key stands. */
export function takeOver(form, address) {
  const button = form.querySelector("[type=submit]");
  const note = form.querySelector(".note");
  const say = (outcome) => (note.textContent = outcome && note.dataset[outcome]);
  const tell = ({ fields }) => say(fields.length ? "saved" : "same");

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("");
    button.setAttribute("aria-busy", "true");
    const { error = "", fields } = await send(form, address).catch(() => ({}));
    button.removeAttribute("aria-busy");
    showWrong(form, error);
    if (fields) tell({ fields });
    else if (!error) say("lost");
  });
  DFSignals.connect("profile.saved", tell);
}

async function send(form, address) {
  const body = new FormData(form);
  body.set("window", new URL(address, location.href).searchParams.get("window"));
  const answer = await fetch(form.action, { method: "POST", body });
  return answer.json();
}

function showWrong(form, error) {
  const field = form.elements.namedItem("file");
  form.querySelector("#file-error").textContent = error;
  if (error) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  } else field.removeAttribute("aria-invalid");
}
