// Feedback while an editor fills in a form: how dates and amounts are read, likely duplicates, keyboard shortcuts.
// Without this script, the server gives the same feedback when the form is saved.

const tools = document.getElementById("desk-form");
const form = tools?.closest("form");
const PAUSE = 300;

// The number of pending requests for each element that shows their results; it is aria-busy until then.
const pending = new WeakMap();

function count(place, change) {
  const left = (pending.get(place) ?? 0) + change;
  pending.set(place, left);
  if (left) place.setAttribute("aria-busy", "true");
  else place.removeAttribute("aria-busy");
}

/** Debounces `act`: calls it with an element once the user has paused typing there. `placeOf` gives the
    element that shows the result. */
function unhurried(act, placeOf) {
  const timers = new WeakMap();
  return (element) => {
    const place = placeOf(element);
    if (!timers.has(element)) count(place, 1);
    clearTimeout(timers.get(element));
    timers.set(element, setTimeout(async () => {
      timers.delete(element);
      try {
        await act(element);
      } finally {
        count(place, -1);
      }
    }, PAUSE));
  };
}

/** Fetches JSON from the server; null on any error or redirect. */
async function ask(question) {
  try {
    const response = await fetch(question);
    return response.ok && !response.redirected ? await response.json() : null;
  } catch {
    return null;
  }
}

// The last question about each element. An element that only loses the focus is not asked about again,
// because that would discard the choice made there; outdated answers are dropped.
const asked = new WeakMap();

/** Whether the question about an element differs from the last one, which it replaces. */
function isNew(element, question) {
  const differs = asked.get(element) !== question;
  asked.set(element, question);
  return differs;
}

/** Asks a question about an element, and shows the answer unless a newer question has been asked. */
async function answered(element, question, show) {
  const answer = question ? await ask(question) : null;
  await released;
  if (asked.get(element) !== question) return;
  if (!answer) asked.delete(element);
  show(answer);
}

// Answers are not shown while the pointer is down: the button under it could move away, and the click
// would be lost.
let released = Promise.resolve();
document.addEventListener("pointerdown", () => {
  released = new Promise((done) => {
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => setTimeout(done), { once: true });
  });
});

function element(name, text, values = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...values });
}

function noteOf(input) {
  const id = `${input.id}_understood`;
  let note = document.getElementById(id);
  if (!note) {
    note = element("div", "", { id, className: "understood" });
    note.setAttribute("role", "status");
    input.after(note);
    const described = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", [described, id].filter(Boolean).join(" "));
  }
  return note;
}

// Names of fields that hold the start and the end of the same period.
const ENDS = [["date", "until"], ["period", "period_until"]];

/** The start and end fields of the period to which a field belongs; null unless the form has both. */
function periodOf(input) {
  const [, prefix, name] = input.name.match(/^(.*-)?([^-]+)$/);
  const names = ENDS.find((pair) => pair.includes(name)) ?? [];
  const fields = names.map((each) => input.form.elements[`${prefix ?? ""}${each}`]);
  return fields.length && fields.every(Boolean) ? fields : null;
}

/** The buttons for a reading: each has a label, and the values that it enters into fields. */
function choices(input, { date, amount, until, words }) {
  if (amount) return [[words, [[input, amount]]]];
  if (!until) return [[`${date} (${words})`, [[input, date]]]];
  const fields = periodOf(input);
  if (fields) return [[`${date} – ${until} (${words})`, [[fields[0], date], [fields[1], until]]]];
  return [[date, [[input, date]]], [until, [[input, until]]]];
}

// The fields that help to interpret an amount.
const BESIDE_AMOUNTS = ["unit", "period", "from_country", "to_country", "reporter_country"];

/** What to ask about a typed date or amount; empty for a blank field. */
function questionAbout(input) {
  const values = new URLSearchParams({ text: input.value.trim().slice(0, 200) });
  if (!values.get("text")) return "";
  if (input.matches("[data-date]")) return `${tools.dataset.dates}?${values}`;
  for (const name of BESIDE_AMOUNTS) values.set(name, form.elements[name]?.value ?? "");
  return `${tools.dataset.amounts}?${values}`;
}

function understand(input) {
  const question = questionAbout(input);
  if (!isNew(input, question)) return;
  const note = noteOf(input);
  return answered(input, question, (answer) => {
    note.replaceChildren(answer?.said ?? "");
    if (!answer || (answer.offers.length < 2 && !answer.offers[0]?.until)) return;
    for (const offer of answer.offers) {
      for (const [label, values] of choices(input, offer)) {
        const button = element("button", label, { type: "button", className: "button" });
        button.addEventListener("click", () => {
          note.replaceChildren(offer.words);
          for (const [field, value] of values) {
            field.value = value;
            field.dispatchEvent(new Event("change", { bubbles: true }));
          }
          input.focus();
        });
        note.append(" ", button);
      }
    }
  });
}

/** Shows where the words copied from a source occur in its text, with a button for each place if there
    are several. */
function locate(input) {
  const row = input.closest(".inline-related, fieldset");
  const source = row.querySelector("select[name$=source]")?.value;
  const words = input.value.trim().slice(0, 1000);
  const question = words && source && `${tools.dataset.locate}?${new URLSearchParams({ source, words })}`;
  if (!isNew(input, question)) return;
  const chosen = row.querySelector("[name$=quote_at]");
  const note = noteOf(input);
  // A stored place is valid only for the words with which it was rendered or chosen.
  if ((chosen.dataset.words ?? input.defaultValue) !== input.value) chosen.value = "";
  return answered(input, question, (answer) => {
    const known = answer?.found.find(({ start }) => String(start) === chosen.value);
    note.replaceChildren(known?.words ?? answer?.said ?? "");
    for (const found of known ? [] : (answer?.found ?? [])) {
      const button = element("button", found.words, { type: "button", className: "button" });
      button.addEventListener("click", () => {
        chosen.value = found.start;
        chosen.dataset.words = input.value;
        note.replaceChildren(found.words);
        input.focus();
      });
      note.append(" ", button);
    }
  });
}

// The quotation limit of each source or kind of rights: a promise of a number of words, or of null for no
// limit.
const quotable = new Map();

/** The maximum number of words that may be quoted in a field; null without a limit or a source. */
function mostWords(input) {
  const row = input.closest(".inline-related, fieldset");
  const source = row.querySelector("select[name$=source]")?.value ?? form.elements.source?.value;
  // The form of a source has a field for its rights; its passages have no field for the source.
  const rights = form.elements.rights?.value;
  if (!source && !rights) return null;
  const question = `${tools.dataset.quotable}?${new URLSearchParams(source ? { source } : { rights })}`;
  if (!quotable.has(question)) quotable.set(question, ask(question).then((answer) => answer?.most ?? null));
  return quotable.get(question);
}

/** Shows the number of words in a field and its limit, with a warning above the limit. */
async function countWords(input) {
  const id = `${input.id}_words`;
  const words = input.value.trim().split(/\s+/).filter(Boolean).length;
  const most = words ? await mostWords(input) : null;
  let note = document.getElementById(id);
  if (!note && most === null) return;
  if (!note) {
    note = element("div", "", { id, className: "words" });
    input.after(note);
    const described = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", [described, id].filter(Boolean).join(" "));
  }
  const said = tools.dataset.words.replace("%(words)s", words).replace("%(most)s", most);
  note.textContent = most === null ? "" : said;
  const isTooLong = most !== null && words > most;
  note.classList.toggle("too-many", isTooLong);
  // Only the warning is announced.
  if (isTooLong) note.setAttribute("role", "alert");
  else note.removeAttribute("role");
}

function hint() {
  const values = new FormData(form);
  const enough = values.get("title") && values.get("date");
  for (const name of [...values.keys()]) {
    if (/csrf|^(actions|citations|links|texts|summary)/.test(name) || !values.get(name)) values.delete(name);
  }
  values.set("kind", tools.dataset.kind);
  const question = enough && `${tools.dataset.likely}?${new URLSearchParams(values)}`;
  if (!isNew(form, question)) return;
  const place = document.getElementById("likely");
  place.dataset.blank ??= place.textContent;
  return answered(form, question, (answer) => {
    place.replaceChildren(answer?.said || place.dataset.blank);
    for (const found of answer?.found ?? []) {
      const link = element("a", found.title, { href: found.url, target: "_blank" });
      place.append(" ", link, ` (${found.date}, ${found.state})`);
    }
  });
}

function addCitation() {
  const group = document.getElementById("citations-group");
  group?.querySelector(".add-row a, a.add-row")?.click();
  const rows = group?.querySelectorAll(".inline-related:not(.empty-form)");
  rows?.[rows.length - 1]?.querySelector(".select2-selection, select, input:not([type=hidden])")?.focus();
}

/** Gives each autocomplete field an accessible name of its label and value, which Select2 omits. */
function nameAutocompletes() {
  for (const select of form.querySelectorAll("select.admin-autocomplete")) {
    const words = select.labels[0]?.textContent.replace(/:\s*$/, "").trim() ?? "";
    const shown = document.getElementById(`select2-${select.id}-container`);
    const chosen = [...select.selectedOptions].map((option) => option.text).filter(Boolean).join(", ");
    shown?.setAttribute("aria-label", [words, chosen].filter(Boolean).join(": "));
    // The error of the field is announced on the element that takes the focus.
    for (const name of ["aria-invalid", "aria-describedby"]) {
      const value = select.getAttribute(name);
      if (value) shown?.closest("[role=combobox]")?.setAttribute(name, value);
    }
    select.nextElementSibling?.querySelector(".select2-search__field")?.setAttribute("aria-label", words);
  }
}

/** Focuses the likely duplicates, the first field with an error, the list of errors, or the first field of
    a new row, unless something has the focus. */
function focusFirst() {
  if (document.activeElement !== document.body) return;
  const isOpen = (field) => field.matches("button, input, select, textarea") && !field.disabled && field.offsetParent;
  const wrong = [...form.elements].find((field) => field.getAttribute("aria-invalid") === "true" && isOpen(field));
  const first = "add" in tools.dataset ? [...form.elements].find(isOpen) : null;
  (document.getElementById("duplicates") ?? wrong ?? document.getElementById("problems") ?? first)?.focus();
}

/** Shows as placeholders the values that a blank signature of a new treaty inherits from the treaty. */
function showInherited() {
  for (const name of ["date", "place"]) {
    const step = form.elements[`actions-0-${name}`];
    const treaty = form.elements[name];
    if (step && treaty && "add" in tools.dataset) step.placeholder = treaty.value;
  }
}

function save() {
  const button = form.querySelector(".submit-row [name=_save]") ?? form.querySelector(".submit-row [type=submit]");
  form.requestSubmit(button);
}

function onKey(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    save();
  } else if (event.altKey && !event.ctrlKey && event.code === "KeyC" && document.getElementById("citations-group")) {
    event.preventDefault();
    addCitation();
  }
}

// The fields whose words are quoted from a source, and so are limited.
const QUOTED = "[name$=as_stated], [name$=translation], [name$=quote]";

if (form) {
  const soonUnderstood = unhurried(understand, noteOf);
  const soonHinted = unhurried(hint, () => document.getElementById("likely"));
  const soonLocated = unhurried(locate, noteOf);
  const sourceChosen = (select) => {
    const row = select.name?.endsWith("source") && select.closest(".inline-related, fieldset");
    const words = row && row.querySelector("[data-quote]");
    if (words?.value) soonLocated(words);
    for (const each of row ? row.querySelectorAll(QUOTED) : []) if (each.value) countWords(each);
  };
  const besideAmounts = (target) => {
    const amount = BESIDE_AMOUNTS.includes(target.name) && form.querySelector("[data-amount]");
    if (amount?.value) soonUnderstood(amount);
  };
  const changed = ({ target }) => {
    if (target.matches("[data-date], [data-amount]")) soonUnderstood(target);
    besideAmounts(target);
    if (target.matches("[data-quote]")) soonLocated(target);
    if (target.matches(QUOTED)) countWords(target);
    showInherited();
    if (tools.dataset.likely) soonHinted(form);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // Check dates, amounts and quotations typed before this script loaded; show saved amounts in full.
  for (const field of form.querySelectorAll("[data-date], [data-amount], [data-quote]")) {
    if (field.value !== field.defaultValue) changed({ target: field });
    else if (field.value && field.matches("[data-amount]")) soonUnderstood(field);
  }
  // Select2 triggers only jQuery events.
  window.django?.jQuery(form).on("change", "select", ({ target }) => {
    nameAutocompletes();
    sourceChosen(target);
    besideAmounts(target);
    if (tools.dataset.likely) soonHinted(form);
  });
  document.addEventListener("formset:added", () => setTimeout(nameAutocompletes));
  document.addEventListener("keydown", onKey);
  for (const field of form.querySelectorAll(QUOTED)) if (field.value) countWords(field);
  showInherited();
  // After Select2 has replaced the autocomplete fields with its own.
  const whenReady = window.django?.jQuery ?? setTimeout;
  whenReady(() => {
    nameAutocompletes();
    focusFirst();
  });
}
