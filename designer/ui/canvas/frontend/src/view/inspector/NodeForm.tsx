import type { JSX } from "react";
import { COUNT_LIMITS, MAX_LABEL, type CountKnob } from "../../model/document";
import { setCount, setFigure, toggleDataset, toggleZone, updateNode } from "../../model/edits";
import { nodeLabel } from "../../model/labels";
import type { CatalogEntry, Dataset, Design, DesignNode, Knob } from "../../model/types";
import { standsInZones } from "../../model/zones";
import { strings } from "../../strings";
import { ActionButton } from "../ActionButton";
import { useBoard, useBoardState } from "../context";
import { Choice, QuantityField, Section, Stepper, TextField, Ticks } from "./fields";
import { Figures } from "./Figures";
import { Numbers } from "./Numbers";
import { PolicyFields } from "./PolicyFields";

const words = strings.inspector;

interface Props {
  readonly node: DesignNode;
  readonly entry: CatalogEntry;
}

type Edit = (change: (design: Design) => Design) => void;

function useEdit(): Edit {
  const board = useBoard();
  return (change) => {
    board.edit(change(board.state.design));
  };
}

const isCount = (knob: Knob): knob is CountKnob => knob in COUNT_LIMITS;

function Knobs({ node, entry }: Props): JSX.Element | null {
  const edit = useEdit();
  if (entry.knobs.length === 0) return null;
  return (
    <Section title={words.counts}>
      <div className="wb-knobs">
        {entry.knobs.filter(isCount).map((knob) => (
          <Stepper
            key={knob}
            label={words.knobs[knob]}
            hint={words.knobHints[knob]}
            testId={`inspector-${knob}`}
            value={node[knob]}
            limits={COUNT_LIMITS[knob]}
            commit={(value) => {
              edit((design) => setCount(design, node.id, knob, value));
            }}
          />
        ))}
        {entry.knobs.map((knob) => {
          const figure = entry.figures[knob];
          if (isCount(knob) || figure === undefined) return null;
          return (
            <QuantityField
              key={knob}
              label={words.knobs[knob]}
              testId={`inspector-${knob}`}
              dimension={figure.unit}
              value={node.figures[knob] ?? null}
              fallback={figure.text}
              commit={(value) => {
                edit((design) => setFigure(design, node.id, knob, value));
              }}
            />
          );
        })}
      </div>
    </Section>
  );
}

function Zones({ node, entry }: Props): JSX.Element | null {
  const board = useBoard();
  const edit = useEdit();
  const zones = useBoardState((state) => state.design.zones);
  if (!standsInZones(entry)) return null;
  if (zones.length === 0) {
    return (
      <Section title={words.zones}>
        <p className="wb-hint">
          {words.noZones}{" "}
          <button
            type="button"
            className="wb-link"
            data-testid="inspector-add-zones"
            onClick={() => {
              board.store.set({ panel: "zones" });
            }}
          >
            {words.addZones}
          </button>
        </p>
      </Section>
    );
  }
  return (
    <Section title={words.zones} hint={words.zonesHint}>
      <Ticks
        testId="inspector-zone"
        items={zones.map((zone) => ({ id: zone.id, name: zone.name ?? zone.id }))}
        ticked={node.zones}
        toggle={(zone) => {
          edit((design) => toggleZone(design, node.id, zone));
        }}
      />
      {zones.length > 1 && <ActionButton action="spread" icon="spread" labelled />}
    </Section>
  );
}

function Behavior({ node, entry }: Props): JSX.Element | null {
  const edit = useEdit();
  const set = (patch: Partial<DesignNode>): void => {
    edit((design) => updateNode(design, node.id, patch));
  };
  const fields: JSX.Element[] = [];
  if (entry.behavior === "router") {
    fields.push(<Choice key="routing" label={words.policies.routing} testId="inspector-routing" value={node.routing ?? "least_connections"} options={words.routingOptions} commit={(routing) => { set({ routing }); }} />);
  }
  if (entry.behavior === "service") {
    fields.push(<Choice key="calls" label={words.policies.calls} testId="inspector-calls" value={node.calls} options={words.callsOptions} commit={(calls) => { set({ calls }); }} />);
  }
  if (entry.knobs.includes("replicas")) {
    fields.push(<Choice key="read_from" label={words.policies.read_from} testId="inspector-read-from" value={node.read_from} options={words.readFromOptions} commit={(read_from) => { set({ read_from }); }} />);
  }
  return fields.length === 0 ? null : <Section title={words.behavior}>{fields}</Section>;
}

/** Datasets the component can keep, and those ticked although it cannot, so that they can be unticked. */
function holdable(datasets: readonly Dataset[], node: DesignNode, entry: CatalogEntry): readonly Dataset[] {
  const fits = ({ id, kind }: Dataset): boolean =>
    node.holds.includes(id) || kind === undefined || entry.keeps.includes(kind);
  const known = new Set(datasets.map((dataset) => dataset.id));
  const strays = node.holds.filter((id) => !known.has(id)).map((id) => ({ id, name: `${id} (${words.datasetUnknown})` }));
  return [...datasets.filter(fits), ...strays];
}

function Holds({ node, entry }: Props): JSX.Element | null {
  const edit = useEdit();
  const datasets = useBoardState((state) => state.datasets);
  if (entry.behavior !== "store" && entry.behavior !== "cache") return null;
  const items = holdable(datasets, node, entry);
  if (items.length === 0) return null;
  return (
    <Section title={words.holds} hint={words.holdsHint}>
      <Ticks
        testId="inspector-holds"
        items={items}
        ticked={node.holds}
        toggle={(dataset) => {
          edit((design) => toggleDataset(design, node.id, dataset));
        }}
      />
    </Section>
  );
}

/** Everything that can be set on one node, and what was computed for it. */
export function NodeForm({ node }: { readonly node: DesignNode }): JSX.Element {
  const edit = useEdit();
  const entry = useBoardState((state) => state.catalog.get(node.component));
  return (
    <>
      <TextField
        label={words.name}
        testId="inspector-name"
        value={node.name ?? ""}
        placeholder={nodeLabel({ ...node, name: null }, entry)}
        maxLength={MAX_LABEL}
        commit={(text) => {
          edit((design) => updateNode(design, node.id, { name: text.trim() === "" ? null : text.trim() }));
        }}
      />
      {entry !== undefined && <Knobs node={node} entry={entry} />}
      <Numbers node={node.id} />
      {entry !== undefined && (
        <>
          <Zones node={node} entry={entry} />
          <Behavior node={node} entry={entry} />
          <Holds node={node} entry={entry} />
          <PolicyFields node={node} entry={entry} />
          <Figures node={node} entry={entry} />
        </>
      )}
    </>
  );
}
