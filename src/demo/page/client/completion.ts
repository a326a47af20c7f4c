import type { AppInfo, Person, WorkspaceInfo } from "../types.ts";

/** Something that what is typed could become. */
export interface Completion {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  /** What the text becomes, or the shortcut that is run in its place. */
  readonly becomes: { readonly text: string } | { readonly shortcut: string };
}

/** What the text before the caret could become: commands and shortcuts after a slash, people after an at sign. */
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
    return [...(app.command.slice(1).startsWith(slash) ? [command] : []), ...shortcuts];
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
