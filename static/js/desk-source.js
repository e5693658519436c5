// The text of a source beside a form: scrolls to the quotation, and copies selected words into the form.

const beside = document.querySelector(".beside");
const text = beside.querySelector(".attached-text");
const form = document.getElementById("desk-form").closest("form");
const said = beside.querySelector(".quoting [role=status]");

// The last selection in the text, and the last quotation field that had the focus.
let selected = null;
let field = null;

/** The offset of a place in the text of the source, in code points, as the server counts. */
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
  // A selection made by keyboard may start at the paragraph element.
  const paragraph = (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("[data-start]");
  if (!paragraph || !text.contains(range.commonAncestorContainer)) return null;
  const words = chosen.toString();
  const blank = words.length - words.trimStart().length;
  return { words: words.trim(), start: offsetOf(paragraph, node, range.startOffset) + blank };
}

/** The field to quote into: the last one used, or else the first empty one. */
function target() {
  if (field?.isConnected) return field;
  const fields = [...form.querySelectorAll("[data-quote]")].filter((each) => each.offsetParent);
  return fields.find((each) => !each.value) ?? fields[0];
}

/** Selects the source of the text in a row that has no source yet. */
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

// In a single column, start with the text collapsed so that the form is near the top.
const details = beside.querySelector("details");
if (matchMedia("(max-width: 1099px)").matches) details.open = false;

/** Scrolls the text to the quotation of this form, if there is one. */
function showQuotation() {
  const mark = text.querySelector("mark.own");
  if (mark) text.scrollTop = mark.offsetTop - text.offsetTop - text.clientHeight / 3;
}

details.addEventListener("toggle", showQuotation);
showQuotation();
