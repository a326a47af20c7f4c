import type { WebClient } from "@slack/web-api";
import type { Actor } from "../../domain/actor.ts";
import { logAbout } from "../../domain/log.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Asked } from "../../operations/shared/refusal-summary.ts";
import { voice, type Conversation, type Voice } from "./messenger.ts";
import type { SlackUser } from "./membership.ts";
import type { Memory } from "./ttl-cache.ts";
import { slackPeople } from "./slack-authorizer.ts";
import { userGroups, type GroupMemory, type UserGroup } from "./user-groups.ts";
import type { Clients, Installed, Services } from "./services.ts";

/** What a listener works with after the ack: one workspace, one person, one conversation. */
export interface Desk extends Voice {
  /** What operations are handed; its request id names this request on every floor. */
  readonly ctx: Context;
  readonly installed: Installed;
  /** The workspace's user groups, as they were at most 60 s ago. Throws Slack's refusal. */
  groups(): Promise<readonly UserGroup[]>;
  readonly clients: Clients;
  /** For views, which hang on a trigger_id: gives up at once. */
  readonly views: WebClient["views"];
  readonly services: Services;
  readonly conversation: Conversation;
  readonly triggerId: string | undefined;
  /** The IANA name of the person's time zone. Throws not_allowed when Slack does not say who they are. */
  timeZone(): Promise<string>;
  /** What Slack calls somebody, as it was at most 60 s ago; undefined when Slack cannot say. */
  nameOf(userId: string): Promise<string | undefined>;
  /** A desk for the same person and request in another conversation. */
  at(conversation: Partial<Conversation>): Desk;
}

interface Remembered {
  readonly users: Memory<SlackUser>;
  readonly groups: GroupMemory;
}

const memories = new WeakMap<Services, Remembered>();

/** Forgets who may do what in a workspace that has left. */
export function forgetRoles(services: Services, workspaceId: string): void {
  const { users, groups } = memories.get(services) ?? {};
  for (const key of users?.keys() ?? []) if (key.startsWith(`${workspaceId}/`)) users?.delete(key);
  groups?.delete(workspaceId);
}

/** Sets up a desk for a request from an installed workspace. Asks nobody anything. */
export function desk(
  services: Services,
  installed: Installed,
  request: {
    readonly requestId: string;
    readonly triggerId: string | undefined;
    readonly conversation: Conversation;
    /** See `Context.asked`. */
    readonly asked?: Asked;
  },
): Desk {
  const clients = services.clients(installed.botToken);
  const memory = memories.get(services) ?? { users: new Map(), groups: new Map() };
  memories.set(services, memory);
  const { requestId, triggerId, asked } = request;
  const actor: Actor = {
    kind: "user",
    userId: request.conversation.userId,
    workspaceId: installed.workspaceId,
  };
  const workspace = services.store.workspace(installed.workspaceId);
  const log = logAbout(services.log, { workspace: installed.workspaceId });
  const groups = async (): Promise<readonly UserGroup[]> =>
    userGroups({ client: clients.quick, installed }, memory.groups, services.monotonicMs());
  const people = slackPeople({
    client: clients.quick,
    installed,
    settings: workspace.settings,
    memory: memory.users,
    groups,
    monotonicMs: services.monotonicMs,
    failed: (err) => log.warn({ requestId, err }, "Slack did not say who somebody is"),
  });
  const ctx: Context = {
    workspace,
    actor,
    requestId,
    asked,
    refusals: services.refusals,
    accounts: services.accounts,
    people,
    inOrder: services.inOrder,
    log,
    metrics: services.metrics,
    shortestEndMs: services.shortestEndMs,
    settleLater: (changeId) => services.settleLater(installed.workspaceId, changeId),
    isClockOff: services.isClockOff,
    now: services.now,
    monotonicMs: services.monotonicMs,
    pause: services.pause,
    newId: services.newId,
  };
  const inConversation = (conversation: Conversation): Desk => {
    let made: Voice | undefined;
    // Made when somebody speaks: what the ack answers needs none.
    const spoken = (): Voice =>
      (made ??= voice(clients, conversation, {
        log,
        metrics: services.metrics,
        requestId,
        slackApiUrl: services.slackApiUrl,
      }));
    return {
      tell: async (message) => spoken().tell(message),
      replace: async (message) => spoken().replace(message),
      announce: async (message, options) => spoken().announce(message, options),
      ctx,
      installed,
      groups,
      clients,
      views: clients.quick.views,
      services,
      conversation,
      triggerId,
      timeZone: async () => people.timeZone(actor),
      nameOf: async (userId) => people.nameOf(userId),
      at: (other) => inConversation({ ...conversation, ...other }),
    };
  };
  return inConversation(request.conversation);
}
