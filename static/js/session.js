// Checks that the session is still valid before a desk form is submitted. If it has ended, the page keeps the form
// while the editor signs in in another tab. Without this script, the sign-in pages carry the form along
// (desk/resubmission.py).

const ended = document.getElementById("session-ended");
const sure = new WeakSet();
const asking = new WeakSet();

/** The CSRF token of the current session; empty if the session has ended. Throws if the site cannot be reached. */
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
  // Ignore a second click.
  if (asking.has(form)) return;
  asking.add(form);
  try {
    const current = await tokenOfSession();
    if (!current) return tell(form, ended);
    // Signing in again changes the token.
    token.value = current;
    sure.add(form);
    form.requestSubmit(submitter);
    // Check again if the browser finds the form invalid or the form opens another window.
    setTimeout(() => sure.delete(form));
  } catch {
    tell(form, document.getElementById("site-unreachable"));
  } finally {
    asking.delete(form);
  }
});
