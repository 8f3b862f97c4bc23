// Keeps a page current without loading it anew: asks for it again, and puts the parts that changed
// in the place of the old ones. What the reader has focused or opened stays so.
"use strict";

const SECONDS = 30;
let known = null;

async function refresh() {
  if (document.hidden) return;
  const status = document.getElementById("live");
  try {
    const answer = await fetch(location.href, { cache: "no-cache" });
    if (!answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (text !== known) replace(new DOMParser().parseFromString(text, "text/html"));
    known = text;
    status.textContent = "";
  } catch {
    status.textContent = "The server does not answer; these are the last known figures.";
  }
}

function replace(fresh) {
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll("[data-live]")) {
    const its = fresh.getElementById(part.id);
    if (!its) return location.reload();
    for (const opened of part.querySelectorAll("details[open][id]")) {
      its.querySelector(`#${CSS.escape(opened.id)}`)?.setAttribute("open", "");
    }
    if (part.innerHTML !== its.innerHTML) part.replaceWith(document.adoptNode(its));
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

setInterval(refresh, SECONDS * 1000);
document.addEventListener("visibilitychange", refresh);
