// The workbench by keyboard, and cards for selected words. Without this script the buttons send the form.

const form = document.getElementById("workbench");
const cards = document.getElementById("cards");
const text = form.querySelector(".attached-text");
const toolbar = form.querySelector(".cite");
const KINDS = { v: "visit", t: "treaty", e: "event", f: "figure" };

const listed = () => [...cards.querySelectorAll(".card")];
const current = () => document.activeElement?.closest(".card");
const checkbox = (card) => card.querySelector(".choice input");

/** The offsets in the text of the start or end of a range, in characters (code points). */
function offset(node, at) {
  const sentence = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".sentence");
  if (!sentence) return null;
  const range = document.createRange();
  range.setStart(sentence, 0);
  range.setEnd(node, at);
  return Number(sentence.dataset.start) + [...range.toString()].length;
}

/** The offsets of the selected words, or of the sentence that has the focus; null if nothing is selected. */
function selected() {
  const selection = getSelection();
  if (selection.rangeCount && !selection.isCollapsed && text.contains(selection.anchorNode) && text.contains(selection.focusNode)) {
    const range = selection.getRangeAt(0);
    const start = offset(range.startContainer, range.startOffset);
    const end = offset(range.endContainer, range.endOffset);
    const words = selection.toString();
    if (start !== null && end !== null && start < end) {
      return {
        start: start + words.length - words.trimStart().length,
        end: end - words.length + words.trimEnd().length,
      };
    }
  }
  const sentence = document.activeElement?.closest?.(".sentence");
  return sentence ? { start: sentence.dataset.start, end: sentence.dataset.end } : null;
}

/** Puts a card for the selected words in the order of the text, accepted, with the focus. */
async function cite(kind) {
  const place = selected();
  if (!place) return;
  form.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(`${form.dataset.newCard}?${new URLSearchParams({ kind, ...place })}`);
    if (!response.ok || response.redirected) return;
    const template = document.createElement("template");
    template.innerHTML = (await response.text()).trim();
    const item = template.content.firstElementChild;
    // It takes the place of suggestions of its kind for the same words that nobody has accepted.
    for (const card of listed()) {
      const overlaps = Number(card.dataset.start) < Number(place.end) && Number(place.start) < Number(card.dataset.end);
      if (card.dataset.kind === kind && overlaps && !checkbox(card).checked) card.closest("li").remove();
    }
    document.getElementById(item.querySelector(".card").id)?.closest("li").remove();
    const later = listed().find((card) => Number(card.dataset.start) > Number(place.start));
    cards.insertBefore(item, later?.closest("li") ?? null);
    document.getElementById("no-suggestions").hidden = true;
    getSelection().removeAllRanges();
    open(item.querySelector(".card"));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Opens the fields of a card and focuses the first that is blank, or else the first. */
function open(card) {
  card.querySelector("details").open = true;
  const fields = [...card.querySelectorAll(".fields :is(input, select, textarea)")].filter((field) => field.type !== "hidden");
  (fields.find((field) => !field.value && field.required) ?? fields[0])?.focus();
}

function go(step) {
  const all = listed();
  if (!all.length) return;
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  checkbox(next).focus();
  next.scrollIntoView({ block: "nearest" });
}

/** Marks the sentence of the card that has the focus. */
function show(card) {
  for (const each of text.querySelectorAll(".sentence.current")) each.classList.remove("current");
  const start = Number(card.dataset.start);
  const sentence = [...text.querySelectorAll(".sentence")].find((each) => start < Number(each.dataset.end));
  sentence?.classList.add("current");
  sentence?.scrollIntoView({ block: "nearest" });
}

/** Sends a decision and shows the progress; the form is sent if that fails. */
async function decide(button) {
  const data = new FormData(form);
  data.set(button.name, button.value);
  const response = await fetch(form.action || location.href, { method: "POST", body: data, headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) throw new Error(response.status);
  document.getElementById("progress").textContent = (await response.json()).progress;
}

async function reject(card) {
  const button = card.querySelector("[name=reject]");
  form.setAttribute("aria-busy", "true");
  try {
    await decide(button);
    const all = listed();
    const next = all[all.indexOf(card) + 1] ?? all[all.indexOf(card) - 1];
    card.closest("li").remove();
    if (next) checkbox(next).focus();
    document.getElementById("no-suggestions").hidden = listed().length > 0;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

async function toggleFact(button) {
  form.setAttribute("aria-busy", "true");
  try {
    await decide(button);
    const empty = button.name === "no_fact";
    button.previousElementSibling.classList.toggle("empty", empty);
    button.previousElementSibling.classList.toggle("open", !empty);
    button.name = empty ? "has_fact" : "no_fact";
    button.setAttribute("aria-pressed", String(empty));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.name === "reject") {
    event.preventDefault();
    reject(button.closest(".card"));
  } else if (button?.classList.contains("no-fact")) {
    event.preventDefault();
    toggleFact(button);
  } else if (button?.dataset.kind) {
    cite(button.dataset.kind);
  } else if (button?.id === "accept-all") {
    for (const card of listed()) checkbox(card).checked = true;
  }
});
// A click on a button would take the selection away.
toolbar.addEventListener("mousedown", (event) => event.preventDefault());
cards.addEventListener("focusin", () => current() && show(current()));
document.addEventListener("selectionchange", () => { toolbar.hidden = !selected(); });

/** Moves the focus between sentences, or extends the selection by words. */
function moveInText(event, sentence) {
  const all = [...text.querySelectorAll(".sentence")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const byWord = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
  if (step && !event.shiftKey) {
    all[Math.min(Math.max(all.indexOf(sentence) + step, 0), all.length - 1)].focus();
  } else if (byWord) {
    const selection = getSelection();
    if (!sentence.contains(selection.focusNode)) selection.collapse(sentence, 0);
    selection.modify(event.shiftKey ? "extend" : "move", byWord, "word");
  } else {
    return;
  }
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=_submit]"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = target.matches("input:not([type=checkbox]), select, textarea");
  if (key === "Escape" && typing && current()) {
    checkbox(current()).focus();
    return;
  }
  if (typing) return;
  const sentence = target.closest?.(".sentence");
  if (sentence && key.startsWith("Arrow")) return moveInText(event, sentence);
  const card = current();
  const inText = Boolean(selected());
  if (inText && !card && KINDS[key]) cite(KINDS[key]);
  else if (key === "j" || key === "k") go(key === "j" ? 1 : -1);
  else if (card && key === "a") checkbox(card).click();
  else if (card && key === "e") open(card);
  else if (card && key === "r") reject(card);
  else if (sentence && key === "n") sentence.nextElementSibling?.matches(".no-fact") && toggleFact(sentence.nextElementSibling);
  else return;
  event.preventDefault();
});

document.getElementById("accept-all").hidden = false;
const first = text.querySelector(".sentence");
if (first) first.tabIndex = 0;
