import type { AppInfo, Person, WorkspaceInfo } from "../../types.ts";

/** A completion of what is typed. */
export interface Completion {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  /** The completed text, or the shortcut to run in its place. */
  readonly becomes: { readonly text: string } | { readonly shortcut: string };
}

/** Slack's own commands, with descriptions. */
export const slackCommands: ReadonlyMap<string, string> = new Map([
  ["/invite", "Add somebody to this channel"],
  ["/remove", "Take somebody out of this channel"],
]);

/** The completions of the text before the caret: commands and shortcuts after a slash, people after an at sign. */
export function completions(
  text: string,
  { app, workspace, person }: { app: AppInfo; workspace: WorkspaceInfo; person: Person },
): readonly Completion[] {
  const slash = /^\/(\S*)$/u.exec(text)?.[1]?.toLowerCase();
  if (slash !== undefined) {
    if (person.foreign) return [];
    const command: Completion = {
      key: app.command,
      title: `${app.command} ${app.usageHint}`,
      note: app.commandDescription,
      becomes: { text: `${app.command} ` },
    };
    const shortcuts = app.shortcuts
      .filter(({ type, name }) => type === "global" && name.toLowerCase().includes(slash))
      .map(({ callbackId, name, description }): Completion => ({
        key: callbackId,
        title: name,
        note: description,
        becomes: { shortcut: callbackId },
      }));
    const ofSlack = [...slackCommands]
      .filter(([name]) => name.slice(1).startsWith(slash))
      .map(([name, note]): Completion => {
        const title = `${name} @${app.name}`;
        return { key: name, title, note, becomes: { text: title } };
      });
    return [...(app.command.slice(1).startsWith(slash) ? [command] : []), ...shortcuts, ...ofSlack];
  }
  const at = /(?<=^|\s)@([\p{L} ]{0,20})$/u.exec(text);
  if (!at) return [];
  const typed = at[1]?.toLowerCase() ?? "";
  return workspace.people
    .filter(({ name }) => name.toLowerCase().startsWith(typed) && name.toLowerCase() !== typed)
    .map(({ id, name, role }) => ({
      key: id,
      title: name,
      note: role,
      becomes: { text: `${text.slice(0, at.index)}@${name} ` },
    }));
}
