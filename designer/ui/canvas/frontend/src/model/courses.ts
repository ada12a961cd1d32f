/** Where each line goes. A line is told of its own course only: a card that is dragged moves few lines of hundreds. */

import type { Route } from "./curves";
import { sameRoute, type Routes } from "./routes";
import type { Position } from "./types";

export interface Course {
  readonly route: Route;
  /** Where the label stands, unless in the middle of the line. */
  readonly labelAt: Position | undefined;
}

type Listener = () => void;

const isSame = (one: Course, route: Route, labelAt: Position | undefined): boolean =>
  one.labelAt?.x === labelAt?.x && one.labelAt?.y === labelAt?.y && sameRoute(one.route, route);

export class Courses {
  private known: ReadonlyMap<string, Course> = new Map();
  private readonly listeners = new Map<string, Set<Listener>>();

  readonly of = (id: string): Course | undefined => this.known.get(id);

  /** Tells when the course of this line becomes another; returns what ends that. */
  readonly watch = (id: string, listener: Listener): Listener => {
    const listeners = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(id) === listeners) this.listeners.delete(id);
    };
  };

  /** Takes over where all lines go, and tells those for which it is news. */
  lay(routes: Routes, spots: ReadonlyMap<string, Position>): void {
    const before = this.known;
    const next = new Map<string, Course>();
    const news = [...before.keys()].filter((id) => !routes.has(id));
    for (const [id, route] of routes) {
      const [old, labelAt] = [before.get(id), spots.get(id)];
      const isKept = old !== undefined && isSame(old, route, labelAt);
      next.set(id, isKept ? old : { route, labelAt });
      if (!isKept) news.push(id);
    }
    this.known = next;
    for (const id of news) for (const listener of this.listeners.get(id) ?? []) listener();
  }
}
