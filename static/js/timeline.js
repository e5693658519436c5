// The timeline with scripts: readers pick and zoom years on the band, filters apply as they are set,
// and more entries load while readers scroll. Each action follows a link or sends a form of the page
// through htmx; without this script, readers use these links and forms themselves.

const PAUSE = 400;
// How far a pointer moves before it drags, in pixels; and what sticks to the top of the window.
const SLACK = 4;
const STICKY = 64;
// How near the link to more entries comes before they are loaded, also from however far above, where
// one has jumped past it; and to how many they come unasked there.
const AHEAD = "1000000px 0px 3000px";
const MOST = 1000;
// The arrow of a link back, as text and not as an emoji.
const ARROW = "\u21a9\ufe0e";
// How long the page must lie still until the place is noted; and what names a place in the address.
const REST = 200;
const PLACES = ["after", "before", "at", "near", "year"];
const form = document.getElementById("filters");
const told = document.getElementById("told");
const byId = (id) => document.getElementById(id);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/* The band: two ends that are sliders, and a drag between them. */

const field = () => document.querySelector("#overview .field");

/** The years that the band shows. */
function shown() {
  const { first, last } = field().parentElement.dataset;
  return { first: Number(first), last: Number(last) };
}

/** The years that are picked; those that the band shows where none are. */
function picked() {
  const { first, last } = shown();
  const begin = Number(form.elements.year_from.value);
  const end = Number(form.elements.year_to.value);
  const from = begin || Math.min(first, end || first);
  return { from, to: Math.max(from, end || last) };
}

/** The years between which the ends move: those that the band shows, and those that are picked. */
function bounds() {
  const { first, last } = shown();
  const { from, to } = picked();
  return { low: Math.min(first, from), high: Math.max(last, to) };
}

const isPicked = () => Boolean(form.elements.year_from.value || form.elements.year_to.value);

function yearAt(x) {
  const box = field().getBoundingClientRect();
  const { first, last } = shown();
  const share = (x - box.left) / box.width;
  return clamp(first + Math.floor(share * (last - first + 1)), first, last);
}

/** Shows years as picked, on the band and in the form, without a request to the server. */
function pick(from, to) {
  form.elements.year_from.value = from;
  form.elements.year_to.value = to;
  draw();
}

function draw() {
  const { first, last } = shown();
  const { from, to } = picked();
  const { low, high } = bounds();
  const share = (year) => clamp(((year - first) / (last - first + 1)) * 100, 0, 100);
  const rect = field().querySelector(".picked");
  rect.setAttribute("x", `${share(from)}%`);
  rect.setAttribute("width", isPicked() ? `${share(to + 1) - share(from)}%` : "0");
  for (const [name, year, place] of [["begin", from, share(from)], ["end", to, share(to + 1)]]) {
    const end = byId(`pick-${name}`);
    end.style.left = `${place}%`;
    end.classList.toggle("beyond", year < first || year > last);
    end.setAttribute("aria-valuemin", name === "begin" ? low : from);
    end.setAttribute("aria-valuemax", name === "begin" ? to : high);
    end.setAttribute("aria-valuenow", year);
  }
}

let waiting = null;
/** Sends the form, after a pause if more input may follow. */
function ask(pause = 0) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    waiting = null;
    form.requestSubmit();
    markBusy();
  }, pause);
  markBusy();
}

function reset() {
  if (!isPicked()) return;
  pick("", "");
  ask();
}

/** Adds the two ends to a band that has just been loaded. */
function equip() {
  const place = field();
  if (!place || byId("pick-begin")) return;
  for (const name of ["begin", "end"]) {
    const end = document.createElement("div");
    end.id = `pick-${name}`;
    end.className = "end";
    end.tabIndex = 0;
    end.setAttribute("role", "slider");
    end.setAttribute("aria-label", place.dataset[name]);
    end.setAttribute("aria-describedby", "band-keys");
    end.addEventListener("keydown", onKey);
    place.append(end);
  }
  place.addEventListener("pointerdown", onDown);
  place.addEventListener("click", onClick);
  place.addEventListener("wheel", onWheel, { passive: false });
  draw();
}

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -9999, End: 9999 };

/** Arrows move an end, with Shift both; plus and minus zoom; Escape picks all years again. */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  if (step) move(event.currentTarget.id, step, event.shiftKey);
  else if (event.key === "Escape") reset();
  else if (event.key === "+" || event.key === "-") byId(event.key === "+" ? "zoom-nearer" : "zoom-wider")?.click();
  else return;
  event.preventDefault();
}

function move(id, step, both) {
  const { from, to } = picked();
  const { low, high } = bounds();
  if (both) {
    const by = clamp(step, low - from, high - to);
    pick(from + by, to + by);
  } else if (id === "pick-begin") pick(clamp(from + step, low, to), to);
  else pick(from, clamp(to + step, from, high));
  ask(PAUSE);
}

let dragged = false;

/** A drag picks years; from within those picked it moves them, from an end that end. */
function onDown(event) {
  if (event.button || !event.isPrimary) return;
  const place = field();
  const at = yearAt(event.clientX);
  const { from, to } = picked();
  const { low, high } = bounds();
  const end = event.target.id;
  const within = isPicked() && at >= from && at <= to;
  const before = [form.elements.year_from.value, form.elements.year_to.value];
  dragged = false;
  const onMove = (next) => {
    if (!dragged && Math.abs(next.clientX - event.clientX) < SLACK) return;
    if (!dragged) place.setPointerCapture(event.pointerId);
    dragged = true;
    place.classList.add("moving");
    const year = yearAt(next.clientX);
    if (end === "pick-begin") pick(Math.min(year, to), to);
    else if (end === "pick-end") pick(from, Math.max(year, from));
    else if (within) {
      const by = clamp(year - at, low - from, high - to);
      pick(from + by, to + by);
    } else pick(Math.min(at, year), Math.max(at, year));
  };
  const stop = (last) => {
    place.removeEventListener("pointermove", onMove);
    place.classList.remove("moving");
    if (!dragged) return;
    if (last.type === "pointerup") ask();
    else pick(...before);
  };
  place.addEventListener("pointermove", onMove);
  for (const name of ["pointerup", "pointercancel"]) place.addEventListener(name, stop, { once: true });
}

/** A bar's link picks its years without leaving the page. */
function onClick(event) {
  const link = event.target.closest("a");
  if (dragged) event.preventDefault();
  else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    const query = new URLSearchParams(link.getAttribute("href"));
    pick(query.get("year_from"), query.get("year_to"));
    ask();
  }
}

/** With Ctrl, or two fingers, the wheel zooms; sideways it moves along. Alone it scrolls the page. */
function onWheel(event) {
  const along = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!event.ctrlKey && !event.metaKey && !along) return;
  event.preventDefault();
  const way = along ? (event.deltaX < 0 ? "earlier" : "later") : event.deltaY < 0 ? "nearer" : "wider";
  const link = byId(`zoom-${way}`);
  if (!link || document.querySelector("#overview .htmx-request")) return;
  aim = along ? null : event.clientX;
  link.click();
  aim = null;
}

// Where the pointer is while the wheel zooms, in pixels from the left.
let aim = null;

/** The address of a zoom with as many years, of which the one under the pointer stays there. */
function aimed(address) {
  const url = new URL(address, location.href);
  const years = url.searchParams.get("zoom")?.split("-").map(Number);
  if (!years) return address;
  const span = years[1] - years[0];
  const box = field().getBoundingClientRect();
  const first = yearAt(aim) - Math.round(((aim - box.left) / box.width) * span);
  const zoom = [first, first + span].map((year) => String(Math.max(year, 1)).padStart(4, "0"));
  url.searchParams.set("zoom", zoom.join("-"));
  return url.pathname + url.search;
}

/* The filters: they apply as soon as they are set, and the page shows the first results. */

function onInput(event) {
  const typed = event.target.matches("input[type=text], input[type=search]");
  if (typed === (event.type === "input")) ask(typed ? PAUSE : 0);
}

// Whether the reader has sent the form, and not this script.
let sent = false;

function onSubmit(event) {
  sent = Boolean(event.submitter);
  if (sent) clearTimeout(waiting);
  if (sent) waiting = null;
}

// The controls that keep the focus: those that are typed into, or set with keys, because more may
// follow (WCAG 3.2.2). A pointer, a button or a link has done what the reader wanted.
const KEEPS = ["input", "select", "[role=slider]"].map((control) => `${control}:focus-visible`).join();

/** Shows the number of entries and the first of them, with the focus there. If a control keeps the
    focus, the page scrolls only where the control stays in view beside the entries. */
function arrive(kept) {
  const column = form.closest(".filter-column");
  if (kept && !(column.contains(kept) && getComputedStyle(column).position === "sticky")) return;
  const target = byId("found") ?? byId("entries");
  const [first] = rows();
  if (first) face(first).scrollIntoView({ block: "nearest", behavior: "instant" });
  (target.closest(".above") ?? target).scrollIntoView({ block: "nearest", behavior: "instant" });
  if (!kept) target.focus({ preventScroll: true });
}

/** Whether a field differs from what the server sent. */
function isChanged(control) {
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  if (control.type === "select-one") {
    const chosen = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(chosen, 0);
  }
  if (control.tagName !== "INPUT") return false;
  // The browser drops what a field cannot hold: that is no change by the reader.
  const fresh = control.cloneNode();
  fresh.value = control.defaultValue;
  return control.value !== fresh.value;
}

/** The form shows what a link has set. What the form itself has asked it shows already, and what
    was set in it since, which is still to be asked. */
function follow(link) {
  const query = new URLSearchParams(location.search);
  for (const control of form.elements) {
    if (!control.name || control.type === "submit") continue;
    if (link && control !== document.activeElement) {
      if (control.type === "checkbox") control.checked = query.getAll(control.name).includes(control.value);
      else control.value = query.get(control.name) ?? (control.name === "order" ? "newest" : "");
    }
    const said = byId(`errors-${control.name}`)?.querySelector("[id$=_error]");
    for (const [name, value] of [["aria-invalid", "true"], ["aria-describedby", said?.id]]) {
      if (said) control.setAttribute(name, value);
      else control.removeAttribute(name);
    }
  }
}

/* Responses of the server. */

// How many requests are on their way. Until the last is answered, and while one is still to be sent,
// both parts are marked as busy.
let requests = 0;

function markBusy() {
  for (const part of [byId("overview"), byId("entries")]) {
    if (waiting !== null || requests) part?.setAttribute("aria-busy", "true");
    else part?.removeAttribute("aria-busy");
  }
}

function count(change) {
  requests += change;
  markBusy();
}

// What had the focus before a swap, whether it keeps it, and how many entries there were.
let focused = null;
let keeps = false;
let entries = 0;
let sources = 0;

const rows = () => document.querySelectorAll("#entries .entry[id]");
const works = () => document.querySelectorAll("#notes-list > li");
const isLoading = ({ detail }) => detail.target?.matches?.("nav.pages");

function onConfigure(event) {
  const { formData, elt } = event.detail;
  if (aim !== null) event.detail.path = aimed(event.detail.path);
  for (const [name, value] of [...formData.entries()]) if (value === "") formData.delete(name);
  if (formData.get("order") === "newest") formData.delete("order");
  // The fragment is for readers without this script.
  if (elt.matches("form")) event.detail.path = event.detail.path.split("#")[0];
  if (isLoading(event)) formData.set("notes", works().length);
}

function onBeforeSwap(event) {
  focused = document.activeElement;
  keeps = !sent && focused.matches(KEEPS);
  entries = rows().length;
  sources = works().length;
  if (!isLoading(event)) return;
  // What comes in before what is read must not push it down: the first entry, or the source.
  if (event.detail.target.matches(".earlier")) pushed = placeOf(rows()[0]);
  else pushed = isPast(event.detail.target) ? placeOf(source()) : null;
}

/** The source at the top of the window. */
const source = () => [...works()].find((work) => work.getBoundingClientRect().bottom > 0) ?? byId("notes");

const isPast = (link) => link.getBoundingClientRect().bottom < 0;

// The next page is asked for some windows before its link is seen, and also where one has gone past
// it, whom it leaves at the source that they see.
const ahead = new IntersectionObserver(([last]) => {
  const { isIntersecting, boundingClientRect, target } = last;
  if (!isIntersecting || (boundingClientRect.bottom < 0 && rows().length >= MOST)) return;
  ahead.disconnect();
  target.dispatchEvent(new Event("due"));
}, { rootMargin: AHEAD });

function watch() {
  ahead.disconnect();
  const link = document.querySelector("nav.more a");
  if (link) ahead.observe(link);
}

function onAfterRequest(event) {
  const { target, xhr } = event.detail;
  if (![200, 400].includes(xhr.status)) return;
  if (isLoading(event)) {
    const all = [...rows()];
    const first = target.matches(".earlier") ? all[0] : all[entries];
    more = true;
    join();
    merge();
    stay(pushed);
    refocus(first && face(first).querySelector("a, summary"));
    told.textContent = `+${all.length - entries} ${told.dataset.more}`;
  } else {
    equip();
    follow(event.detail.elt !== form);
    if (field()) draw();
    const zoomed = target.id === "overview";
    whole = null;
    if (!zoomed) {
      more = false;
      history.scrollRestoration = "auto";
    }
    if (zoomed || keeps) refocus(zoomed ? byId("pick-begin") : byId("entries"));
    if (!zoomed) arrive(keeps ? focused : null);
    // A screen reader reads the number by itself if it has the focus.
    const silent = !zoomed && !keeps;
    told.textContent = silent ? "" : (byId(zoomed ? "overview-title" : "found")?.textContent ?? "");
    sent = false;
  }
  note();
  watch();
}

/* The place of a reader who has loaded more than the address names: Back and a reload return to it. */

/** What shows an entry: the group that it is in, while that is closed. */
function face(row) {
  const group = row.closest(".occasion");
  return group && !group.querySelector("details").open ? group : row;
}

const placeOf = (row) => row && { row, id: row.id, top: face(row).getBoundingClientRect().top };

/** The entry at the top of the window, or the last above it, and how far from it; null before one
    has scrolled to the entries. */
function hold() {
  const all = [...rows()];
  if (!all.length || face(all[0]).getBoundingClientRect().top > STICKY + 1) return null;
  return placeOf(all.find((row) => face(row).getBoundingClientRect().bottom > STICKY + 1) ?? all.at(-1));
}

// What a page of more entries must not push down.
let pushed = null;

// Whether more has been, and the address as it was before the place was put into it.
let more = false;
let whole = null;

/** Puts the entry that is read into the address, and how far it stands from the top. */
function note() {
  clearTimeout(noting);
  if (!more) return;
  whole ??= location.href;
  const address = new URL(whole);
  const at = hold();
  if (at) {
    for (const name of PLACES) address.searchParams.delete(name);
    address.searchParams.set("near", at.id);
    address.hash = "";
  }
  history.replaceState({ ...history.state, top: at?.top }, "", address);
  history.scrollRestoration = at ? "manual" : "auto";
}

let noting;
function onScroll() {
  clearTimeout(noting);
  noting = setTimeout(note, REST);
}

/** Shows the entry of the address where it stood; where there is none the browser has seen to it. */
function restore() {
  const id = new URLSearchParams(location.search).get("near");
  if (!id || history.scrollRestoration !== "manual") return;
  stay({ id, top: history.state?.top ?? STICKY });
  more = true;
}

/** Opens a page that the server refuses, so that readers see its message. */
function onRefusal(event) {
  if (!isLoading(event)) location.assign(event.detail.pathInfo.finalRequestPath);
}

/** Merges the entries of a year that an earlier page has begun into one list. */
function join() {
  let before = null;
  for (const part of document.querySelectorAll("#entries > .year")) {
    if (before && before.dataset.year === part.dataset.year) {
      before.querySelector("ol").append(...part.querySelector("ol").children);
      part.remove();
    } else before = part;
  }
}

/** A source that comes again goes on where it stands in the list, and what is new numbers on. */
function merge() {
  const all = [...works()];
  const link = (row) => row.querySelector("a").outerHTML;
  const known = new Map(all.slice(0, sources).map((work, place) => [link(work), place]));
  const changed = new Set();
  let last = sources;
  for (const work of all.slice(sources)) {
    const place = known.get(link(work)) ?? last++;
    const other = place < sources ? all[place] : null;
    const list = other?.querySelector(".places");
    changed.add(other ?? work);
    label(work, place + 1);
    for (const row of work.querySelectorAll(".places > li")) {
      const same = list && [...list.children].find((before) => link(before) === link(row));
      const next = list ? list.children.length + 1 : row.id.split(".")[1];
      changed.add(same || row);
      label(row, same ? same.id.slice(5) : `${place + 1}.${next}`);
      if (list && !same) list.append(row);
    }
    if (other && !list) other.append(...work.querySelectorAll(".work ~ *"));
    if (other) work.remove();
  }
  for (const row of changed) linkBack(row);
}

/** Gives a note of the list another number, and its marks. */
function label(row, number) {
  for (const mark of document.querySelectorAll(`.note-mark[href="#${row.id}"]`)) {
    mark.href = `#note-${number}`;
    mark.textContent = number;
  }
  row.id = `note-${number}`;
  row.querySelector(".ordinal").textContent = number;
}

/** Numbers the marks of a note, and links from the note to each. */
function linkBack(row) {
  const marks = [...document.querySelectorAll(`.note-mark[href="#${row.id}"]`)];
  const back = Object.assign(document.createElement("span"), { className: "back" });
  const said = row.closest(".footnotes").dataset.back;
  const links = marks.slice(0, 26).map((mark, place) => {
    const letter = String.fromCharCode(97 + place);
    const link = Object.assign(document.createElement("a"), { textContent: marks.length > 1 ? letter : ARROW });
    mark.id = `mark-${row.id.slice(5)}-${place + 1}`;
    link.href = `#${mark.id}`;
    link.ariaLabel = marks.length > 1 ? `${said}, ${letter}` : said;
    return link;
  });
  back.append(...(marks.length > 1 ? [`${ARROW} `] : []), ...links);
  const part = row.querySelector(":scope > .work, :scope > span:last-of-type");
  part.querySelector(".back")?.remove();
  if (marks.length) part.append(back);
}

/** Scrolls to where a place stood in the window. */
function stay(place) {
  const row = place && (place.row?.isConnected ? place.row : byId(place.id) ?? byId(byId("entries").dataset.here));
  if (row) window.scrollBy({ top: face(row).getBoundingClientRect().top - place.top, behavior: "instant" });
}

/** The focus goes back to where it was, or to what has come in that place. */
function refocus(fallback) {
  if (focused && focused !== document.body && !document.contains(focused)) {
    (byId(focused.id) ?? fallback)?.focus({ preventScroll: true });
  }
}

if (form) {
  equip();
  restore();
  watch();
  addEventListener("popstate", restore);
  addEventListener("scroll", onScroll, { passive: true });
  document.addEventListener("click", note, { capture: true });
  form.addEventListener("submit", onSubmit);
  form.addEventListener("input", onInput);
  form.addEventListener("change", onInput);
  document.body.addEventListener("htmx:configRequest", onConfigure);
  document.body.addEventListener("htmx:beforeSwap", onBeforeSwap);
  document.body.addEventListener("htmx:afterRequest", onAfterRequest);
  document.body.addEventListener("htmx:responseError", onRefusal);
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    count(1);
    // Not htmx:afterRequest, which does not bubble from an element that another answer has replaced.
    detail.xhr.addEventListener("loadend", () => count(-1));
  });
  // Filters set before this script loaded are applied now.
  if ([...form.elements].some(isChanged)) ask();
}
