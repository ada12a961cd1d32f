import { describe, expect, it } from "vitest";
import { GAP, Outbox, PATIENCE, RESPITE, type Clock } from "./outbox";

/** A clock that runs only when it is told to. */
class Hands implements Clock {
  private time = 0;
  private next = 1;
  private timers = new Map<number, { at: number; run: () => void }>();

  now = (): number => this.time;

  after = (milliseconds: number, run: () => void): number => {
    this.timers.set(this.next, { at: this.time + milliseconds, run });
    return this.next++;
  };

  cancel = (timer: number): void => {
    this.timers.delete(timer);
  };

  pass(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
      if (due === undefined) break;
      this.timers.delete(due[0]);
      this.time = due[1].at;
      due[1].run();
    }
    this.time = end;
  }
}

const setUp = () => {
  const sent: number[] = [];
  const hands = new Hands();
  const other = { isListening: true, returns: 0 };
  const outbox = new Outbox<{ revision: number }>(({ revision }) => sent.push(revision), { isListening: () => other.isListening, returns: () => other.returns }, hands);
  return { sent, hands, other, outbox, push: (revision: number) => outbox.push({ revision }) };
};

describe("outbox", () => {
  it("sends the first at once", () => {
    const { sent, push } = setUp();
    push(1);
    expect(sent).toEqual([1]);
  });

  it("drops what a newer message replaces, and always sends the last", () => {
    const { sent, hands, push } = setUp();
    for (let revision = 1; revision <= 20; revision += 1) push(revision);
    expect(sent).toEqual([1]);
    hands.pass(GAP);
    expect(sent).toEqual([1, 20]);
  });

  it("sends no more than one in each gap", () => {
    const { sent, hands, push } = setUp();
    for (let revision = 1; revision <= 100; revision += 1) {
      push(revision);
      hands.pass(10);
    }
    hands.pass(GAP);
    expect(sent.length).toBeLessThanOrEqual(1000 / GAP + 2);
    expect(sent.at(-1)).toBe(100);
    expect(sent).toEqual([...sent].sort((one, other) => one - other));
  });

  it("repeats what is not acknowledged, ever more rarely, and stops when it is", () => {
    const { sent, hands, outbox, push } = setUp();
    push(1);
    hands.pass(PATIENCE);
    expect(sent).toEqual([1, 1]);
    hands.pass(PATIENCE);
    expect(sent).toEqual([1, 1]);
    hands.pass(PATIENCE);
    expect(sent).toEqual([1, 1, 1]);
    outbox.acknowledge(1);
    hands.pass(100 * PATIENCE);
    expect(sent).toEqual([1, 1, 1]);
  });

  it("interrupts no run to repeat what that run is about to answer, and repeats it when it has not", () => {
    const { sent, hands, other, push } = setUp();
    push(1);
    other.isListening = false;
    hands.pass(100 * PATIENCE);
    expect(sent).toEqual([1]);
    other.isListening = true;
    hands.pass(RESPITE);
    expect(sent).toEqual([1, 1]);
  });

  it("sends again at once, and once, when after a lost connection somebody answers who has not seen it", () => {
    const { sent, other, outbox, push } = setUp();
    push(3);
    outbox.acknowledge(2);
    expect(sent).toEqual([3]);
    other.returns = 1;
    other.isListening = false;
    outbox.acknowledge(2);
    outbox.acknowledge(2);
    expect(sent).toEqual([3, 3]);
    outbox.acknowledge(3);
    other.returns = 2;
    outbox.acknowledge(2);
    expect(sent).toEqual([3, 3]);
  });

  it("sends what is new at once, whether anybody listens or not", () => {
    const { sent, hands, other, push } = setUp();
    other.isListening = false;
    push(1);
    hands.pass(GAP);
    push(2);
    expect(sent).toEqual([1, 2]);
  });

  it("does not take an old acknowledgement for a new one", () => {
    const { sent, hands, outbox, push } = setUp();
    push(1);
    hands.pass(GAP);
    push(2);
    outbox.acknowledge(1);
    hands.pass(PATIENCE);
    expect(sent).toEqual([1, 2, 2]);
  });

  it("sends what waits when it is closed, and nothing afterwards", () => {
    const { sent, hands, outbox, push } = setUp();
    push(1);
    push(2);
    outbox.close();
    hands.pass(100 * PATIENCE);
    expect(sent).toEqual([1, 2]);
  });
});
