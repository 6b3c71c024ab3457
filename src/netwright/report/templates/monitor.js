"use strict";
(() => {
  const pause = 1000 * Number(document.body.dataset.refresh);
  const main = document.querySelector("main");
  const banner = document.querySelector(".stale");
  if (!pause) return;

  // how the element that has the focus is found again in the fresh page
  function focused() {
    const held = document.activeElement;
    if (!held || !main.contains(held)) return null;
    const fold = held.closest("details[data-keep]");
    if (fold && held.matches("summary")) return `details[data-keep="${fold.dataset.keep}"] > summary`;
    if (held.matches(".scroll")) return `.scroll[aria-label="${held.getAttribute("aria-label")}"]`;
    return held.matches("a[href]") ? `a[href="${held.getAttribute("href")}"]` : null;
  }

  // what a reader has unfolded, or put the focus on, stays so
  function replace(text) {
    const held = focused();
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) throw new Error("no page");
    for (const open of main.querySelectorAll("details[open][data-keep]")) {
      fresh.querySelector(`details[data-keep="${open.dataset.keep}"]`)?.setAttribute("open", "");
    }
    const heading = main.querySelector("h1");
    const said = fresh.querySelector("h1");
    // a heading that says the same is kept, so that it is read aloud only when it changes
    if (heading.textContent === said.textContent) said.replaceWith(heading);
    main.replaceChildren(...fresh.childNodes);
    if (held) main.querySelector(held)?.focus({ preventScroll: true });
    document.title = page.title;
  }

  async function again() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(30000) });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      // a reader who selects text is not disturbed
      if (!getSelection()?.toString()) replace(text);
      banner.hidden = true;
      document.documentElement.dataset.reads = String(1 + Number(document.documentElement.dataset.reads ?? 0));
    } catch {
      const time = main.querySelector("time")?.textContent ?? "";
      if (banner.hidden) banner.textContent = `The monitor does not answer. This is how it stood at ${time}.`;
      banner.hidden = false;
    }
    setTimeout(again, pause);
  }
  setTimeout(again, pause);
})();
