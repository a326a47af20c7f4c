import type { Button, HomeView, KnownBlock } from "@slack/types";
import type { ChangeKind } from "../../domain/numbers/change.ts";
import { roleIsEnough } from "../../domain/shared/actor.ts";
import type { VendorAccounts } from "../../domain/vendor/vendor.ts";
import { loadHome, type Home } from "../../operations/workspace/load-home.ts";
import {
  actions,
  button,
  context,
  fitBlocks,
  header,
  limits,
  section,
  slackDate,
} from "../block-kit/blocks.ts";
import { buttonRow } from "../block-kit/button-row.ts";
import { requestContext, type RequestContext } from "../context/request-context.ts";
import { errorReply } from "../listener/error-reply.ts";
import { reviewsText } from "../approval/break-glass-message.ts";
import { healthText } from "../connections/connections-message.ts";
import { homePlanBlocks } from "../failover/home-plans.ts";
import { driftBlocks } from "./drift-message.ts";
import { freezeText } from "../restrictions/freeze-message.ts";
import { changeLine } from "../numbers/change-line.ts";
import { attentionBlocks, noneWithoutAgent, temporaryBlocks } from "./status-message.ts";
import { noConnectionText } from "../connections/no-connection-message.ts";
import type { Installed } from "../context/installed.ts";
import type { HomeOwner, SlackDeps } from "../context/services.ts";
import { encodeDraft } from "../forms/change-draft.ts";
import { listPageValue } from "../numbers/number-list.ts";

/** The number of findings to show, each with its buttons: a home tab has at most 100 blocks. */
const mostDrifts = 5;
const mostFreezes = 10;
const mostConnections = 20;

/** Draws the App Home tab for the person who opened it: what needs attention, connections and their health, the last changes, the verbs. */
export async function publishHome(req: RequestContext): Promise<void> {
  const { userId } = req.conversation;
  await publish(req, userId, await blocksFor(req));
}

/**
 * Redraws a person's tab after an action from it, or when the outcome of a request without a conversation is reported,
 * which may come from it. Never throws: the tab is outdated until it is opened again. The person did not request this,
 * so a lack of permission is not recorded as an attempt.
 */
export async function redrawHomeOf(
  deps: SlackDeps,
  installed: Installed,
  { userId, channelId, requestId }: HomeOwner,
): Promise<void> {
  if (userId === undefined || channelId !== undefined) return;
  const conversation = { userId };
  const req = requestContext(deps, installed, { requestId, conversation, automatic: true });
  try {
    await publishHome(req);
  } catch (error) {
    req.ctx.log.warn({ requestId, err: error }, "App Home not updated");
  }
}

async function blocksFor(req: RequestContext): Promise<KnownBlock[]> {
  try {
    return homeBlocks(await loadHome(req.ctx, mostDrifts), req.deps.accounts);
  } catch (error) {
    return [...errorReply(req, error).message.blocks];
  }
}

async function publish(req: RequestContext, user_id: string, blocks: KnownBlock[]): Promise<void> {
  const view: HomeView = { type: "home", blocks: fitBlocks(blocks, limits.viewBlocks) };
  await req.clients.patient.views.publish({ user_id, view });
}

function homeBlocks(
  { role, status, drifts, driftCount, connections, changes, firstCalls, freezes, reviews, plans, at }: Home,
  accounts: VendorAccounts,
): KnownBlock[] {
  const operator = roleIsEnough(role, "operator");
  const admin = roleIsEnough(role, "admin");
  const attention = [
    ...attentionBlocks(status, accounts),
    ...(reviews > 0 ? [section(reviewsText(reviews), button("reviews", "Review", "all"))] : []),
    ...(drifts.length > 0 ? [section(":eyes: *Changed elsewhere*"), ...driftBlocks(drifts, accounts)] : []),
    ...(driftCount > mostDrifts
      ? [context(`And ${driftCount - mostDrifts} more: they appear once those above are resolved.`)]
      : []),
    ...homePlanBlocks(plans),
    ...(freezes.length > 0 ? [section(":snowflake: *Frozen*")] : []),
    ...freezes.slice(0, mostFreezes).map((freeze) => section(freezeText(freeze))),
    ...moreOf(freezes.length - mostFreezes, "freeze"),
  ];
  const temporary = temporaryBlocks(status, accounts);
  return [
    header("Needs attention"),
    ...(attention.length > 0 ? attention : [section(allClear)]),
    ...temporary,
    header("Phone numbers"),
    ...startRows(operator),
    header("Recent changes"),
    ...(changes.length === 0 ? [section("No changes yet.")] : []),
    ...changes.map((change) =>
      section(changeLine(change, accounts, true, firstCalls.get(change.requested.changeId))),
    ),
    header("Connections"),
    ...(connections.length === 0 ? [section(noConnectionText)] : []),
    ...connections.slice(0, mostConnections).map((health) => section(healthText(health))),
    ...moreOf(connections.length - mostConnections, "connections"),
    ...(admin
      ? [actions([button("connect", "Connect", "new"), button("settings", "Settings", "open")])]
      : []),
    context(`As of ${slackDate(at)}. Reopen this tab to refresh.`),
  ];
}

const allClear = `:white_check_mark: Nothing is broken or waiting: every connection is healthy, no outcome is unknown, and ${noneWithoutAgent}.`;

/** The buttons to begin with. Detach is set apart, so that nobody presses it by mistake. */
function startRows(operator: boolean): KnownBlock[] {
  const list = button("list:all", "List", listPageValue.encode({ text: "", page: 0 }));
  if (!operator) return [buttonRow([list])];
  const open = (verb: ChangeKind, style?: "primary" | "danger"): Button =>
    button(
      `open:${verb}`,
      `${verb[0]?.toUpperCase()}${verb.slice(1)}`,
      encodeDraft({ verb, wish: {} }),
      style,
    );
  return [
    buttonRow([open("reassign", "primary"), list], [open("rename"), open("edit")]),
    actions([open("detach", "danger")]),
  ];
}

/** Says that there are more, and which command shows them. */
function moreOf(count: number, command: string): KnownBlock[] {
  return count > 0 ? [context(`And ${count} more: \`/number ${command}\` shows them.`)] : [];
}
