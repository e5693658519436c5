// Before a form of the desk is sent: does the session still last? If not, the form stays as it is while its
// editor signs in in another tab. Without this script the pages of the sign-in carry the form (desk/resubmission.py).

const ended = document.getElementById("session-ended");
const sure = new WeakSet();
const asking = new WeakSet();

/** The token for forms of the current session; empty if it has ended. Throws if there is no answer. */
async function tokenOfSession() {
  const response = await fetch(ended.dataset.check, { cache: "no-store" });
  return response.ok ? (await response.json()).token : "";
}

function tell(form, template) {
  form.querySelector(".session-note")?.remove();
  const note = template.content.firstElementChild.cloneNode(true);
  form.prepend(note);
  note.focus();
}

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  if (event.defaultPrevented || form.method !== "post" || !token || sure.has(form)) return;
  event.preventDefault();
  // Of two clicks the second is dropped.
  if (asking.has(form)) return;
  asking.add(form);
  try {
    const current = await tokenOfSession();
    if (!current) return tell(form, ended);
    // Signing in again has changed the token.
    token.value = current;
    sure.add(form);
    form.requestSubmit(submitter);
    // A form that the browser refuses, or that opens another window, is asked about again.
    setTimeout(() => sure.delete(form));
  } catch {
    tell(form, document.getElementById("site-unreachable"));
  } finally {
    asking.delete(form);
  }
});
