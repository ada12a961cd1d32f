import type { JSX } from "react";
import { COLORS } from "../../model/colors";
import type { Color } from "../../model/types";
import { strings } from "../../strings";
import { Section } from "./fields";

interface Props {
  readonly value: Color | null;
  readonly commit: (color: Color) => void;
}

/** One of the board's colours. Each has its name, and the chosen one a ring. */
export const Swatches = ({ value, commit }: Props): JSX.Element => (
  <Section title={strings.zoning.color}>
    <div className="wb-swatches" role="group" aria-label={strings.zoning.color}>
      {COLORS.map((color) => (
        <button
          key={color}
          type="button"
          className="wb-swatch"
          data-color={color}
          data-testid={`color-${color}`}
          aria-label={strings.zoning.colors[color]}
          title={strings.zoning.colors[color]}
          aria-pressed={value === color}
          onClick={() => {
            commit(color);
          }}
        />
      ))}
    </div>
  </Section>
);
