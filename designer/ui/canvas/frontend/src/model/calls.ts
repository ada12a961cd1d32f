/** Who calls whom, looked up by node. */

import type { Connection, Design } from "./types";

export interface Calls {
  readonly out: readonly Connection[];
  readonly in: readonly Connection[];
}

const NONE: Calls = { out: [], in: [] };
const known = new WeakMap<Design["connections"], ReadonlyMap<string, Calls>>();

function index(connections: Design["connections"]): ReadonlyMap<string, Calls> {
  const calls = new Map<string, { out: Connection[]; in: Connection[] }>();
  const of = (id: string): { out: Connection[]; in: Connection[] } => {
    const found = calls.get(id) ?? { out: [], in: [] };
    calls.set(id, found);
    return found;
  };
  for (const connection of connections) {
    of(connection.from).out.push(connection);
    of(connection.to).in.push(connection);
  }
  return calls;
}

/** The connections out of a node and into it, in the order in which they were drawn. */
export function callsOf({ connections }: Design, id: string): Calls {
  let calls = known.get(connections);
  if (calls === undefined) {
    calls = index(connections);
    known.set(connections, calls);
  }
  return calls.get(id) ?? NONE;
}
