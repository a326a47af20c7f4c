import type { Desk } from "../desk.ts";
import type { ClickedView } from "./choose.ts";

/** A click, or a choice in a form that wants to hear of it. */
export interface Clicked {
  readonly at: Desk;
  /** The value of the button, or of the option that was chosen. */
  readonly value: string | undefined;
  /** The form in which it was; undefined in a message or on the App Home. */
  readonly view: ClickedView | undefined;
}

/** What a click does. */
export type Click = (clicked: Clicked) => Promise<void>;
