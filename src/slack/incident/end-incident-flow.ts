import type { Incident } from "../../domain/incident.ts";
import { endIncident } from "../../operations/incident/end-incident.ts";
import { allIncidentChanges, showIncident } from "../../operations/incident/incident-changes.ts";
import { lookAtEffects } from "../../operations/incident/plan-revert.ts";
import { announce } from "../delivery/deliver.ts";
import type { Message } from "../block-kit/blocks.ts";
import type { Desk } from "../context/request-context.ts";
import { incidentReport } from "./incident-report.ts";
import { summaryMessage, timelineParts } from "./incident-summary.ts";
import { peopleNamed, peopleOf } from "./people-named.ts";
import { slackError } from "../context/slack-error.ts";

/** Ends an incident and says what it has come to, with all of it in a file for the post-mortem. */
export async function endHere(at: Desk, key: string): Promise<void> {
  const incident = await endIncident(at.ctx, key, at.conversation.channelId);
  await saySummary(at, incident);
}

/** Says once more what an incident has come to, as of now. Throws not_allowed and not_found. */
export async function summarise(at: Desk, key: string): Promise<void> {
  const { incident } = await showIncident(at.ctx, key, { limit: 1 });
  await saySummary(at, incident);
}

async function saySummary(at: Desk, incident: Incident): Promise<void> {
  const { accounts } = at.services;
  const changes = await allIncidentChanges(at.ctx, incident.key);
  const steps = await lookAtEffects(at.ctx, changes);
  const summary = { incident, changes, steps, at: at.ctx.now() };
  const say = async (message: Message) =>
    announce(at.services, {
      workspaceId: at.ctx.workspace.id,
      clients: at.clients,
      conversation: at.conversation,
      message,
      requestId: at.ctx.requestId,
    });
  await say(summaryMessage(summary, accounts));
  const who = await peopleNamed(at, peopleOf(summary));
  if (await uploaded(at, incident, incidentReport(summary, accounts, who))) return;
  for (const message of timelineParts(changes, accounts)) await say(message);
}

/** Puts the report into the incident's thread, else into the conversation. Returns false where Slack does not take it. */
async function uploaded(at: Desk, { key, thread }: Incident, content: string): Promise<boolean> {
  const channel = thread?.channelId ?? at.conversation.channelId;
  if (channel === undefined) return false;
  const file = { channel_id: channel, content, filename: `${key}.md`, title: `${key}: what was changed` };
  try {
    await at.clients.patient.files.uploadV2(thread ? { ...file, thread_ts: thread.ts } : file);
    return true;
  } catch (error) {
    at.ctx.log.info({ requestId: at.ctx.requestId, slack: slackError(error), err: error }, "file not taken");
    return false;
  }
}
