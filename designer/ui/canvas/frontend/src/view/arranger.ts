import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { ELK } from "elkjs/lib/elk-api";
import type { Board } from "../model/board";
import type { Moves } from "../model/geometry";
import { fromLayoutGraph, toLayoutGraph } from "../model/layout";
import type { Design } from "../model/types";
import { strings } from "../strings";
import { glide } from "./animate";

let engine: Promise<ELK> | null = null;

/** The layout engine in a worker of its own; loaded when it is first asked for. */
function loadEngine(): Promise<ELK> {
  engine ??= import("elkjs/lib/elk-api").then(({ default: Engine }) => new Engine({ workerUrl }));
  return engine;
}

async function layOut(design: Design): Promise<Moves> {
  const graph = toLayoutGraph(design);
  const laidOut = await (await loadEngine()).layout(structuredClone(graph) as Parameters<ELK["layout"]>[0]);
  return fromLayoutGraph(design, laidOut.children ?? []);
}

/** Arranges the whole board from left to right. An edit made meanwhile wins over the layout. */
export async function arrange(board: Board): Promise<void> {
  const { design } = board.state;
  if (design.nodes.length === 0 || board.state.readonly) return;
  try {
    const moves = await layOut(design);
    if (board.state.design !== design) return;
    glide(board, moves);
    board.announce(strings.announce.arranged);
    board.camera?.fitTo(moves);
  } catch {
    engine = null;
    board.toast(strings.toasts.layoutFailed);
  }
}
