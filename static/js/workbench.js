// Keyboard shortcuts of the workbench, and cards for selected words. Without this script, the buttons submit the form.

const form = document.getElementById("workbench");
const cards = document.getElementById("cards");
const text = form.querySelector(".attached-text");
const toolbar = form.querySelector(".cite");
const trouble = document.getElementById("trouble");
const KINDS = { v: "visit", t: "treaty", e: "event", f: "figure" };

const listed = () => [...cards.querySelectorAll(".card")];
const sentences = [...text.querySelectorAll(".sentence")];
const current = () => document.activeElement?.closest(".card");
const checkbox = (card) => card.querySelector(".choice input");
const isBusy = () => form.hasAttribute("aria-busy");

/** Runs one request at a time while the form is aria-busy; shows a message if it fails. */
async function busily(act) {
  if (isBusy()) return;
  form.setAttribute("aria-busy", "true");
  trouble.hidden = true;
  try {
    await act();
  } catch (error) {
    trouble.textContent = error instanceof Ended ? trouble.dataset.ended : trouble.dataset.words;
    trouble.hidden = false;
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** The session has ended, so that requests are redirected to the sign-in page. */
class Ended extends Error {}

/** Fetches a response. Throws Ended if the session has ended, or another error if the request fails. */
async function answer(address, options) {
  const response = await fetch(address, options);
  if (response.redirected || !response.headers.get("Content-Type")?.match(options ? /json/ : /html/)) throw new Ended();
  if (!response.ok) throw new Error(response.statusText);
  return response;
}

/** Shows how many suggestions there are. */
function count() {
  const all = listed();
  document.getElementById("count").textContent = all.length;
  document.getElementById("no-suggestions").hidden = all.length > 0;
}

/** The offset in the text, in characters (code points), of a place in a sentence. */
function offset(sentence, node, at) {
  const range = document.createRange();
  range.setStart(sentence, 0);
  range.setEnd(node, at);
  return Number(sentence.dataset.start) + [...range.toString()].length;
}

/** The offsets of the selected words, which may begin or end between sentences; null if none are. */
function selectedWords() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const inside = sentences.filter((sentence) => range.intersectsNode(sentence));
  if (!inside.length) return null;
  const [first, last] = [inside[0], inside.at(-1)];
  let start = first.contains(range.startContainer) ? offset(first, range.startContainer, range.startOffset) : Number(first.dataset.start);
  let end = last.contains(range.endContainer) ? offset(last, range.endContainer, range.endOffset) : Number(last.dataset.end);
  const words = `${range.startContainer.nodeType === Node.TEXT_NODE ? selection : ""}`;
  start += words.length - words.trimStart().length;
  end -= words.length - words.trimEnd().length;
  return start < end ? { start, end } : null;
}

/** The offsets of the selected words, or of the sentence that has the focus; null if nothing is selected. */
function selected() {
  const sentence = document.activeElement?.closest?.(".sentence");
  return selectedWords() ?? (sentence ? { start: Number(sentence.dataset.start), end: Number(sentence.dataset.end) } : null);
}

/** Inserts an accepted card for the selected words, in text order, and focuses it. */
function cite(kind) {
  const place = selected();
  if (!place) {
    trouble.textContent = trouble.dataset.select;
    trouble.hidden = false;
  } else busily(async () => {
    const response = await answer(`${form.dataset.newCard}?${new URLSearchParams({ kind, ...place })}`);
    const template = document.createElement("template");
    template.innerHTML = (await response.text()).trim();
    const item = template.content.firstElementChild;
    // It replaces unaccepted suggestions of the same kind within the same words.
    for (const card of listed()) {
      const within = Number(card.dataset.start) >= place.start && Number(card.dataset.end) <= place.end;
      if (card.dataset.kind === kind && within && !checkbox(card).checked) card.closest("li").remove();
    }
    document.getElementById(item.querySelector(".card").id)?.closest("li").remove();
    const later = listed().find((card) => Number(card.dataset.start) > place.start);
    cards.insertBefore(item, later?.closest("li") ?? null);
    getSelection().removeAllRanges();
    count();
    open(item.querySelector(".card"));
  });
}

/** Opens the fields of a card and focuses the first that is blank and required, or else the first. */
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
  for (const each of sentences) each.classList.remove("current");
  const sentence = sentences.find((each) => Number(card.dataset.start) < Number(each.dataset.end));
  sentence?.classList.add("current");
  sentence?.scrollIntoView({ block: "nearest" });
}

/** Sends a decision and updates the progress. */
async function decide(name, value) {
  const data = new FormData(form);
  data.set(name, value);
  const response = await answer(form.action || location.href, { method: "POST", body: data, headers: { Accept: "application/json" } });
  document.getElementById("progress").textContent = (await response.json()).progress;
}

// The last rejected card and the one that followed it, for undo.
let rejected = null;
const undo = document.getElementById("rejected");

function reject(card) {
  busily(async () => {
    await decide("reject", card.id);
    const item = card.closest("li");
    const next = item.nextElementSibling ?? item.previousElementSibling;
    rejected = { item, before: item.nextElementSibling, digest: card.querySelector("[name$=-rejection]").value };
    item.remove();
    if (next) checkbox(next.querySelector(".card")).focus();
    undo.hidden = false;
    count();
  });
}

document.getElementById("restore").addEventListener("click", () => busily(async () => {
  await decide("restore", rejected.digest);
  cards.insertBefore(rejected.item, rejected.before?.parentElement === cards ? rejected.before : null);
  checkbox(rejected.item.querySelector(".card")).focus();
  undo.hidden = true;
  count();
}));

function toggleFact(button) {
  busily(async () => {
    await decide(button.name, button.value);
    const empty = button.name === "no_fact";
    button.previousElementSibling.classList.toggle("empty", empty);
    button.previousElementSibling.classList.toggle("open", !empty);
    button.name = empty ? "has_fact" : "no_fact";
    button.setAttribute("aria-pressed", String(empty));
  });
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
    touched = true;
  }
});
// A click on a button would clear the selection.
toolbar.addEventListener("mousedown", (event) => event.preventDefault());
cards.addEventListener("focusin", () => current() && show(current()));

// Accepted suggestions and edits are lost if the page is closed, so the browser asks first.
let touched = false;
let sending = false;
cards.addEventListener("change", () => { touched = true; });
form.addEventListener("submit", () => { sending = true; });
addEventListener("beforeunload", (event) => { if (touched && !sending) event.preventDefault(); });

/** Moves the focus between sentences, or extends the selection by words. */
function moveInText(event, sentence) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const byWord = { ArrowRight: "forward", ArrowLeft: "backward" }[event.key];
  if (step && !event.shiftKey) {
    sentences[Math.min(Math.max(sentences.indexOf(sentence) + step, 0), sentences.length - 1)].focus();
  } else if (byWord) {
    const selection = getSelection();
    if (!sentence.contains(selection.focusNode)) selection.collapse(sentence, 0);
    selection.modify(event.shiftKey ? "extend" : "move", byWord, "word");
  } else {
    return;
  }
  event.preventDefault();
}

// Single-letter shortcuts work only within the workbench, and not while the user types in a field.
form.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".submit-row [name=_submit]"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = target.matches("input:not([type=checkbox], [type=submit]), select, textarea");
  if (key === "Enter" && target.matches(".card input")) {
    // Enter would submit all accepted suggestions.
    event.preventDefault();
  } else if (typing && key === "Escape" && current()) {
    checkbox(current()).focus();
  }
  if (typing) return;
  const sentence = target.closest(".sentence");
  if (sentence && key.startsWith("Arrow")) return moveInText(event, sentence);
  const card = current();
  if (!card && KINDS[key] && selected()) cite(KINDS[key]);
  else if (key === "j" || key === "k") go(key === "j" ? 1 : -1);
  else if (card && key === "a") checkbox(card).click();
  else if (card && key === "e") open(card);
  else if (card && key === "r") reject(card);
  else if (sentence && key === "n" && sentence.nextElementSibling?.matches(".no-fact")) toggleFact(sentence.nextElementSibling);
  else return;
  event.preventDefault();
});
// After a selection with the mouse, the focus is on the body.
document.addEventListener("keydown", (event) => {
  const onPage = event.target === document.body && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (onPage && KINDS[event.key] && selectedWords()) {
    event.preventDefault();
    cite(KINDS[event.key]);
  }
});

document.getElementById("accept-all").hidden = false;
// The toolbar is always visible: if it appeared later, it would shift the text while the user selects words.
toolbar.hidden = false;
if (sentences.length) sentences[0].tabIndex = 0;
// Focus the first error, or else the first suggestion.
const wrong = form.querySelector(".card :is(.errorlist, .errornote)")?.closest(".card");
const field = wrong?.querySelector(".fields .errorlist ~ :is(input, select, textarea)");
(field ?? (wrong && checkbox(wrong)) ?? (listed()[0] && checkbox(listed()[0])) ?? sentences[0])?.focus({ preventScroll: !wrong });
