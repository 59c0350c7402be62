// The Authorization header lives in this closure: it is never written to storage, and a reload forgets it.

const SIGNED_OUT = "Not signed in: requests carry no Authorization header.";

const element = (id) => document.getElementById(id);

export function credentials(loginUrl, changed) {
  let header = null;

  function say(text, refused = false) {
    element("status").textContent = text;
    element("status").classList.toggle("refused", refused);
  }

  function settle(newHeader, who) {
    header = newHeader;
    element("signed-out").hidden = header !== null;
    element("signed-in").hidden = header === null;
    element("who").textContent = who;
    say(header === null ? SIGNED_OUT : "Requests carry your Authorization header, kept in memory only.");
    changed();
  }

  async function logIn(form) {
    const { username, password } = Object.fromEntries(new FormData(form));
    const response = await fetch(loginUrl, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "password", username, password }),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const reason = answer.detail ?? answer.title ?? `the server answered ${response.status}`;
      say(`Could not log in: ${reason}`, true);
      return;
    }
    form.reset();
    settle(`Bearer ${answer.access_token}`, `Signed in as ${username}`);
  }

  element("log-in").addEventListener("submit", (event) => {
    event.preventDefault();
    logIn(event.currentTarget).catch((error) => say(`Could not log in: ${error.message}`, true));
  });

  element("use-token").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token").trim().replace(/^Bearer\s+/i, "");
    event.currentTarget.reset();
    settle(`Bearer ${token}`, "Signed in with a token");
  });

  element("sign-out").addEventListener("click", () => settle(null, ""));

  say(SIGNED_OUT);
  return {
    headers: () => (header === null ? {} : { Authorization: header }),
    refused: () => say("The server refused these credentials: sign out, then sign in again.", true),
    say,
  };
}
