import { openChangeForm } from "../change/open-change-form.ts";
import { loadDraft } from "../forms/stored-draft.ts";
import { readAction, type FeatureRoutes } from "../listener/routes.ts";
import { eventsSince } from "./happened-since.ts";

/** A draft may be old: its form says what has happened since. */
export const updateRoutes: FeatureRoutes = {
  actions: ["open_form", "open_form:*"].map((id) =>
    readAction(id, async ({ at: req, value, view }) => {
      const form = await loadDraft(req, value);
      const since = async () => eventsSince(req, form);
      await openChangeForm(req, form.verb, form.wish, view && { id: view.id }, since);
    }),
  ),
};
