// Who logs in has a cookie that no script can read; pages show that they are ours by the token beside it.
// A token or key that is pasted lives in this closure alone: a reload forgets it.

const SIGNED_OUT = "Not signed in: requests carry no credentials.";
const CSRF = /(?:^|;\s*)((?:__Host-)?stockroom_csrf)=([0-9a-f]+)/;

const element = (id) => document.getElementById(id);
const mark = () => CSRF.exec(document.cookie)?.[2];

export function credentials(changed = () => {}) {
  const { sessionsUrl } = element("signed-out").dataset;
  let pasted = null;

  const headers = () => (pasted ? { Authorization: pasted } : mark() ? { "X-CSRF-Token": mark() } : {});

  function say(text, refused = false) {
    element("status").textContent = text;
    element("status").classList.toggle("refused", refused);
  }

  function settle(who, how) {
    element("signed-out").hidden = who !== "";
    element("signed-in").hidden = who === "";
    element("who").textContent = who;
    say(who === "" ? SIGNED_OUT : how);
  }

  function signedInAs(email) {
    settle(`Signed in as ${email}`, "This browser is signed in, by a cookie that no script can read.");
  }

  async function ask(path, body) {
    const request = body && { method: "POST", body: JSON.stringify(body) };
    const type = body && { "Content-Type": "application/json" };
    const response = await fetch(sessionsUrl + path, { ...request, headers: { ...type, ...headers() } });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      const reason = answer.detail ?? answer.title ?? `the server answered ${response.status}`;
      throw Object.assign(new Error(reason), { status: response.status });
    }
    return answer;
  }

  async function logIn(form) {
    const { email, password } = Object.fromEntries(new FormData(form));
    const { user } = await ask("/auth/login", { email, password, device: document.title });
    form.reset();
    signedInAs(user.email);
    changed();
  }

  async function signOut() {
    if (pasted === null) {
      await ask("/auth/logout", {}).catch(unlessEnded);
    }
    pasted = null;
    settle("");
    changed();
  }

  async function resume() {
    try {
      signedInAs((await ask("/me")).user.email);
    } catch (error) {
      unlessEnded(error);
      settle("");
    }
  }

  // A session that ended elsewhere leaves the cookie that scripts can read: it is of no more use.
  function unlessEnded(error) {
    if (error.status !== 401) {
      throw error;
    }
    const name = CSRF.exec(document.cookie)?.[1];
    document.cookie = `${name}=; Max-Age=0; Path=/${name?.startsWith("__Host-") ? "; Secure" : ""}`;
  }

  element("log-in").addEventListener("submit", (event) => {
    event.preventDefault();
    logIn(event.currentTarget).catch((error) => say(`Could not log in: ${error.message}`, true));
  });

  element("use-token").addEventListener("submit", (event) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token").trim().replace(/^Bearer\s+/i, "");
    event.currentTarget.reset();
    pasted = `Bearer ${token}`;
    settle("Signed in with a token", "Requests carry your Authorization header, kept in memory only.");
    changed();
  });

  element("sign-out").addEventListener("click", () => {
    signOut().catch((error) => say(`Could not sign out: ${error.message}`, true));
  });

  say(SIGNED_OUT);
  return {
    headers,
    ready: mark() ? resume().catch((error) => say(error.message, true)) : Promise.resolve(),
    refused: () => say("The server refused these credentials: sign out, then sign in again.", true),
    say,
  };
}
