import { credentials } from "./credentials.js";
import { loaded, ready } from "./loaded.js";

const caller = credentials();

// persistAuthorization stays off: a token typed here is gone when the page is.
loaded("SwaggerUIBundle").SwaggerUIBundle({
  url: document.body.dataset.openapiUrl,
  dom_id: "#swagger",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  onComplete: ready,
  persistAuthorization: false,
  requestInterceptor(request) {
    request.headers = { ...caller.headers(), ...request.headers };
    return request;
  },
  validatorUrl: null,
});
