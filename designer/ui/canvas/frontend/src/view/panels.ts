/** What opens on demand, in a file of its own that the first sight of a board does not wait for. */

export { Menu } from "./Menu";
export { OutlinePanel } from "./Outline";
export { TargetPicker } from "./TargetPicker";
