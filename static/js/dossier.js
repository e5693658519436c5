// The dossier of a pair: the answer for another day comes in place, through htmx. Without this script
// the form is sent by hand, and its address leads to the same heading.

const byId = (id) => document.getElementById(id);

/** After the answer the focus is on its heading, or on the field that was refused. */
function onSwap() {
  const refused = document.querySelector("form.day [aria-invalid=true]");
  const heading = byId("in-force");
  (refused ?? heading).focus({ preventScroll: true });
  byId("told").textContent = refused ? "" : `${heading.textContent.trim()}: ${byId("counts").textContent.trim()}`;
}

/** A page that the server refuses is gone to, so that its message is read. */
function onRefusal({ detail }) {
  location.assign(detail.pathInfo.finalRequestPath);
}

document.body.addEventListener("htmx:afterSettle", onSwap);
document.body.addEventListener("htmx:responseError", onRefusal);
document.body.addEventListener("htmx:sendError", onRefusal);
