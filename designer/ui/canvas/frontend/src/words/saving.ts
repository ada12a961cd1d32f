/** The words of whether a drawing is saved. */

export const saving = {
  states: {
    saved: "Saved",
    saving: "Saving…",
    unsaved: "Not saved",
    cut: "Not saved: no connection",
    offline: "No connection",
    readonly: "Read only",
  } as Readonly<Record<string, string>>,
  /** Said when it begins to be so. */
  lost: {
    unsaved: "The board cannot be saved just now. Go on: it is saved as soon as that is possible.",
    cut: "No connection. What you draw is kept in this tab, and is sent when the connection is back.",
    offline: "No connection. What you draw is kept in this tab, and is sent when the connection is back.",
  } as Readonly<Record<string, string>>,
  found: "Everything you drew is saved again.",
};
