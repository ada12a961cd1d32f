import { useLayoutEffect, type RefObject } from "react";

/** The link of the page that leads past everything before the board. The page writes it, the board obeys it. */
const SKIP = 'a[href="#the-board"]';
const FOLD = '[data-testid="stPopoverButton"][aria-expanded="true"] [data-testid="stMarkdownContainer"]';
const DIALOG = '[data-testid="stPopoverBody"][role="dialog"]';

/**
 * Names the dialog of the page's open fold as its button reads. Streamlit gives it the label as it is written, markup
 * and escapes included, and that is what a screen reader would say.
 */
function nameDialog(): void {
  const [said, dialog] = [document.querySelector(FOLD)?.textContent?.trim() ?? "", document.querySelector(DIALOG)];
  if (dialog !== null && said !== "" && dialog.getAttribute("aria-label") !== said) dialog.setAttribute("aria-label", said);
}

/** What the board does for the page around it: it takes the focus when asked to, and gives folds their names. */
export function usePage(root: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const onClick = (event: MouseEvent): void => {
      if (!(event.target instanceof Element) || event.target.closest(SKIP) === null) return;
      event.preventDefault();
      root.current?.focus();
    };
    const observer = new MutationObserver(nameDialog);
    observer.observe(document.body, { subtree: true, childList: false, attributeFilter: ["aria-expanded", "aria-label"] });
    document.addEventListener("click", onClick);
    return () => {
      observer.disconnect();
      document.removeEventListener("click", onClick);
    };
  }, [root]);
}
