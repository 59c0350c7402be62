// With neither installed files nor internet the bundles are missing: the page says so, instead of waiting for ever.
export function loaded(...names) {
  const missing = names.filter((name) => !(name in window));
  if (missing.length > 0) {
    document.querySelector(".waiting").textContent =
      `This page could not load ${missing.join(" and ")}. Is there a way to the internet from here?`;
    throw new Error(`Missing: ${missing.join(", ")}`);
  }
  return window;
}

// Whoever drives a browser waits for this, not for a while.
export function ready() {
  document.body.dataset.ready = "";
}
