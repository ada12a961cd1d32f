import type { JSX } from "react";
import { labelOf } from "../../model/commands";
import { follow, pathOf, stepWords } from "../../model/paths";
import { strings } from "../../strings";
import { useBoard, useBoardState } from "../context";

const words = strings.meaning.paths;

/** The requests that can be followed, and the steps of the one that is, in words. */
export function PathPanel(): JSX.Element {
  const board = useBoard();
  const paths = useBoardState((state) => state.annotations.paths) ?? [];
  const path = useBoardState(pathOf);
  const design = useBoardState((state) => state.design); // names may change while it is open
  return (
    <>
      <div className="wb-choices" role="group" aria-label={words.title}>
        {paths.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            className="wb-button wb-labelled"
            aria-pressed={path?.id === id}
            data-testid={`path-${id}`}
            onClick={() => {
              follow(board, id);
            }}
          >
            <span dir="auto">{name}</span>
          </button>
        ))}
      </div>
      {path !== null && (
        <>
          <ol className="wb-steps" data-testid="path-steps" data-nodes={design.nodes.length}>
            {path.steps.map((step, index) => (
              <li key={`${step.edge} ${index}`} data-kind={step.later === true ? "later" : step.miss === undefined ? "sync" : "miss"} dir="auto">
                {stepWords(step, (id) => labelOf(board, id))}
              </li>
            ))}
          </ol>
          {path.answer !== undefined && <p className="wb-hint">{words.answered(path.answer)} {words.hint}</p>}
        </>
      )}
    </>
  );
}
