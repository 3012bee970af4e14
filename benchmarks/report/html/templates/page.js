"use strict";
(() => {
  const root = document.documentElement;
  const form = document.querySelector(".filters");
  const names = ["part", "measure", "scenario", "variant"];
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

  const apply = () => {
    filter = chosen();
    if (filter.measure.size) root.dataset.measures = [...filter.measure].join(" ");
    else delete root.dataset.measures;
    for (const part of document.querySelectorAll("[data-part]")) part.hidden = !allows("part", part.dataset.part);
    const rows = [...document.querySelectorAll("tr[data-scenario]")];
    for (const row of rows) {
      row.hidden = !allows("scenario", row.dataset.scenario) || !allows("variant", row.dataset.variant);
    }
    for (const panel of document.querySelectorAll(".panel")) panel.hidden = !allows("scenario", panel.dataset.scenario);
    for (const figure of document.querySelectorAll("figure")) {
      figure.hidden = !figure.querySelector(".panel:not([hidden])");
    }
    const shown = rows.filter((row) => !row.hidden && !row.closest("[data-part]").hidden).length;
    document.getElementById("shown").textContent = `${shown} of ${rows.length} rows shown`;
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
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }

  form.hidden = false;
  read();
  apply();
})();
