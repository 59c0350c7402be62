import { loaded, ready } from "./loaded.js";

// ReDoc shows its makers' badge from their CDN. No page here asks another host for anything,
// so an image from elsewhere is left out. React sets `src` both ways.
const setAttribute = Element.prototype.setAttribute;

HTMLImageElement.prototype.setAttribute = function (name, value) {
  if (name === "src" && /^(https?:)?\/\//.test(value)) {
    this.hidden = true;
  } else {
    setAttribute.call(this, name, value);
  }
};

Object.defineProperty(HTMLImageElement.prototype, "src", {
  get() {
    return this.getAttribute("src") ?? "";
  },
  set(value) {
    this.setAttribute("src", value);
  },
});

loaded("Redoc").Redoc.init(
  document.body.dataset.openapiUrl,
  { theme: { colors: { primary: { main: "#1f5f5b" } } } },
  document.getElementById("redoc"),
  ready,
);
