/** A value that can be watched: what React reads through `useSyncExternalStore`. */

export class Store<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(private state: T) {}

  readonly get = (): T => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** Replaces the parts that differ and tells everybody, unless nothing does. */
  readonly set = (patch: Partial<T>): void => {
    const changes = Object.entries(patch).some(([key, value]) => !Object.is(this.state[key as keyof T], value));
    if (!changes) return;
    this.state = { ...this.state, ...patch };
    for (const listener of [...this.listeners]) listener();
  };
}
