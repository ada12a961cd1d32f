/** A value that can be watched: what React reads through `useSyncExternalStore`. */

type Listener = () => void;

export class Store<T extends object> {
  private readonly listeners = new Set<Listener>();
  private readonly settled = new Set<Listener>();

  /** `fleeting` are the parts that change with every frame while something is dragged. */
  constructor(
    private state: T,
    private readonly fleeting: ReadonlySet<keyof T> = new Set(),
  ) {}

  readonly get = (): T => this.state;

  readonly subscribe = (listener: Listener): Listener => watch(this.listeners, listener);

  /** For the many that read none of the fleeting parts: they are not told when only those change. */
  readonly subscribeSettled = (listener: Listener): Listener => watch(this.settled, listener);

  /** Replaces the parts that differ and tells everybody, unless nothing does. */
  readonly set = (patch: Partial<T>): void => {
    const keys = (Object.keys(patch) as (keyof T)[]).filter((key) => !Object.is(this.state[key], patch[key]));
    if (keys.length === 0) return;
    this.state = { ...this.state, ...patch };
    const isSettled = keys.some((key) => !this.fleeting.has(key));
    for (const listener of [...this.listeners, ...(isSettled ? this.settled : [])]) listener();
  };
}

function watch(listeners: Set<Listener>, listener: Listener): Listener {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
