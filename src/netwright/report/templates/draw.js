"use strict";
(() => {
  const { config, specs } = JSON.parse(document.getElementById("charts").textContent);
  const places = [...document.querySelectorAll("[data-chart]")];
  const narrow = matchMedia("(max-width: 639px)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  // between two drawings the page may scroll and answer
  const pause = () => new Promise((resolve) => setTimeout(resolve));
  let drawn = [];

  async function drawOne(place) {
    const spec = { ...structuredClone(specs[place.dataset.chart]), config };
    // on narrow screens the names stand in the key above the drawing, not beside what they name
    if (narrow.matches) spec.layer = spec.layer.filter((layer) => !layer.name?.startsWith("names"));
    const look = { actions: false, renderer: "svg", tooltip: { theme: dark.matches ? "dark" : "light" } };
    try {
      drawn.push(await vegaEmbed(place, spec, look));
    } catch (error) {
      console.error(error);
      place.textContent = "This drawing could not be made; the tables hold its figures.";
    }
  }

  async function draw() {
    drawn.splice(0).forEach((chart) => chart.finalize());
    for (const place of places) {
      await drawOne(place);
      await pause();
    }
    document.documentElement.dataset.drawn = String(drawn.length);
  }

  // a link may lead into a table that is folded
  function unfold() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details:not([open])");
    if (folded) {
      folded.open = true;
      target.scrollIntoView();
    }
  }

  let last = Promise.resolve();
  const again = () => { last = last.then(draw); return last; };
  narrow.addEventListener("change", again);
  dark.addEventListener("change", again);
  addEventListener("hashchange", unfold);
  unfold();
  again();
})();
