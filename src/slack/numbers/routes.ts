import { readAction, type FeatureRoutes } from "../listener/routes.ts";
import { history } from "./history-command.ts";
import { filterList, showHistory, showList, showNumber, turnHistory, turnList } from "./list-actions.ts";
import { list } from "./list-command.ts";
import { showNumbersInMessage } from "./numbers-in-message.ts";
import { openRunbookOf, runbook, runbookFormRoutes } from "./runbook-form.ts";
import { show } from "./show-command.ts";

export const numberRoutes: FeatureRoutes = {
  commands: [list, show, runbook],
  actions: [
    ...["show", "show:*"].map((id) =>
      readAction(id, async ({ at: req, value, view }) => showNumber(req, value, view)),
    ),
    readAction("runbook", async ({ at: req, value }) => openRunbookOf(req, value)),
    readAction("list:new", async ({ at: req }) => showList(req)),
    ...["list:next", "list:previous", "list:all"].map((id) =>
      readAction(id, async ({ at: req, value }) => turnList(req, value)),
    ),
    readAction("list:filter", async ({ at: req, value }) => filterList(req, value)),
  ],
  forms: runbookFormRoutes,
  shortcuts: [{ id: "numbers_in_message", type: "message", run: showNumbersInMessage }],
};

export const historyRoutes: FeatureRoutes = {
  commands: [history],
  actions: [
    ...["history", "history:*"].map((id) =>
      readAction(id, async ({ at: req, value, view }) => showHistory(req, value, view)),
    ),
    readAction("history:older", async ({ at: req, value, view }) => turnHistory(req, value, view)),
  ],
};
