"use strict";
(() => {
  const specs = JSON.parse(document.getElementById("charts").textContent);
  const places = [...document.querySelectorAll("[data-chart]")];
  const narrow = matchMedia("(max-width: 639px)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let drawn = [];

  async function draw() {
    drawn.splice(0).forEach((chart) => chart.finalize());
    for (const place of places) {
      const spec = structuredClone(specs[place.dataset.chart]);
      // on narrow screens the names stand in the key above the drawing, not beside the lines
      if (narrow.matches) spec.layer = spec.layer.filter((layer) => layer.name !== "names");
      const look = { actions: false, renderer: "svg", tooltip: { theme: dark.matches ? "dark" : "light" } };
      try {
        drawn.push(await vegaEmbed(place, spec, look));
      } catch (error) {
        console.error(error);
        place.textContent = "This drawing could not be made; the tables hold its figures.";
      }
    }
    document.documentElement.dataset.drawn = String(drawn.length);
  }

  let last = Promise.resolve();
  const again = () => { last = last.then(draw); return last; };
  narrow.addEventListener("change", again);
  dark.addEventListener("change", again);
  again();
})();
