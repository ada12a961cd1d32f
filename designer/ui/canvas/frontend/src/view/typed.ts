/** Taking in what a field says, however it came there. */

interface Written {
  readonly currentTarget: { readonly value: string };
}

/** The handler of a field whose text `take` is given at every change, also by a password manager or a dictation. */
export const typed = (take: (text: string) => void): { readonly onInput: (event: Written) => void } => ({
  onInput: ({ currentTarget: { value } }) => {
    take(value);
  },
});
