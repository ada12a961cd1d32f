import { lazy, Suspense, useEffect, type ComponentType, type JSX, type RefObject } from "react";
import { strings } from "../strings";
import { useBoard, useBoardState } from "./context";

/** How long after the first sight the panels are fetched, in milliseconds: by the time they are wanted they are there. */
const FETCH_AFTER_MS = 1_000;

const load = () => import("./panels");

/** Says that a part could not be fetched, as when the app was renewed while its page was open. */
function Missing(): null {
  const board = useBoard();
  useEffect(() => {
    board.toast(strings.toasts.partMissing);
  }, [board]);
  return null;
}

type Panels = Awaited<ReturnType<typeof load>>;

const part = <Props extends object>(pick: (panels: Panels) => ComponentType<Props>) =>
  lazy(() =>
    load().then(
      (panels) => ({ default: pick(panels) }),
      () => ({ default: Missing as ComponentType<Props> }),
    ),
  );

const OutlinePanel = part((panels) => panels.OutlinePanel);
const TargetPicker = part((panels) => panels.TargetPicker);
const Menu = part((panels) => panels.Menu);

interface Props {
  readonly root: RefObject<HTMLElement | null>;
}

/** The panels that are there only while they are wanted. */
export function OnDemand({ root }: Props): JSX.Element {
  const outline = useBoardState((state) => state.panel === "outline");
  const aiming = useBoardState((state) => (state.readonly ? null : state.aiming));
  const menu = useBoardState((state) => state.menu);
  useEffect(() => {
    const timer = window.setTimeout(() => void load().catch(() => undefined), FETCH_AFTER_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, []);
  // Each waits for itself: what is waited for hides what else stands in the same boundary, and takes its focus.
  return (
    <>
      <Suspense>{outline && <OutlinePanel />}</Suspense>
      <Suspense>{aiming !== null && <TargetPicker key={Object.values(aiming).join(" ")} aim={aiming} />}</Suspense>
      <Suspense>{menu !== null && <Menu root={root} at={menu} />}</Suspense>
    </>
  );
}
