"use strict";
(() => {
  const root = document.documentElement;
  const form = document.querySelector(".filters");
  const charts = [...document.querySelectorAll(".chart")];
  const figures = new Map(charts.map((chart) => [chart, JSON.parse(chart.nextElementSibling.textContent)]));
  const names = ["part", "measure", "scenario", "variant"];
  const drawn = new Set();
  let filter = {};

  // A filter without chosen values allows every value. Elements without a value for it are always shown.
  const allows = (name, value) => !value || !filter[name].size || filter[name].has(value);

  const chosen = () => {
    const data = new FormData(form);
    return Object.fromEntries(names.map((name) => [name, new Set(data.getAll(name))]));
  };

  const read = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) return;
    const given = new URLSearchParams(hash);
    for (const box of form.querySelectorAll("input")) {
      box.checked = (given.get(box.name) ?? "").split(",").includes(box.value);
    }
  };

  const write = () => {
    const words = names.filter((name) => filter[name].size);
    const hash = words.map((name) => `${name}=${[...filter[name]].map(encodeURIComponent).join(",")}`).join("&");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  // Returns the trace with the points that the filters allow. Arrays with one value per point are filtered.
  const filtered = (trace) => {
    if (!allows("variant", trace.meta?.variant)) return [];
    if (!trace.customdata) return [trace];
    const allowed = trace.customdata.map(([scenario, variant]) => allows("scenario", scenario) && allows("variant", variant));
    const select = (value) => {
      if (Array.isArray(value)) return value.length === allowed.length ? value.filter((_, index) => allowed[index]) : value;
      if (value === null || typeof value !== "object") return value;
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, select(each)]));
    };
    return allowed.includes(true) ? [select(trace)] : [];
  };

  // Replaces CSS variables by their values, because Plotly does not resolve them.
  const resolved = (value, style) => {
    if (typeof value === "string") {
      return value.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
    }
    if (Array.isArray(value)) return value.map((each) => resolved(each, style));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, resolved(each, style)]));
  };

  const axis = (given = {}) => ({
    automargin: true, fixedrange: true, zeroline: false, showline: false, ticks: "", gridcolor: "var(--grid)",
    ...given, ...(given.title ? { title: { standoff: 6, ...given.title } } : {}),
  });

  const layout = (given) => ({
    ...given,
    font: { family: getComputedStyle(document.body).fontFamily, size: 11, color: "var(--muted)" },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 8, r: 14, t: 8, b: 8 },
    showlegend: false, dragmode: false, hovermode: "closest", autosize: true,
    hoverlabel: { bgcolor: "var(--raised)", bordercolor: "var(--strong)", font: { color: "var(--text)", size: 12 }, align: "left" },
    xaxis: axis(given.xaxis), yaxis: axis(given.yaxis),
  });

  const draw = (chart) => {
    const figure = figures.get(chart);
    const data = figure.data.flatMap(filtered);
    const given = structuredClone(figure.layout);
    const rows = given.yaxis?.categoryarray;
    chart.dataset.height ??= chart.clientHeight;
    if (rows) {
      const visible = new Set(data.flatMap((trace) => trace.y));
      given.yaxis.categoryarray = rows.filter((row) => visible.has(row));
      const step = given.yaxis.step ?? 26;
      given.yaxis.range = [-0.6, visible.size - 0.4];
      given.yaxis.tickfont = { color: "var(--text)" };
      chart.style.height = `${chart.dataset.height - step * (rows.length - visible.size)}px`;
    }
    const style = getComputedStyle(root);
    Plotly.react(chart, resolved(data, style), resolved(layout(given), style), { displayModeBar: false, responsive: true });
    drawn.add(chart);
  };

  const redraw = () => {
    for (const chart of drawn) if (chart.offsetParent) draw(chart);
  };

  const apply = () => {
    filter = chosen();
    if (filter.measure.size) root.dataset.measures = [...filter.measure].join(" ");
    else delete root.dataset.measures;
    for (const part of document.querySelectorAll("[data-part]")) part.hidden = !allows("part", part.dataset.part);
    const rows = [...document.querySelectorAll("tr[data-scenario]")];
    for (const row of rows) {
      row.hidden = !allows("scenario", row.dataset.scenario) || !allows("variant", row.dataset.variant);
    }
    for (const chart of charts) {
      const panel = chart.closest(".panel");
      const isEmpty = !figures.get(chart).data.some((trace) => filtered(trace).length);
      panel.hidden = isEmpty || !allows("scenario", panel.dataset.scenario);
    }
    for (const figure of document.querySelectorAll("figure")) {
      figure.hidden = !figure.querySelector(".panel:not([hidden])");
    }
    const shown = rows.filter((row) => !row.hidden && !row.closest("[data-part]").hidden).length;
    document.getElementById("shown").textContent = `${shown} of ${rows.length} rows shown`;
    redraw();
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      getSelection().selectAllChildren(source);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };

  form.addEventListener("change", () => { apply(); write(); });
  form.addEventListener("reset", () => setTimeout(() => { apply(); write(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => { read(); apply(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  // Before printing, use the light colours and draw all charts, also those that have not been scrolled into view.
  addEventListener("beforeprint", () => {
    root.dataset.paper = "";
    for (const chart of charts) if (chart.offsetParent) draw(chart);
  });
  addEventListener("afterprint", () => { delete root.dataset.paper; redraw(); });
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  form.hidden = false;
  read();
  apply();
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting && !drawn.has(entry.target)) draw(entry.target);
  }, { rootMargin: "400px" });
  for (const chart of charts) observer.observe(chart);
})();
