import type { MessageAddress } from "../../domain/notifications/reply-target.ts";
import type { Option } from "@slack/types";
import type { RequestContext } from "../context/request-context.ts";
import type { ClickedView } from "../forms/text-modal.ts";
import type { ActionHandler } from "./action.ts";
import type { Command } from "./command.ts";
import type { FormRoute } from "./submission.ts";

/** What a click on a button does, or a choice in a menu of a form that reacts to it. */
export interface ActionRoute {
  /** One that ends in `:*` stands for all that begin like it. */
  readonly id: string;
  readonly run: ActionHandler;
  /** Whether it only shows something, opens a form or redraws one. Any other is taken once, however often its request comes. */
  readonly readsOnly: boolean;
}

/** A shortcut: where Slack shows it, and what it does. `text` is all that people read in the message, or empty. */
export interface ShortcutRoute {
  /** The callback_id that the manifest gives it. */
  readonly id: string;
  readonly type: "global" | "message";
  /** With the text of the message and its address, if it is about one. */
  run(req: RequestContext, text: string, address?: MessageAddress): Promise<void>;
}

/** A keystroke in a menu with typeahead: what was typed, and the state of the form that the menu is in. */
export interface OptionsRequest {
  readonly actionId: string;
  readonly typed: string;
  readonly metadata: string;
}

/** The choices of a menu with typeahead. `*` stands for every menu without its own route. */
export interface OptionsRoute {
  readonly id: string;
  find(req: RequestContext, asked: OptionsRequest): Promise<Option[]>;
}

/** Everything that a feature answers. The router concatenates the lists of all features. */
export interface FeatureRoutes {
  readonly commands?: readonly Command[];
  readonly actions?: readonly ActionRoute[];
  readonly forms?: readonly FormRoute[];
  readonly options?: readonly OptionsRoute[];
  readonly shortcuts?: readonly ShortcutRoute[];
}

/** A click that changes nothing that is kept. */
export function readAction(id: string, run: ActionHandler): ActionRoute {
  return { id, run, readsOnly: true };
}

/** A click that may change something that is kept. */
export function writeAction(id: string, run: ActionHandler): ActionRoute {
  return { id, run, readsOnly: false };
}

/** A click that redraws the form in which it was; nothing where that is gone. */
export function formAction(
  id: string,
  redraw: (req: RequestContext, view: ClickedView, value: string | undefined) => Promise<void>,
): ActionRoute {
  return readAction(id, async ({ at: req, value, view }) => {
    if (view) await redraw(req, view, value);
  });
}

/** The route of an id: its own, or that of all ids that begin like it. */
export function findRoute<T extends { readonly id: string }>(
  routes: readonly T[],
  id: string,
): T | undefined {
  const pattern = id.replace(/:.*$/su, ":*");
  return routes.find((route) => route.id === id) ?? routes.find((route) => route.id === pattern);
}
