import { writeAction, type ActionRoute, type OptionsRoute, type ShortcutRoute } from "../listener/routes.ts";
import type { FormRoute } from "../listener/submission.ts";
import { features } from "./features.ts";
import { runNumberCommand } from "./number-command.ts";

export const actionRoutes: readonly ActionRoute[] = [
  // A command that was offered in place of a typo.
  writeAction("run:*", async ({ at: req, value }) => runNumberCommand(req, value ?? "")),
  ...features.flatMap(({ actions = [] }) => actions),
];

export const formRoutes: readonly FormRoute[] = features.flatMap(({ forms = [] }) => forms);

export const optionsRoutes: readonly OptionsRoute[] = features.flatMap(({ options = [] }) => options);

export const shortcutRoutes: readonly ShortcutRoute[] = features.flatMap(({ shortcuts = [] }) => shortcuts);
