import { useEffect, useId, useRef, useState, type JSX, type KeyboardEvent, type ReactNode } from "react";
import { formatQuantity, parseQuantity } from "../../model/units";
import type { Dimension } from "../../model/types";
import { EXAMPLES } from "../../model/units";
import { strings } from "../../strings";
import { Icon } from "../Icon";
import { typed } from "../typed";

const words = strings.inspector;
const WHOLE = /^\d{1,6}$/;

interface SectionProps {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}

export const Section = ({ title, hint, children }: SectionProps): JSX.Element => (
  <section className="wb-section">
    <h3>{title}</h3>
    {children}
    {hint !== undefined && <p className="wb-hint">{hint}</p>}
  </section>
);

interface FoldProps {
  readonly title: string;
  readonly testId: string;
  /** Whether it is open when it appears; after that the user decides. */
  readonly isOpen: boolean;
  readonly children: ReactNode;
}

/** Fields that are out of the way until they are wanted, two beside each other. */
export const Fold = ({ title, testId, isOpen, children }: FoldProps): JSX.Element => (
  <details className="wb-fold" data-testid={testId} open={isOpen}>
    <summary>
      <Icon name="chevron" size={12} />
      {title}
    </summary>
    <div className="wb-fold-fields">{children}</div>
  </details>
);

/**
 * A text that is written into the document when the field is left, on Enter, or when the field goes away.
 * Esc takes back what was typed. `refuse` says what is wrong with a text, or null.
 */
function useDraft(value: string, commit: (text: string) => void, refuse: (text: string) => string | null) {
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef({ draft, value, commit, refuse });
  latest.current = { draft, value, commit, refuse };
  /** `shown` is what stands in the field, which may have come there without a word. */
  const settle = (shown?: string): void => {
    const { draft: known, value: before, commit: write, refuse: check } = latest.current;
    const text = shown === undefined || shown === (known ?? before) ? known : shown;
    const wrong = text === null ? null : check(text);
    setError(wrong);
    if (wrong !== null) setDraft(text);
    if (text === null || wrong !== null) return;
    latest.current.draft = null;
    setDraft(null);
    if (text !== before) write(text);
  };
  const last = useRef(settle);
  last.current = settle;
  useEffect(() => () => last.current(), []);
  return {
    error,
    settle,
    text: draft ?? value,
    change: (text: string): void => {
      setDraft(text);
      setError(null);
    },
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key === "Enter" && event.target instanceof HTMLInputElement) settle(event.target.value);
      if (event.key !== "Escape" || draft === null) return;
      event.stopPropagation();
      setDraft(null);
      setError(null);
    },
  };
}

interface TextProps {
  readonly label: string;
  readonly testId: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly hidesLabel?: boolean;
  readonly multiline?: boolean;
  readonly commit: (text: string) => void;
  readonly refuse?: (text: string) => string | null;
}

const acceptAll = (): null => null;

export function TextField(props: TextProps): JSX.Element {
  const { label, testId, value, placeholder, maxLength, hidesLabel = false, multiline = false, commit, refuse = acceptAll } = props;
  const id = useId();
  const draft = useDraft(value, commit, refuse);
  const shared = {
    id,
    "data-testid": testId,
    placeholder,
    maxLength,
    dir: "auto",
    value: draft.text,
    "aria-invalid": draft.error !== null,
    "aria-describedby": draft.error === null ? undefined : `${id}-error`,
    "aria-label": hidesLabel ? label : undefined,
    ...typed(draft.change),
    onBlur: (event: { readonly currentTarget: { readonly value: string } }) => {
      draft.settle(event.currentTarget.value);
    },
    onKeyDown: draft.onKeyDown,
  };
  return (
    <div className="wb-field">
      {!hidesLabel && <label htmlFor={id}>{label}</label>}
      {multiline ? <textarea rows={4} {...shared} /> : <input type="text" autoComplete="off" spellCheck={false} {...shared} />}
      {draft.error !== null && <p className="wb-error" id={`${id}-error`} role="alert">{draft.error}</p>}
    </div>
  );
}

interface QuantityProps {
  readonly label: string;
  readonly testId: string;
  readonly dimension: Dimension;
  /** The override, or null where the catalogue's figure holds. */
  readonly value: number | null;
  readonly fallback: string;
  readonly hidesLabel?: boolean;
  /** The value must be less than this, where it is a number. */
  readonly below?: number | null;
  readonly commit: (value: number | null) => void;
}

/** A quantity with its unit; empty goes back to the catalogue's figure. */
export function QuantityField(props: QuantityProps): JSX.Element {
  const { label, testId, dimension, value, fallback, hidesLabel = false, below = null, commit } = props;
  const read = (text: string): number | null => (text.trim() === "" ? null : parseQuantity(text, dimension));
  const refuse = (text: string): string | null => {
    if (text.trim() === "") return null;
    const parsed = parseQuantity(text, dimension);
    if (parsed === null) return words.invalid(dimension, EXAMPLES[dimension]);
    if (dimension === "ratio" && parsed > 1) return words.invalid(dimension, EXAMPLES.ratio);
    if (below !== null && parsed >= below) return words.below(formatQuantity(below, dimension));
    return parsed <= 0 ? words.negative : null;
  };
  return (
    <TextField
      label={label}
      testId={testId}
      value={value === null ? "" : formatQuantity(value, dimension)}
      placeholder={fallback}
      hidesLabel={hidesLabel}
      refuse={refuse}
      commit={(text) => {
        commit(read(text));
      }}
    />
  );
}

interface WholeProps {
  readonly label: string;
  readonly testId: string;
  readonly value: number | null;
  readonly limits: readonly [number, number];
  readonly fallback: string;
  readonly commit: (value: number | null) => void;
}

/** A whole number, or nothing. */
export function WholeField({ label, testId, value, limits: [least, most], fallback, commit }: WholeProps): JSX.Element {
  const fits = (text: string): boolean => WHOLE.test(text) && Number(text) >= least && Number(text) <= most;
  return (
    <TextField
      label={label}
      testId={testId}
      value={value === null ? "" : String(value)}
      placeholder={fallback}
      refuse={(text) => (text.trim() === "" || fits(text.trim()) ? null : words.whole(least, most))}
      commit={(text) => {
        commit(text.trim() === "" ? null : Number(text));
      }}
    />
  );
}

interface StepperProps {
  readonly label: string;
  readonly hint: string;
  readonly testId: string;
  readonly value: number;
  readonly limits: readonly [number, number];
  readonly commit: (value: number) => void;
}

export function Stepper({ label, hint, testId, value, limits: [least, most], commit }: StepperProps): JSX.Element {
  const id = useId();
  const draft = useDraft(String(value), (text) => {
    commit(Number(text));
  }, (text) => (WHOLE.test(text) && Number(text) >= least && Number(text) <= most ? null : `${least} – ${most}`));
  // A hand may be faster than what it does is drawn.
  const newest = useRef(value);
  newest.current = value;
  const step = (by: number) => () => {
    newest.current = Math.min(most, Math.max(least, newest.current + by));
    commit(newest.current);
  };
  return (
    <div className="wb-stepper" title={hint}>
      <label htmlFor={id}>{label}</label>
      <div className="wb-stepper-box" data-invalid={draft.error !== null}>
        <button type="button" tabIndex={-1} data-testid={`${testId}-less`} aria-label={words.fewer(label)} disabled={value <= least} onClick={step(-1)}>
          <Icon name="minus" size={13} />
        </button>
        <input
          id={id}
          data-testid={testId}
          inputMode="numeric"
          autoComplete="off"
          value={draft.text}
          aria-invalid={draft.error !== null}
          {...typed(draft.change)}
          onBlur={(event) => {
            draft.settle(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
            if (by === undefined) draft.onKeyDown(event);
            else step(by)();
          }}
        />
        <button type="button" tabIndex={-1} data-testid={`${testId}-more`} aria-label={words.more(label)} disabled={value >= most} onClick={step(1)}>
          <Icon name="plus" size={13} />
        </button>
      </div>
      {draft.error !== null && <p className="wb-error" role="alert">{draft.error}</p>}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly testId: string;
  readonly value: T;
  readonly options: Readonly<Record<T, string>>;
  readonly commit: (value: T) => void;
}

export function Choice<T extends string>({ label, testId, value, options, commit }: ChoiceProps<T>): JSX.Element {
  const id = useId();
  return (
    <div className="wb-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        data-testid={testId}
        value={value}
        onChange={(event) => {
          commit(event.target.value as T);
        }}
      >
        {Object.entries<string>(options).map(([key, text]) => (
          <option key={key} value={key}>{text}</option>
        ))}
      </select>
    </div>
  );
}

interface TicksProps {
  readonly testId: string;
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly ticked: readonly string[];
  readonly toggle: (id: string) => void;
}

export const Ticks = ({ testId, items, ticked, toggle }: TicksProps): JSX.Element => (
  <div className="wb-ticks">
    {items.map(({ id, name }) => (
      <label key={id} className="wb-tick">
        <input
          type="checkbox"
          data-testid={`${testId}-${id}`}
          checked={ticked.includes(id)}
          onChange={() => {
            toggle(id);
          }}
        />
        <span dir="auto">{name}</span>
      </label>
    ))}
  </div>
);
