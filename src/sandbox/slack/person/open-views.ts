import { LIMITS } from "../checks/block-kit-limits.ts";
import type { Changes } from "../changes.ts";
import type { Workspace } from "../emulated-workspace.ts";
import { replaceBlocks, type Screen, stateOf, withIds } from "./fields.ts";
import { type Json, stringOf } from "../json.ts";
import type { SandboxView } from "../types.ts";

/** A form or home tab on a person's screen: the view as stored in `emulate`, and what was typed. */
export interface OpenView extends Screen {
  view: Json;
  readonly workspace: Workspace;
  readonly userId: string;
}

/** The open views on everyone's screens. `emulate` knows no closing and no shrinking stack. */
export interface OpenViews {
  top(workspace: Workspace, userId: string): OpenView | undefined;
  home(workspace: Workspace, userId: string): OpenView | undefined;
  find(workspace: Workspace, viewId: string, externalId: string): OpenView | undefined;
  isFull(workspace: Workspace, userId: string): boolean;
  /** Shows a form: alone (`open`) or on the stack (`push`). */
  show(how: "open" | "push", workspace: Workspace, userId: string, view: Json): OpenView;
  /** Shows the home tab, or updates it. */
  showHome(workspace: Workspace, userId: string, view: Json): OpenView;
  /** Updates an open view. */
  refresh(open: OpenView, view: Json): void;
  /** Closes a form, or with `all` the whole stack. */
  remove(open: OpenView, all: boolean): void;
}

/** A view as in payloads and API responses, with its state if requested. */
export function viewAsSent(open: OpenView, state: boolean): SandboxView {
  const { seed } = open.workspace;
  const { state: _state, ...view } = open.view;
  const person = open.workspace.user(open.userId);
  return {
    ...view,
    id: stringOf(view["id"]),
    hash: stringOf(view["hash"]),
    type: stringOf(view["type"]),
    callback_id: stringOf(view["callback_id"]),
    private_metadata: stringOf(view["private_metadata"]),
    blocks: structuredClone(open.blocks),
    team_id: person?.teamId ?? seed.teamId,
    app_installed_team_id: seed.orgInstall === true ? (seed.enterpriseId ?? seed.teamId) : seed.teamId,
    ...(state ? { state: structuredClone(stateOf(open)) } : { state: { values: {} } }),
  };
}

/** The view for `emulate`, with every id filled in so that updates can be distinguished. */
export function withViewIds(view: Json): Json {
  return { ...view, blocks: withIds(view["blocks"]) };
}

function key(workspace: Workspace, userId: string): string {
  return `${workspace.seed.teamId}/${userId}`;
}

function opened(workspace: Workspace, userId: string, view: Json): OpenView {
  return { workspace, userId, view, blocks: withIds(view["blocks"]), typed: new Map() };
}

export function openViews(changes: Changes): OpenViews {
  const stacks = new Map<string, OpenView[]>();
  const homes = new Map<string, OpenView>();
  const stack = (workspace: Workspace, userId: string): OpenView[] =>
    stacks.get(key(workspace, userId)) ?? [];
  const forget = (gone: OpenView[]): void => {
    for (const { view, workspace } of gone) {
      // Closed forms stay in `emulate`, where their external id would block another form with that id.
      if (stringOf(view["external_id"]) === "") continue;
      const { type, title, blocks } = view;
      void workspace.inOrder(() =>
        workspace.ask("views.update", { view_id: view["id"], view: { type, title, blocks } }),
      );
    }
  };
  const refresh = (open: OpenView, view: Json): void => {
    const { root_view_id, previous_view_id } = open.view;
    open.view = { ...view, root_view_id, previous_view_id };
    replaceBlocks(open, withIds(view["blocks"]));
    changes.tell();
  };
  return {
    top: (workspace, userId) => stack(workspace, userId).at(-1),
    home: (workspace, userId) => homes.get(key(workspace, userId)),
    find(workspace, viewId, externalId) {
      const all = [...[...stacks.values()].flat(), ...homes.values()];
      return all.find(
        (open) =>
          open.workspace === workspace &&
          (viewId !== "" ? open.view["id"] === viewId : open.view["external_id"] === externalId),
      );
    },
    isFull: (workspace, userId) => stack(workspace, userId).length >= LIMITS.view.stack,
    show(how, workspace, userId, view) {
      const below = how === "push" ? stack(workspace, userId) : [];
      if (how === "open") forget(stack(workspace, userId));
      const previous = below.at(-1);
      const open = opened(workspace, userId, {
        ...view,
        root_view_id: below[0]?.view["id"] ?? view["id"],
        previous_view_id: previous?.view["id"] ?? null,
      });
      stacks.set(key(workspace, userId), [...below, open]);
      changes.tell();
      return open;
    },
    showHome(workspace, userId, view) {
      const before = homes.get(key(workspace, userId));
      if (before !== undefined) refresh(before, view);
      const open = before ?? opened(workspace, userId, view);
      homes.set(key(workspace, userId), open);
      changes.tell();
      return open;
    },
    refresh,
    remove(open, all) {
      const before = stack(open.workspace, open.userId);
      const after = all ? [] : before.filter((each) => each !== open);
      stacks.set(key(open.workspace, open.userId), after);
      changes.tell();
      forget(before.filter((each) => !after.includes(each)));
    },
  };
}
