/** The order of sending and drawing: an edit leaves for Python first, and is drawn while Python is at it. */

import { options } from "preact";

let isLeaving = false;

/** Streamlit sends what it is given by a timer of its own: what is drawn meanwhile is drawn after that. */
export function sendFirst(send: () => void): void {
  isLeaving = true;
  setTimeout(() => {
    isLeaving = false;
  });
  send();
}

/** Once for the page. */
export function keepPace(): void {
  options.debounceRendering = (render) => {
    if (isLeaving) setTimeout(render);
    else void Promise.resolve().then(render);
  };
}
