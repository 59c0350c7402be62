import { credentials } from "./credentials.js";
import { loaded } from "./loaded.js";
import { storage } from "./storage.js";

const { GraphiQL, React, ReactDOM, graphqlWs } = loaded("React", "ReactDOM", "graphqlWs", "GraphiQL");
const { graphqlUrl, examplesUrl } = document.body.dataset;

const root = ReactDOM.createRoot(document.getElementById("graphiql"));
const defaultTabs = await (await fetch(examplesUrl)).json();
const caller = credentials(draw);

async function send(url, request) {
  const headers = new Headers(request.headers);
  Object.entries(caller.headers()).forEach(([name, value]) => headers.set(name, value));
  const response = await fetch(url, { ...request, headers });
  if (response.status === 401) {
    caller.refused();
  } else if (JSON.parse(request.body).operationName !== "IntrospectionQuery") {
    showCost(response.clone());
  }
  return response;
}

async function showCost(response) {
  if (!response.headers.get("content-type")?.includes("json")) {
    return;
  }
  const cost = (await response.json().catch(() => null))?.extensions?.cost;
  if (cost) {
    const numbers = Object.entries(cost).filter(([, value]) => typeof value === "number");
    caller.say(`Cost of this run: ${numbers.map(([name, value]) => `${name} ${value}`).join(", ")}`);
  }
}

function subscriptions() {
  const address = new URL(graphqlUrl, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return graphqlWs.createClient({
    url: address.href,
    connectionParams: () => {
      const { Authorization } = caller.headers();
      return Authorization ? { authorization: Authorization } : {};
    },
  });
}

// A new fetcher makes GraphiQL ask for the schema again, as the newly signed-in caller.
function draw() {
  root.render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: graphqlUrl, fetch: send, wsClient: subscriptions() }),
      defaultTabs,
      storage,
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }),
  );
}

await caller.ready;
draw();
