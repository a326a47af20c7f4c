import type { WebClient } from "@slack/web-api";
import type { Actor } from "../domain/actor.ts";
import type { Context } from "../operations/context.ts";
import { voice, type Conversation, type Voice } from "./conversation.ts";
import { slackPeople, type RoleMemory } from "./people.ts";
import type { Clients, Installed, Services } from "./services.ts";

/** What a listener works with after the ack: one workspace, one person, one conversation. */
export interface Desk extends Voice {
  /** What operations are handed; its request id names this request on every floor. */
  readonly ctx: Context;
  readonly clients: Clients;
  /** For views, which hang on a trigger_id: gives up at once. */
  readonly views: WebClient["views"];
  readonly services: Services;
  readonly conversation: Conversation;
  readonly triggerId: string | undefined;
  /** The IANA name of the person's time zone. Throws not_allowed when Slack does not say who they are. */
  timeZone(): Promise<string>;
  /** A desk for the same person and request in another conversation. */
  at(conversation: Partial<Conversation>): Desk;
}

const roleMemories = new WeakMap<Services, RoleMemory>();

/** Sets up a desk for a request from an installed workspace. Asks nobody anything. */
export function desk(
  services: Services,
  installed: Installed,
  request: {
    readonly requestId: string;
    readonly triggerId: string | undefined;
    readonly conversation: Conversation;
  },
): Desk {
  const clients = services.clients(installed.botToken);
  const memory = roleMemories.get(services) ?? new Map();
  roleMemories.set(services, memory);
  const { requestId, triggerId } = request;
  const actor: Actor = {
    kind: "user",
    userId: request.conversation.userId,
    workspaceId: installed.workspaceId,
  };
  const people = slackPeople(clients.quick, installed, memory, services.now);
  const ctx: Context = {
    workspace: services.store.workspace(installed.workspaceId),
    actor,
    requestId,
    accounts: services.accounts,
    people,
    inOrder: services.inOrder,
    log: services.log,
    metrics: services.metrics,
    shortestEndMs: services.shortestEndMs,
    settleLater: (changeId) => services.settleLater(installed.workspaceId, changeId),
    now: services.now,
    newId: services.newId,
  };
  const inConversation = (conversation: Conversation): Desk => ({
    ...voice(clients, conversation, { log: services.log, requestId, slackApiUrl: services.slackApiUrl }),
    ctx,
    clients,
    views: clients.quick.views,
    services,
    conversation,
    triggerId,
    timeZone: async () => people.timeZone(actor),
    at: (other) => inConversation({ ...conversation, ...other }),
  });
  return inConversation(request.conversation);
}
