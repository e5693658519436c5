// A note opens at its mark: a panel with the quotation, the source and the place. Without this script, or without
// popovers, the mark is a link to the note in the list of sources, which has a link back.

const GAP = 6; // Pixels between a mark and its panel, and between the panel and the edge of the window.

const panel = document.createElement("div");
Object.assign(panel, { id: "note", popover: "auto", role: "dialog", tabIndex: -1 });
let mark = null;

function paragraph(...parts) {
  const node = document.createElement("p");
  node.append(...parts);
  return node;
}

/** Fills the panel from a note of the list: the source, and the place in it if the note has one. */
function fill(note) {
  const { close, list } = note.closest(".footnotes").dataset;
  const work = note.querySelector(".work") ? note : note.closest("ol > li");
  const source = work.querySelector(".work").cloneNode(true);
  source.querySelector(".ordinal").textContent = note.querySelector(".ordinal").textContent;
  source.querySelector(".back")?.remove();
  const parts = [source];
  if (work !== note) {
    const words = [...note.querySelectorAll("q")].flatMap((quotation) => [quotation.cloneNode(true), " "]);
    if (words.length) parts.unshift(paragraph(...words));
    parts.push(paragraph(note.querySelector("a").cloneNode(true)));
  }
  const all = Object.assign(document.createElement("a"), { href: `#${note.id}`, textContent: list });
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: close });
  all.addEventListener("click", () => panel.hidePopover());
  button.addEventListener("click", () => panel.hidePopover());
  const foot = paragraph(all, button);
  foot.className = "buttons";
  panel.replaceChildren(...parts, foot);
  panel.setAttribute("aria-label", mark.getAttribute("aria-label"));
}

/** Puts the panel under its mark, or above it if there is more room, and within the window. */
function place() {
  if (!mark?.isConnected || !panel.matches(":popover-open")) return;
  const at = mark.getBoundingClientRect();
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const below = height - at.bottom - GAP;
  const isAbove = below < panel.offsetHeight + GAP && at.top > below;
  const top = isAbove ? at.top - panel.offsetHeight - GAP : at.bottom + GAP;
  const left = Math.max(GAP, Math.min(at.left - 2 * GAP, width - panel.offsetWidth - GAP));
  panel.style.top = `${Math.max(0, top + scrollY)}px`;
  panel.style.left = `${left + scrollX}px`;
}

function open(of) {
  const note = document.getElementById(of.hash.slice(1));
  if (!note) return false;
  if (panel.matches(":popover-open")) panel.hidePopover();
  mark = of;
  fill(note);
  // Next to the mark, so that Tab goes on from there.
  mark.after(panel);
  panel.showPopover();
  place();
  panel.focus({ preventScroll: true });
  mark.setAttribute("aria-expanded", "true");
  return true;
}

if (panel.showPopover) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.note-mark");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (open(link)) event.preventDefault();
  });
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") mark?.removeAttribute("aria-expanded");
  });
  // The page grows while a timeline loads entries, and changes its width with the window.
  new ResizeObserver(place).observe(document.body);
}
