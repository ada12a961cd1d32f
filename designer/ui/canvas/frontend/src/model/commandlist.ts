/** Everything that can be chosen from the list of commands: actions, components to add, nodes to go to. */

import { strings } from "../strings";
import { ACTIONS, isEnabled, type Action } from "./actions";
import type { Board } from "./board";
import { placeComponent } from "./commands";
import { nodeLabel } from "./labels";
import { rank } from "./fuzzy";
import { NOTHING } from "./selection";

const { commands: words, why } = strings.gestures;

export interface Item {
  readonly id: string;
  readonly label: string;
  /** What it is found by first: the label, or the name in it. */
  readonly name: string;
  readonly kind: "action" | "add" | "go";
  /** What else it may be called by. */
  readonly keywords: readonly string[];
  readonly icon: string | null;
  readonly chord: string | null;
  /** Why it can do nothing now; null when it can. */
  readonly refusal: string | null;
  run(board: Board): void;
}

/** The list itself, and the step back that closes it, are no use in it. */
const LEFT_OUT = new Set(["commands", "escape"]);

/** Why an action can do nothing now, in words where they are known. */
function refusalOf(action: Action, board: Board): string | null {
  if (isEnabled(action, board)) return null;
  if (action.edits === true && board.state.readonly) return why["readonly"] ?? "";
  return why[action.id] ?? why[action.id.split("-")[0] ?? ""] ?? "";
}

/** Actions with the same words (the four arrows) are for keys only. */
const isNamedOnce = (action: Action): boolean => !action.id.startsWith("nudge");

const actionItems = (board: Board): Item[] =>
  ACTIONS.filter((action) => !LEFT_OUT.has(action.id) && isNamedOnce(action)).map((action) => ({
    id: action.id,
    label: action.label,
    name: action.label,
    kind: "action",
    keywords: [],
    icon: null,
    chord: action.keys[0] ?? null,
    refusal: refusalOf(action, board),
    run: (at) => { action.run(at); },
  }));

const componentItems = ({ state: { catalog, readonly } }: Board): Item[] =>
  [...catalog.values()].map((entry) => ({
    id: `add ${entry.id}`,
    label: words.add(entry.name),
    name: entry.name,
    kind: "add",
    keywords: entry.keywords,
    icon: entry.icon,
    chord: null,
    refusal: readonly ? (why["readonly"] ?? "") : null,
    run: (at) => { placeComponent(at, entry.id); },
  }));

const nodeItems = ({ state: { design, catalog } }: Board): Item[] =>
  design.nodes.map((node) => {
    const entry = catalog.get(node.component);
    const name = nodeLabel(node, entry);
    return {
      id: `go ${node.id}`,
      label: words.goTo(name),
      name,
      kind: "go",
      keywords: entry === undefined ? [] : [entry.name],
      icon: entry?.icon ?? null,
      chord: null,
      refusal: null,
      run: (at) => { at.show({ ...NOTHING, nodes: [node.id] }); },
    };
  });

const firstWord = (text: string): string => text.trim().toLowerCase().split(" ")[0] ?? "";

/** "Add" and "Go to" count only for whoever types them: else they would lend their letters to every query. */
const calledAs = ({ label, name }: Item, query: string): string => (firstWord(query) === firstWord(label) ? label : name);

/** The items that answer the query, best first; what can be done before what cannot. Without a query, the actions. */
export function findItems(board: Board, query: string): readonly Item[] {
  const actions = actionItems(board);
  if (query.trim() === "") return actions.toSorted((one, other) => Number(one.refusal !== null) - Number(other.refusal !== null));
  const all = [...actions, ...nodeItems(board), ...componentItems(board)];
  return rank(all, query, (item) => [calledAs(item, query), ...item.keywords], ({ refusal }) => refusal === null);
}
