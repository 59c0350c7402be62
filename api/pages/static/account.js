// Sends the form of a page that a letter led to, with the code that came behind the #.
const code = new URLSearchParams(location.hash.slice(1)).get("code");
const status = document.querySelector("[role=status]");
history.replaceState(null, "", location.pathname);

for (const part of document.querySelectorAll(code ? "[data-with-code]" : "[data-without-code]")) {
  part.hidden = false;
}
for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

async function send(form) {
  const body = Object.fromEntries(new FormData(form));
  if (code) body.code = code;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      credentials: "omit",
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    status.textContent = response.ok ? answer.message : answer.detail;
    form.hidden = response.ok;
  } catch {
    status.textContent = "The shop cannot be reached just now: try again.";
  }
}
