/** What a board can do without when it appears: one file that is loaded once the board itself is on screen. */

export { Dock } from "./dock/Dock";
export { Inspector } from "./inspector/Inspector";
export { Shortcuts } from "./Shortcuts";
