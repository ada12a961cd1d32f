/** Structural sharing of data that comes anew with every run, most of it as it was. */

type Bag = Readonly<Record<string, unknown>>;

const isBag = (value: unknown): value is Bag => typeof value === "object" && value !== null && !Array.isArray(value);

function sharedList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  let isSame = before.length === after.length;
  const items = after.map((item, index) => {
    const kept = shared(before[index], item);
    isSame &&= kept === before[index];
    return kept;
  });
  return isSame ? before : items;
}

function sharedBag(before: Bag, after: Bag): Bag {
  const names = Object.keys(after);
  let isSame = names.length === Object.keys(before).length;
  const fields: Record<string, unknown> = {};
  for (const name of names) {
    const kept = shared(before[name], after[name]);
    isSame &&= kept === before[name] && Object.hasOwn(before, name);
    fields[name] = kept;
  }
  return isSame ? before : fields;
}

/**
 * What came, with every part of it that says the same as before being the very part from before: who shows that part
 * has nothing to do.
 */
export function shared<T>(before: unknown, after: T): T {
  if (Array.isArray(before) && Array.isArray(after)) return sharedList(before, after) as T;
  if (isBag(before) && isBag(after)) return sharedBag(before, after) as T;
  return Object.is(before, after) ? (before as T) : after;
}
