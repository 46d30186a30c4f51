/* Draws each chart from the table behind it, in the colours of the theme, and anew when the table was read anew. */
const ROW_HEIGHT = 28, AROUND = 56;
const drawn = new Map();

/* The colours as the theme has them now: a custom property alone would still say light-dark(). */
function palette() {
  const probe = document.body.appendChild(document.createElement("span"));
  const of = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = { series: [of("--accent-solid"), of("--ink-3"), of("--amber"), of("--green")], ink: of("--ink-2"), line: of("--line"), tip: of("--ink"), ground: of("--raised") };
  probe.remove();
  return found;
}

function read(figure) {
  const heads = [...figure.querySelectorAll("thead th[data-drawn]")].map((head) => head.textContent);
  const rows = [...figure.querySelectorAll("tbody tr:has([data-value])")].map((row) => {
    const cells = [...row.querySelectorAll("[data-value]")];
    return {
      label: row.querySelector("th").textContent,
      url: row.querySelector("th a")?.href ?? "",
      values: cells.map((cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value))),
      words: cells.map((cell) => cell.textContent),
    };
  });
  return { heads, rows: rows.slice(0, Number(figure.dataset.bars)) };
}

function series(kind, { heads, rows }, colours) {
  return heads.map((label, at) => {
    const colour = colours.series[at % colours.series.length];
    const data = rows.map((row) => row.values[at]);
    if (kind !== "line") return { label, data, backgroundColor: colour, borderRadius: 2, maxBarThickness: 28 };
    return { label, data, borderColor: colour, backgroundColor: colour, borderWidth: 2, borderDash: at ? [5, 4] : [], pointRadius: rows.length > 1 ? 0 : 4, pointHitRadius: 12, pointHoverRadius: 5, spanGaps: true };
  });
}

function options(kind, known, colours) {
  const values = { beginAtZero: true, grid: { color: colours.line }, border: { display: false }, ticks: { color: colours.ink, maxTicksLimit: 6, precision: 0 } };
  const labels = { grid: { display: false }, border: { color: colours.line }, ticks: { color: colours.ink, maxRotation: 0, autoSkipPadding: 12 } };
  const across = kind === "groups";
  if (across) labels.ticks = { color: colours.ink, autoSkip: false, callback(at) { const text = this.getLabelForValue(at); return text.length > 24 ? `${text.slice(0, 23)}…` : text; } };
  return {
    indexAxis: across ? "y" : "x",
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: "index", axis: across ? "y" : "x", intersect: false },
    scales: across ? { x: values, y: labels } : { x: labels, y: values },
    plugins: {
      legend: { display: known.heads.length > 1, align: "start", labels: { color: colours.ink, boxWidth: 12, boxHeight: kind === "line" ? 2 : 12 } },
      tooltip: {
        backgroundColor: colours.tip, titleColor: colours.ground, bodyColor: colours.ground, displayColors: false,
        callbacks: { label: (item) => `${item.dataset.label}: ${known.rows[item.dataIndex].words[item.datasetIndex]}` },
      },
    },
    onClick: (_event, items) => { if (items.length && known.rows[items[0].index].url) location.assign(known.rows[items[0].index].url); },
    onHover: (event, items) => { event.native.target.style.cursor = items.length && known.rows[items[0].index].url ? "pointer" : ""; },
  };
}

function draw(figure) {
  const canvas = figure.querySelector("canvas"), kind = figure.dataset.chart;
  if (!canvas) return;
  const known = read(figure), colours = palette();
  const config = { type: kind === "line" ? "line" : "bar", data: { labels: known.rows.map((row) => row.label), datasets: series(kind, known, colours) }, options: options(kind, known, colours) };
  if (kind === "groups") canvas.parentElement.style.height = `${AROUND + known.rows.length * Math.max(ROW_HEIGHT, 18 * known.heads.length)}px`;
  const before = drawn.get(canvas);
  if (before?.config.type === config.type) {
    before.data = config.data;
    before.options = config.options;
    before.update("none");
    return;
  }
  before?.destroy();
  drawn.set(canvas, new Chart(canvas, config));
}

function drawAll() {
  for (const [canvas, chart] of drawn) {
    if (canvas.isConnected) continue;
    chart.destroy();
    drawn.delete(canvas);
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
}

drawAll();
document.body.addEventListener("htmx:afterSettle", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
matchMedia("print").addEventListener("change", drawAll);
