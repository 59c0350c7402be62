import { loaded } from "./loaded.js";

// persistAuthorization stays off: a token typed here is gone when the page is.
loaded("SwaggerUIBundle").SwaggerUIBundle({
  url: document.body.dataset.openapiUrl,
  dom_id: "#swagger",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
