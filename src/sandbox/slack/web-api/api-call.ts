import type { Workspace } from "../emulated-workspace.ts";
import type { Json } from "../json.ts";
import type { World } from "../world.ts";

/** A Web API call with a valid token, and the workspace that it is about. */
export interface ApiCall {
  readonly world: World;
  readonly workspace: Workspace;
  readonly token: string;
  readonly args: Json;
}

/** A method that is implemented here, mostly with the help of `emulate`. */
export type ApiMethod = (call: ApiCall) => Promise<Json>;

/** Slack's error response to a call, with its messages about the arguments. */
export function refusal(error: string, messages: string[] = []): Json {
  return messages.length > 0 ? { ok: false, error, response_metadata: { messages } } : { ok: false, error };
}
