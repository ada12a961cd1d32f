import type { CSSProperties, JSX } from "react";
import { setFigure } from "../../model/edits";
import type { CatalogEntry, CatalogFigure, DesignNode } from "../../model/types";
import { formatQuantity } from "../../model/units";
import { strings } from "../../strings";
import { useBoard } from "../context";
import { Icon } from "../Icon";
import { QuantityField } from "./fields";

const words = strings.inspector;

/** Where a value stands between low and high, on a logarithmic scale where the band spans one. */
function placeOf(value: number, { low, high }: CatalogFigure): number {
  if (high <= low) return 0.5;
  const scale = low > 0 ? Math.log : (number: number): number => number;
  return Math.min(1, Math.max(0, (scale(Math.max(value, Number.MIN_VALUE)) - scale(low)) / (scale(high) - scale(low))));
}

interface BandProps {
  readonly figure: CatalogFigure;
  readonly value: number;
}

function Band({ figure, value }: BandProps): JSX.Element {
  const [low, high] = [formatQuantity(figure.low, figure.unit), formatQuantity(figure.high, figure.unit)];
  return (
    <>
      <div className="wb-band" title={words.band(low, high)}>
        <span>{low}</span>
        <span className="wb-band-track" style={{ "--at": placeOf(value, figure) } as CSSProperties} aria-hidden="true" />
        <span>{high}</span>
      </div>
      <p className="wb-source" data-testid="figure-band">{words.bandWords(low, figure.text, high)}</p>
    </>
  );
}

interface RowProps {
  readonly node: DesignNode;
  readonly name: string;
  readonly figure: CatalogFigure;
}

function FigureRow({ node, name, figure }: RowProps): JSX.Element {
  const board = useBoard();
  const override = node.figures[name] ?? null;
  const set = (value: number | null): void => {
    board.edit(setFigure(board.state.design, node.id, name, value));
  };
  return (
    <details className="wb-figure" data-testid={`figure-${name}`}>
      <summary>
        <span>{words.figure(name)}</span>
        <b data-changed={override !== null}>{override === null ? figure.text : formatQuantity(override, figure.unit)}</b>
      </summary>
      <div className="wb-figure-body">
        <Band figure={figure} value={override ?? figure.default} />
        <div className="wb-figure-edit">
          <QuantityField
            label={words.figure(name)}
            testId={`figure-input-${name}`}
            dimension={figure.unit}
            value={override}
            fallback={figure.text}
            hidesLabel
            commit={set}
          />
          <button
            type="button"
            className="wb-button wb-small"
            data-testid={`figure-reset-${name}`}
            aria-label={words.reset}
            data-tip={words.reset}
            disabled={override === null}
            onClick={() => {
              set(null);
            }}
          >
            <Icon name="reset" size={15} />
          </button>
        </div>
        <p className="wb-source" dir="auto">{figure.source}</p>
      </div>
    </details>
  );
}

interface Props {
  readonly node: DesignNode;
  readonly entry: CatalogEntry;
}

/** Every catalogue figure of a node: value, band, source, and a way to override it and back. */
export function Figures({ node, entry }: Props): JSX.Element | null {
  const figures = Object.entries(entry.figures);
  if (figures.length === 0) return null;
  return (
    <details className="wb-fold" data-testid="figures">
      <summary>
        <Icon name="chevron" size={12} />
        {words.figures}
      </summary>
      {figures.map(([name, figure]) => (
        <FigureRow key={name} node={node} name={name} figure={figure} />
      ))}
    </details>
  );
}
