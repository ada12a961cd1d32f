/** Before each test: a tab that remembers nothing. */

import { beforeEach } from "vitest";

beforeEach(() => {
  sessionStorage.clear();
});
