/** The component's entry: Streamlit calls `render` for every mount, and again when its data or the theme changes. */

import type { FrontendRendererArgs } from "@streamlit/component-v2-lib";
import { createRoot, type Root } from "react-dom/client";
import "@xyflow/react/dist/base.css";
import "./styles/board.css";
import "./styles/chrome.css";
import "./styles/canvas.css";
import "./styles/zones.css";
import "./styles/cards.css";
import "./styles/lines.css";
import "./styles/lenses.css";
import "./styles/dock.css";
import "./styles/palette.css";
import "./styles/panels.css";
import "./styles/fields.css";
import "./styles/folds.css";
import "./styles/gestures.css";
import "./styles/outline.css";
import "./styles/menu.css";
import "./styles/reach.css";
import "./styles/replay.css";
import "./styles/rows.css";
import { boardOf, type Board } from "./model/board";
import { catalogOf, onCatalog, registerCatalog } from "./model/catalogs";
import { watchServer } from "./model/server";
import type { DetailsData, LadderData } from "./model/annotations";
import type { BoardData, BoardMessage, CatalogData } from "./model/types";
import { BoardView } from "./view/BoardView";
import { keepPace, sendFirst } from "./view/pace";
import { isDark } from "./view/theme";

keepPace();
watchServer();

interface State extends Record<string, unknown> {
  board: BoardMessage;
}

/** The catalogue comes as the bytes of its JSON: Python packs them once and hands them on unread. */
type Arguments = FrontendRendererArgs<State, BoardData | DetailsData | LadderData | Uint8Array | null>;
type Parent = Arguments["parentElement"];

interface Mount {
  readonly board: Board;
  readonly root: Root;
  readonly container: HTMLElement;
  readonly forgetCatalog: () => void;
  send: (message: BoardMessage) => void;
  catalog: string;
}

/** One React root per place on the page, so that new data updates the board instead of rebuilding it. */
const mounts = new WeakMap<Parent, Mount>();

function open(parent: Parent, board: Board): Mount {
  const container = document.createElement("div");
  container.className = "wb-mount";
  // The style sheet shows it again: until then there would be a flash of bare elements.
  container.hidden = true;
  parent.appendChild(container);
  const mount: Mount = {
    board,
    container,
    root: createRoot(container),
    forgetCatalog: onCatalog(() => {
      board.setCatalog(catalogOf(mount.catalog));
    }),
    send: () => undefined,
    catalog: "",
  };
  mounts.set(parent, mount);
  return mount;
}

function close(parent: Parent): void {
  const mount = mounts.get(parent);
  if (mount === undefined) return;
  mounts.delete(parent);
  mount.board.detach();
  mount.forgetCatalog();
  mount.root.unmount();
  mount.container.remove();
}

const hostOf = (parent: Parent): Element => (parent instanceof ShadowRoot ? parent.host : parent);

function show(data: BoardData, { parentElement: parent, setStateValue }: Arguments): void {
  const board = boardOf(data.board);
  if (mounts.get(parent)?.board !== board) close(parent);
  const isNew = !mounts.has(parent);
  const mount = mounts.get(parent) ?? open(parent, board);
  mount.send = (message) => {
    sendFirst(() => setStateValue("board", message));
  };
  mount.catalog = data.catalog;
  board.setCatalog(catalogOf(data.catalog));
  if (isNew) board.attach((message) => mount.send(message));
  board.receive(data);
  if (isNew) board.resend(data.acknowledged);
  mount.root.render(<BoardView board={board} dark={isDark(hostOf(parent))} height={data.height} />);
}

function learn(bytes: Uint8Array): void {
  const { catalog, entries } = JSON.parse(new TextDecoder().decode(bytes)) as CatalogData;
  registerCatalog(catalog, entries);
}

export default function render(given: Arguments): () => void {
  const { data, parentElement: parent } = given;
  if (ArrayBuffer.isView(data)) learn(data);
  else if (data?.kind === "board") show(data, given);
  else if (data?.kind === "details") boardOf(data.board).setDetails(data);
  else if (data?.kind === "ladder") boardOf(data.board).setLadder(data);
  return () => {
    // Streamlit also cleans up after a call that newer data has overtaken: then the place is still on the page.
    if (!hostOf(parent).isConnected) close(parent);
  };
}
