/** Light or dark, read from the colours Streamlit gives: its names differ, its background does not lie. */

const BRIGHTNESS = 128;

function brightnessOf(color: string): number {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (context === null) return 255;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 255, green = 255, blue = 255] = context.getImageData(0, 0, 1, 1).data;
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** Whether the page around an element is dark. */
export function isDark(element: Element): boolean {
  const background = getComputedStyle(element).getPropertyValue("--st-background-color").trim();
  return background !== "" && brightnessOf(background) < BRIGHTNESS;
}

export const prefersStillness = (): boolean => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform);
