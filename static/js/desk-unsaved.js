// Unsaved entries of a desk form are stored on the server, so that an expired session, a closed tab or a crash
// loses nothing. The form offers to restore them; the form itself is never submitted automatically.

const tools = document.getElementById("desk-form");
const form = tools?.closest("form");
const note = document.getElementById("entries-kept");
// Milliseconds between a change and its storage: at most this much is lost.
const PAUSE = 2000;

let timer = 0;
// The entries as they were when the page opened or when they were last stored.
let kept = "";
let request = new AbortController();

/** The entries, without files and passwords, which never leave the page. */
function entries() {
  const values = new URLSearchParams({ _address: tools.dataset.address });
  const secret = new Set([...form.querySelectorAll("input[type=password]")].map(({ name }) => name));
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !secret.has(name)) values.append(name, value);
  }
  return values;
}

function tell(words, isWrong) {
  if (isWrong) note.setAttribute("role", "alert");
  else note.removeAttribute("role");
  note.textContent = words;
}

async function keep() {
  timer = 0;
  const body = entries();
  // The admin's scripts also fire change events when nothing has changed.
  if (`${body}` === kept) return;
  kept = `${body}`;
  request = new AbortController();
  try {
    const response = await fetch(tools.dataset.unsaved, { method: "POST", body, signal: request.signal });
    if (!response.ok) throw new Error(response.statusText);
    tell((await response.json()).said, false);
  } catch ({ name }) {
    kept = "";
    if (name !== "AbortError") tell(tools.dataset.notKept, true);
  }
}

function soon() {
  timer ||= setTimeout(keep, PAUSE);
}

if (tools?.dataset.unsaved) {
  kept = `${entries()}`;
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // Select2 and added rows trigger only jQuery events.
  window.django?.jQuery(form).on("change", "select", soon);
  document.addEventListener("formset:removed", soon);
  // Do not store entries that are being submitted.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    request.abort();
  });
}
