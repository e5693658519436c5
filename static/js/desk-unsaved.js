// What is entered in a form of the desk is kept on the server until it is saved, so that an ended session, a
// lost tab or a crash costs nothing. The form offers it again; nothing is ever sent by itself.

const tools = document.getElementById("desk-form");
const form = tools?.closest("form");
const note = document.getElementById("entries-kept");
// How long entries wait before they are kept: at most this much is lost.
const PAUSE = 2000;

let timer = 0;
// The entries of the page as it was opened, or as they were kept last.
let kept = "";
let request = new AbortController();

/** The entries without files and passwords, which stay where they are. */
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
  // Scripts of the admin report changes where nothing has changed.
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
  // Select2 and added rows tell only jQuery of their changes.
  window.django?.jQuery(form).on("change", "select", soon);
  document.addEventListener("formset:removed", soon);
  // Entries that are being saved are not kept as well.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    request.abort();
  });
}
