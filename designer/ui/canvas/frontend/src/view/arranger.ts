import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { ELK } from "elkjs/lib/elk-api";
import { arranged } from "../model/arrangement";
import type { Board } from "../model/board";
import { fromLayoutGraph, toLayoutGraph, type Arrangement } from "../model/layout";
import type { Design } from "../model/types";
import { containersOf } from "../model/zones";
import { strings } from "../strings";
import { glide } from "./animate";

let engine: Promise<ELK> | null = null;

/** The layout engine in a worker of its own; loaded when it is first asked for. */
function loadEngine(): Promise<ELK> {
  engine ??= import("elkjs/lib/elk-api").then(({ default: Engine }) => new Engine({ workerUrl }));
  return engine;
}

async function layOut(design: Design, only: ReadonlySet<string> | null): Promise<Arrangement> {
  const graph = toLayoutGraph(design, only);
  const laidOut = await (await loadEngine()).layout(structuredClone(graph) as Parameters<ELK["layout"]>[0]);
  return fromLayoutGraph(design, laidOut.children ?? []);
}

/** Arranges the whole board, or only some nodes, from left to right. An edit made meanwhile wins over the layout. */
export async function arrange(board: Board, nodes?: readonly string[]): Promise<void> {
  const { design } = board.state;
  if (design.nodes.length === 0 || board.state.readonly) return;
  const only = nodes === undefined ? null : new Set(nodes);
  try {
    const arrangement = await layOut(design, only);
    if (board.state.design !== design) return;
    const next = arranged(design, arrangement, only);
    glide(board, next);
    board.announce(only === null ? strings.announce.arranged : strings.zoning.tidied(only.size));
    if (only === null) board.camera?.fitTo(new Map(next.nodes.map((node) => [node.id, node.position])), containersOf(next));
  } catch {
    engine = null;
    board.toast(strings.toasts.layoutFailed);
  }
}
