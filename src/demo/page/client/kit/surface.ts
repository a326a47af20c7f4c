import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Json, On } from "../../types.ts";

/** The surface that blocks are drawn on: its place, its input values and its errors. */
export interface Surface {
  readonly on: On;
  readonly values: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** By block id. */
  readonly errors: Readonly<Record<string, string>>;
  /** Removes the error of an input, because it is being corrected. */
  forgive?(blockId: string): void;
  /** Submits the form of the input. */
  submit?(): void;
}

export const SurfaceContext = createContext<Surface>({ on: "view", values: {}, errors: {} });

/** The surface of the current blocks. */
export function useSurface(): Surface {
  return useContext(SurfaceContext);
}

/** The props of every element of a block. */
export interface ElementProps {
  readonly blockId: string;
  readonly element: Json;
  /** For an input block: the ids of its label and its description. */
  readonly labelled?: { readonly id: string; readonly by: string; readonly describedBy: string };
  /** Whether the app receives a change at once. */
  readonly dispatches: boolean;
}
