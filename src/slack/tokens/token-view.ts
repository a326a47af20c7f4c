import type { InputBlock, KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import { maxTokenDays, usualTokenDays, type TokenScope } from "../../domain/access/api-token.ts";
import type { Connection } from "../../domain/connections/connections.ts";
import { limits, plainText, section } from "../block-kit/blocks.ts";
import { option, textInput } from "../forms/inputs.ts";
import { conversation, formState, type Origin } from "../forms/private-metadata.ts";

export const title = "Make a token";
export const tokenState = formState(z.object({ from: conversation }));

/** What somebody typed in the form. */
export interface TypedToken {
  readonly name: string;
  readonly scope: TokenScope;
  readonly connectionIds: readonly string[];
  readonly days: string;
}

const scopeTexts: Readonly<Record<TokenScope, string>> = {
  read: "Read: numbers, changes and failover plans",
  propose: "Propose: changes that people in Slack approve",
  change: "Change: numbers, at once",
};
const scopes = ["read", "propose", "change"] as const;

/** The form for a new token. */
export function tokenView(
  from: Origin,
  connections: readonly Connection[],
  typed?: TypedToken,
  notice: readonly KnownBlock[] = [],
): ModalView {
  const options = scopes.flatMap((scope) => option(scopeTexts[scope], scope) ?? []);
  const chosen = options.find(({ value }) => value === (typed?.scope ?? "read"));
  return {
    type: "modal",
    callback_id: "token",
    private_metadata: tokenState.encode({ from }),
    title: plainText(title),
    submit: plainText("Make"),
    close: plainText("Cancel"),
    blocks: [
      ...notice,
      section(
        "A program with this token has *your* rights, limited to its scope and its connections. If you lose a right, so does the token.",
      ),
      textInput({
        blockId: "name",
        actionId: "name",
        label: "Name",
        maxLength: 40,
        value: typed?.name,
        placeholder: "ci",
        hint: "The audit log shows it. Lower-case letters, digits, dots, hyphens and underscores.",
      }),
      {
        type: "input",
        block_id: "scope",
        label: plainText("Scope"),
        element: {
          type: "static_select",
          action_id: "scope",
          options,
          ...(chosen ? { initial_option: chosen } : {}),
        },
      },
      ...connectionsInput(connections, typed?.connectionIds ?? []),
      textInput({
        blockId: "days",
        actionId: "days",
        label: "Days",
        maxLength: 3,
        value: typed?.days ?? String(usualTokenDays),
        hint: `The token expires after this many days, ${maxTokenDays} at most.`,
      }),
    ],
  };
}

/** Slack takes no menu without options, and none with more than 100. */
function connectionsInput(connections: readonly Connection[], chosen: readonly string[]): InputBlock[] {
  const options = connections.flatMap(({ id, name }) => option(name, id) ?? []).slice(0, limits.options);
  if (options.length === 0) return [];
  const initial = options.filter(({ value = "" }) => chosen.includes(value));
  const more =
    connections.length > options.length ? " This menu has only some: the command line knows all." : "";
  return [
    {
      type: "input",
      block_id: "connections",
      label: plainText("Connections"),
      optional: true,
      hint: plainText(`Empty: all connections, also later ones.${more}`, limits.label),
      element: {
        type: "multi_static_select",
        action_id: "connections",
        placeholder: plainText("All connections"),
        options,
        ...(initial.length > 0 ? { initial_options: initial } : {}),
      },
    },
  ];
}
