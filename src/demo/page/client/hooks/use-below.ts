import { useLayoutEffect, useState } from "preact/hooks";

/** The place of a list in window coordinates, so that no container clips it. */
export interface Spot {
  readonly left: string;
  readonly width: string;
  readonly top: string;
  readonly bottom: string;
  readonly maxHeight: string;
}

const tallest = 260;
const margin = 8;

/** A place below an element, or above it if there is more room. It follows the element when something scrolls. */
export function useBelow(anchor: { readonly current: HTMLElement | null }, open: boolean): Spot | undefined {
  const [spot, setSpot] = useState<Spot>();
  useLayoutEffect(() => {
    if (!open) {
      setSpot(undefined);
      return undefined;
    }
    const measure = (): void => {
      const { current } = anchor;
      if (!current) return;
      const { left, width, top, bottom } = current.getBoundingClientRect();
      const below = innerHeight - bottom - margin;
      const isBelow = below >= tallest || below >= top;
      setSpot({
        left: `${left}px`,
        width: `${width}px`,
        top: isBelow ? `${bottom + 3}px` : "auto",
        bottom: isBelow ? "auto" : `${innerHeight - top + 3}px`,
        maxHeight: `${Math.min(tallest, (isBelow ? below : top) - margin)}px`,
      });
    };
    measure();
    addEventListener("scroll", measure, true);
    addEventListener("resize", measure);
    return () => {
      removeEventListener("scroll", measure, true);
      removeEventListener("resize", measure);
    };
  }, [anchor, open]);
  return spot;
}
