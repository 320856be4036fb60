"use strict";

const backend = document.getElementById("backend");
const ask = document.getElementById("ask");

function show(text, failed) {
  backend.textContent = text;
  backend.classList.toggle("failed", failed);
}

async function backendVersion() {
  const answer = await fetch("/api/version", { cache: "no-store", signal: AbortSignal.timeout(5000) });
  if (!answer.ok) {
    throw new Error(`status ${answer.status}`);
  }
  const version = (await answer.json())?.version;
  if (typeof version !== "string") {
    throw new SyntaxError();
  }
  return version;
}

const reasons = {
  TimeoutError: "no answer within 5 seconds",
  TypeError: "no connection",
  SyntaxError: "its answer holds no version",
};

async function refresh() {
  show("asking…", false);
  try {
    show(await backendVersion(), false);
  } catch (fault) {
    show(`not available: ${reasons[fault.name] ?? fault.message}`, true);
  }
}

ask.hidden = false;
ask.addEventListener("click", refresh);
refresh();
