/** The language of the page: which table of words it takes, and how it counts and lists. */

export const ENGLISH = "en";

/** The language the page is written in, as its `lang` says: "en", "pt-BR". */
export const pageLanguage = (): string => document.documentElement.lang || ENGLISH;

/** The forms of a word beside a number; which of them a language has is known to Intl. */
export type Forms = { readonly [form in Intl.LDMLPluralRule]?: string } & { readonly other: string };

/** Writes a number and the form of the word that goes with it: "1 item", "3,000 items". */
export function counterOf(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, forms) => `${numbers.format(count)} ${forms[rules.select(count)] ?? forms.other}`;
}

/** Writes a list: "a, b and c". */
export function listerOf(language: string): (items: readonly string[]) => string {
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  return (items) => list.format(items);
}

/** The table of that language among files called `strings.<language>.ts`; of "pt-BR" that of "pt" when it has none. */
export function tableFor<T>(tables: Readonly<Record<string, T>>, language: string): T | undefined {
  const named = (wanted: string): T | undefined =>
    Object.entries(tables).find(([file]) => file.toLowerCase().endsWith(`strings.${wanted}.ts`))?.[1];
  const [base = ENGLISH] = language.toLowerCase().split("-");
  return named(language.toLowerCase()) ?? named(base);
}
