// The text of a source beside a form: it opens at the quotation, and selected words are quoted in the form.

const beside = document.querySelector(".beside");
const text = beside.querySelector(".attached-text");
const form = document.getElementById("desk-form").closest("form");
const said = beside.querySelector(".quoting [role=status]");

// The last words selected in the text, and the last field for copied words that had the focus.
let selected = null;
let field = null;

/** The offset of a place in the text of the source, in characters as the server counts them. */
function offsetOf(paragraph, node, at) {
  const before = document.createRange();
  before.setStart(paragraph, 0);
  before.setEnd(node, at);
  return Number(paragraph.dataset.start) + [...before.toString()].length;
}

/** The selected words and where they start; null if nothing in the text is selected. */
function selection() {
  const chosen = getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return null;
  const range = chosen.getRangeAt(0);
  const node = range.startContainer;
  // A selection by keyboard may start at the paragraph itself.
  const paragraph = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-start]");
  if (!paragraph || !text.contains(range.commonAncestorContainer)) return null;
  const words = chosen.toString();
  const blank = words.length - words.trimStart().length;
  return { words: words.trim(), start: offsetOf(paragraph, node, range.startOffset) + blank };
}

/** The field that takes the words: the one last in use, else the first empty one. */
function target() {
  if (field?.isConnected) return field;
  const fields = [...form.querySelectorAll("[data-quote]")].filter((each) => each.offsetParent);
  return fields.find((each) => !each.value) ?? fields[0];
}

/** Chooses the source of the text in the row of a field, if the row has none. */
function chooseSource(row) {
  const select = row.querySelector("select[name$=source]");
  if (!select || select.value) return;
  const title = document.getElementById("beside-title").textContent;
  select.append(new Option(title, beside.dataset.source, true, true));
  window.django.jQuery(select).trigger("change");
}

function quote() {
  const input = target();
  said.textContent = selected?.words && input ? "" : said.dataset.none;
  if (said.textContent) return;
  const row = input.closest(".inline-related, fieldset");
  const place = row.querySelector("[name$=quote_at]");
  chooseSource(row);
  input.value = selected.words;
  place.value = selected.start;
  place.dataset.words = selected.words;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
}

document.addEventListener("selectionchange", () => {
  selected = selection() ?? selected;
});
form.addEventListener("focusin", ({ target: entered }) => {
  if (entered.matches("[data-quote]")) field = entered;
});
beside.querySelector("#quote-selection").addEventListener("click", quote);
beside.querySelector(".quoting").hidden = false;

// Without room for two columns the text is closed at first, so that the form comes soon.
const details = beside.querySelector("details");
if (matchMedia("(max-width: 1099px)").matches) details.open = false;

/** Scrolls the text to the quotation, or else to the first cited place. */
function showQuotation() {
  const mark = text.querySelector("mark.own");
  if (mark) text.scrollTop = mark.offsetTop - text.offsetTop - text.clientHeight / 3;
}

details.addEventListener("toggle", showQuotation);
showQuotation();
