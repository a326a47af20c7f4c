import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Json, On } from "../../types.ts";

/** What blocks are drawn on: where it is, what its inputs hold, and what is wrong with them. */
export interface Surface {
  readonly on: On;
  readonly values: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** By block id. */
  readonly errors: Readonly<Record<string, string>>;
  /** Takes the error of an input away, since somebody is mending it. */
  forgive?(blockId: string): void;
  /** Submits the form that the input is in. */
  submit?(): void;
}

export const SurfaceContext = createContext<Surface>({ on: "view", values: {}, errors: {} });

/** The surface that these blocks are on. */
export function useSurface(): Surface {
  return useContext(SurfaceContext);
}

/** What every element of a block is handed. */
export interface ElementProps {
  readonly blockId: string;
  readonly element: Json;
  /** In an input block: the ids of its label and of what describes it. */
  readonly labelled?: { readonly id: string; readonly by: string; readonly describedBy: string };
  /** Whether the app hears of a change at once. */
  readonly dispatches: boolean;
}
