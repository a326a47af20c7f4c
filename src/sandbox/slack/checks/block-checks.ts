import { LIMITS } from "./block-kit-limits.ts";
import { anything, type Check, complain, flag, list, object, plain, string, text, typed } from "./checks.ts";
import { isObject, type Json, objectsOf, stringOf } from "../json.ts";
import { tableBlock } from "./table-checks.ts";
import { accessory, actionElement, contextElement, inputElement } from "./allowed-elements.ts";

const shared = { type: anything, block_id: string(LIMITS.id, 1) };

const textOrFields: Check = (value, at, found) => {
  if (isObject(value) && value["text"] === undefined && value["fields"] === undefined) {
    complain(found, at, "missing required field: text or fields");
  }
};
const distinctActionIds: Check = (value, at, found) => {
  if (!isObject(value)) return;
  const seen = new Set<unknown>();
  for (const element of objectsOf(value["elements"])) {
    const actionId = element["action_id"];
    if (actionId === undefined) continue;
    if (seen.has(actionId)) complain(found, at, `\`action_id\` ${stringOf(actionId)} already exists`);
    seen.add(actionId);
  }
};

const BLOCKS: Record<string, Check> = {
  actions: object(
    { ...shared, elements: list(actionElement, LIMITS.actions, 1) },
    ["elements"],
    distinctActionIds,
  ),
  context: object({ ...shared, elements: list(contextElement, LIMITS.context, 1) }, ["elements"]),
  divider: object(shared),
  header: object({ ...shared, text: plain(LIMITS.header) }, ["text"]),
  image: object(
    {
      ...shared,
      image_url: string(LIMITS.image.url, 1),
      slack_file: anything,
      alt_text: string(LIMITS.image.alt, 1),
      title: plain(LIMITS.image.title),
    },
    ["alt_text"],
  ),
  input: object(
    {
      ...shared,
      label: plain(LIMITS.input.label),
      element: inputElement,
      dispatch_action: flag,
      hint: plain(LIMITS.input.hint),
      optional: flag,
    },
    ["label", "element"],
  ),
  markdown: object({ ...shared, text: string(LIMITS.markdown, 1) }, ["text"]),
  rich_text: object({ ...shared, elements: list(anything, 1000, 1) }, ["elements"]),
  section: object(
    {
      ...shared,
      text: text(LIMITS.section.text),
      fields: list(text(LIMITS.section.field), LIMITS.section.fields, 1),
      accessory,
      expand: flag,
    },
    [],
    textOrFields,
  ),
  table: tableBlock,
};

const everywhere = ["actions", "context", "divider", "header", "image", "input", "rich_text", "section"];

const distinctBlockIds: Check = (value, at, found) => {
  const seen = new Set<unknown>();
  for (const block of objectsOf(value)) {
    const blockId = block["block_id"];
    if (blockId === undefined || blockId === null) continue;
    if (seen.has(blockId)) complain(found, at, `\`block_id\` ${stringOf(blockId)} already exists`);
    seen.add(blockId);
  }
};

function blocks(allowed: string[], max: number, min: number): Check {
  const each = list(typed(BLOCKS, allowed), max, min);
  return (value, at, found) => {
    each(value, at, found);
    distinctBlockIds(value, at, found);
  };
}

const messageBlocks = blocks([...everywhere, "markdown", "table"], LIMITS.message.blocks, 0);
const viewBlocks = blocks(everywhere, LIMITS.view.blocks, 1);

const viewFields = {
  type: anything,
  blocks: viewBlocks,
  private_metadata: string(LIMITS.view.metadata),
  callback_id: string(LIMITS.id),
  external_id: string(LIMITS.id),
};
const submitWithInputs: Check = (value, at, found) => {
  if (!isObject(value)) return;
  const asks = objectsOf(value["blocks"]).some((block) => block["type"] === "input");
  const submit = value["submit"];
  if (asks && (submit === undefined || submit === null)) {
    complain(found, at, "missing required field: submit");
  }
};
const VIEWS: Record<string, Check> = {
  modal: object(
    {
      ...viewFields,
      title: plain(LIMITS.view.title),
      close: plain(LIMITS.view.title),
      submit: plain(LIMITS.view.title),
      clear_on_close: flag,
      notify_on_close: flag,
      submit_disabled: flag,
    },
    ["title", "blocks"],
    submitWithInputs,
  ),
  home: object(viewFields, ["blocks"]),
};

/** Slack's complaints about the blocks of a message; empty if it accepts them. */
export function messageComplaints(value: unknown): string[] {
  const found: string[] = [];
  if (value !== undefined && value !== null) messageBlocks(value, "/blocks", found);
  return found;
}

/** Slack's error for a view and its complaints; undefined if it accepts the view. */
export function viewRefusal(
  view: unknown,
  type: "modal" | "home",
): { error: string; messages: string[] } | undefined {
  const found: string[] = [];
  typed(VIEWS, [type])(view, "/view", found);
  if (Buffer.byteLength(JSON.stringify(view) ?? "") > LIMITS.view.bytes) {
    return { error: "view_too_large", messages: ["[ERROR] view is larger than 250 KB"] };
  }
  return found.length > 0 ? { error: "invalid_arguments", messages: found } : undefined;
}

/** The ids of a view's input blocks, the only ones that may have errors. */
export function inputBlockIds(view: Json): string[] {
  return objectsOf(view["blocks"])
    .filter((block) => block["type"] === "input")
    .map((block) => String(block["block_id"]));
}
