import type { WebClient } from "@slack/web-api";
import type { Actor } from "../../domain/shared/actor.ts";
import { traced } from "../../operations/shared/traced.ts";
import type { Context } from "../../operations/shared/context.ts";
import type { OwnParts } from "../../operations/shared/context-factory.ts";
import type { Asked } from "../../operations/shared/refusal-summary.ts";
import { messenger, type Messenger } from "./messenger.ts";
import { slackPeople } from "./slack-authorizer.ts";
import { userGroups, type UserGroup } from "./user-groups.ts";
import type { Installed } from "./installed.ts";
import type { Clients, SlackDeps } from "./services.ts";
import type { Conversation } from "./conversation.ts";

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

/** A request of a person in a conversation, or what Patchbay does in their name. */
export interface SlackRequest {
  readonly requestId: string;
  readonly conversation: Conversation;
  readonly triggerId?: string | undefined;
  /** See `Context.asked`. */
  readonly asked?: Asked | undefined;
  /** See `Context.automatic`. */
  readonly automatic?: boolean | undefined;
}

/** Creates the context of a request in an installed workspace. Sends no request. */
export function requestContext(deps: SlackDeps, installed: Installed, request: SlackRequest): RequestContext {
  const { requestId, triggerId, asked, automatic } = request;
  const { workspaceId } = installed;
  const actor: Actor = { kind: "user", userId: request.conversation.userId, workspaceId };
  const { ctx, clients, people, groups } = contextParts(deps, installed, actor, {
    requestId,
    asked,
    automatic,
  });
  const inConversation = (conversation: Conversation): RequestContext => {
    let made: Messenger | undefined;
    // Created on first use, because most acks need no messenger.
    const inUse = (): Messenger =>
      (made ??= messenger(clients, conversation, {
        log: ctx.log,
        metrics: deps.metrics,
        tracer: ctx.tracer,
        requestId,
        slackApiUrl: deps.slackApiUrl,
      }));
    return {
      replyPrivately: async (message) => inUse().replyPrivately(message),
      replace: async (message) => inUse().replace(message),
      announce: async (message, options) => inUse().announce(message, options),
      ctx,
      installed,
      groups,
      clients,
      views: clients.quick.views,
      deps,
      conversation,
      triggerId,
      timeZone: async () => people.timeZone(actor),
      nameOf: async (userId) => people.nameOf(userId),
      in: (other) => inConversation({ ...conversation, ...other }),
    };
  };
  return inConversation(request.conversation);
}

/** The context of a notification to a conversation of the workspace; undefined if that has no installation. */
export async function notificationContext(
  deps: SlackDeps,
  { workspace, requestId }: Context,
  conversation: Conversation,
): Promise<RequestContext | undefined> {
  const installed = await deps.installationOf(workspace.id);
  return installed && requestContext(deps, installed, { requestId, conversation });
}

/**
 * A context for background work in a workspace, where people have the permissions that Slack gives them; undefined if
 * the workspace has no installation.
 */
export async function installedContext(
  deps: SlackDeps,
  workspaceId: string,
  actor: Actor,
  own?: OwnParts,
): Promise<Context | undefined> {
  const installed = await deps.installationOf(workspaceId);
  return installed && contextParts(deps, installed, actor, own).ctx;
}

function contextParts(deps: SlackDeps, installed: Installed, actor: Actor, own: OwnParts = {}) {
  const { workspaceId } = installed;
  const clients = deps.clients(installed.botToken);
  const groups = async (): Promise<readonly UserGroup[]> =>
    userGroups({ client: clients.quick, installed }, deps.memory.groups);
  const people = slackPeople({
    client: clients.quick,
    installed,
    settings: deps.store.workspace(workspaceId).settings,
    memory: deps.memory.users,
    groups,
    onCall: async (schedules) => deps.onCall.now(ctx.workspace, schedules),
    failed: (err) => ctx.log.warn({ requestId: ctx.requestId, err }, "Slack did not say who somebody is"),
  });
  const ctx: Context = deps.contextFor(workspaceId, actor, {
    requestId: own.requestId,
    asked: own.asked,
    automatic: own.automatic,
    stopping: own.stopping,
    refusals: deps.refusals,
    authorizer: {
      ...people,
      permissions: async (...asked) => traced(ctx, "rights", async () => people.permissions(...asked)),
    },
    reconcileLater: (changeId) => deps.reconcileLater(workspaceId, changeId),
  });
  return { ctx, clients, people, groups };
}
