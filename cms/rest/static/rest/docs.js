"use strict";

const docs = document.getElementById("docs");

SwaggerUIBundle({
  url: docs.dataset.description,
  domNode: docs,
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
  // Its validator badge is another host's: no page of ours contacts one.
  validatorUrl: null,
});
