import { useState, type JSX } from "react";
import { updateNode } from "../../model/edits";
import { foldedPolicies, NEUTRAL_POLICIES, withoutContradiction } from "../../model/policies";
import type { CatalogEntry, Dimension, DesignNode, Policies } from "../../model/types";
import { strings } from "../../strings";
import { useBoard } from "../context";
import { Choice, Fold, QuantityField, Ticks, WholeField } from "./fields";

const words = strings.inspector;
const MOST_DELIVERIES = 101;

interface Props {
  readonly node: DesignNode;
  readonly entry: CatalogEntry;
}

interface FieldProps {
  readonly node: DesignNode;
  readonly set: (patch: Partial<Policies>) => void;
}

type Choices = "sessions" | "writes" | "eviction" | "acks" | "leaders" | "partitioning" | "hashing" | "index" | "delivery";

function choice<K extends Choices>(setting: K, options: Readonly<Record<Policies[K], string>>) {
  return ({ node, set }: FieldProps): JSX.Element => (
    <Choice
      label={words.policies[setting]}
      testId={`inspector-${setting}`}
      value={node[setting]}
      options={options}
      commit={(value) => {
        set({ [setting]: value });
      }}
    />
  );
}

function quantity(setting: "ttl" | "limit" | "deadline" | "backup_every", dimension: Dimension) {
  return ({ node, set }: FieldProps): JSX.Element => (
    <QuantityField
      label={words.policies[setting]}
      testId={`inspector-${setting}`}
      dimension={dimension}
      value={node[setting]}
      fallback={words.unset[setting]}
      commit={(value) => {
        set({ [setting]: value });
      }}
    />
  );
}

function whole(setting: "read_quorum" | "write_quorum" | "deliveries", most: (node: DesignNode) => number) {
  return ({ node, set }: FieldProps): JSX.Element => (
    <WholeField
      label={words.policies[setting]}
      testId={`inspector-${setting}`}
      value={node[setting]}
      limits={[1, most(node)]}
      fallback={words.unset[setting]}
      commit={(value) => {
        set({ [setting]: value });
      }}
    />
  );
}

const copies = (node: DesignNode): number => 1 + node.replicas;

const Ordered = ({ node, set }: FieldProps): JSX.Element => (
  <Ticks
    testId="inspector"
    items={[{ id: "ordered", name: words.policies.ordered }]}
    ticked={node.ordered ? ["ordered"] : []}
    toggle={() => {
      set({ ordered: !node.ordered });
    }}
  />
);

const FIELDS: Readonly<Partial<Record<keyof Policies, (props: FieldProps) => JSX.Element>>> = {
  sessions: choice("sessions", words.sessionsOptions),
  writes: choice("writes", words.writesOptions),
  eviction: choice("eviction", words.evictionOptions),
  ttl: quantity("ttl", "time"),
  acks: choice("acks", words.acksOptions),
  leaders: choice("leaders", words.leadersOptions),
  read_quorum: whole("read_quorum", copies),
  write_quorum: whole("write_quorum", copies),
  partitioning: choice("partitioning", words.partitioningOptions),
  hashing: choice("hashing", words.hashingOptions),
  index: choice("index", words.indexOptions),
  delivery: choice("delivery", words.deliveryOptions),
  deliveries: whole("deliveries", () => MOST_DELIVERIES),
  ordered: Ordered,
  limit: quantity("limit", "rate"),
  deadline: quantity("deadline", "time"),
  backup_every: quantity("backup_every", "time"),
};

const isChoice = (setting: keyof Policies): boolean => typeof NEUTRAL_POLICIES[setting] === "string";

/** Choices, which take a line each, before numbers, two of which share one. */
const inOrder = (settings: readonly (keyof Policies)[]): readonly (keyof Policies)[] => [
  ...settings.filter(isChoice),
  ...settings.filter((setting) => !isChoice(setting)),
];

/** Whether the setting has a say while the others are as they are. */
function isOffered(setting: keyof Policies, node: DesignNode): boolean {
  if (setting === "hashing") return node.partitioning === "hash";
  // Without followers there is nobody else to wait for, or to write to.
  if (setting === "acks" || setting === "leaders") return node.replicas > 0 || node[setting] !== NEUTRAL_POLICIES[setting];
  return setting !== "deliveries" || node.delivery === "at_least_once";
}

/** What a node does beyond the ordinary: folded, and open from the start where somebody has set some of it. */
export function PolicyFields({ node, entry }: Props): JSX.Element | null {
  const board = useBoard();
  const settings = foldedPolicies(entry).filter((setting) => isOffered(setting, node));
  const [isOpen] = useState(() => settings.some((setting) => node[setting] !== NEUTRAL_POLICIES[setting]));
  if (settings.length === 0) return null;
  const set = (patch: Partial<Policies>): void => {
    board.edit(updateNode(board.state.design, node.id, withoutContradiction(patch)));
  };
  return (
    <Fold title={words.moreSettings} testId="policies" isOpen={isOpen}>
      {inOrder(settings).map((setting) => {
        const Field = FIELDS[setting];
        return Field === undefined ? null : <Field key={setting} node={node} set={set} />;
      })}
    </Fold>
  );
}
