// GraphiQL keeps tabs and history in localStorage. Headers are dropped on the way in, wherever they hide:
// people paste tokens into the headers editor too.

function withoutHeaders(value) {
  try {
    return JSON.stringify(JSON.parse(value, (key, part) => (key === "headers" ? undefined : part)));
  } catch {
    return value;
  }
}

export const storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (key) => localStorage.getItem(key),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
  setItem(key, value) {
    if (!key.endsWith(":headers")) {
      localStorage.setItem(key, withoutHeaders(value));
    }
  },
};
