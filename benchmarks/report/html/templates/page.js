"use strict";
(() => {
  const root = document.documentElement;
  const filters = document.querySelector(".filters");
  const calculator = document.querySelector(".calculator");
  const theme = document.getElementById("theme");
  const names = ["part", "scenario", "variant"];
  let filter = {};

  // --- The address: it has the filters, the load of the calculator and the theme.

  const parameters = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");

  const remember = (changes) => {
    const words = parameters();
    for (const [name, value] of Object.entries(changes)) {
      if (value) words.set(name, value);
      else words.delete(name);
    }
    const hash = words.toString().replaceAll("%2C", ",");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };

  const read = () => {
    const given = parameters();
    for (const box of filters.querySelectorAll("input")) {
      box.checked = (given.get(box.name) ?? "").split(",").includes(box.value);
    }
    for (const input of calculator?.elements ?? []) if (given.has(input.name)) input.value = given.get(input.name);
    theme.value = ["light", "dark"].includes(given.get("theme")) ? given.get("theme") : "";
  };

  // --- Filters. Without chosen values a filter allows every value. Elements without a value for it are always shown.

  const allows = (name, value) => !value || !filter[name].size || filter[name].has(value);

  const applyFilters = () => {
    const data = new FormData(filters);
    filter = Object.fromEntries(names.map((name) => [name, new Set(data.getAll(name))]));
    for (const part of document.querySelectorAll("[data-part]")) part.hidden = !allows("part", part.dataset.part);
    const rows = [...document.querySelectorAll("tr[data-scenario]")];
    for (const row of rows) {
      row.hidden = !allows("scenario", row.dataset.scenario) || !allows("variant", row.dataset.variant);
    }
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = !allows("scenario", panel.dataset.scenario);
    for (const figure of document.querySelectorAll("figure")) {
      figure.hidden = !figure.querySelector(".panel:not([hidden])");
    }
    const shown = rows.filter((row) => !row.hidden && !row.closest("[data-part][hidden]")).length;
    document.getElementById("shown").textContent = `${shown} of ${rows.length} rows shown`;
  };

  const rememberFilters = () => remember(Object.fromEntries(names.map((name) => [name, [...filter[name]].join(",")])));

  // --- The calculator: the same formula as benchmarks/report/sizing.py.

  const needs = (sides, mix, perSecond, utilisation) => sides.flatMap((side) => {
    const measured = mix.filter((name) => name in side.costs);
    if (!measured.length) return [];
    const cost = measured.reduce((sum, name) => sum + side.costs[name][0], 0) / measured.length;
    const cpus = perSecond * cost / 1e6 / (utilisation / 100);
    const workers = Math.max(1, Math.ceil(cpus));
    const memories = measured.map((name) => side.costs[name][1]).filter((memory) => memory !== null);
    const memory = memories.length ? (workers * Math.max(...memories) / 1e6).toFixed(0) : "-";
    return [[side.level, side.name, cpus.toFixed(2), workers, memory, cost.toFixed(0), measured.join(", ")]];
  });

  const calculate = () => {
    if (!calculator?.reportValidity()) return;
    const { sides, mixes } = JSON.parse(document.getElementById("costs").textContent);
    const { rps, mix, utilisation } = calculator.elements;
    const body = document.querySelector("#needs tbody");
    body.replaceChildren(...needs(sides, mixes[mix.value] ?? [], rps.valueAsNumber, utilisation.valueAsNumber).map((texts) => {
      const row = document.createElement("tr");
      texts.forEach((text, column) => {
        const cell = document.createElement(column < 2 ? "th" : "td");
        if (column < 2) cell.scope = "row";
        cell.className = column < 2 ? "text" : column === 6 ? "text detail" : "";
        cell.textContent = text;
        row.append(cell);
      });
      return row;
    }));
  };

  const rememberLoad = () => remember(Object.fromEntries([...calculator.elements].map(({ name, value }) => [name, value])));

  // --- The baseline of ratios.

  const inverted = ([estimate, low, high]) => [1 / estimate, 1 / high, 1 / low];
  const opposite = { better: "worse", worse: "better" };

  const interval = ([estimate, low, high]) => {
    if (!Number.isFinite(estimate) || estimate <= 0) return "-";
    const isBounded = low > 0 && Number.isFinite(high);
    return estimate.toFixed(2) + (isBounded ? ` [${low.toFixed(2)}, ${high.toFixed(2)}]` : "");
  };

  const original = (cell) => {
    cell.dataset.text ??= cell.textContent;
    cell.dataset.kind ??= cell.className;
    return { text: cell.dataset.text, kind: cell.dataset.kind };
  };

  const show = (cell, text, kind) => {
    original(cell);
    cell.textContent = text;
    cell.className = kind;
  };

  const ratioOf = (cell) => cell.dataset.ratio?.split(" ").map(Number);

  // Both sides are in one row: the second choice shows the reciprocals.
  const invert = (table, isInverted) => {
    for (const cell of table.querySelectorAll("td.ratio[data-ratio]")) {
      const { text, kind } = original(cell);
      show(cell, isInverted ? interval(inverted(ratioOf(cell))) : text, kind);
    }
  };

  // Each variant has a row. There are intervals for ratios to the measured baseline only, and for their reciprocals.
  const rebase = (table, variant, measured) => {
    const groups = Map.groupBy(table.querySelectorAll("tr[data-group]"), (row) => row.dataset.group);
    const isBase = (row) => row.dataset.variant === variant;
    for (const rows of groups.values()) {
      // A variant without threads has rows in the first group only, and is the baseline of the other groups too.
      const own = rows.find(isBase);
      const base = own ?? groups.get(rows[0].dataset.firstGroup)?.find(isBase);
      for (const row of rows) {
        [...row.querySelectorAll("td.ratio")].forEach((cell, position) => {
          const verdict = cell.nextElementSibling;
          const detail = original(cell).kind.includes("detail") ? "detail " : "";
          const other = base?.querySelectorAll("td.ratio")[position];
          if (variant === measured) {
            for (const each of [cell, verdict]) show(each, original(each).text, original(each).kind);
          } else if (!other || row === base) {
            show(cell, "-", `${detail}ratio same`);
            show(verdict, "", `text ${detail}verdict`);
          } else if (own && row.dataset.variant === measured && ratioOf(other)) {
            const kind = original(other.nextElementSibling).kind.replace(/better|worse/, (word) => opposite[word]);
            show(cell, interval(inverted(ratioOf(other))), `${kind.replace("text ", "").replace("verdict", "ratio")}`);
            show(verdict, original(other.nextElementSibling).text, kind);
          } else {
            show(cell, interval([Number(cell.dataset.figure) / Number(other.dataset.figure), 0, Infinity]), `${detail}ratio same`);
            show(verdict, "not tested", `text ${detail}verdict same`);
          }
        });
      }
    }
  };

  for (const select of document.querySelectorAll("[data-baseline]")) {
    const table = document.getElementById(select.dataset.baseline);
    const apply = () => {
      if (table.id === "main-table") invert(table, select.selectedIndex > 0);
      else rebase(table, select.value, select.options[0].value);
    };
    select.addEventListener("change", apply);
    select.closest(".control").hidden = false;
  }

  // --- Sorting: ascending, descending, and the order of the report again.

  const sortKey = (row, column) => {
    const text = row.cells[column]?.textContent.trim() ?? "";
    const number = Number.parseFloat(text.replaceAll(",", ""));
    return Number.isNaN(number) ? text : number;
  };

  const compare = (a, b) => {
    if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
    return typeof a === "number" ? -1 : 1;
  };

  const sort = (table, heading, column) => {
    const next = { undefined: "ascending", ascending: "descending" }[heading.getAttribute("aria-sort") ?? undefined];
    for (const each of table.tHead.querySelectorAll("th")) each.removeAttribute("aria-sort");
    const bodies = [...table.tBodies];
    table.order ??= bodies.flatMap((body) => [...body.rows].map((row) => [row, body]));
    if (!next) {
      for (const [row, body] of table.order) body.append(row);
      return;
    }
    heading.setAttribute("aria-sort", next);
    const sign = next === "ascending" ? 1 : -1;
    const rows = table.order.map(([row]) => row);
    rows.sort((a, b) => sign * compare(sortKey(a, column), sortKey(b, column)));
    bodies[0].append(...rows);
  };

  // Headings of columns by the position of their column: the second line has those of the groups.
  const columnHeadings = (table) => {
    const [first, second] = table.tHead.rows;
    const below = [...(second?.cells ?? [])];
    return [...first.cells].flatMap((cell) => (cell.scope === "colgroup" ? below.splice(0, cell.colSpan) : [cell]));
  };

  for (const table of document.querySelectorAll("#main-table, table.figures")) {
    columnHeadings(table).forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sort(table, heading, column));
    });
  }

  // --- Theme, copying, events.

  const applyTheme = () => {
    if (theme.value) root.dataset.theme = theme.value;
    else delete root.dataset.theme;
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

  const apply = () => { read(); applyFilters(); applyTheme(); calculate(); };
  filters.addEventListener("change", () => { applyFilters(); rememberFilters(); });
  filters.addEventListener("reset", () => setTimeout(() => { applyFilters(); rememberFilters(); }));
  filters.addEventListener("submit", (event) => event.preventDefault());
  calculator?.addEventListener("input", () => { calculate(); rememberLoad(); });
  calculator?.addEventListener("submit", (event) => event.preventDefault());
  theme.addEventListener("change", () => { applyTheme(); remember({ theme: theme.value }); });
  addEventListener("hashchange", apply);
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  theme.closest(".theme").hidden = false;
  filters.hidden = false;
  apply();
})();
