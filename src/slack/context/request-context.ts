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
  /** The context for operations. Its request id identifies this request on every layer. */
  readonly ctx: Context;
  readonly installed: Installed;
  /** The workspace's user groups, at most 60 s old. Throws Slack's error. */
  groups(): Promise<readonly UserGroup[]>;
  readonly clients: Clients;
  /** For views, which depend on a trigger_id: never retries. */
  readonly views: WebClient["views"];
  readonly deps: SlackDeps;
  readonly conversation: Conversation;
  readonly triggerId: string | undefined;
  /** The IANA name of the person's time zone. Throws not_allowed if Slack does not say who the person is. */
  timeZone(): Promise<string>;
  /** A person's name in Slack, at most 60 s old; undefined if Slack cannot say. */
  nameOf(userId: string): Promise<string | undefined>;
  /** The same person and request in another conversation. */
  in(conversation: Partial<Conversation>): RequestContext;
}

/** Creates the context of a request from an installed workspace. Sends no request. */
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
    // Created on first use, because most acks need no messenger.
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
