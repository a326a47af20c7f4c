import type { Incident } from "../../domain/changes/incident.ts";
import { endIncident } from "../../operations/incident/end-incident.ts";
import {
  allIncidentChanges,
  incidentCalls,
  incidentRuns,
  showIncident,
} from "../../operations/incident/incident-changes.ts";
import { planRevertSteps } from "../../operations/runs/plan-revert.ts";
import { deliver } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { incidentReport } from "./incident-report.ts";
import { summaryMessage, timelineParts } from "./incident-summary.ts";
import { namesOfPeople, peopleOf } from "./people-named.ts";
import { slackError } from "../context/slack-error.ts";

/** Closes an incident and posts its summary, with a complete report as a file for the post-mortem. */
export async function endHere(req: RequestContext, key: string): Promise<void> {
  const incident = await endIncident(req.ctx, key, req.conversation.channelId);
  await postSummary(req, incident);
}

/** Posts the summary of an incident again, as of now. Throws not_allowed and not_found. */
export async function summarise(req: RequestContext, key: string): Promise<void> {
  const { incident } = await showIncident(req.ctx, key, { limit: 1 });
  await postSummary(req, incident);
}

async function postSummary(req: RequestContext, incident: Incident): Promise<void> {
  const { accounts } = req.deps;
  const changes = await allIncidentChanges(req.ctx, incident.key);
  const runs = await incidentRuns(req.ctx, incident.key);
  const calls = await incidentCalls(req.ctx, incident.key);
  const steps = await planRevertSteps(req.ctx, changes);
  const summary = { incident, changes, runs, calls, steps, at: req.ctx.now() };
  const say = async (message: Message) =>
    deliver(req.deps, {
      workspaceId: req.ctx.workspace.id,
      clients: req.clients,
      conversation: req.conversation,
      message,
      requestId: req.ctx.requestId,
    });
  await say(summaryMessage(summary, accounts));
  const who = await namesOfPeople(req, peopleOf(summary));
  if (await uploaded(req, incident, await incidentReport(summary, accounts, who))) return;
  for (const message of timelineParts(changes, accounts)) await say(message);
}

/**
 * Uploads the report to the incident's thread, or else to the conversation. Returns false if Slack does not accept it.
 */
async function uploaded(req: RequestContext, { key, thread }: Incident, content: string): Promise<boolean> {
  const channel = thread?.channelId ?? req.conversation.channelId;
  if (channel === undefined) return false;
  const file = { channel_id: channel, content, filename: `${key}.md`, title: `${key}: what was changed` };
  try {
    await req.clients.patient.files.uploadV2(thread ? { ...file, thread_ts: thread.ts } : file);
    return true;
  } catch (error) {
    req.ctx.log.info(
      { requestId: req.ctx.requestId, slack: slackError(error), err: error },
      "file not accepted",
    );
    return false;
  }
}
