import { afterEach, describe, expect, it, vi } from "vitest";
import { hearer, server, watchServer } from "./server";

let end: () => void = () => undefined;

function page(connection: string, script: string): Element {
  const app = document.createElement("div");
  app.dataset["testid"] = "stApp";
  app.dataset["testConnectionState"] = connection;
  app.dataset["testScriptState"] = script;
  document.body.replaceChildren(app);
  end = watchServer();
  return app;
}

/** An observer is told after the script that made the change. */
const told = (): Promise<void> => Promise.resolve();

afterEach(() => end());

describe("the server", () => {
  it("listens when it is connected and nothing runs", () => {
    page("CONNECTED", "notRunning");
    expect(server.get()).toMatchObject({ connected: true, busy: false });
    expect(hearer.isListening()).toBe(true);
  });

  it.each(["running", "rerunRequested"])("does not listen while a script is %s", async (state) => {
    const app = page("CONNECTED", "notRunning");
    app.setAttribute("data-test-script-state", state);
    await told();
    expect(server.get()).toMatchObject({ connected: true, busy: true });
    expect(hearer.isListening()).toBe(false);
  });

  it("is followed as the connection is lost and found", async () => {
    const app = page("CONNECTED", "notRunning");
    app.setAttribute("data-test-connection-state", "PINGING_SERVER");
    await told();
    expect(server.get().connected).toBe(false);
    expect(hearer.isListening()).toBe(false);
    app.setAttribute("data-test-connection-state", "CONNECTED");
    await told();
    expect(hearer.isListening()).toBe(true);
    expect(hearer.returns()).toBe(1);
  });

  it.each([
    ["of Streamlit's own is closed while it is away", "PINGING_SERVER", "other", true],
    ["of the app stays while it is away", "PINGING_SERVER", "stVerticalBlock", false],
    ["stays while it is there", "CONNECTED", "other", false],
  ])("a dialog %s", async (_, connection, block, isClosed) => {
    page(connection, "notRunning");
    const dialog = document.createElement("div");
    dialog.dataset["testid"] = "stDialog";
    const button = document.createElement("button");
    const inside = document.createElement("div");
    inside.dataset["testid"] = block;
    dialog.append(button, inside);
    const close = vi.spyOn(button, "click");
    document.body.append(dialog);
    await told();
    expect(close).toHaveBeenCalledTimes(Number(isClosed));
  });

  it("is taken to be well where the page does not tell", () => {
    document.body.replaceChildren();
    end = watchServer();
    expect(hearer.isListening()).toBe(true);
  });
});
