import { roleIsEnough } from "../../domain/shared/actor.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { currentPermissions, requireRoleAudited } from "../../operations/access/permissions.ts";
import { listPlans } from "../../operations/failover/list-plans.ts";
import { removePlan } from "../../operations/failover/save-plan.ts";
import { slugIn } from "../../domain/failover/plan-words.ts";
import { membersOf, type SavedPlan } from "../../domain/failover/plan.ts";
import { actions, bold, button, code, message, section, type Message } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import { buttonValue, json } from "../block-kit/typed-value.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { Command } from "../listener/command.ts";
import { firstWord, readLine, readVerb } from "../listener/command-line.ts";
import { runToFailBack } from "../../operations/failover/live-run-of.ts";
import { runDuration } from "../../operations/failover/run-duration.ts";
import { drill } from "./drill-flow.ts";
import { openPreview, type AskedFailover } from "./preview-form.ts";
import { openFailBack } from "./fail-back-form.ts";
import { steeringWords, steerPlan } from "./steer-plan.ts";
import { openPlanForm } from "./plan-form.ts";
import { plansMessage } from "./plans-message.ts";
import { z } from "zod";

/** Lists the failover plans, and makes, edits and removes them. */
export const failover: Command = {
  verb: "failover",
  group: "incident",
  usage: "[plan|new|edit|remove] [drill|practice|pause|resume|stop|back|for …|incident …] because …",
  summary: "Switch many numbers by a plan",
  details:
    "With a plan, shows what it would do with each number, and asks. A drill reads everything and changes nothing. `back` takes back what is still as the failover left it. Alone, lists the plans. Admins make, edit and remove them.",
  examples: [
    "failover",
    "failover cartesia-down for 2h because callers hear silence",
    "failover cartesia-down drill",
    "failover cartesia-down back",
    "failover new",
    "failover edit cartesia-down",
  ],
  role: "viewer",
  changes: (line) => ["drill", ...steeringWords].includes(wordAfterPlan(readVerb(line).rest)),
  run: async (req, line) => {
    const { verb, rest } = readVerb(line);
    switch (verb) {
      case "":
        await req.replyPrivately(await plansNow(req));
        return;
      case "new":
        await openPlanForm(req);
        return;
      case "edit":
        await openPlanForm(req, planIn(rest));
        return;
      case "remove":
        await confirmRemoval(req, planIn(rest));
        return;
      default:
        await runPlan(req, slugIn(verb), rest, line);
    }
  },
};

/** Does what a line asks for with a plan: with no further word, it previews a failover. */
async function runPlan(req: RequestContext, slug: string, rest: string, line: string): Promise<void> {
  const word = wordAfterPlan(rest);
  const steering = steeringWords.find((one) => one === word);
  const reason = steering || takesNoReason.has(word) ? readLine(line, false).because : undefined;
  if (steering) await steerPlan(req, slug, steering, reason);
  else if (reason !== undefined)
    throw new Problem("invalid_input", `“${word}” takes no reason. Leave out what begins with “because”.`);
  else if (word === "drill") await drill(req, slug);
  else if (word === "back") await openFailBack(req, await runToFailBack(req.ctx, slug));
  else await openPreview(req, await readFailover(req, line));
}

const takesNoReason: ReadonlySet<string> = new Set(["drill", "back"]);

/** The only word after a plan and before a reason, in lower case. */
function wordAfterPlan(rest: string): string {
  return rest
    .replace(/\sbecause\s.*$/isu, "")
    .trim()
    .toLowerCase();
}

/** The plan that a line names, and how it is to be run. */
async function readFailover(req: RequestContext, text: string): Promise<AskedFailover> {
  const { number: named = "", ends, incident, because: reason } = readLine(text, false);
  const [, plan = named, practice] = /^(\S+)\s+(practice)$/iu.exec(named) ?? [];
  const isPractice = practice !== undefined;
  if (/\s/u.test(plan))
    throw new Problem("invalid_input", `There is no failover plan “${plan}”.`, { field: "plan" });
  return {
    slug: slugIn(plan),
    forMs: ends && runDuration(ends, { now: req.ctx.now(), timeZone: await req.timeZone() }, isPractice),
    incident,
    reason,
    isPractice,
  };
}

async function plansNow(req: RequestContext): Promise<Message> {
  const plans = await listPlans(req.ctx);
  const { role, approver } = await currentPermissions(req.ctx);
  const { userId } = req.conversation;
  return plansMessage(plans, { userId, isAdmin: roleIsEnough(role, "admin"), isApprover: approver });
}

function planIn(rest: string): string {
  const { word } = firstWord(rest);
  if (word !== "") return slugIn(word);
  throw new Problem("invalid_input", "Say which plan: `/number failover` lists them.");
}

const removalValue = buttonValue(json(z.object({ slug: z.string(), revision: z.number().int() })));

/** Asks before a plan is removed, exactly as it is now. */
export async function confirmRemoval(req: RequestContext, slug: string): Promise<void> {
  await requireRoleAudited(req.ctx, "admin", "manage failover plans");
  const { plans } = req.ctx.workspace;
  const { unreadable } = await plans.listReadable();
  const broken = unreadable.find((one) => one.slug === slug);
  const { revision, what } = broken
    ? { ...broken, what: `*Remove ${code(slug)}* (revision ${broken.revision}), which cannot be read` }
    : removalOf(await plans.get(slug));
  const words = `${what}? Its numbers stay as they are.`;
  const value = removalValue.encode({ slug, revision });
  const buttons = [button("plan:removed", "Remove", value, "danger"), button("plan:kept", "Keep", "keep")];
  await req.replyPrivately(message([section(words), actions(buttons)], stripMrkdwn(words)));
}

function removalOf({ plan, revision }: SavedPlan) {
  const count = membersOf(plan).length;
  return {
    revision,
    what: `*Remove ${bold(plan.title)}* (${code(plan.slug)}, revision ${revision}, ${count} numbers)`,
  };
}

/** Removes a plan, for the button of the question, and replaces the question. */
export async function removeConfirmed(req: RequestContext, value: string | undefined): Promise<void> {
  const { slug, revision } = removalValue.parse(value);
  await removePlan(req.ctx, slug, revision);
  await req.replace(plain(`:white_check_mark: The failover plan ${code(slug)} was removed.`));
}

export async function keepPlan(req: RequestContext): Promise<void> {
  await req.replace(plain("Nothing was removed."));
}

function plain(words: string): Message {
  return message([section(words)], stripMrkdwn(words));
}
