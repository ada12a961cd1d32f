/** What a board can do without when it appears: one file that is loaded once the board itself is on screen. */

import type { JSX } from "react";
import { CommandPalette } from "./CommandPalette";
import { ConnectionTools } from "./ConnectionTools";
import { Dock } from "./dock/Dock";
import { Gathering } from "./Gathering";
import { Guides } from "./Guides";
import { Inspector } from "./inspector/Inspector";
import { QuickAdd } from "./QuickAdd";
import { Shortcuts } from "./Shortcuts";
import { Strip } from "./Strip";
import { ZonesPanel } from "./ZonesPanel";

/** All of it; what is closed draws nothing. */
export function Later(): JSX.Element {
  return (
    <>
      <Guides />
      <ConnectionTools />
      <Strip />
      <Gathering />
      <ZonesPanel />
      <Dock />
      <Inspector />
      <Shortcuts />
      <QuickAdd />
      <CommandPalette />
    </>
  );
}
