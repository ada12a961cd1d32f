import type { JSX } from "react";
import { loadText } from "../../model/labels";
import type { DetailRow, NodeAnnotation } from "../../model/annotations";
import { strings } from "../../strings";
import { useBoardState } from "../context";
import { Icon } from "../Icon";
import { Section } from "./fields";

const words = strings.inspector;

const Row = ({ label, value, formula }: DetailRow): JSX.Element =>
  formula === undefined ? (
    <div className="wb-row">
      <span>{label}</span>
      <b>{value}</b>
    </div>
  ) : (
    <details className="wb-row-fold">
      <summary className="wb-row">
        <span>{label}</span>
        <b>{value}</b>
      </summary>
      <code>{formula}</code>
    </details>
  );

/** The rows to show where Python has sent none of its own. */
function plainRows(annotation: NodeAnnotation): DetailRow[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [words.rate, annotation.rate],
    [words.load, loadText(annotation) || undefined],
    [words.hit, annotation.hit],
    [words.cost, annotation.cost],
  ];
  return rows.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

interface Props {
  readonly node: string;
}

/** What was computed for a node, each number unfolding to its arithmetic. */
export function Numbers({ node }: Props): JSX.Element | null {
  const annotation = useBoardState((state) => state.annotations.nodes[node]);
  const detail = useBoardState((state) => state.annotations.nodes[node]?.detail ?? state.details?.nodes[node]?.detail);
  if (annotation === undefined) return null;
  const rows = detail ?? plainRows(annotation);
  return (
    <>
      {annotation.badge !== undefined && (
        <p className="wb-finding" data-severity={annotation.badge.severity} data-testid="inspector-finding">
          <Icon name={annotation.badge.severity} size={15} />
          <span dir="auto">{annotation.badge.text}</span>
        </p>
      )}
      {rows.length > 0 && (
        <Section title={words.now}>
          <div className="wb-rows" data-testid="inspector-numbers">
            {rows.map((row, index) => <Row key={`${row.label} ${index}`} {...row} />)}
          </div>
        </Section>
      )}
    </>
  );
}
