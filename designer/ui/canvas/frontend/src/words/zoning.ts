/** The words about zones, groups, notes and laying out. */

import type { Color } from "../model/types";
import { plural } from "./counting";

export const zoning = {
  actions: {
    text: "Write on the board",
    draw: "Draw a zone",
    around: "A zone around the selected",
    spread: "Spread over the zones",
    tidy: "Tidy the selected",
    pin: "Pin in place, or unpin",
    group: "Group the selected",
    ungroup: "Ungroup",
    rename: "Rename",
  },
  zone: "Zone",
  group: "Group",
  zoneTitle: (name: string, count: number) => `Zone ${name} ${plural(count, "node")}. Drag it to move it with all that stands in it. F2 renames it.`,
  groupTitle: (name: string) => `Group ${name}. Drag it to move it with its nodes. F2 renames it.`,
  region: (name: string) => `Region ${name}`,
  rename: "Name",
  drawing: "Draw a rectangle around what fails together. Esc puts the tool away.",
  pinnedCard: "Pinned: laying the board out leaves it here",
  resize: (zone: string) => `Resize zone ${zone}`,
  regionLabel: "Region",
  color: "Colour",
  colors: {
    gray: "Gray",
    red: "Red",
    orange: "Orange",
    yellow: "Yellow",
    green: "Green",
    teal: "Teal",
    blue: "Blue",
    purple: "Purple",
    pink: "Pink",
  } satisfies Record<Color, string>,
  residents: (count: number) => (count === 0 ? "Nothing stands in it alone." : `${plural(count, "node")} in it.`),
  selectResidents: "Select its nodes",
  shrink: "Draw it around its nodes",
  entered: (name: string, zone: string) => `${name} is now in zone ${zone}`,
  left: (name: string) => `${name} is now in no zone`,
  added: (zone: string, count: number) => `Zone ${zone} with ${plural(count, "node")}`,
  removed: (zone: string) => `Zone ${zone} deleted`,
  resized: "Zone resized",
  tooMany: "A board takes 100 zones.",
  tooManyGroups: (most: number) => `A board takes ${most} groups.`,
  grouped: (count: number) => `${plural(count, "node")} grouped`,
  ungrouped: "Ungrouped",
  tidied: (count: number) => `${plural(count, "node")} arranged`,
  pinned: (count: number) => `${plural(count, "node")} pinned`,
  unpinned: (count: number) => `${plural(count, "node")} unpinned`,
  nothingToSpread: "Nothing here can be spread: it takes a region with two zones, and a node that stands in zones.",
  spread: (what: string | number) => `${typeof what === "number" ? plural(what, "node") : what} spread over all zones.`,
  spreadRaised: (what: string | number) =>
    `${typeof what === "number" ? plural(what, "node") : what} spread over all zones, with one instance in each.`,
};

/** The words of the list of zones. */
export const zones = {
  title: "Zones",
  hint: "A zone fails as one. Tick a node’s zones in its details.",
  add: "Add a zone",
  name: (id: string) => `Name of zone ${id}`,
  region: (id: string) => `Region of zone ${id}`,
  remove: (id: string) => `Remove zone ${id}`,
  none: "No zones: everything stands in one.",
  close: "Close",
  columns: { name: "Name", region: "Region", nodes: "Nodes" },
};
