import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SlackSandbox, startSlackSandbox } from "../../../src/sandbox/slack/index.ts";
import { call, isRecord, SECRET, workspace } from "./tiny-app.ts";

let sandbox: SlackSandbox;
beforeAll(async () => {
  sandbox = await startSlackSandbox({ signingSecret: SECRET, workspaces: [workspace()] });
});
afterAll(async () => {
  await sandbox.close();
});

const plain = (text: string): object => ({ type: "plain_text", text });
const section = (text: string, more: object = {}): object => ({
  type: "section",
  text: { type: "mrkdwn", text },
  ...more,
});
const input = (element: object, more: object = {}): object => ({
  type: "input",
  label: plain("Why"),
  element,
  ...more,
});
const option = (value: string): object => ({ text: plain(value), value });
const modal = (blocks: object[], more: object = {}): object => ({
  type: "modal",
  title: plain("Title"),
  submit: plain("Go"),
  blocks,
  ...more,
});
const actions = (...elements: object[]): object => ({ type: "actions", elements });
const button = (more: object = {}): object => ({ type: "button", text: plain("Go"), ...more });

async function openMessages(view: object): Promise<string> {
  const answer = await call(sandbox, "views.open", { trigger_id: "none", view });
  const { error, response_metadata: metadata } = answer;
  const messages = isRecord(metadata) && Array.isArray(metadata["messages"]) ? metadata["messages"] : [];
  return [error, ...messages].join(" ");
}

const REFUSED_VIEWS: [name: string, view: object, complaint: string][] = [
  ["a title over 24", modal([section("x")], { title: plain("x".repeat(25)) }), "less than 25 characters"],
  ["a title in mrkdwn", modal([section("x")], { title: { type: "mrkdwn", text: "x" } }), "plain_text"],
  ["inputs without submit", modal([input({ type: "plain_text_input" })], { submit: null }), "submit"],
  ["no blocks", modal([]), "no less than 1 items"],
  ["101 blocks", modal(Array.from({ length: 101 }, () => ({ type: "divider" }))), "no more than 100"],
  ["metadata over 3000", modal([section("x")], { private_metadata: "x".repeat(3001) }), "3001"],
  ["a callback_id over 255", modal([section("x")], { callback_id: "x".repeat(256) }), "256"],
  ["an unknown property", modal([section("x")], { colour: "red" }), "additional property: colour"],
  ["an id of its own", modal([section("x")], { id: "V1" }), "additional property: id"],
  ["an empty text", modal([section("")]), "more than 0 characters"],
  ["a section over 3000", modal([section("x".repeat(3001))]), "/view/blocks/0/text/text"],
  ["a section of nothing", modal([{ type: "section" }]), "text or fields"],
  ["an unknown block", modal([{ type: "banner" }]), "unsupported type: banner"],
  ["markdown in a form", modal([{ type: "markdown", text: "x" }]), "unsupported type: markdown"],
  ["an input among actions", modal([actions({ type: "plain_text_input" })]), "plain_text_input"],
  ["a button as an input", modal([input(button())]), "unsupported type: button"],
  ["26 buttons", modal([actions(...Array.from({ length: 26 }, () => button()))]), "no more than 25"],
  ["a button over 75", modal([actions(button({ text: plain("x".repeat(76)) }))]), "76"],
  [
    "one action_id twice in a block",
    modal([actions(button({ action_id: "a" }), button({ action_id: "a" }))]),
    "`action_id` a already exists",
  ],
  [
    "one block_id twice",
    modal([section("x", { block_id: "b" }), section("y", { block_id: "b" })]),
    "`block_id` b already exists",
  ],
  ["a select without options", modal([actions({ type: "static_select" })]), "options or option_groups"],
  [
    "101 options",
    modal([
      actions({
        type: "static_select",
        options: Array.from({ length: 101 }, (_, index) => option(`${index}`)),
      }),
    ]),
    "no more than 100",
  ],
  [
    "an initial option that is none",
    modal([actions({ type: "static_select", options: [option("a")], initial_option: option("b") })]),
    "initial option",
  ],
  ["a label in mrkdwn", modal([{ type: "input", label: { type: "mrkdwn", text: "x" } }]), "label"],
];

describe("a view", () => {
  it.each(REFUSED_VIEWS)("is refused with %s", async (_name, view, complaint) => {
    const messages = await openMessages(view);
    expect(messages).toMatch(/^invalid_arguments/u);
    expect(messages).toContain(complaint);
  });

  it("is refused over 250 KB", async () => {
    const blocks = Array.from({ length: 90 }, () => section("é".repeat(2900)));
    expect(await openMessages(modal(blocks))).toMatch(/^view_too_large/u);
  });

  it("is accepted at its limits, counted in code points", async () => {
    const view = modal(
      [
        section("😀".repeat(3000)),
        actions(button({ text: plain("😀".repeat(75)), value: "v".repeat(2000) })),
        input({ type: "external_select", min_query_length: 0, placeholder: plain("p") }, { optional: true }),
        input({ type: "radio_buttons", options: [option("a")], initial_option: option("a") }),
      ],
      { title: plain("😀".repeat(24)), private_metadata: "m".repeat(3000), close: null },
    );
    expect(await openMessages(view)).toBe("invalid_trigger_id");
  });

  it("of the home tab has no title", async () => {
    const view = { type: "home", title: plain("x"), blocks: [section("x")] };
    expect(await call(sandbox, "views.publish", { user_id: "U1", view })).toMatchObject({
      error: "invalid_arguments",
    });
  });
});

function post(words: object): Promise<Record<string, unknown>> {
  return call(sandbox, "chat.postMessage", { channel: "C2", ...words });
}

describe("a message", () => {
  it("is refused with 51 blocks, without content, or with more than 4,000 characters", async () => {
    const blocks = Array.from({ length: 51 }, () => ({ type: "divider" }));
    expect(await post({ text: "x", blocks })).toMatchObject({
      error: "invalid_blocks",
      response_metadata: { messages: ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"] },
    });
    expect(await post({})).toEqual({ ok: false, error: "no_text" });
    expect(await post({ text: "x".repeat(4001) })).toEqual({ ok: false, error: "msg_too_long" });
    expect(await post({ text: "x".repeat(4000), blocks: blocks.slice(1) })).toMatchObject({ ok: true });
  });

  it("may contain markdown, and blocks sent as a form", async () => {
    const form = new URLSearchParams({
      channel: "C2",
      text: "form",
      blocks: JSON.stringify([{ type: "markdown", text: "**x**" }]),
    });
    const headers = { authorization: "Bearer xoxb-one" };
    const answer = await fetch(`${sandbox.apiUrl}chat.postMessage`, { method: "POST", headers, body: form });
    expect(await answer.json()).toMatchObject({ ok: true });
    expect(sandbox.calls.at(-1)?.args["blocks"]).toEqual([{ type: "markdown", text: "**x**" }]);
  });
});
