// Swaps one part of a page for the same part of another page of the explorer, so that filtering
// keeps place and focus. Every address works without it: links and forms are plain ones.
"use strict";

let under = null; // the request under way; a newer one ends it

async function swap(address, part, { push = true, form = null } = {}) {
  const old = document.getElementById(part);
  if (!old) { location.assign(address); return; }
  if (under) under.abort();
  const mine = (under = new AbortController());
  old.setAttribute("aria-busy", "true");
  let answer, text;
  try {
    answer = await fetch(address, { signal: mine.signal, headers: { accept: "text/html" } });
    text = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const made = page.getElementById(part);
  if (!answer.ok || !made) { location.assign(address); return; }
  const focused = document.activeElement && document.activeElement.getAttribute("data-part")
    ? document.activeElement.textContent : null;
  old.replaceWith(document.adoptNode(made));
  document.title = page.title;
  if (push) history.pushState({ part }, "", address);
  shown = location.pathname + location.search;
  if (form) refill(page);
  if (focused) {
    const again = [...made.querySelectorAll("[data-part]")].find((one) => one.textContent === focused);
    if (again) again.focus();
  }
  document.getElementById("said").textContent = made.dataset.say || "";
  later();
}

// The form beside a part shows what the part shows, after a link has changed it.
function refill(page) {
  for (const form of document.querySelectorAll("form[data-part]")) {
    const fresh = (form.id && page.getElementById(form.id)) || page.querySelector(`form[action="${CSS.escape(form.getAttribute("action"))}"]`)
      || [...page.forms].find((one) => one.getAttribute("action") === form.getAttribute("action"));
    if (!fresh) continue;
    const at = form.contains(document.activeElement) && document.activeElement;
    form.replaceWith(document.adoptNode(fresh));
    if (at) (at.name ? fresh.elements[at.name] : fresh.querySelector("button"))?.focus();
  }
}

// A form's own attribute: form.dataset would be its field of that name.
const partOf = (form) => form.getAttribute("data-part");

// An address of what a form says, without the fields that say nothing.
function asked(form) {
  const given = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(given).toString();
  return form.getAttribute("action") + (query ? "?" + query : "");
}

// Work that is under way: look again until it is done.
function later() {
  const waiting = document.querySelector("[data-wait]");
  const part = waiting && waiting.closest("[id]");
  if (part) setTimeout(() => swap(location.href, part.id, { push: false }), 1200);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("a[data-part]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  swap(link.href, link.dataset.part, { form: "form" in link.dataset });
  if (link.rel) document.getElementById(link.dataset.part).scrollIntoView();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!partOf(form)) return;
  event.preventDefault();
  swap(asked(form), partOf(form), { form: form.querySelector("#dyad") || form.hasAttribute("data-refill") });
});
let pause = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest && event.target.closest("form[data-live]");
  if (!form) return;
  clearTimeout(pause);
  const typed = event.target.matches("input[type=search]");
  if (!typed && !event.target.matches("select, input[type=checkbox]")) return; // dates and codes: on Enter
  pause = setTimeout(() => swap(asked(form), partOf(form)), typed ? 350 : 0);
});
// Back and forward between swapped parts show the whole page anew; a jump within a page does not.
let shown = location.pathname + location.search;
window.addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload();
});
later();
