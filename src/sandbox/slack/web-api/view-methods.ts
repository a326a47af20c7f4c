import { setImmediate } from "node:timers/promises";
import { type ApiCall, type ApiMethod, refusal } from "./api-call.ts";
import { viewRefusal } from "../checks/block-checks.ts";
import type { Workspace } from "../emulated-workspace.ts";
import { isObject, type Json, stringOf } from "../json.ts";
import { type OpenView, viewAsSent, withViewIds } from "../person/open-views.ts";
import type { World } from "../world.ts";

/** Shows a form on the screen of the person with the trigger. `emulate` assigns id and hash. */
export async function showView(
  world: World,
  how: "open" | "push",
  workspace: Workspace,
  userId: string,
  view: Json,
): Promise<Json> {
  const below = how === "push" ? world.views.top(workspace, userId) : undefined;
  if (how === "push" && below === undefined) return refusal("not_found");
  if (how === "push" && world.views.isFull(workspace, userId)) return refusal("push_limit_reached");
  const exchange = async (method: string, about: Json): Promise<Json> => {
    const trigger = await workspace.ask("views.generateTriggerId", { user_id: userId, ...about });
    return workspace.ask(method, { trigger_id: trigger["trigger_id"], view: withViewIds(view) });
  };
  let answer = await exchange(`views.${how}`, below === undefined ? {} : { view_id: below.view["id"] });
  // `emulate` still counts closed forms. Our stack is the one that shrinks.
  if (answer["error"] === "push_limit_reached") answer = await exchange("views.open", {});
  if (!isObject(answer["view"])) return answer;
  const open = world.views.show(how, workspace, userId, answer["view"]);
  return { ok: true, view: viewAsSent(open, true) };
}

/** Updates an open form or home tab. */
export async function updateView(world: World, open: OpenView, view: Json, hash = ""): Promise<Json> {
  const answer = await open.workspace.ask("views.update", {
    view_id: open.view["id"],
    view: withViewIds(view),
    ...(hash !== "" ? { hash } : {}),
  });
  if (!isObject(answer["view"])) return answer;
  world.views.refresh(open, answer["view"]);
  return { ok: true, view: viewAsSent(open, true) };
}

function byTrigger(how: "open" | "push"): ApiMethod {
  return async ({ world, workspace, args }) => {
    const refused = viewRefusal(args["view"], "modal");
    if (refused !== undefined) return refusal(refused.error, refused.messages);
    const trigger = world.triggers.find(
      stringOf(args["trigger_id"]) || stringOf(args["interactivity_pointer"]),
    );
    if (trigger === undefined || trigger.workspace !== workspace) return refusal("invalid_trigger_id");
    const unusable = world.triggers.refusal(trigger);
    if (unusable !== undefined) return refusal(unusable);
    trigger.used = true;
    return showView(world, how, workspace, trigger.userId, isObject(args["view"]) ? args["view"] : {});
  };
}

const update: ApiMethod = async ({ world, workspace, args }) => {
  const open = world.views.find(workspace, stringOf(args["view_id"]), stringOf(args["external_id"]));
  if (open === undefined) return refusal("not_found");
  const refused = viewRefusal(args["view"], open.view["type"] === "home" ? "home" : "modal");
  if (refused !== undefined) return refusal(refused.error, refused.messages);
  return updateView(world, open, isObject(args["view"]) ? args["view"] : {}, stringOf(args["hash"]));
};

const publish: ApiMethod = async ({ world, workspace, args }) => {
  const refused = viewRefusal(args["view"], "home");
  if (refused !== undefined) return refusal(refused.error, refused.messages);
  const userId = stringOf(args["user_id"]);
  if (workspace.user(userId) === undefined) return refusal("user_not_found");
  const view = withViewIds(isObject(args["view"]) ? args["view"] : {});
  const answer = await workspace.ask("views.publish", { ...args, view });
  if (!isObject(answer["view"])) return answer;
  return { ok: true, view: viewAsSent(world.views.showHome(workspace, userId, answer["view"]), true) };
};

/** Calls about views wait for an acknowledgement that arrived at the same time. */
function inTurn(method: ApiMethod): ApiMethod {
  return async (call: ApiCall) => {
    await setImmediate();
    return call.workspace.inOrder(() => method(call));
  };
}

/** `views.open`, `views.push`, `views.update` and `views.publish` with Slack's own refusals. */
export const viewMethods: Record<string, ApiMethod> = {
  "views.open": inTurn(byTrigger("open")),
  "views.push": inTurn(byTrigger("push")),
  "views.update": inTurn(update),
  "views.publish": inTurn(publish),
};
