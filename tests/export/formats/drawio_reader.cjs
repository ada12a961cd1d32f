// Reads draw.io files, a JSON list on standard input, with mxGraph, the library that draw.io is built on, and prints
// every cell of each as it stands on the page. The argument is the folder whose packages are used.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const load = createRequire(`${process.argv[2]}/`);
const { window } = new (load("jsdom").JSDOM)("<body></body>");
const browser = ["document", "navigator", "location", "Node", "XMLSerializer", "DOMParser"];
for (const name of ["window", ...browser]) {
  const value = name === "window" ? window : window[name];
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
const mx = load("mxgraph")({ mxLoadResources: false, mxLoadStylesheets: false });
// What a file names is looked up among the names of the page.
Object.assign(window, mx);

function told(cell, state) {
  const place = state && { x: state.origin.x, y: state.origin.y, width: state.width, height: state.height };
  return {
    id: cell.id,
    kind: cell.edge ? "edge" : cell.vertex ? "vertex" : "layer",
    label: cell.value?.getAttribute?.("label") ?? null,
    parent: cell.parent?.id ?? null,
    ends: cell.edge ? [cell.source?.id ?? null, cell.target?.id ?? null] : [],
    place,
    points: (state?.absolutePoints ?? []).map((point) => [point.x, point.y]),
    style: state?.style ?? {},
  };
}

function read(text) {
  const page = new window.DOMParser().parseFromString(text, "text/xml");
  const model = new mx.mxGraphModel();
  new mx.mxCodec(page).decode(page.querySelector("mxGraphModel"), model);
  const graph = new mx.mxGraph(window.document.createElement("div"), model);
  graph.view.validate();
  return Object.values(model.cells).map((cell) => told(cell, graph.view.getState(cell)));
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)), () => process.exit(0));
