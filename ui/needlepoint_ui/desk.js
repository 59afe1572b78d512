// The page by keyboard: one key for each step, focus that outlives a change of the page, and a name for every button.
(() => {
  if (window.needlepointDesk) return;
  window.needlepointDesk = true;

  const KEYS = [
    ["/", "type a question"], ["J", "next answer"], ["K", "previous answer"], ["Enter", "show it in its document"],
    ["R", "it is right"], ["W", "it is wrong"], ["E", "mark the right words"], ["P", "pin it to the workspace"], ["[", "previous page"], ["]", "next page"],
    ["F", "find in the document"],
    ["?", "this list"],
  ];
  const HELD = "[class*='st-key-card-'], [class*='st-key-nearest-'], [class*='st-key-read-']"; // an answer or a passage
  const FOCUSABLE = "button:not(:disabled), a[href], input, textarea, [tabindex='0']";
  const OFF = "needlepoint-keys-off";
  const first = (selector, within = document) => [...within.querySelectorAll(selector)].find((each) => each.offsetParent);

  const entries = () => [...document.querySelectorAll(".st-key-found :is(.np-card, .np-passage)")]
    .filter((each) => each.offsetParent).map((each) => each.closest(HELD)).filter(Boolean);
  const current = () => document.activeElement.closest(HELD) || document.querySelector(".st-key-found .np-open")?.closest(HELD);

  function step(by) {
    const all = entries(), now = all.indexOf(current());
    const next = all[Math.min(Math.max(now + by, 0), all.length - 1)];
    first("[class*='st-key-show-'] button", next || document.body)?.focus();
    next?.scrollIntoView({block: "nearest"});
    return next;
  }
  const press = (selector, within = document) => {
    const button = within && first(`${selector} button:not(:disabled), button${selector}:not(:disabled)`, within);
    button?.click();
    return button;
  };
  const turn = (way) => press(`.np-reader-${way}`);
  const find = () => { // only the reader's own field: the question has a key of its own
    const field = first(".np-reader-words");
    field?.focus();
    field?.select();
    return field;
  };
  const write = () => {
    const field = first(".st-key-q input, .st-key-q textarea, .st-key-search input");
    field?.focus();
    field?.select();
    return field;
  };
  const ACTIONS = {
    "/": write, "j": () => step(1), "k": () => step(-1), "?": () => help(),
    "r": () => press("[class*='st-key-right-']", current()), "w": () => press("[class*='st-key-wrong-']", current()),
    "e": () => press(":is([class*='st-key-correct-'], [class*='st-key-mark-'])", current()),
    "p": () => press("[class*='st-key-pin-']", current()),
    "[": () => turn("previous"), "]": () => turn("next"), "f": find,
  };

  addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || localStorage.getItem(OFF)) return;
    if (target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true]")) return;
    if (document.querySelector(":modal:not(.np-reader-large), [role=dialog], .np-grid")) return; // they have keys of their own
    if (document.querySelector(".np-reader-large:modal") && !"[]f".includes(event.key.toLowerCase())) return;
    if (!ACTIONS[event.key.toLowerCase()]?.()) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit would run the page again on R
  }, true);

  const made = (tag, properties = {}, ...children) => { // never as text of HTML: Streamlit drops a script that contains any
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  function help() {
    const rows = KEYS.flatMap(([key, meaning]) => [made("dt", {}, made("kbd", {}, key)), made("dd", {}, meaning)]);
    const box = made("input", {type: "checkbox", checked: !localStorage.getItem(OFF)});
    box.onchange = () => box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
    const dialog = made("dialog", {className: "np-keys", ariaLabel: "Keys"}, made("h2", {}, "Keys"), made("dl", {}, ...rows),
      made("label", {}, box, " Use these keys"), made("button", {type: "button", onclick: () => dialog.close()}, "Close"));
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
  }
  addEventListener("click", (event) => event.target.closest?.(".np-show-keys") && help());

  // Focus: if its element vanishes, it moves to what takes its place, or else to the nearest thing around it.
  let path = [];
  const pathOf = (node) => {
    const found = [];
    for (; node; node = node.parentElement) found.push(...[...node.classList].filter((name) => name.startsWith("st-key-")));
    return found;
  };
  addEventListener("focusin", (event) => {
    if (!event.target.closest("[role=dialog], dialog, .np-reader-frame")) path = pathOf(event.target);
  });
  addEventListener("focusout", (event) => {
    const left = event.target;
    if (event.relatedTarget) return;
    // half a second, since what is about to vanish may be moved first, which takes its focus
    setTimeout(() => { if (left.isConnected && !left.disabled && !left.closest("[role=dialog], dialog") && document.activeElement === document.body) path = []; }, 500);
  });
  function keepFocus() {
    if (document.activeElement !== document.body || document.querySelector("[role=dialog], :modal")) return;
    for (const key of path) {
      const place = document.querySelector("." + CSS.escape(key)), target = place && first(FOCUSABLE, place);
      if (target) return target.focus({preventScroll: true});
    }
  }

  // Names: buttons that read the same say whose they are.
  function nameButtons() {
    for (const entry of document.querySelectorAll(HELD)) {
      const words = entry.querySelector(".np-card h3, .np-passage blockquote");
      if (!words) continue;
      for (const button of entry.querySelectorAll("button")) {
        const shown = button.querySelector("[data-testid=stMarkdownContainer]")?.textContent;
        const name = `${shown}: ${words.textContent.slice(0, 80)}`;
        if (shown && button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
      }
    }
  }

  function nameTicks() { // Streamlit names a box by its label's Markdown
    for (const box of document.querySelectorAll("[data-testid=stCheckbox] input")) {
      const name = box.closest("label")?.querySelector("[data-testid=stMarkdownContainer]")?.textContent;
      if (name && box.getAttribute("aria-label") !== name) box.setAttribute("aria-label", name);
    }
  }

  function nameDropzones() { // Streamlit calls one a presentation, but gives it a name
    for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role=presentation]")) zone.setAttribute("role", "group");
  }

  function skipShutViews() { // the list of views in a narrow window: out of sight, it does not take the focus
    const opens = document.querySelector("[data-testid=stExpandSidebarButton]");
    for (const list of document.querySelectorAll("[data-testid=stSidebar]")) list.inert = opens?.getAttribute("aria-expanded") === "false";
  }

  // The browser's Back: what changes in the address without a click or a key in between is one step, not several.
  let acted = false;
  const push = history.pushState.bind(history), replace = history.replaceState.bind(history);
  history.pushState = (...step) => { (acted ? push : replace)(...step); acted = false; };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { acted = true; }, true);
  addEventListener("popstate", () => { acted = false; });

  // Filters: at the side of a wide window, which remembers whether they are shown; in a drawer over a narrow one.
  const FILTERS = "needlepoint-filters", page = document.documentElement;
  const isWide = () => innerWidth >= 1100;
  let isDrawerOpen = false;
  const areShown = () => isWide() ? (localStorage.getItem(FILTERS) || (innerWidth >= 1360 ? "shown" : "hidden")) === "shown" : isDrawerOpen;
  function placeFilters() {
    const isOpen = areShown(), wanted = isWide() ? (isOpen ? "shown" : "hidden") : isOpen ? "drawer-open" : "drawer-shut";
    if (page.dataset.filters !== wanted) page.dataset.filters = wanted;
    const button = document.querySelector(".np-show-filters"), place = document.querySelector(".st-key-facets");
    if (button && button.getAttribute("aria-expanded") !== `${isOpen}`) button.setAttribute("aria-expanded", isOpen);
    place?.setAttribute("role", "region");
    place?.setAttribute("aria-label", "Filters");
  }
  function showFilters(isOpen, {keepsFocus = false} = {}) {
    if (isWide()) localStorage.setItem(FILTERS, isOpen ? "shown" : "hidden");
    else isDrawerOpen = isOpen;
    placeFilters();
    if (keepsFocus) return;
    if (isOpen) first(".st-key-facets :is(.np-hide-filters, summary)")?.focus();
    else first(".np-show-filters")?.focus();
  }
  const drawer = () => page.dataset.filters === "drawer-open" && document.querySelector(".st-key-facets")?.parentElement;
  addEventListener("click", (event) => {
    if (event.target.closest?.(".np-show-filters")) showFilters(!areShown());
    else if (event.target.closest?.(".np-hide-filters") || event.target === drawer()) showFilters(false);
    else if (drawer() && event.target.closest?.(".st-key-apply-filters button")) showFilters(false);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer() || document.querySelector("[data-baseweb=popover], [role=dialog]")) return;
    showFilters(false);
  });
  addEventListener("focusin", (event) => { // what the drawer covers does not get the focus
    if (drawer() && event.target.closest(".stMain") && !drawer().contains(event.target)) showFilters(false, {keepsFocus: true});
  });
  addEventListener("resize", placeFilters);
  placeFilters();

  // Enter asks; Shift and Enter begins a line.
  function submit(field) { // Streamlit takes a text of several lines with Ctrl and Enter
    field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true}));
  }
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || !event.target.matches(".st-key-q textarea")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    submit(event.target);
  }, true);
  // This browser remembers who sits before it: an id, and the name if one was given.
  let told;
  function rememberPerson() {
    const who = document.querySelector(".np-person")?.dataset, state = who && `${who.person} ${who.name}`;
    if (!who || told === state) return;
    told = state;
    for (const name of ["person", "name"])
      document.cookie = `needlepoint-${name}=${encodeURIComponent(who[name])}; path=/; max-age=31536000; SameSite=Lax`;
  }

  let kept = null;
  function keepSession() { // for a reload; a browser sends it to this page alone, and forgets it when it is closed
    const token = document.querySelector(".np-session")?.dataset.token;
    if (token === undefined || kept === token) return;
    kept = token;
    const rest = `path=/; SameSite=Strict${location.protocol === "https:" ? "; Secure" : ""}`;
    document.cookie = `needlepoint-session=${encodeURIComponent(token)}; ${rest}${token ? "" : "; max-age=0"}`;
  }

  let isNew = true;
  function startWriting() {
    const field = isNew && document.querySelector(".st-key-q :is(input, textarea)");
    if (!field) return;
    isNew = false;
    if (!field.value && document.activeElement === document.body && innerWidth > 640) field.focus();
  }

  // Streamlit sets the theme's side on the app alone; dialogs and lists that drop down lie outside it.
  function takeScheme() {
    const app = document.querySelector(".stApp");
    if (app) document.documentElement.style.colorScheme = getComputedStyle(app).colorScheme;
  }

  let waiting;
  function tend() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      takeScheme(); nameButtons(); nameTicks(); nameDropzones(); skipShutViews(); rememberPerson(); keepSession();
      startWriting(); keepFocus(); placeFilters();
    }, 100);
  }
  new MutationObserver(tend).observe(document.body, {childList: true, subtree: true, attributeFilter: ["aria-expanded"]});
  tend();
})();
