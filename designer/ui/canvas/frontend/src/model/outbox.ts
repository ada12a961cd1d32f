/** Sending to Python: the newest message at once, then at most one per gap, and the last one always. */

export interface Clock {
  now(): number;
  after(milliseconds: number, run: () => void): number;
  cancel(timer: number): void;
}

export const browserClock: Clock = {
  now: () => performance.now(),
  after: (milliseconds, run) => window.setTimeout(run, milliseconds),
  cancel: (timer) => {
    window.clearTimeout(timer);
  },
};

/** Shortest time between two messages, in milliseconds. */
export const GAP = 50;
/** How long an unacknowledged message waits before it is sent again, doubled each time, in milliseconds. */
export const PATIENCE = 4_000;
/** No longer than this: a page whose server was away for minutes is up to date soon after it is back. */
const MOST_PATIENCE = 10_000;
/** How long a repeat waits for a run to end or a connection to come back before it looks again, in milliseconds. */
export const RESPITE = 250;

export interface Numbered {
  readonly revision: number;
}

/** Who is sent to. */
export interface Hearer {
  isListening(): boolean;
  /** How often a lost connection to it came back. */
  returns(): number;
}

const ALWAYS: Hearer = { isListening: () => true, returns: () => 0 };

/**
 * Coalesces messages and repeats the last one until Python has acknowledged it. A message carries the whole
 * document, so an older one may be dropped whenever there is a newer. Nothing is repeated while the other side is not
 * listening: that would end the run that is about to answer, and a machine that is slow enough would never be done.
 */
export class Outbox<M extends Numbered> {
  private waiting: M | null = null;
  private last: M | null = null;
  private sentAt = Number.NEGATIVE_INFINITY;
  /** Over which of the connections, by how often one came back. */
  private sentOver = 0;
  private gapTimer: number | null = null;
  private repeatTimer: number | null = null;
  private patience = PATIENCE;

  constructor(
    private readonly send: (message: M) => void,
    private readonly hearer: Hearer = ALWAYS,
    private readonly clock: Clock = browserClock,
  ) {}

  /** Hands a message over; it leaves now or when the gap is over. */
  push(message: M): void {
    this.waiting = message;
    this.patience = PATIENCE;
    if (this.gapTimer !== null) return;
    const wait = this.sentAt + GAP - this.clock.now();
    if (wait <= 0) this.flush();
    else this.gapTimer = this.clock.after(wait, () => this.flush());
  }

  /** Sends what waits, without waiting for the gap. */
  flush(): void {
    this.stopGap();
    const message = this.waiting;
    if (message === null) return;
    this.waiting = null;
    this.dispatch(message);
  }

  /** Python has seen everything up to that revision. */
  acknowledge(revision: number): void {
    if (this.last === null) return;
    if (revision < this.last.revision) {
      // Who answers after a lost connection may be another one, whom nothing has reached.
      if (this.sentOver !== this.hearer.returns()) this.dispatch(this.last);
      return;
    }
    this.last = null;
    this.stopRepeat();
  }

  /** Stops all timers; what waits is sent first. */
  close(): void {
    this.flush();
    this.stopRepeat();
  }

  private dispatch(message: M): void {
    this.last = message;
    this.sentAt = this.clock.now();
    this.sentOver = this.hearer.returns();
    this.stopRepeat();
    this.repeatAfter(this.patience);
    this.send(message);
  }

  private repeatAfter(milliseconds: number): void {
    this.repeatTimer = this.clock.after(milliseconds, () => this.repeat());
  }

  private repeat(): void {
    this.repeatTimer = null;
    if (this.last === null) return;
    if (!this.hearer.isListening()) {
      this.repeatAfter(RESPITE);
      return;
    }
    this.patience = Math.min(MOST_PATIENCE, this.patience * 2);
    this.dispatch(this.last);
  }

  private stopGap(): void {
    if (this.gapTimer !== null) this.clock.cancel(this.gapTimer);
    this.gapTimer = null;
  }

  private stopRepeat(): void {
    if (this.repeatTimer !== null) this.clock.cancel(this.repeatTimer);
    this.repeatTimer = null;
  }
}
