// Type-ahead suggestions for each search box: an editable combobox as in the WAI-ARIA Authoring Practices. An option
// opens a page, or fills the box and submits its form; if none is selected, Enter submits the form. Without this script,
// the box is a plain form.

const PAUSE = 120; // Milliseconds without typing before the server is asked.
const SHORTEST = 2;

function part(name, text, of = "span") {
  const node = document.createElement(of);
  node.className = name;
  node.textContent = text;
  node.dir = "auto";
  return node;
}

function combobox(input) {
  const { suggestions: address, label, none, one, many, all, fills } = input.dataset;
  const list = part("suggestions", "", "ul");
  const status = part("unseen", "", "p");
  let options = [], chosen = -1, shownFor = "", timer, request;

  Object.assign(list, { id: `${input.id}-suggestions`, role: "listbox", ariaLabel: label, hidden: true });
  status.role = "status";
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
  })) input.setAttribute(name, value);
  input.after(list, status);

  const typed = () => input.value.trim().replace(/\s+/g, " ");
  const allResults = (text) => all.replace("{text}", () => text);

  function choose(place) {
    options[chosen]?.node.setAttribute("aria-selected", "false");
    chosen = place;
    const node = options[chosen]?.node;
    if (!node) return input.removeAttribute("aria-activedescendant");
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", node.id);
  }

  function expand(open) {
    choose(-1);
    list.hidden = !(open && options.length);
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function fill(title) {
    input.value = title;
    input.form.requestSubmit();
  }

  function show(text, answer) {
    const found = answer.filter(({ kind }) => !fills || kind === fills);
    options = found.map(({ title, name, label: kind, url }) => {
      const node = part("option", "", "li");
      node.append(part("title", title), part("other", name), part("kind", kind));
      return { node, follow: () => fills ? fill(title) : location.assign(url) };
    });
    if (all) options.push({
      node: part("option all", allResults(text), "li"),
      follow: () => input.form.requestSubmit(),
    });
    options.forEach(({ node }, place) => {
      Object.assign(node, { id: `${list.id}-${place}`, role: "option", ariaSelected: "false" });
    });
    list.replaceChildren(...options.map(({ node }) => node));
    shownFor = text;
    expand(document.activeElement === input);
    // The search box may be near the bottom of a small window.
    list.scrollIntoView({ block: "nearest" });
    const number = found.length;
    status.textContent = number > 1 ? many.replace("{number}", number) : number ? one : none;
  }

  /** Cancels the pending request and closes the list. */
  function stop() {
    clearTimeout(timer);
    request?.abort();
    list.removeAttribute("aria-busy");
    expand(false);
  }

  async function ask(text) {
    const asking = request = new AbortController();
    try {
      const found = new URL(address, location);
      found.searchParams.set("q", text);
      const response = await fetch(found, { signal: asking.signal });
      if (!response.ok) throw new Error(response.status);
      const { suggestions } = await response.json();
      if (!asking.signal.aborted) show(text, suggestions);
    } catch {
      // If the request fails, the box is a plain form.
      if (!asking.signal.aborted) stop();
    }
    // Ignore outdated answers.
    if (!asking.signal.aborted) list.removeAttribute("aria-busy");
  }

  function changed() {
    const text = typed();
    clearTimeout(timer);
    request?.abort();
    if (text.length < SHORTEST) {
      [options, shownFor, status.textContent] = [[], "", ""];
      return stop();
    }
    // Reopen the list if it is still that of this text.
    if (text === shownFor) {
      list.removeAttribute("aria-busy");
      return expand(true);
    }
    choose(-1);
    // The last option always submits the current text, even while the others belong to an earlier one.
    if (all && options.length) options.at(-1).node.textContent = allResults(text);
    list.setAttribute("aria-busy", "true");
    timer = setTimeout(ask, PAUSE, text);
  }

  function move(step) {
    if (list.hidden) {
      if (!options.length || typed() !== shownFor) return changed();
      expand(true);
    }
    // The search box itself is a stop between the last option and the first.
    const stops = options.length + 1;
    choose((chosen + 1 + step + stops) % stops - 1);
  }

  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => options[chosen].follow(),
    Escape: stop,
  };

  input.addEventListener("input", (event) => event.isComposing || changed());
  input.addEventListener("compositionend", changed);
  input.addEventListener("blur", stop);
  // The back-forward cache may restore the page as it was left.
  addEventListener("pagehide", stop);
  input.addEventListener("keydown", (event) => {
    // During composition, keys belong to the input method.
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(key)) choose(-1);
    if (!keys[key] || (key === "Enter" && chosen < 0) || (key === "Escape" && list.hidden)) return;
    event.preventDefault();
    keys[key]();
  });
  // Keep the focus in the search box.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    options.find(({ node }) => node.contains(event.target))?.follow();
  });
}

document.querySelectorAll("[data-suggestions]").forEach(combobox);
