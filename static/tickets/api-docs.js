// Draws the API's documentation. Redoc makes style elements; the nonce of this page's policy lets it.
const place = document.getElementById("docs");
const fonts = "system-ui, sans-serif";
Redoc.init(
  place.dataset.schema,
  {
    nonce: document.currentScript.nonce,
    hideDownloadButton: false,
    theme: {
      typography: {
        fontFamily: fonts,
        headings: { fontFamily: fonts },
        code: { fontFamily: "ui-monospace, monospace" },
      },
    },
  },
  place,
);
