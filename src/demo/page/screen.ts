import type { SandboxMessage, SandboxView, SlackPerson } from "../../sandbox/slack/index.ts";
import type { Harness } from "../harness.ts";
import { pageWorkspaces } from "./people.ts";
import type { PageMessage, PageView, Person, Screen, WorkspaceInfo } from "./types.ts";

/** The person that the visitor acts as: `workspace/user`. */
export interface Visitor {
  readonly as: string;
  readonly workspace: WorkspaceInfo;
  readonly person: Person;
  readonly keyboard: SlackPerson;
}

/** Finds the person that the visitor wants to act as. Throws if there is none. */
export function visitorFor(harness: Harness, as: string): Visitor {
  const [teamId = "", userId = ""] = as.split("/");
  const workspace = pageWorkspaces.find(({ info }) => info.id === teamId)?.info;
  const person = workspace?.people.find(({ id }) => id === userId);
  if (!workspace || !person) throw new Error(`there is nobody called ${as}`);
  return { as, workspace, person, keyboard: harness.slack.as(teamId, userId) };
}

/** Whether this person has access to a conversation: one of theirs, or theirs with the app. */
export async function maySee({ person, keyboard }: Visitor, channelId: string): Promise<boolean> {
  return person.sees.includes(channelId) || (!person.foreign && channelId === (await keyboard.appChannel()));
}

/**
 * Everything that a person sees. Slack does not store ephemeral messages, so only those since their page was loaded
 * (milliseconds since 1970).
 */
export async function screenOf(harness: Harness, visitor: Visitor, sinceMs: number): Promise<Screen> {
  const { as, workspace, person, keyboard } = visitor;
  const appChannel = person.foreign ? "" : await keyboard.appChannel();
  const conversations = [...person.sees, ...(appChannel ? [appChannel] : [])];
  const forAll = conversations.flatMap((id) => harness.slack.messages(id));
  const forOne = harness.slack
    .ephemerals(person.id)
    .filter(({ ts, channelId }) => Number(ts) * 1000 >= sinceMs && conversations.includes(channelId));
  const home = person.foreign ? undefined : harness.slack.home(workspace.id, person.id);
  return {
    as,
    appChannel,
    messages: [...forAll, ...forOne]
      .map(asMessage)
      .toSorted((one, other) => Number(one.ts) - Number(other.ts)),
    view: asView(keyboard.view()),
    home: asView(home),
  };
}

function asMessage(message: SandboxMessage): PageMessage {
  const { ts, channelId, user, text, blocks, threadTs, ephemeral, files } = message;
  return {
    ts,
    channelId,
    userId: user ?? "",
    text,
    blocks,
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(ephemeral ? { ephemeral } : {}),
    ...(files ? { files } : {}),
  };
}

/** Removes the app's metadata and everything else that the client does not draw. */
function asView(view: SandboxView | undefined): PageView | null {
  if (view === undefined) return null;
  const { id, hash, blocks, state, title, submit, close, previous_view_id, type, callback_id } = view;
  return { id, hash, blocks, state, title, submit, close, previous_view_id, type, callback_id };
}
