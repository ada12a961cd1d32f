/** Taking in what a field says, however it came there. */

interface Written {
  readonly currentTarget: { readonly value: string };
}

/**
 * Handlers for a field whose text `take` is given at every change. React passes over an event when it has seen the
 * value set before it came, as when a password manager, a dictation or another program fills the field: so the bare
 * event is listened to as well. `take` may be called twice with the same text.
 */
export function typed(take: (text: string) => void): { readonly onChange: (event: Written) => void; readonly onInput: (event: Written) => void } {
  const read = ({ currentTarget: { value } }: Written): void => {
    take(value);
  };
  return { onChange: read, onInput: read };
}
