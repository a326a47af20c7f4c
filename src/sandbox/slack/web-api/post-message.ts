import { composedText } from "../person/composed-text.ts";
import { isObject, type Json, parseJson, stringOf } from "../json.ts";
import { slackTs } from "../ids.ts";
import { messageRefusal } from "../checks/message-checks.ts";
import type { ResponsePlace } from "../response-urls.ts";
import type { Session } from "../person/session.ts";
import type { SandboxMessage } from "../types.ts";
import type { World } from "../world.ts";

/** Posts a message in a place, for all or for one person, from the body of a response or an acknowledgement. */
export function postIn(world: World, place: ResponsePlace, body: Json): string | undefined {
  if (body["delete_original"] === true && place.original !== undefined) {
    world.messages.remove(place.original);
    return undefined;
  }
  const refused = messageRefusal(body);
  if (refused !== undefined) return [refused.error, ...refused.messages].join(" ");
  const words = { text: stringOf(body["text"]), blocks: body["blocks"] };
  if (body["replace_original"] === true && place.original !== undefined) {
    world.messages.replace(place.original, words);
    return undefined;
  }
  const { workspace, channelId, userId } = place;
  const threadTs = stringOf(body["thread_ts"]);
  world.messages.post(words, {
    workspace,
    channelId,
    ...(threadTs !== "" ? { threadTs } : {}),
    ...(body["response_type"] === "in_channel" ? {} : { onlyFor: userId }),
  });
  return undefined;
}

/** What people type after an at sign to mention the app. */
const APP_NAME = "patchbay";

/** Posts a message as a person, optionally with another time than now. */
export function postAs(
  session: Session,
  typed: string,
  { channelId, threadTs, atMs }: { channelId: string; threadTs?: string; atMs?: number },
): SandboxMessage {
  const { world, workspace, user } = session;
  const { seed } = workspace;
  const people = { ...seed, users: [...seed.users, { id: seed.botUserId, name: APP_NAME }] };
  const text = composedText(typed, people, world.options.emoji, false);
  const ts = atMs === undefined ? slackTs() : (atMs / 1000).toFixed(6);
  world.messages.post(
    { text, blocks: [] },
    { workspace, channelId, userId: user.id, ts, ...(threadTs === undefined ? {} : { threadTs }) },
  );
  const [said] = world.messages.seen((each) => each.channelId === channelId && each.ts === ts);
  if (said === undefined) throw new Error("what was said is not there");
  return said;
}

/** Handles a request to a `response_url`. Returns the HTTP status and Slack's error, if any. */
export function answerResponseUrl(
  world: World,
  path: string,
  text: string,
): { status: number; error?: string } {
  const body = parseJson(text);
  if (!isObject(body)) return { status: 400, error: "invalid_payload" };
  const place = world.responseUrls.use(path);
  if (typeof place === "string") return { status: 404, error: place };
  const error = postIn(world, place, body);
  return error === undefined ? { status: 200 } : { status: 400, error };
}
