import { type ApiMethod, refusal } from "./api-call.ts";
import { postable } from "./chat-methods.ts";
import { isObject, objectsOf, parseJson, stringOf } from "../json.ts";

// https://docs.slack.dev/reference/methods/files.getUploadURLExternal
const getUploadUrl: ApiMethod = async ({ world, workspace, args, token }) => {
  // `emulate` checks the scope and the arguments, but the app cannot reach its address.
  const answer = await workspace.ask("files.getUploadURLExternal", args, token);
  if (answer["ok"] !== true) return answer;
  const id = stringOf(answer["file_id"]);
  const length = Number(args["length"]);
  if (!Number.isInteger(length) || length < 1) return refusal("invalid_arguments");
  world.uploads.set(id, { id, token, filename: stringOf(args["filename"]), length, content: undefined });
  return { ok: true, upload_url: `${world.url}/upload/v1/${id}`, file_id: id };
};

// https://docs.slack.dev/reference/methods/files.completeUploadExternal
const completeUpload: ApiMethod = async ({ world, workspace, args, token }) => {
  const given = typeof args["files"] === "string" ? parseJson(args["files"]) : args["files"];
  const wanted = objectsOf(given);
  if (wanted.length === 0) return refusal("invalid_arguments", ["[ERROR] missing required field: files"]);
  const uploads = wanted.map((each) => world.uploads.get(stringOf(each["id"])));
  if (uploads.some((upload) => upload?.content === undefined || upload.token !== token))
    return refusal("file_not_found");
  const channelId = stringOf(args["channel_id"]);
  const files = wanted.map((each) => ({ id: stringOf(each["id"]), title: stringOf(each["title"]) }));
  if (channelId === "") return { ok: true, files };
  const channel = await postable(workspace, channelId);
  if (typeof channel === "string") return refusal(channel);
  const threadTs = stringOf(args["thread_ts"]);
  if (threadTs !== "" && world.messages.find(channel.id, threadTs) === undefined)
    return refusal("invalid_thread_ts");
  const message = world.messages.post(
    { text: stringOf(args["initial_comment"]), blocks: isObject(args["blocks"]) ? args["blocks"] : [] },
    { workspace, channelId: channel.id, ...(threadTs !== "" ? { threadTs } : {}) },
  );
  message.files = uploads.map((upload, index) => ({
    title: files[index]?.title ?? "",
    filename: upload?.filename ?? "",
    content: upload?.content ?? "",
  }));
  return { ok: true, files };
};

/** The upload of files in three steps: announce, send, share. A bot can share only where it is a member. */
export const fileMethods: Record<string, ApiMethod> = {
  "files.getUploadURLExternal": getUploadUrl,
  "files.completeUploadExternal": completeUpload,
};
