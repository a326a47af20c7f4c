import type { WebClient } from "@slack/web-api";
import type { Actor } from "../../domain/actor.ts";
import { logAbout } from "../../domain/log.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { Asked } from "../../operations/shared/refusal-summary.ts";
import { messenger, type Conversation, type Messenger } from "./messenger.ts";
import { slackPeople } from "./slack-authorizer.ts";
import { userGroups, type UserGroup } from "./user-groups.ts";
import type { Installed } from "./installed.ts";
import type { Clients, SlackDeps } from "./services.ts";

/** What a listener works with after the ack: one workspace, one person, one conversation. */
export interface RequestContext extends Messenger {
  /** What operations are handed; its request id names this request on every layer. */
  readonly ctx: Context;
  readonly installed: Installed;
  /** The workspace's user groups, as they were at most 60 s ago. Throws Slack's refusal. */
  groups(): Promise<readonly UserGroup[]>;
  readonly clients: Clients;
  /** For views, which depend on a trigger_id: gives up at once. */
  readonly views: WebClient["views"];
  readonly deps: SlackDeps;
  readonly conversation: Conversation;
  readonly triggerId: string | undefined;
  /** The IANA name of the person's time zone. Throws not_allowed when Slack does not say who they are. */
  timeZone(): Promise<string>;
  /** What Slack calls somebody, as it was at most 60 s ago; undefined when Slack cannot say. */
  nameOf(userId: string): Promise<string | undefined>;
  /** A request context for the same person and request in another conversation. */
  in(conversation: Partial<Conversation>): RequestContext;
}

/** Sets up a request context for a request from an installed workspace. Asks nobody anything. */
export function requestContext(
  deps: SlackDeps,
  installed: Installed,
  request: {
    readonly requestId: string;
    readonly triggerId: string | undefined;
    readonly conversation: Conversation;
    /** See `Context.asked`. */
    readonly asked?: Asked;
  },
): RequestContext {
  const clients = deps.clients(installed.botToken);
  const { requestId, triggerId, asked } = request;
  const actor: Actor = {
    kind: "user",
    userId: request.conversation.userId,
    workspaceId: installed.workspaceId,
  };
  const workspace = deps.store.workspace(installed.workspaceId);
  const log = logAbout(deps.log, { workspace: installed.workspaceId });
  const groups = async (): Promise<readonly UserGroup[]> =>
    userGroups({ client: clients.quick, installed }, deps.memory.groups);
  const people = slackPeople({
    client: clients.quick,
    installed,
    settings: workspace.settings,
    memory: deps.memory.users,
    groups,
    failed: (err) => log.warn({ requestId, err }, "Slack did not say who somebody is"),
  });
  const ctx: Context = {
    workspace,
    actor,
    requestId,
    asked,
    refusals: deps.refusals,
    accounts: deps.accounts,
    authorizer: people,
    withLock: deps.withLock,
    numberIndexes: deps.numberIndexes,
    log,
    metrics: deps.metrics,
    shortestEndMs: deps.shortestEndMs,
    reconcileLater: (changeId) => deps.reconcileLater(installed.workspaceId, changeId),
    isClockSkewed: deps.isClockSkewed,
    now: deps.now,
    monotonicMs: deps.monotonicMs,
    pause: deps.pause,
    newId: deps.newId,
  };
  const inConversation = (conversation: Conversation): RequestContext => {
    let made: Messenger | undefined;
    // Made when somebody speaks: what the ack answers needs none.
    const spoken = (): Messenger =>
      (made ??= messenger(clients, conversation, {
        log,
        metrics: deps.metrics,
        requestId,
        slackApiUrl: deps.slackApiUrl,
      }));
    return {
      replyPrivately: async (message) => spoken().replyPrivately(message),
      replace: async (message) => spoken().replace(message),
      announce: async (message, options) => spoken().announce(message, options),
      ctx,
      installed,
      groups,
      clients,
      views: clients.quick.views,
      deps: deps,
      conversation,
      triggerId,
      timeZone: async () => people.timeZone(actor),
      nameOf: async (userId) => people.nameOf(userId),
      in: (other) => inConversation({ ...conversation, ...other }),
    };
  };
  return inConversation(request.conversation);
}
