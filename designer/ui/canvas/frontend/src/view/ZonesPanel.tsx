import type { JSX } from "react";
import { MAX_LABEL } from "../model/document";
import { addZone, removeZone, setRegion, updateZone } from "../model/edits";
import type { Zone } from "../model/types";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";
import { Icon } from "./Icon";
import { TextField } from "./inspector/fields";

const words = strings.zones;
const MAX_REGION = 40;

function Row({ zone }: { readonly zone: Zone }): JSX.Element {
  const board = useBoard();
  const count = useBoardState((state) => state.design.nodes.filter((node) => node.zones.includes(zone.id)).length);
  return (
    <li>
      <span className="wb-zone-id">{zone.id}</span>
      <TextField
        label={words.name(zone.id)}
        testId={`zone-name-${zone.id}`}
        value={zone.name ?? ""}
        placeholder={zone.id}
        maxLength={MAX_LABEL}
        hidesLabel
        commit={(text) => {
          board.edit(updateZone(board.state.design, zone.id, { name: text.trim() === "" ? null : text.trim() }));
        }}
      />
      <TextField
        label={words.region(zone.id)}
        testId={`zone-region-${zone.id}`}
        value={zone.region}
        maxLength={MAX_REGION}
        hidesLabel
        commit={(text) => {
          board.edit(setRegion(board.state.design, zone.id, text));
        }}
      />
      <span className="wb-zone-count">{count}</span>
      <button
        type="button"
        className="wb-button wb-small"
        data-testid={`zone-remove-${zone.id}`}
        aria-label={words.remove(zone.id)}
        onClick={() => {
          board.edit(removeZone(board.state.design, zone.id));
        }}
      >
        <Icon name="trash" size={15} />
      </button>
    </li>
  );
}

/** The zones of the board: add, rename, move to a region, remove. */
export function ZonesPanel(): JSX.Element | null {
  const board = useBoard();
  const open = useBoardState((state) => state.panel === "zones");
  const zones = useBoardState((state) => state.design.zones);
  const readonly = useBoardState((state) => state.readonly);
  if (!open) return null;
  return (
    <section
      className="wb-zones wb-float"
      aria-label={words.title}
      data-testid="zones-panel"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        board.store.set({ panel: null });
        board.camera?.focusRoot();
      }}
    >
      <header>
        <h2>{words.title}</h2>
        <button
          type="button"
          className="wb-button wb-small"
          aria-label={words.close}
          data-testid="zones-close"
          onClick={() => {
            board.store.set({ panel: null });
          }}
        >
          <Icon name="close" size={16} />
        </button>
      </header>
      {zones.length > 0 && (
        <div className="wb-zone-head" aria-hidden="true">
          <span />
          <span>{words.columns.name}</span>
          <span>{words.columns.region}</span>
          <span>{words.columns.nodes}</span>
          <span />
        </div>
      )}
      <fieldset disabled={readonly}>
        <ul>{zones.map((zone) => <Row key={zone.id} zone={zone} />)}</ul>
        <button
          type="button"
          className="wb-button wb-labelled"
          data-testid="zone-add"
          onClick={() => {
            board.edit(addZone(board.state.design).design);
          }}
        >
          <Icon name="plus" size={15} />
          <span>{words.add}</span>
        </button>
      </fieldset>
      <p className="wb-hint">{zones.length === 0 ? words.none : words.hint}</p>
    </section>
  );
}
