/** How it stands with Python, as Streamlit tells on the page: a component is told nothing of it. */

import type { Hearer } from "./outbox";
import { Store } from "./store";

export interface Server {
  readonly connected: boolean;
  /** Whether the page's script runs, or has been asked to. */
  readonly busy: boolean;
  /** How often a lost connection came back. */
  readonly returns: number;
}

/** What is assumed where the page does not tell. */
const WELL: Server = { connected: true, busy: false, returns: 0 };
const APP = '[data-testid="stApp"]';
const CONNECTION = "data-test-connection-state";
const SCRIPT = "data-test-script-state";
const DIALOG = '[data-testid="stDialog"]';
const BLOCK = '[data-testid="stVerticalBlock"]';
const AT_WORK: ReadonlySet<string | null> = new Set(["running", "rerunRequested"]);

export const server = new Store<Server>(WELL);

/** Python, as an outbox needs to know it. */
export const hearer: Hearer = {
  // A run that is interrupted by a message begins again.
  isListening: () => server.get().connected && !server.get().busy,
  returns: () => server.get().returns,
};

function look(app: Element): void {
  const before = server.get();
  const connected = [null, "CONNECTED", "STATIC_CONNECTED"].includes(app.getAttribute(CONNECTION));
  const returns = before.returns + Number(connected && !before.connected);
  server.set({ connected, busy: AT_WORK.has(app.getAttribute(SCRIPT)), returns });
}

/**
 * Closes what Streamlit lays over the whole page while the server is away: the board says so itself, and drawing goes on.
 * Dialogs of the app have blocks of the app in them.
 */
function uncover(page: Document): void {
  const [dialog, isOurs] = [page.querySelector(DIALOG), page.querySelector(`${DIALOG} ${BLOCK}`) !== null];
  if (!server.get().connected && !isOurs) dialog?.querySelector("button")?.click();
}

/** Follows what the page says of its server. Once for the page; returns what ends it. */
export function watchServer(page: Document = document): () => void {
  const app = page.querySelector(APP);
  if (app === null) return () => undefined;
  const observer = new MutationObserver(() => {
    look(app);
    uncover(page);
  });
  observer.observe(app, { attributeFilter: [CONNECTION, SCRIPT] });
  // Where dialogs come up.
  observer.observe(page.body, { childList: true });
  look(app);
  return () => {
    observer.disconnect();
    server.set(WELL);
  };
}
