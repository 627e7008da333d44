// Draws every figure that names a series; what stood there goes once the chart is there, and stays if it is not.
(() => {
  "use strict";
  const HEIGHT = 220;
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const INKS = ["--accent", "--good", "--care", "--bad"];
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]]; // never colour alone

  const font = () => `${0.85 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px system-ui, sans-serif`;

  const axis = (more) => ({
    font: font(),
    stroke: colour("--ink"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") }, ...more,
  });

  const options = (figure, said) => ({
    width: Math.max(240, figure.clientWidth),
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { x: { time: true }, y: { range: (_, least, most) => [Math.min(0, least), Math.max(1, most)] } },
    axes: [
      axis({ values: (_, splits) => splits.map(day), space: 110 }),
      axis({ size: 60, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000] }),
    ],
    series: [
      { label: figure.dataset.time, value: (_, seconds) => (seconds === null ? "—" : day(seconds)) },
      ...said.series.map((one, n) => ({
        label: one.label, stroke: colour(INKS[n % INKS.length]), dash: DASHES[n % DASHES.length], width: 2,
        ...("steps" in figure.dataset ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
        points: { show: said.at.length < 40 },
      })),
    ],
  });

  const draw = async (figure) => {
    const reply = await fetch(figure.dataset.series, { headers: { "hx-request": "true" } });
    if (!reply.ok) return;
    const said = await reply.json();
    if (said.at.length === 0) return;
    const place = document.createElement("div");
    place.className = "chart";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", figure.dataset.label);
    figure.append(place);
    const chart = new uPlot(options(figure, said), [said.at, ...said.series.map((one) => one.values)], place);
    figure.querySelectorAll("svg").forEach((drawn) => { drawn.toggleAttribute("hidden", true); });
    new ResizeObserver(() => chart.setSize({ width: Math.max(240, figure.clientWidth), height: HEIGHT })).observe(figure);
  };

  document.querySelectorAll("figure[data-series]").forEach((figure) => {
    draw(figure).catch(() => {}); // the picture that stands there says the same
  });
})();
