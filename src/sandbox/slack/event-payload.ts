import type { Workspace } from "./emulated-workspace.ts";
import { slackId, slackTs } from "./ids.ts";
import type { Json } from "./json.ts";
import { VERIFICATION_TOKEN } from "./person/session.ts";
import type { World } from "./world.ts";

/** An event as the Events API wraps it. */
export function eventPayload(
  world: World,
  workspace: Workspace,
  event: Json,
  options: { eventId?: string; eventTime?: number },
): Json {
  const { seed } = workspace;
  const org = seed.orgInstall === true;
  return {
    token: VERIFICATION_TOKEN,
    team_id: seed.teamId,
    ...(seed.enterpriseId === undefined ? {} : { enterprise_id: seed.enterpriseId }),
    context_team_id: seed.teamId,
    context_enterprise_id: seed.enterpriseId ?? null,
    api_app_id: world.options.appId,
    event: { event_ts: slackTs(), ...event },
    type: "event_callback",
    event_id: options.eventId ?? slackId("Ev"),
    event_time: options.eventTime ?? Math.floor(Date.now() / 1000),
    authorizations: [
      {
        enterprise_id: seed.enterpriseId ?? null,
        team_id: org ? null : seed.teamId,
        user_id: seed.botUserId,
        is_bot: true,
        is_enterprise_install: org,
      },
    ],
    is_ext_shared_channel: false,
    event_context: slackId("EC"),
  };
}
