/** Before each test: a tab that remembers nothing. After the last one: nothing is on its way any more. */

import { afterAll, beforeEach, vi } from "vitest";

// Browsers have these, jsdom does not; nothing here has a size. No id in the tests has a character that means something in a selector.
globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;
globalThis.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};

beforeEach(() => {
  sessionStorage.clear();
});

afterAll(() => vi.dynamicImportSettled());
