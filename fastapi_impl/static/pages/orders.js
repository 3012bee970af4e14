// Keeps "My orders" up to date: at each event of an order, the page is requested again and its orders are shown.
"use strict";

const script = document.currentScript;
const FIRST_DELAY = 1000;
const LONGEST_DELAY = 60000;
const SHORTEST_PAUSE = 300;
let { token } = script.dataset;
let delay = FIRST_DELAY;
let refreshing = false;
let outdated = false;

const ids = (root) => Array.from(root.querySelectorAll("article"), (order) => order.id).join();

// Changes only what has changed, so that a screen reader reads no more than that.
function show(page) {
  if (ids(page) !== ids(document)) {
    document.querySelector("main").replaceChildren(...page.querySelector("main").children);
    return;
  }
  for (const order of page.querySelectorAll("article")) {
    const status = document.getElementById(order.id).querySelector("[aria-live]");
    const { textContent } = order.querySelector("[aria-live]");
    if (status.textContent !== textContent) {
      status.textContent = textContent;
    }
  }
}

async function requestPage() {
  const response = await fetch(location.href);
  if (response.redirected) {
    location.assign(response.url); // the user is signed out
  }
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// One request at a time. An event that arrives during a request makes its response outdated.
async function refresh() {
  outdated = true;
  if (refreshing) {
    return;
  }
  refreshing = true;
  try {
    while (outdated) {
      outdated = false;
      const page = await requestPage();
      const found = page.querySelector("script[data-token]");
      if (found) {
        ({ token } = found.dataset);
        show(page);
      }
      await new Promise((resolve) => setTimeout(resolve, SHORTEST_PAUSE)); // staff receive the events of all orders
    }
  } finally {
    refreshing = false;
  }
}

function connect() {
  const socket = new WebSocket(script.dataset.socket, ["bearer", token]);
  const refreshOrReconnect = () => refresh().catch(() => socket.close());
  // What happened before the connection was open arrives by no event.
  socket.addEventListener("open", () => {
    delay = FIRST_DELAY;
    refreshOrReconnect();
  });
  socket.addEventListener("message", ({ data }) => {
    if (JSON.parse(data).type.startsWith("order.")) {
      refreshOrReconnect();
    }
  });
  // The page has a new token. Without it, the next attempt fails too.
  socket.addEventListener("close", () => {
    setTimeout(() => refresh().then(connect, connect), delay * (0.5 + Math.random()));
    delay = Math.min(2 * delay, LONGEST_DELAY);
  });
}

connect();
